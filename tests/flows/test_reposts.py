"""Stories over many runs: whatever came first, the warehouse groups as if all had come at once."""

from __future__ import annotations

import random

import duckdb
import pytest

from flows.reposts import find_stories
from tests.builders import open_warehouse
from tests.transforms.grouped_stories import story_keys
from transforms.model import hash64

PHRASES = (
    *("援疆医疗队在北山县人民医院开展帮扶", "接诊患者数千人次", "队员们与当地青年医生结对带教", "填补了县域空白"),
    *("把先进理念留在高原", "让牧民在家门口看病", "选派骨干到内地跟班学习", "受到患者一致好评", "巡诊车开进了深山"),
    *("专家放下碗筷赶到手术室", "经过两个小时的抢救", "患者转危为安", "捐赠的设备已经到位", "远程会诊当天开通"),
)


def paragraph(dice: random.Random) -> str:
    """A common phrase among words that chance does not repeat."""
    words = ["".join(chr(dice.randrange(0x4E00, 0x5E00)) for _ in range(dice.randint(6, 14))) for _ in range(4)]
    return "，".join([*words, dice.choice(PHRASES), f"合计{dice.randrange(10, 99)}"]) + "。"


def corpus(seed: int, articles: int) -> dict[int, str]:
    """Articles of few paragraphs, some of them shared, and one that is printed in more papers than are compared."""
    dice = random.Random(seed)
    pool = [paragraph(dice) for _ in range(articles * 3)]
    texts = ["\n".join(dice.sample(pool, dice.randint(1, 4))) for _ in range(articles)]
    often = "\n".join(pool[:4])
    texts += [often.replace("合计", f"共{number}") if number % 3 else often for number in range(articles // 2)]
    return {hash64("article", seed, number): text for number, text in enumerate(texts)}


def add(con: duckdb.DuckDBPyConnection, texts: dict[int, str], kind: str = "news") -> None:
    con.executemany(
        "INSERT INTO core.dim_article (article_key, document_key, story_key, ordinal, kind, text, sector, run_key, "
        "extractor_version) VALUES (?, 'document', ?, 0, ?, ?, 'health', 'run', 'v')",
        [[key, key, kind, text] for key, text in texts.items()],
    )


def stories(con: duckdb.DuckDBPyConnection) -> dict[int, int]:
    return dict(con.execute("SELECT article_key, story_key FROM core.dim_article").fetchall())


@pytest.mark.parametrize("seed", range(8))
def test_any_order_and_any_batches_give_the_stories_of_all_at_once(seed: int) -> None:
    texts = corpus(seed, 50)
    expected = story_keys(texts.items())
    assert len(set(expected.values())) > 5
    assert max(list(expected.values()).count(story) for story in expected.values()) > 20
    dice = random.Random(seed)
    keys = dice.sample(sorted(texts), len(texts))
    con = open_warehouse()
    while keys:
        size = dice.randint(1, 40)
        add(con, {key: texts[key] for key in keys[:size]})
        keys = keys[size:]
        find_stories(con)
    assert stories(con) == expected


def test_a_later_article_joins_two_stories_and_they_part_when_it_goes() -> None:
    first, second = (f"{PHRASES[at]}，{PHRASES[at + 1]}，{PHRASES[at + 2]}，{PHRASES[at + 3]}。" for at in (0, 6))
    con = open_warehouse()
    add(con, {30: first, 20: second})
    assert find_stories(con) == 0
    add(con, {40: f"{first}\n{second}"})
    assert find_stories(con) == 2
    assert stories(con) == {30: 20, 20: 20, 40: 20}
    con.execute("DELETE FROM core.dim_article WHERE article_key = 40")
    assert find_stories(con) == 1
    assert stories(con) == {30: 30, 20: 20}
    assert con.execute("SELECT count(*) FROM core.article_print").fetchone() == (2,)
    assert con.execute("SELECT count(*) FROM core.article_pair").fetchone() == (0,)


def test_a_pair_is_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    con = open_warehouse()
    add(con, corpus(1, 20))
    find_stories(con)
    before = con.execute("FROM core.article_pair ORDER BY ALL").fetchall()
    monkeypatch.setattr("flows.reposts.prints", None)
    monkeypatch.setattr("flows.reposts.told_by_share", None)
    assert find_stories(con) == 0
    assert con.execute("FROM core.article_pair ORDER BY ALL").fetchall() == before != []


def test_captions_and_notices_are_stories_of_their_own() -> None:
    con = open_warehouse()
    text = f"{PHRASES[0]}，{PHRASES[1]}，{PHRASES[2]}。"
    add(con, {1: text, 2: text})
    add(con, {3: text}, "caption")
    add(con, {4: text}, "notice")
    find_stories(con)
    assert stories(con) == {1: 1, 2: 1, 3: 3, 4: 4}
