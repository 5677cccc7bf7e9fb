"""The views that people read: what folds, what must not, and what enters a total."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from checks.audit import audit
from tests.builders import RUN_KEY, article, document, extracted, figure, loaded, unclaimed
from transforms.model import Article, ExtractedDocument
from warehouse.folding import fold
from warehouse.load import assign_stories

METRICS_COLUMNS = """
    document article_key story_key headline outlet published_on metric metric_zh aspect value value_low
    value_high approximation unit status qualifier is_annual is_part donor donor_code recipient recipient_code
    organisation programme period_start period_end sector sentence char_start char_end figure mentions
    rule_code run_key
"""
JUNE = {"period_start": date(2026, 6, 1), "period_end": date(2026, 6, 30)}
JULY = {"period_start": date(2026, 7, 1), "period_end": date(2026, 7, 31)}
SPENDS = "支出公示\n6月投入24万元。7月投入24万元。共投入24万元。\n"


def told(name: str, text: str, printed: str, metric: str, unit: str, *each: dict[str, Any]) -> ExtractedDocument:
    """A document whose article states `printed` once for each of `each`, in order; `each` says what differs."""
    held = document(name, text)
    story = article(held)
    starts = [position for position in range(len(text)) if text.startswith(printed, position)]
    facts = [
        figure(story, printed, metric, char_start=start, unit=unit, **changes)
        for start, changes in zip(starts, each, strict=False)
    ]
    return extracted(held, *facts)


def facts(con: duckdb.DuckDBPyConnection, columns: str, view: str = "mart.metrics") -> list[tuple[Any, ...]]:
    return con.execute(f"SELECT {columns} FROM {view} ORDER BY ALL").fetchall()


def contradictions(con: duckdb.DuckDBPyConnection, columns: str) -> list[tuple[Any, ...]]:
    """What `mart.contradictions` shows once the audit has compared the facts."""
    audit(con, RUN_KEY)
    return facts(con, columns, "mart.contradictions")


def as_one_story(con: duckdb.DuckDBPyConnection) -> None:
    keys = [key for (key,) in con.execute("SELECT article_key FROM core.dim_article").fetchall()]
    assign_stories(con, dict.fromkeys(keys, min(keys)))
    fold(con)


def test_metrics_has_its_columns_in_order() -> None:
    assert [column[0] for column in loaded().execute("FROM mart.metrics").description or ()] == METRICS_COLUMNS.split()


def test_metrics_shows_names_codes_and_the_printed_figure() -> None:
    row = loaded().execute("FROM mart.metrics WHERE metric = 'personnel_sent'").to_arrow_table().to_pylist()[0]
    assert row["document"] == "a.txt"
    assert (row["metric_zh"], row["value"], row["figure"]) == ("派出人员", Decimal(16), "16名")
    assert (row["donor"], row["donor_code"], row["recipient"]) == ("泉州市", "350500", "昌吉市")
    assert (row["organisation"], row["programme"]) == ("昌吉市人民医院", "援疆 第九批")
    assert row["mentions"] == 1


def test_a_figure_stated_twice_is_one_fact_and_its_first_mention_speaks() -> None:
    silent = {"recipient_code": None, "donor_code": None}
    con = loaded(told("a.txt", SPENDS, "24万元", "funds_invested", "CNY", silent, {}))
    rows = facts(con, "value, mentions, recipient, char_start, sentence")
    assert len(rows) == 1
    assert rows[0][1:4] == (2, "昌吉市", SPENDS.index("24万元"))


def test_two_spends_of_one_amount_in_two_months_stay_two_facts() -> None:
    con = loaded(told("a.txt", SPENDS, "24万元", "funds_invested", "CNY", JUNE, JULY, {}))
    assert facts(con, "period_start, mentions") == [(date(2026, 6, 1), 1), (date(2026, 7, 1), 2)]


@pytest.mark.parametrize(
    "second",
    [
        {"status": "planned"},
        {"recipient_code": "652300"},
        {"donor_code": "652300"},
        {"qualifier": "白内障"} | {"recipient_code": "650000"},
        {"is_annual": True},
        {"aspect": "yoy_abs"},
        {"value": Decimal(25)},
    ],
    ids=str,
)
def test_mentions_that_disagree_stay_apart(second: dict[str, Any]) -> None:
    con = loaded(told("a.txt", SPENDS, "24万元", "funds_invested", "CNY", {}, second))
    assert facts(con, "mentions") == [(1,), (1,)]


@pytest.mark.parametrize("order", [("350000", "350500"), ("350500", "350000")])
def test_a_province_and_its_city_are_one_donor_and_the_city_is_shown(order: tuple[str, str]) -> None:
    """湖北省 in the headline and 武汉市 in the text are one donor."""
    each = [{"donor_code": code} for code in order]
    con = loaded(told("a.txt", SPENDS, "24万元", "funds_invested", "CNY", *each))
    assert facts(con, "donor, mentions") == [("泉州市", 2)]
    assert facts(con, "donor, mentions", "mart.story_metrics") == [("泉州市", 2)]


def test_two_cities_stay_two_donors_beside_their_province() -> None:
    each = [{"donor_code": code} for code in ("350500", "350000", "652300")]
    con = loaded(told("a.txt", SPENDS, "24万元", "funds_invested", "CNY", *each))
    assert facts(con, "donor, mentions") == [("昌吉回族自治州", 1), ("泉州市", 2)]


def test_what_only_a_neighbour_says_is_not_taken_over() -> None:
    """June names no recipient and July does: the fact of June stays without."""
    con = loaded(told("a.txt", SPENDS, "24万元", "funds_invested", "CNY", JUNE | {"recipient_code": None}, JULY))
    assert facts(con, "period_start, recipient") == [(date(2026, 6, 1), None), (date(2026, 7, 1), "昌吉市")]


def test_an_open_end_of_the_first_mention_stays_open() -> None:
    first = {"value_high": None, "approximation": "at_least"}
    con = loaded(told("a.txt", SPENDS, "24万元", "funds_invested", "CNY", first, {}))
    assert facts(con, "approximation, value_high, mentions") == [("at_least", None, 2)]


def test_a_figure_once_named_a_part_is_a_part() -> None:
    con = loaded(told("a.txt", SPENDS, "24万元", "funds_invested", "CNY", {}, {"is_part": True}))
    assert facts(con, "is_part, mentions") == [(True, 2)]


def repost(name: str, printed: str, published_on: date, **changes: Any) -> ExtractedDocument:
    text = f"援疆医疗队\n医疗队完成手术{printed}。\n"
    held = document(name, text)
    story: Article = article(held, published_on=published_on)
    fact = figure(story, printed, "surgeries", unit="operation", period_end=published_on, **changes)
    return extracted(held, fact, articles=(story,))


def test_reposts_fold_into_one_fact_of_the_story() -> None:
    con = loaded(repost("a.txt", "186台", date(2026, 6, 18)), repost("b.txt", "186台", date(2026, 6, 20)))
    assert len(facts(con, "value", "mart.story_metrics")) == 2
    as_one_story(con)
    assert facts(con, "value, articles, mentions, period_end", "mart.story_metrics") == [
        (Decimal(186), 2, 2, date(2026, 6, 18))
    ]
    assert facts(con, "total, stories, facts", "mart.scorecard") == [(Decimal(186), 1, 1)]


def test_reposts_that_differ_contradict_each_other() -> None:
    con = loaded(repost("a.txt", "186台", date(2026, 6, 18)), repost("b.txt", "168台", date(2026, 6, 20)))
    assert contradictions(con, "first_value") == []
    as_one_story(con)
    columns = "metric, first_document, first_value, second_document, second_value, same_article"
    assert contradictions(con, columns) == [("surgeries", "a.txt", Decimal(186), "b.txt", Decimal(168), False)]


@pytest.mark.parametrize(
    "second",
    [{"is_part": True}, {"status": "planned"}, {"recipient_code": "652300"}, {"value_high": Decimal(190)}],
    ids=str,
)
def test_figures_that_can_both_be_right_do_not_contradict(second: dict[str, Any]) -> None:
    con = loaded(repost("a.txt", "186台", date(2026, 6, 18)), repost("b.txt", "168台", date(2026, 6, 20), **second))
    as_one_story(con)
    assert contradictions(con, "first_value") == []


def test_two_doings_that_both_articles_tell_of_do_not_contradict() -> None:
    text = "援疆医疗队\n上午手术12台。下午手术15台。\n"
    batch = []
    for name in ("a.txt", "b.txt"):
        held = document(name, text)
        story = article(held)
        both = [figure(story, printed, "surgeries", unit="operation") for printed in ("12台", "15台")]
        batch.append(extracted(held, *both))
    con = loaded(*batch)
    as_one_story(con)
    assert contradictions(con, "first_value") == []


def test_one_article_that_contradicts_itself_is_found() -> None:
    held = document("a.txt", "医疗队\n6月手术12台。\n据统计，6月手术15台。\n")
    story = article(held)
    both = [figure(story, printed, "surgeries", unit="operation", **JUNE) for printed in ("12台", "15台")]
    assert contradictions(loaded(extracted(held, *both)), "first_value, second_value, same_article") == [
        (Decimal(12), Decimal(15), True)
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"sector": "road"},
        {"status": "planned"},
        {"is_annual": True},
        {"is_part": True},
        {"aspect": "yoy_abs"},
        {"metric": "bed_occupancy", "unit": "percent"},
    ],
    ids=str,
)
def test_the_scorecard_sums_only_what_adds_up(changes: dict[str, Any]) -> None:
    told_ = article(document())
    metric = changes.pop("metric", "surgeries")
    unit = changes.pop("unit", "operation")
    con = loaded(extracted(document(), figure(told_, "30台", metric, unit=unit, **changes)))
    assert len(facts(con, "value")) == 1
    assert facts(con, "total", "mart.scorecard") == []


def test_a_notice_enters_no_total() -> None:
    held = document()
    notice = article(held, kind="notice")
    con = loaded(extracted(held, figure(notice), articles=(notice,)))
    assert facts(con, "total", "mart.scorecard") == []


def test_an_open_end_leaves_the_total_open() -> None:
    story = article(document())
    con = loaded(
        extracted(
            document(),
            figure(story, "120台", "surgeries", unit="operation"),
            figure(story, "30台", "surgeries", unit="operation", approximation="at_least", value_high=None),
        )
    )
    assert facts(con, "year, total, total_low, total_high, largest", "mart.scorecard") == [
        (2026, Decimal(150), Decimal(150), None, Decimal(120))
    ]


def test_coverage_tells_what_became_of_every_figure() -> None:
    story = article(document())
    con = loaded(
        extracted(
            document(),
            figure(story, "16名"),
            figure(story, "120台", "surgeries", unit="operation", status="done"),
            unclaimed(story, "30台", "unknown", "no rule"),
            unclaimed(story, "16", "ignored", "ordinal"),
        )
    )
    columns = "document, articles, figures, facts, set_aside, ignored, unknown, ignored_by_reason"
    assert facts(con, columns, "mart.coverage") == [("a.txt", 1, 4, 1, 1, 1, 1, "ordinal 1")]
    (context,) = facts(con, "unknown_contexts", "mart.coverage")[0]
    assert context.startswith("30台: 泉州市选派16名医生")


def test_quality_tells_what_a_check_said_before() -> None:
    con = loaded()
    for day, status in ((1, "passed"), (2, "failed")):
        con.execute(
            "INSERT INTO ops.check_result VALUES (?, 'c', 'run', 'warn', ?, 0, 'd', NULL, 'o', 'r', ?, '理由')",
            [f"run-{day}", status, f"2026-11-0{day}"],
        )
    assert facts(con, "run_key, previous_status, status", "mart.quality") == [
        ("run-1", None, "passed"),
        ("run-2", "passed", "failed"),
    ]
