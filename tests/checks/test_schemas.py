"""Each schema: a true row passes, and each way of being wrong is named."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pandas as pd
import pytest

from checks.quarantine import row_faults
from checks.schemas import SCHEMAS, is_storable
from tests.builders import METRICS, PLACES, article, document, extracted, figure, frames, unclaimed
from warehouse.columns import COLUMNS
from warehouse.rows import FailedRead, dimension_frames, failed_frame

TABLES_TESTED = (
    *("raw.document", "core.dim_article", "core.dim_organisation", "core.dim_programme", "core.fact_figure"),
    *("core.unclaimed_figure", "ops.document_outcome", "core.dim_metric", "core.dim_place"),
)


@cache
def batch() -> dict[str, pd.DataFrame]:
    """A frame of every table, first row of each sound."""
    told = article(document())
    made = frames(
        extracted(
            document(),
            figure(told, "16名", organisation="昌吉市人民医院", channel="援疆"),
            unclaimed(told, "30台"),
        )
    )
    return made | dimension_frames(METRICS, PLACES)


def faults(table: str, **changes: Any) -> set[str]:
    """Names of the checks that the first row of `table` fails once `changes` are made to it."""
    frame = batch()[table].head(1).copy()
    for column, value in changes.items():
        dtype = frame[column].dtype
        frame[column] = pd.Series([value], dtype=dtype)
    return {name for name, _ in row_faults(table, frame).get(0, [])}


def test_schemas_have_the_columns_of_the_tables() -> None:
    assert set(SCHEMAS) == set(COLUMNS) - {"ops.quarantine"}
    for table, schema in SCHEMAS.items():
        assert list(schema.columns) == list(COLUMNS[table]), table


@pytest.mark.parametrize("table", SCHEMAS)
def test_sound_rows_and_no_rows_pass(table: str) -> None:
    assert row_faults(table, batch()[table]) == {}
    assert row_faults(table, batch()[table].head(0)) == {}


def test_a_failed_read_passes_with_a_reason_alone() -> None:
    frame = failed_frame([FailedRead("x.txt", "in/x.txt", "the file is empty")], run_key="run-a")
    assert row_faults("ops.document_outcome", frame) == {}
    frame["reason"] = pd.Series([None], dtype="str")
    assert [name for name, _ in row_faults("ops.document_outcome", frame)[0]] == ["failure_has_reason"]


D = Decimal


@pytest.mark.parametrize(
    "changes",
    [
        {"value_low": D(16), "value_high": D(17), "approximation": "at_least"},
        {"value_low": D(16), "value_high": None, "approximation": "at_least"},
        {"value_low": D(15), "value_high": D(16), "approximation": "at_most"},
        {"value_low": D(15), "value_high": D(17), "approximation": "about"},
        {"value": D(30), "value_low": D(30), "value_high": D(40), "approximation": "about"},
        {
            "value": D(-300),
            "value_low": D(-400),
            "value_high": D(-300),
            "aspect": "yoy_abs",
            "approximation": "at_most",
        },
        {
            "value": D(-300),
            "value_low": D(-300),
            "value_high": D(-400),
            "aspect": "yoy_abs",
            "approximation": "at_least",
        },
        {"value": D(-9), "value_low": D(-9), "value_high": D(-9), "aspect": "change_pp", "unit": "percent"},
        {"value": D(2), "value_low": D(2), "value_high": D(2), "aspect": "multiple", "unit": "times"},
        {"value": D(120), "value_low": D(120), "value_high": D(120), "unit": "percent"},
        {"period_start": pd.Timestamp("2026-01-01"), "period_end": pd.Timestamp("2026-01-01")},
        {"period_start": None, "period_end": pd.Timestamp("2026-01-01")},
        {"donor_key": None, "recipient_key": None},
    ],
    ids=str,
)
def test_true_facts_pass(changes: dict[str, Any]) -> None:
    assert faults("core.fact_figure", **changes) == set()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"value": D(15)}, {"interval_around_value", "interval_as_worded"}),
        ({"value_low": D(17)}, {"interval_around_value", "interval_as_worded"}),
        ({"value_low": D(20), "value_high": D(10), "approximation": "about"}, {"interval_around_value"}),
        ({"value_high": None}, {"interval_as_worded"}),
        ({"value_low": D(10), "approximation": "at_least"}, {"interval_as_worded"}),
        ({"value_high": None, "approximation": "at_most"}, {"interval_as_worded"}),
        ({"value": None}, {"value.not_nullable"}),
        ({"value": 16.0}, {"value.storable_amount"}),
        ({"value_low": D("NaN")}, {"value_low.not_nullable"}),
        ({"value_high": D("16.00001"), "approximation": "about"}, {"value_high.storable_amount"}),
        ({"aspect": "trend"}, {"aspect.in_set"}),
        ({"approximation": "circa"}, {"approximation.in_set"}),
        ({"status": "done"}, {"status.in_set"}),
        ({"unit": "斤"}, {"unit.in_set"}),
        ({"aspect": "share"}, {"unit_of_aspect"}),
        ({"aspect": "multiple"}, {"unit_of_aspect"}),
        ({"unit": "times"}, {"unit_of_aspect"}),
        (
            {"aspect": "share", "unit": "percent", "value": D(101), "value_low": D(101), "value_high": D(101)},
            {"value_in_range"},
        ),
        (
            {"aspect": "yoy_pct", "unit": "percent", "value": D(-101), "value_low": D(-101), "value_high": D(-101)},
            {"value_in_range"},
        ),
        ({"value": D(-1), "value_low": D(-1), "value_high": D(-1)}, {"value_in_range"}),
        (
            {"period_start": pd.Timestamp("2026-02-01"), "period_end": pd.Timestamp("2026-01-01")},
            {"period_in_order"},
        ),
        ({"period_end": pd.Timestamp("0202-01-01")}, {"period_end.plausible_day"}),
        ({"figure": "16名医生"}, {"span_fits_figure"}),
        ({"figure": ""}, {"figure.not_empty", "span_fits_figure"}),
        ({"char_start": -1}, {"char_start.at_least", "span_fits_figure"}),
        ({"metric_key": None}, {"metric_key.not_nullable"}),
        ({"sentence": None}, {"sentence.not_nullable"}),
        ({"is_part": None}, {"is_part.not_nullable"}),
    ],
    ids=str,
)
def test_false_facts_are_named(changes: dict[str, Any], named: set[str]) -> None:
    assert faults("core.fact_figure", **changes) == named


@pytest.mark.parametrize(
    ("table", "changes", "named"),
    [
        ("raw.document", {"document_key": "abc"}, {"document_key.sha256"}),
        ("raw.document", {"size_bytes": 0}, {"size_bytes.at_least"}),
        ("raw.document", {"text": ""}, {"text.not_empty"}),
        ("raw.document", {"reading_outcome": "odd"}, {"reading_outcome.in_set"}),
        ("raw.document", {"damaged_chars": 3}, {"damage_is_told"}),
        ("raw.document", {"published_on": pd.Timestamp(date(1200, 1, 1))}, {"published_on.plausible_day"}),
        ("raw.document", {"published_origin": "guess"}, {"published_origin.in_set"}),
        ("core.dim_article", {"kind": "poem"}, {"kind.in_set"}),
        ("core.dim_article", {"ordinal": -1}, {"ordinal.at_least"}),
        ("core.dim_article", {"document_key": "x"}, {"document_key.pattern"}),
        ("core.dim_organisation", {"name": ""}, {"name.not_empty"}),
        ("core.dim_programme", {"name": None}, {"name.not_nullable"}),
        ("core.unclaimed_figure", {"disposition": "fact"}, {"disposition.in_set"}),
        ("core.unclaimed_figure", {"reason": None}, {"reason.not_nullable"}),
        ("core.unclaimed_figure", {"char_end": 2}, {"span_fits_figure"}),
        ("ops.document_outcome", {"figures": 9}, {"figures_add_up"}),
        ("ops.document_outcome", {"outcome": "lost"}, {"outcome.in_set", "failure_has_reason"}),
        ("core.dim_metric", {"unit": "kg"}, {"unit.in_set"}),
        ("core.dim_metric", {"metric_code": "Sent People"}, {"metric_code.pattern"}),
        ("core.dim_metric", {"metric_group": "misc"}, {"metric_group.in_set"}),
        ("core.dim_place", {"place_code": "3505"}, {"place_code.pattern"}),
        ("core.dim_place", {"level": "village"}, {"level.in_set", "province_has_no_parent"}),
        ("core.dim_place", {"parent_code": "350500"}, {"province_has_no_parent"}),
    ],
    ids=str,
)
def test_other_false_rows_are_named(table: str, changes: dict[str, Any], named: set[str]) -> None:
    assert faults(table, **changes) == named


def test_storable_amounts() -> None:
    assert all(
        is_storable(D(text)) for text in ("0", "1E+17", "-0.31", "28289.17", "999999999999999999.9999", "1.00000")
    )
    assert not any(is_storable(amount) for amount in (D("1E+18"), D("0.00001"), D("Infinity"), D("NaN"), 1, 1.0, "1"))


SPOILT: dict[str, Any] = {
    "not_empty": "",
    "in_set": "§",
    "pattern": "§",
    "sha256": "§",
    "at_least": -1,
    "plausible_day": pd.Timestamp("1800-01-01"),
    "storable_amount": D("0.00001"),
}
"""Check of one column → a value that breaks it."""
COLUMN_CHECKS = [
    (table, column, str(check.name))
    for table, held in SCHEMAS.items()
    for column, spec in held.columns.items()
    for check in spec.checks
    # An empty set or pattern is told by these, beside `not_empty`.
    if not (check.name == "not_empty" and any(other.name == "pattern" for other in spec.checks))
]
CHECKS_OF_EACH_KIND = {
    "at_least": 14,
    "in_set": 13,
    "not_empty": 50,
    "pattern": 5,
    "plausible_day": 4,
    "sha256": 1,
    "storable_amount": 4,
}
CHECKS_ACROSS_COLUMNS = 11


@pytest.mark.parametrize("table", SCHEMAS)
def test_every_check_of_a_column_finds_what_breaks_it(table: str) -> None:
    for _, column, check in (each for each in COLUMN_CHECKS if each[0] == table):
        assert f"{column}.{check}" in faults(table, **{column: SPOILT[check]})


def test_no_check_of_a_row_was_removed() -> None:
    """Counted by kind: whoever adds or removes a check says so here."""
    assert Counter(check for _, _, check in COLUMN_CHECKS) == CHECKS_OF_EACH_KIND
    assert sum(len(held.checks) for held in SCHEMAS.values()) == CHECKS_ACROSS_COLUMNS
