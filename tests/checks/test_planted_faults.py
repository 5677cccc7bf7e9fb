"""Faults planted at every height, each caught by the check that should catch it and held back by no other.

The ground is a corpus of sound articles of our own grammar, read by the real extraction, which raises no check.
Texts at fault are added to it, rows are spoilt before they are loaded, tables after. `pytest -s` prints the rates.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from checks.audit import audit
from checks.definitions import load_rules, policies
from checks.quarantine import set_aside_all
from checks.results import CheckResult, blocking
from tests.builders import article, document, extracted, figure, frames
from tests.checks.extracted_news import RUN, add, new_warehouse
from tests.checks.news_grammar import News, sound_corpus
from tests.checks.test_audit import BOUNDS_TESTED
from tests.checks.test_rules import FAULTS
from tests.checks.test_schemas import TABLES_TESTED
from transforms.lexicons import read_toml
from warehouse.folding import fold
from warehouse.load import load_frames

SOUND_ARTICLES, GROUND_ARTICLES = 240, 120
CAUGHT: dict[str, bool] = {}
RAISED: dict[str, int] = {}


@dataclass(frozen=True)
class Fault:
    """`plant` spoils a warehouse; `check` must fail, and of the blocking checks only those of `blocks`."""

    name: str
    check: str
    plant: Callable[[duckdb.DuckDBPyConnection], object]
    blocks: frozenset[str] = field(default=frozenset())


def texts(check: str, *told: tuple[str, str], name: str = "") -> Fault:
    """Articles at fault; each is (date of publication, text)."""
    news = [News(f"{day}_fault_{number}.txt", text) for number, (day, text) in enumerate(told)]
    return Fault(f"{check}: {name or told[-1][1].strip()[-60:]}", check, lambda con: add(con, news))


def sql(check: str, statement: str, *blocks: str) -> Fault:
    """A table spoilt after it was loaded."""
    severe = {rule.name for rule in load_rules() if rule.severity == "block"}
    return Fault(f"sql:{check}", check, lambda con: con.execute(statement), frozenset({check, *blocks} & severe))


def row(column: str, spoilt: Any, **changes: Any) -> Fault:
    """A fact spoilt before it was checked."""

    def plant(con: duckdb.DuckDBPyConnection) -> None:
        made = frames(extracted(document(), figure(article(document()), **changes)), run_key=RUN)
        facts = made["core.fact_figure"].copy()
        if column:
            facts[column] = pd.Series([spoilt], dtype=facts[column].dtype)
        load_frames(con, set_aside_all(made | {"core.fact_figure": facts}, run_key=RUN))

    return Fault(f"row:{column}={spoilt}{changes or ''}", "schema.core.fact_figure", plant)


D = "2024-06-18"
Q = "泉州市援疆医疗队在昌吉\n本报讯 "
PARTS = "柔性援疆专家{0}批{1}人、名医行{2}批{3}人、公卫小组团专家{4}批次{5}人"


def enumerated(batches: int, people: int, *parts: int) -> str:
    return f"{Q}自2010年至今，泉州市先后派出{batches}批次、{people}名专家奔赴昌吉市。其中{PARTS.format(*parts)}。\n"


LEVELS = "木垒县中医医院传来消息\n本报讯 {}\n"
TEAM = "{}泉州市援疆医疗队在呼图壁县中医医院完成手术{}台，{}患者{}人次，开展培训班{}期，培训医务人员{}人次。"
CUMULATIVE = "{}\n本报讯 2020年以来，龙岩市累计{}呼图壁县中医医院建设。{}\n"
AT_FAULT = [
    texts("parts_do_not_add_up", (D, enumerated(20, 211, 8, 108, 7, 51, 5, 51))),
    texts("parts_do_not_add_up", (D, enumerated(20, 90, 8, 30, 7, 40, 5, 30))),
    texts("parts_do_not_add_up", (D, enumerated(19, 100, 8, 30, 7, 40, 5, 30))),
    texts("parts_do_not_add_up", (D, enumerated(22, 100, 8, 30, 7, 40, 5, 30))),
    texts("parts_do_not_add_up", (D, Q + "泉州市援疆医疗队在昌吉市签订协议8个，其中学科共建5个、人才培养4个。\n")),
    texts("parts_do_not_add_up", (D, Q + "项目总投资1.6亿元，其中泉州市援疆解决1.8亿元。\n")),
    texts(
        "mentions_differ",
        (D, "泉州专家到昌吉\n本报讯 泉州市选派12名专家到昌吉市。\n据了解，此次选派14名专家，将开展帮扶工作。\n"),
    ),
    texts(
        "mentions_differ",
        (
            D,
            "泉州专家到昌吉\n本报讯 6月15日，泉州市选派20名医生到昌吉市。\n"
            "6月15日，泉州市选派22名医生到昌吉市，受到欢迎。\n",
        ),
    ),
    texts(
        "mentions_differ",
        (
            D,
            "手术忙\n本报讯 2023年，医疗队在昌吉市人民医院完成手术300台。\n"
            "据统计，2023年医疗队在昌吉市人民医院完成手术310台。\n",
        ),
    ),
    texts(
        "reposts_differ",
        ("2024-06-18", "医疗队\n本报讯 " + TEAM.format("", 186, "诊治", 3200, 12, 450)),
        ("2024-06-20", "医疗队\n本报讯 " + TEAM.format("", 168, "诊治", 3200, 12, 450)),
        name="reposts: two digits swapped",
    ),
    texts(
        "reposts_differ",
        ("2024-06-18", "医疗队\n本报讯 " + TEAM.format("", 186, "诊治", 3200, 12, 450)),
        ("2024-06-19", "医疗队\n本报讯 " + TEAM.format("", 186, "诊治", 32000, 12, 450)),
        name="reposts: one nought more",
    ),
    texts(
        "cumulative_falls",
        ("2023-06-18", CUMULATIVE.format("暖流", "投入资金900万元支持", "病房楼封顶那天，工人们放了一挂鞭炮。")),
        (
            "2024-08-10",
            CUMULATIVE.format("山海情", "投入资金700万元支持", "护士长带着新来的姑娘们走过长廊，讲起当年。"),
        ),
        name="cumulative: money",
    ),
    texts(
        "cumulative_falls",
        ("2023-06-18", "暖流\n本报讯 2021年以来，龙岩市先后选派60名医生支援呼图壁县中医医院。山路弯弯，杏花开了。\n"),
        ("2024-08-10", "山海情\n本报讯 2021年以来，龙岩市先后选派45名医生支援呼图壁县中医医院。孩子们在院子里唱歌。\n"),
        name="cumulative: people",
    ),
    texts(
        "level_and_growth",
        (
            D,
            LEVELS.format(
                "2023年，木垒县中医医院门诊量达12000人次，同比增长20%。2022年，木垒县中医医院门诊量8000人次。"
            ),
        ),
    ),
    texts(
        "level_and_growth",
        (D, LEVELS.format("2023年，木垒县中医医院手术量达600台，同比增加200台。去年手术量500台。")),
    ),
    texts(
        "level_and_growth",
        (
            D,
            LEVELS.format(
                "2023年，木垒县中医医院住院量达2200人次，同比增长10%。2022年，木垒县中医医院住院量2300人次。"
            ),
        ),
    ),
    texts(
        "unit_slip",
        (D, "厦门援疆\n本报讯 厦门市投入资金300万元帮助吉木萨尔县。\n厦门市投入资金300亿元后，医院面貌一新。\n"),
    ),
    texts("unit_slip", (D, "厦门援疆\n本报讯 厦门市投入资金260元支持吉木萨尔县人民医院建设。\n")),
    texts("implausible_size", (D, Q + "泉州市投入资金900亿元，支持昌吉市人民医院建设。\n")),
    texts("implausible_size", (D, Q + "医疗队在昌吉市人民医院诊治患者8亿人次。\n")),
    texts(
        "operations_exceed_patients",
        (D, "医疗队\n本报讯 2023年，医疗队在奇台县中医医院诊治患者320人次，完成手术3200台。\n"),
    ),
    texts("fact_period_in_the_future", (D, "医疗队\n本报讯 2025年1月至6月，漳州市援疆医疗队在奇台县完成手术320台。\n")),
    texts("percent_over_hundred", (D, "医疗队\n本报讯 医疗队帮助奇台县人民医院将急危重症患者抢救成功率提升到198%。\n")),
    Fault(
        "one fact in two sectors",
        "fact_in_two_sectors",
        lambda con: (
            [
                add(con, [News("2024-06-18_s.txt", "医疗队\n本报讯 " + TEAM.format("", 186, "诊治", 3200, 12, 450))]),
                con.execute(
                    "INSERT INTO core.fact_figure SELECT * REPLACE (1 AS figure_key, 'road' AS sector) "
                    "FROM core.fact_figure WHERE figure = '186台'"
                ),
            ]
        ),
        # A second row of one span is a fault of its own.
        frozenset({"duplicate_mention", "accounting_of_the_run"}),
    ),
]
V = Decimal
SPOILT_ROWS = [
    row("value_low", V(17)),
    row("value", V(15)),
    row("value_high", None),
    row("aspect", "trend"),
    row("status", "done"),
    row("unit", "斤"),
    row("aspect", "share"),
    row("period_end", pd.Timestamp("1800-01-01")),
    row("figure", "16名医生"),
    row("char_start", -1),
    row("sentence", None),
    row("", None, value=V(-1), value_low=V(-1), value_high=V(-1)),
    row("", None, value=V(101), value_low=V(101), value_high=V(101), aspect="share", unit="percent"),
    row("", None, value=V(250), value_low=V(250), value_high=V(250), unit="percent"),
    row("", None, period_start=pd.Timestamp("2026-02-01"), period_end=pd.Timestamp("2026-01-01")),
]
# What one fault breaks beside its own check, and rightly: a metric that is gone takes its facts out of the mart.
ALSO = {
    "orphan_article_document": {"accounting_of_documents"},
    "orphan_article_published_on": {"orphan_fact_period_start", "orphan_fact_period_end"},
    "orphan_fact_metric": {"mart_loses_no_fact"},
    "orphan_fact_article": {"duplicate_mention"},
    "orphan_unclaimed_article": set[str](),
    "orphan_place_parent": set[str](),
    "orphan_fact_part_of": set[str](),
    "orphan_fact_donor": set[str](),
    "duplicate_article": {"mart_loses_no_fact"},
    "duplicate_metric": {"mart_loses_no_fact"},
    "duplicate_figure": {"accounting_of_the_run"},
    "duplicate_unclaimed_figure": {"accounting_of_the_run"},
    "duplicate_document_outcome": {"accounting_of_the_run"},
    "duplicate_story": set[str](),
    "duplicate_mention": {"accounting_of_the_run"},
    "published_after_fetched": {"orphan_article_published_on"},
    "privacy_identity_number": set[str](),
    "privacy_mobile_number": set[str](),
    "accounting_of_documents": {"orphan_article_document"},
    "coverage_counts_every_figure": set[str](),
}
SPOILT_TABLES = [sql(name, FAULTS[name], *also) for name, also in ALSO.items()]
SPOILT_RUNS = [
    Fault(
        "run:set_aside_share",
        "set_aside_share",
        lambda con: (
            con.execute(
                "INSERT INTO ops.quarantine "
                "(quarantine_key, run_key, table_name, row_key, check_name, reason, payload) "
                "SELECT range, ?, 'core.fact_figure', range, 'c', 'r', '{}' FROM range(5000)",
                [RUN],
            )
            and None
        ),
        frozenset({"set_aside_share", "accounting_of_the_run"}),
    ),
    Fault(
        "run:articles_per_document",
        "articles_per_document",
        lambda con: con.execute("UPDATE ops.document_outcome SET articles = 0"),
        frozenset({"articles_per_document"}),
    ),
    Fault(
        "run:unknown_share",
        "unknown_share",
        lambda con: con.execute("UPDATE ops.document_outcome SET unknown = figures"),
    ),
    Fault(
        "run:figures_per_document",
        "figures_per_document",
        lambda con: con.execute("UPDATE ops.document_outcome SET figures = 0"),
        frozenset({"accounting_of_the_run"}),
    ),
    Fault(
        "run:recipient_fill",
        "recipient_fill",
        lambda con: con.execute("UPDATE core.fact_figure SET recipient_key = NULL"),
    ),
    Fault(
        "run:donor_fill",
        "donor_fill",
        lambda con: con.execute("UPDATE core.fact_figure SET donor_key = NULL"),
    ),
]
EVERY = [*AT_FAULT, *SPOILT_ROWS, *SPOILT_TABLES, *SPOILT_RUNS]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a warehouse of sound articles."""
    path = tmp_path_factory.mktemp("sound") / "sound.duckdb"
    con = new_warehouse(path)
    add(con, sound_corpus(GROUND_ARTICLES))
    con.close()
    return path


@pytest.fixture
def con(sound: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    made = duckdb.connect(shutil.copyfile(sound, tmp_path / "spoilt.duckdb"))
    yield made
    made.close()


def judged(con: duckdb.DuckDBPyConnection, *, folds: bool = True) -> dict[str, CheckResult]:
    """The audit as a run has it; `folds`: the folded facts are brought up to date before it."""
    results = audit(con, RUN, fold=fold) if folds else audit(con, RUN)
    return {result.check_name: result for result in results}


def test_a_sound_corpus_raises_nothing(con: duckdb.DuckDBPyConnection) -> None:
    add(con, sound_corpus(SOUND_ARTICLES)[GROUND_ARTICLES:])
    facts = con.execute("SELECT count(*), count(DISTINCT metric) FROM mart.metrics").fetchone()
    assert facts is not None
    assert facts[0] > 5 * SOUND_ARTICLES
    assert facts[1] >= 12
    raised = {name: result for name, result in judged(con).items() if result.status in ("failed", "error")}
    RAISED["checks"], RAISED["articles"] = len(raised), SOUND_ARTICLES
    assert raised == {}
    assert con.execute("SELECT count(*) FROM ops.quarantine").fetchone() == (0,)
    assert con.execute("SELECT count(*) FROM mart.findings").fetchone() == (0,)


@pytest.mark.parametrize("fault", EVERY, ids=lambda fault: fault.name)
def test_each_fault_is_caught_and_blocks_nothing_else(con: duckdb.DuckDBPyConnection, fault: Fault) -> None:
    fault.plant(con)
    results = judged(con, folds=fault.check != "folded_facts_are_fresh")
    CAUGHT[fault.name] = results[fault.check].status == "failed"
    assert CAUGHT[fault.name], results[fault.check]
    assert {result.check_name for result in blocking(results.values())} <= fault.blocks
    if fault in AT_FAULT and fault.check in COMPARING:
        told = con.execute(
            "SELECT message, message_zh, figure_keys FROM mart.findings WHERE check_name = ?", [fault.check]
        ).fetchall()
        assert all(message.endswith(".") and keys for message, _, keys in told)
        for message, message_zh, _ in told:
            assert message_zh.endswith("。")
            assert not re.search("[A-Za-z]{2}", message_zh), message_zh
            assert _amounts(message) == _amounts(message_zh), (message, message_zh)


def test_every_sector_has_a_chinese_name_in_the_rule_that_names_sectors() -> None:
    rule = next(rule for rule in load_rules() if rule.name == "fact_in_two_sectors")
    assert [name for name in read_toml("sectors.toml") if f"('{name}', '" not in rule.sql] == []


def _amounts(message: str) -> list[str]:
    """The digits of a sentence's numbers, in no order: each language has its own. 6800000 and 680万 are alike."""
    return sorted(number.rstrip("0") for number in re.findall(r"\d[\d.,-]*\d|\d", message))


COMPARING = {rule.name for rule in load_rules() if rule.gives}


def test_there_are_enough_faults_and_every_comparing_rule_has_one() -> None:
    assert len(EVERY) >= 60
    assert {fault.check for fault in EVERY} >= COMPARING
    assert len({fault.name for fault in EVERY}) == len(EVERY)


def test_the_rates_are_told() -> None:
    """Last in the file, so that it speaks of all the cases above."""
    caught = sum(CAUGHT.values())
    print(f"\nplanted faults caught: {caught} of {len(CAUGHT)}; ", end="")  # noqa: T201
    print(f"sound articles that raise a check: {RAISED.get('checks', 0)} of {RAISED.get('articles', 0)}")  # noqa: T201
    assert caught == len(CAUGHT)


# Checks that are proved one by one elsewhere; together with the faults above they are all checks. The names
# stand here and in those tests, so a check that is removed leaves a proof without its check, and fails.
ELSEWHERE = {*FAULTS, *BOUNDS_TESTED, *(f"schema.{table}" for table in TABLES_TESTED)}


def test_no_check_is_without_a_proof_and_no_proof_without_its_check() -> None:
    assert set(policies()) == {fault.check for fault in EVERY} | ELSEWHERE
