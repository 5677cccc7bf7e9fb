"""A pandera schema for each table, at the boundary where its rows are made.

Each row is judged by itself here; what needs two tables is a rule in `checks/rules`. The schemas are strict and lazy:
every fault of every row is named, and `checks.quarantine` sets those rows aside. Checks work on whole columns; exact
amounts are `Decimal` objects, which pandas compares one by one, so a check looks at each amount once. A check's error
reads `name: what is wrong`, since pandera hands on nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, get_args

import pandas as pd
from pandera.pandas import Check, Column, DataFrameSchema

from transforms.model import Approximation, ArticleKind, Aspect, PlaceLevel, Status

TEXT, KEY, FLAG, DAY, MOMENT = "str", "Int64", "boolean", "datetime64[s]", "datetime64[us]"
UNITS = (
    *("person", "person_time", "batch", "team", "institution", "household", "case", "operation", "event", "item"),
    *("paper", "department", "centre", "unit", "bed", "m2", "day", "CNY", "percent", "times"),
)
PERCENT_ASPECTS = ("yoy_pct", "change_pct", "change_pp", "share")
AMOUNT_LIMIT = Decimal(10) ** 18
FIRST_DAY, LAST_DAY = pd.Timestamp("1900-01-01"), pd.Timestamp("2100-12-31")
METRIC_GROUPS = ("care", "training", "people", "capability", "resources", "outcome")
# Bed occupancy passes 100 where beds are added in corridors; twice the beds is a misreading.
HIGHEST_LEVEL_PCT = 200


def text(*, nullable: bool = False, among: tuple[str, ...] | None = None, pattern: str | None = None) -> Column:
    """A text that is not empty where it is there; `among` is its set of values."""
    checks = [Check.str_length(min_value=1, name="not_empty", error="not_empty: is empty")]
    if among is not None:
        checks = [Check.isin(among, name="in_set", error=f"in_set: is none of {', '.join(among)}")]
    if pattern is not None:
        checks.append(Check.str_matches(pattern, name="pattern", error=f"pattern: is not of the shape {pattern}"))
    return Column(TEXT, checks, nullable=nullable)


def key(*, unique: bool = False, nullable: bool = False) -> Column:
    """A bigint key. Of two rows with one key the first stays."""
    return Column(KEY, nullable=nullable, unique=unique, report_duplicates="exclude_first")


def count(least: int = 0) -> Column:
    return Column(KEY, Check.ge(least, name="at_least", error=f"at_least: is under {least}"))


def day() -> Column:
    return Column(
        DAY,
        Check.in_range(FIRST_DAY, LAST_DAY, name="plausible_day", error="plausible_day: is not between 1900 and 2100"),
        nullable=True,
    )


def document_key() -> Column:
    return text(pattern=r"^[0-9a-f]{64}$")


def is_storable(amount: object) -> bool:
    """True where DECIMAL(22,4) holds `amount` exactly."""
    if not isinstance(amount, Decimal) or not amount.is_finite() or abs(amount) >= AMOUNT_LIMIT:
        return False
    exponent = amount.normalize().as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -4


def amount(*, nullable: bool = False) -> Column:
    storable = Check(
        lambda series: series.map(is_storable).astype(bool),
        name="storable_amount",
        error="storable_amount: is no exact amount of at most 18 digits and 4 decimals",
    )
    return Column(object, storable, nullable=nullable)


def across(name: str, error: str, columns: tuple[str, ...], test: Callable[[pd.DataFrame], Any]) -> Check:
    """A check across columns, asked only of rows where all of `columns` are there: a missing one is its own fault."""

    def holds(frame: pd.DataFrame) -> pd.Series[bool]:
        answer = pd.Series(True, index=frame.index)
        asked = frame[frame[list(columns)].notna().all(axis=1)]
        if not asked.empty:
            answer.loc[asked.index] = pd.Series(test(asked), index=asked.index).astype(bool)
        return answer

    return Check(holds, name=name, error=f"{name}: {error}", ignore_na=False)


def _around(frame: pd.DataFrame) -> list[bool]:
    # A fall is written as a negative value, and its interval may be given from either end.
    return [
        low <= value if pd.isna(high) else min(low, high) <= value <= max(low, high) and (low <= high or value < 0)
        for value, low, high in zip(frame["value"], frame["value_low"], frame["value_high"], strict=True)
    ]


def _as_worded(frame: pd.DataFrame) -> list[bool]:
    rows = zip(frame["approximation"], frame["value"], frame["value_low"], frame["value_high"], strict=True)
    answers = []
    for approximation, value, low, high in rows:
        if approximation == "exact":
            answers.append(not pd.isna(high) and low == value == high)
        elif approximation == "at_least" and value >= 0:
            answers.append(low == value)
        elif approximation == "at_most" and value >= 0:
            answers.append(not pd.isna(high) and high == value)
        else:
            answers.append(True)
    return answers


def _unit_of_aspect(frame: pd.DataFrame) -> pd.Series[bool]:
    rate = frame["aspect"].isin(PERCENT_ASPECTS)
    multiple = frame["aspect"] == "multiple"
    plain = ~rate & ~multiple & (frame["unit"] != "times")
    return (rate & (frame["unit"] == "percent")) | (multiple & (frame["unit"] == "times")) | plain


def _in_range(frame: pd.DataFrame) -> list[bool]:
    answers = []
    for aspect, unit, value in zip(frame["aspect"], frame["unit"], frame["value"], strict=True):
        if aspect == "share":
            answers.append(0 <= value <= 100)
        elif aspect in ("yoy_pct", "change_pct", "change_pp"):
            # Nothing falls by more than all of itself.
            answers.append(value >= -100)
        elif aspect == "level" and unit == "percent":
            answers.append(0 <= value <= HIGHEST_LEVEL_PCT)
        else:
            answers.append(aspect == "yoy_abs" or value >= 0)
    return answers


SPAN = across(
    "span_fits_figure",
    "has a span that is not as long as the figure",
    ("figure", "char_start", "char_end"),
    lambda frame: (frame["char_end"] - frame["char_start"]) == frame["figure"].str.len(),
)
STAMP = {"run_key": text(), "extractor_version": text()}


def schema(columns: dict[str, Column], *checks: Check) -> DataFrameSchema:
    return DataFrameSchema(columns, checks=list(checks), strict=True, ordered=True, coerce=False)


SCHEMAS: dict[str, DataFrameSchema] = {
    "raw.document": schema(
        {
            "document_key": Column(
                TEXT,
                Check.str_matches(r"^[0-9a-f]{64}$", name="sha256", error="sha256: is no SHA-256"),
                unique=True,
                report_duplicates="exclude_first",
            ),
            **{name: text() for name in ("name", "address", "source", "media_type")},
            # Formats that carry their own encoding, such as PDF, leave it empty.
            "charset": Column(TEXT),
            "size_bytes": count(1),
            "text": text(),
            "reading_outcome": text(among=("whole", "damaged")),
            "damaged_chars": count(),
            "masked_numbers": count(),
            "repairs": text(),
            "title": text(nullable=True),
            "outlet": text(nullable=True),
            "published_on": day(),
            "published_origin": text(nullable=True, among=("metadata", "name", "feed")),
            "fetched_at": Column(MOMENT),
            "current_since": Column(MOMENT),
            **STAMP,
        },
        across(
            "damage_is_told",
            "says whole and damaged at once",
            ("reading_outcome", "damaged_chars"),
            lambda frame: (frame["reading_outcome"] == "damaged") == (frame["damaged_chars"] > 0),
        ),
    ),
    "core.dim_organisation": schema({"organisation_key": key(unique=True), "name": text()}),
    "core.dim_programme": schema(
        {
            "programme_key": key(unique=True),
            "channel": text(nullable=True),
            "batch": text(nullable=True),
            "name": text(),
        }
    ),
    "core.dim_article": schema(
        {
            "article_key": key(unique=True),
            "document_key": document_key(),
            "story_key": key(),
            "ordinal": count(),
            "kind": text(among=get_args(ArticleKind)),
            "headline": text(nullable=True),
            "text": text(),
            "outlet": text(nullable=True),
            "byline": text(nullable=True),
            "published_on": day(),
            "published_origin": text(nullable=True, among=("text", "metadata", "name", "feed")),
            "sector": text(),
            "sector_words": text(nullable=True),
            **STAMP,
        }
    ),
    "core.fact_figure": schema(
        {
            "figure_key": key(unique=True),
            "article_key": key(),
            "metric_key": key(),
            "aspect": text(among=get_args(Aspect)),
            "value": amount(),
            "value_low": amount(),
            "value_high": amount(nullable=True),
            "approximation": text(among=get_args(Approximation)),
            "unit": text(among=UNITS),
            "status": text(among=get_args(Status)),
            "qualifier": text(nullable=True),
            "is_annual": Column(FLAG),
            "is_part": Column(FLAG),
            **{f"{role}_key": key(nullable=True) for role in ("donor", "recipient", "organisation", "programme")},
            "period_start": day(),
            "period_end": day(),
            "sector": text(),
            "sentence": text(),
            "sentence_start": count(),
            "char_start": count(),
            "char_end": count(1),
            "figure": text(),
            "rule_code": text(),
            **{f"{role}_step": text(nullable=True) for role in ("donor", "recipient", "period")},
            **STAMP,
            "part_of_key": key(nullable=True),
        },
        across("interval_around_value", "has a value outside its interval", ("value", "value_low"), _around),
        across(
            "interval_as_worded",
            "has an interval that its approximation does not allow",
            ("approximation", "value", "value_low"),
            _as_worded,
        ),
        across("unit_of_aspect", "has a unit that its aspect does not take", ("aspect", "unit"), _unit_of_aspect),
        across("value_in_range", "has a value out of its aspect's range", ("aspect", "unit", "value"), _in_range),
        across(
            "period_in_order",
            "has a period that ends before it starts",
            ("period_start", "period_end"),
            lambda frame: frame["period_start"] <= frame["period_end"],
        ),
        SPAN,
    ),
    "core.unclaimed_figure": schema(
        {
            "figure_key": key(unique=True),
            "article_key": key(),
            "char_start": count(),
            "char_end": count(1),
            "figure": text(),
            "value": amount(nullable=True),
            "unit": Column(TEXT, nullable=True),
            "disposition": text(among=("ignored", "unknown")),
            "reason": text(),
            "rule_code": text(),
            "sentence": text(),
            **STAMP,
        },
        SPAN,
    ),
    "ops.document_outcome": schema(
        {
            "outcome_key": key(unique=True),
            "run_key": text(),
            "document_key": text(nullable=True, pattern=r"^[0-9a-f]{64}$"),
            "name": text(),
            "address": text(),
            "outcome": text(among=("read", "failed")),
            "reason": text(nullable=True),
            **{name: count() for name in ("articles", "figures", "facts", "ignored", "unknown")},
        },
        across(
            "figures_add_up",
            "has figures that are neither fact, ignored nor unknown",
            ("figures", "facts", "ignored", "unknown"),
            lambda frame: frame["figures"] == frame["facts"] + frame["ignored"] + frame["unknown"],
        ),
        across(
            "failure_has_reason",
            "failed without a reason",
            ("outcome",),
            lambda frame: (frame["outcome"] == "read") | frame["reason"].notna(),
        ),
    ),
    "core.dim_metric": schema(
        {
            "metric_key": key(unique=True),
            "metric_code": text(pattern=r"^[a-z][a-z0-9_]*$"),
            "name_zh": text(),
            "name_en": text(),
            "unit": text(among=UNITS),
            "metric_group": text(among=METRIC_GROUPS),
            "is_additive": Column(FLAG),
            "counts": text(),
            "excludes": text(nullable=True),
            "counts_zh": text(),
            "excludes_zh": text(nullable=True),
        }
    ),
    "core.dim_place": schema(
        {
            "place_key": key(unique=True),
            "place_code": text(pattern=r"^\d{6}$"),
            "name": text(),
            "level": text(among=get_args(PlaceLevel)),
            "parent_code": text(nullable=True, pattern=r"^\d{6}$"),
            "short_name": text(nullable=True),
        },
        across(
            "province_has_no_parent",
            "is a province with a parent, or another level without one",
            ("level",),
            lambda frame: (frame["level"] == "province") == frame["parent_code"].isna(),
        ),
    ),
}
"""Table → schema. Columns and dtypes are those of `warehouse.columns`."""
