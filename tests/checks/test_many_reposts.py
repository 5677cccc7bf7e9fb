"""A story in very many papers: each slip is found, and findings and time grow with the papers, not with their pairs."""

from collections.abc import Callable
from pathlib import Path

import duckdb

from checks.audit import audit
from checks.definitions import load_rules
from tests.checks.extracted_news import RUN, add, new_warehouse
from tests.checks.news_grammar import News
from tests.transforms.timing import LINEAR, ratio

RULE = next(rule for rule in load_rules() if rule.name == "reposts_differ")
STORY = (
    "援疆医疗队的春天\n本报讯 2024年3月，泉州市医疗队在昌吉市人民医院完成手术{}台。队员们说，临走那天，"
    "病房外的白杨树刚刚抽芽，古丽阿姨送来一篮葡萄，声音有些哽咽。风沙停了以后，孩子们跟着医生学量血压，笑声传得很远。\n"
)


def warehouse(path: Path, papers: int, size: Callable[[int], int]) -> duckdb.DuckDBPyConnection:
    """One story in so many papers, all of one week; `size` says how many operations each prints."""
    con = new_warehouse(path)
    add(
        con,
        [News(f"2024-04-0{1 + number % 7}_{number:03}.txt", STORY.format(size(number))) for number in range(papers)],
    )
    assert con.execute("SELECT count(*) FROM core.dim_story").fetchone() == (1,)
    return con


def findings(con: duckdb.DuckDBPyConnection) -> list[str]:
    audit(con, RUN, rules=[RULE], bounds=[])
    rows = con.execute("SELECT message FROM ops.finding WHERE gone_in_run_key IS NULL").fetchall()
    return [message for (message,) in rows]


def test_one_slip_among_many_papers_is_found(tmp_path: Path) -> None:
    con = warehouse(tmp_path / "w.duckdb", 60, lambda number: 168 if number == 41 else 186)
    told = findings(con)
    assert 1 <= len(told) <= 3
    assert all("168台" in message and "186台" in message for message in told)


def test_a_story_that_every_paper_prints_otherwise_gives_a_finding_or_two_a_paper(tmp_path: Path) -> None:
    con = warehouse(tmp_path / "w.duckdb", 60, lambda number: 200 + 3 * number)
    told = findings(con)
    assert all(any(f"{200 + 3 * number}台" in message for message in told) for number in range(60))
    assert len(told) <= 2 * 60


def test_few_papers_are_compared_each_with_each(tmp_path: Path) -> None:
    con = warehouse(tmp_path / "w.duckdb", 12, lambda number: 200 + 3 * number)
    assert len(findings(con)) == 12 * 11 // 2


def test_time_grows_with_the_papers(tmp_path: Path) -> None:
    few, many = (warehouse(tmp_path / f"{papers}.duckdb", papers, lambda number: 200 + number) for papers in (150, 300))
    assert ratio(findings, few, many) < LINEAR
