"""Spans of time that a text names, against the date on which it was published.

A partial date spans its first to its last day. 至今 and 截至目前 end on the publication date; without one they stay
open. What the text does not say is None: a relative time without an anchor gives no date.
"""

from __future__ import annotations

import calendar
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal

from transforms.lexicons import read_csv
from transforms.partial_dates import dated, first_last, loose_end, month_alone, reviewed_year, written_number, year_of
from transforms.period_wording import (
    BEFORE_IT,
    DATE_RANGE,
    FIRST_MONTHS,
    MONTH_RANGE,
    NOW,
    REFERENCE,
    RELATIVE,
    REVIEW,
    SINGLE,
    STINT,
    TO_AFTER_DATE,
    WHOLE_YEAR,
    YEAR_RANGE,
)

Kind = Literal["span", "since", "until", "stint", "named_day"]


@dataclass(frozen=True, slots=True)
class Period:
    """One span of time as named in the text. `start` and `end` are inclusive; None where open or unknown."""

    start: date | None
    end: date | None
    kind: Kind
    char_start: int
    char_end: int
    years: int | None = None
    """Of 一年多来, 16年来: how many years the stint is said to last."""


@cache
def _eras() -> dict[str, tuple[date, date | None]]:
    return {
        surface: (date.fromisoformat(start), date.fromisoformat(end) if end else None)
        for surface, start, end, _source in read_csv("eras.csv", ("surface", "start", "end", "source"))
    }


@cache
def _era_pattern() -> re.Pattern[str]:
    names = "|".join(sorted(_eras(), key=len, reverse=True))
    begins = re.escape("".join({name[0] for name in _eras()}))
    return re.compile(rf"(?=[“\"{begins}])[“\"]?(?P<era>{names})[”\"]?(?P<tail>以来|开局以来|期间|时期|规划)?")


def find_periods(text: str, published_on: date | None) -> list[Period]:
    """Every span of time in `text`, in order, none inside another."""
    found: list[Period] = []
    taken = bytearray(len(text))
    of_two_dates = (_year_ranges, _ranges, _month_ranges) if TO_AFTER_DATE.search(text) else ()
    finders: tuple[Callable[[str, date | None], Iterator[Period]], ...] = (
        *of_two_dates,
        _first_months,
        _era_spans,
        _singles,
        _relative_spans,
        _whole_years,
        _reviews,
        _stints,
        _until_now,
    )
    for finder in finders:
        for period in finder(text, published_on):
            start, end = period.char_start, period.char_end
            if taken.find(1, start, end) < 0:
                taken[start:end] = bytes([1]) * (end - start)
                found.append(period)
    return sorted(found, key=lambda period: period.char_start)


def _ranges(text: str, published_on: date | None) -> Iterator[Period]:
    """从2017年至2023年, 2010年至今."""
    for match in DATE_RANGE.finditer(text):
        first = dated(match, "1", published_on, None)
        if first is None or not (match["now"] or match["y2"] or match["m2"] or match["d2"]):
            continue
        if match["now"]:
            yield Period(first[0], published_on, "since", match.start(), match.end())
            continue
        groups = match.groupdict()
        last = loose_end(groups, first[0], published_on)
        if last is not None and last >= first[0]:
            yield Period(first[0], last, "span", match.start(), match.end())


def _year_ranges(text: str, published_on: date | None) -> Iterator[Period]:
    """2018—2020年度."""
    for match in YEAR_RANGE.finditer(text):
        if int(match["a"]) <= int(match["b"]):
            start, end = date(int(match["a"]), 1, 1), date(int(match["b"]), 12, 31)
            yield Period(start, end, "span", match.start(), match.end())


def _month_ranges(text: str, published_on: date | None) -> Iterator[Period]:
    """今年1至10月."""
    for match in MONTH_RANGE.finditer(text):
        year = year_of(match["y"], published_on) if match["y"] else (published_on.year if published_on else None)
        first, last = int(match["a"]), int(match["b"])
        if year is not None and not match["y"] and published_on and last > published_on.month:
            year -= 1
        if year is not None and 1900 <= year <= 2100 and first <= last:
            end = date(year, last, calendar.monthrange(year, last)[1])
            yield Period(date(year, first, 1), end, "span", match.start(), match.end())


def _first_months(text: str, published_on: date | None) -> Iterator[Period]:
    """今年前10个月: from January on."""
    for match in FIRST_MONTHS.finditer(text):
        year = year_of(match["y"], published_on) if match["y"] else (published_on.year if published_on else None)
        last = written_number(match["b"].replace("两", "二"))
        if year is not None and 1900 <= year <= 2100 and last:
            end = date(year, last, calendar.monthrange(year, last)[1])
            yield Period(date(year, 1, 1), end, "span", match.start(), match.end())


def _era_spans(text: str, published_on: date | None) -> Iterator[Period]:
    """“十四五”以来 starts on 2021-01-01; “十三五”期间 is its five years; the bare name of a plan dates nothing."""
    for match in _era_pattern().finditer(text):
        start, end = _eras()[match["era"]]
        if match["tail"] in ("以来", "开局以来"):
            yield Period(start, published_on, "since", match.start(), match.end())
        elif match["tail"] in ("期间", "时期") and end is not None:
            yield Period(start, end, "span", match.start(), match.end())


def _singles(text: str, published_on: date | None) -> Iterator[Period]:
    """2018年, 2021年11月, 今年8月21日, 2010年以来, 截至2023年底, 4月12日 (in the year of publication)."""
    last_year: int | None = None
    for match in SINGLE.finditer(text):
        bounds = dated(match, "1", published_on, last_year) or month_alone(text, match, published_on, last_year)
        if bounds is None:
            continue
        if match["tail"] and not match["y1"] and published_on and bounds[0] > published_on:
            begun = first_last(bounds[0].year - 1, bounds[0].month, bounds[0].day, "")
            bounds = begun or bounds
        last_year = bounds[0].year
        if REFERENCE.match(text, match.end()) or BEFORE_IT.match(text, match.end()) or _is_dateline(text, match):
            continue
        span = match.start(), match.end()
        if match["from"] and not match["tail"]:
            yield Period(bounds[0], None, "since", *span)
        elif match["tail"]:
            end = published_on if match["tail"].endswith(("以来", "至今", "到现在", "到目前")) else None
            yield Period(bounds[0], end, "since", *span)
        elif match["until"]:
            yield Period(None, bounds[1], "until", *span)
        else:
            yield Period(*bounds, "named_day" if bounds[0] == bounds[1] else "span", *span)


def _is_dateline(text: str, match: re.Match[str]) -> bool:
    """Whether a date only says when the report was sent: 新华社乌鲁木齐6月18日电."""
    return re.match(r"[电讯](?![信话视影])", text[match.end() : match.end() + 2]) is not None


def _relative_spans(text: str, published_on: date | None) -> Iterator[Period]:
    """上月, 三季度, 上半年: against the publication date, in its year or, where that is not over, the year before."""
    if published_on is None:
        return
    for match in RELATIVE.finditer(text):
        if match["month"]:
            first = (date(published_on.year, published_on.month, 1) - timedelta(days=1)).replace(day=1)
            bounds: tuple[date, date] | None = first_last(first.year, first.month, None, "")
        else:
            half = match["half"].lstrip("第")
            bounds = first_last(published_on.year, None, None, half)
            if bounds and bounds[0] > published_on:
                bounds = first_last(published_on.year - 1, None, None, half)
        if bounds:
            yield Period(*bounds, "span", match.start(), match.end())


def _whole_years(text: str, published_on: date | None) -> Iterator[Period]:
    """全年: the year named last before it (2023年，…全年…), else the one that a winter's text looks back on."""
    if "全年" not in text:
        return
    years = [m for m in SINGLE.finditer(text) if m["y1"] and not m["tail"]]
    ends = [m.end() for m in years]
    lines = [at for at, character in enumerate(text) if character == "\n"]
    for match in WHOLE_YEAR.finditer(text):
        if REFERENCE.match(text, match.end()):
            continue
        index = bisect_right(ends, match.start()) - 1
        if index < 0 or bisect_left(lines, match.start()) - bisect_left(lines, ends[index]) > 3:
            year = reviewed_year(published_on)
        else:
            year = year_of(years[index]["y1"], published_on)
        if year is not None and 1900 <= year <= 2100:
            yield Period(date(year, 1, 1), date(year, 12, 31), "span", match.start(), match.end())


def _reviews(text: str, published_on: date | None) -> Iterator[Period]:
    """年终盘点, 年度成绩单: the year that a review published in winter looks back on."""
    year = reviewed_year(published_on)
    if year is None:
        return
    for match in REVIEW.finditer(text):
        yield Period(date(year, 1, 1), date(year, 12, 31), "span", match.start(), match.end())


def _stints(text: str, published_on: date | None) -> Iterator[Period]:
    """一年多来, 援疆期间: the time since the story's team set out, resolved by the caller."""
    for match in STINT.finditer(text):
        years = written_number(match["n"]) if match["n"] and match["u"] == "年" else None
        yield Period(None, None, "stint", match.start(), match.end(), years)


def _until_now(text: str, published_on: date | None) -> Iterator[Period]:
    for match in NOW.finditer(text):
        yield Period(None, published_on, "until", match.start(), match.end())
