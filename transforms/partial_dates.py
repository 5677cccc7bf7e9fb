"""Dates as written, in whole or in part, to their first and last day, against the publication date."""

from __future__ import annotations

import calendar
import re
from datetime import date

from transforms.numerals import parse_chinese


def written_number(written: str) -> int | None:
    """12 and 十二 are 12; None where the numeral is broken."""
    if written.isdecimal():
        return int(written)
    numeral = parse_chinese(written)
    return int(numeral.low) if numeral else None


def year_of(written: str, published_on: date | None, last: int | None = None) -> int | None:
    """A year as written: 2023, 二〇二三, 去 (against the publication date), 同, 当 and 这一 (the year named last)."""
    if written == "这一" and last is None:
        return _year_under_review(published_on)
    if written in ("同", "当", "这一"):
        return last or (published_on.year if published_on else None)
    shift = {"今": 0, "去": -1, "前": -2, "明": 1}.get(written)
    if shift is not None:
        return published_on.year + shift if published_on else None
    return written_number(written)


def _year_under_review(published_on: date | None) -> int | None:
    """The year that a text of its end or of the next January or February looks back on; None in other months."""
    if published_on is None or 2 < published_on.month < 11:
        return None
    return published_on.year if published_on.month >= 11 else published_on.year - 1


def first_last(year: int, month: int | None, day: int | None, half: str) -> tuple[date, date] | None:
    """First and last day of a partial date; None where there is no such day."""
    if month is None:
        first, last = _PARTS_OF_YEAR.get(half.lstrip("第").lstrip("年"), (1, 12))
        return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])
    if not 1 <= month <= 12:
        return None
    length = calendar.monthrange(year, month)[1]
    if day is None:
        return date(year, month, 1), date(year, month, length)
    return (date(year, month, day),) * 2 if 1 <= day <= length else None


_PARTS_OF_YEAR = {
    "上半年": (1, 6),
    "下半年": (7, 12),
    "前二季度": (1, 6),
    "前三季度": (1, 9),
    "一季度": (1, 3),
    "二季度": (4, 6),
    "三季度": (7, 9),
    "四季度": (10, 12),
    "初": (1, 1),
    "底": (12, 12),
    "末": (12, 12),
}


def dated(match: re.Match[str], suffix: str, published_on: date | None, last: int | None) -> tuple[date, date] | None:
    """First and last day of the date in the match; None where it has no year, or is no date at all."""
    written, month, day = match[f"y{suffix}"], match[f"m{suffix}"], match[f"d{suffix}"]
    if not written:
        month_day = (written_number(month), written_number(day)) if month and day else (None, None)
        return _bare_day(*month_day, published_on, last)
    year = year_of(written, published_on, last)
    if year is None or not 1900 <= year <= 2100 or (day and not month):
        return None
    half = match[f"half{suffix}"] or ""
    return first_last(year, written_number(month) if month else None, written_number(day) if day else None, half)


def loose_end(groups: dict[str, str | None], first: date, published_on: date | None) -> date | None:
    """Last day of the range's second date, which takes year and month of the first where it names none."""
    written = groups["y2"]
    year = year_of(written, published_on, first.year) if written else first.year
    if year is None or not 1900 <= year <= 2100:
        return None
    month = written_number(groups["m2"]) if groups["m2"] else None
    day = written_number(groups["d2"]) if groups["d2"] else None
    if month is None and not written:
        month = first.month
    bounds = first_last(year, month, day, groups["half2"] or "")
    return bounds[1] if bounds else None


def month_alone(
    text: str, match: re.Match[str], published_on: date | None, last_year: int | None
) -> tuple[date, date] | None:
    """5月进藏以来, 截至11月底, 2月份: a month without a year that the wording makes a bound; the last such month."""
    spans = (match["tail"] or "").endswith("以来") or match["until"] or match["share"] or match["part1"]
    spans = spans or text.endswith("过去的", 0, match.start())
    if match["y1"] or match["d1"] or not match["m1"] or not spans:
        return None
    month = written_number(match["m1"])
    year = published_on.year if published_on else last_year
    if month is None or year is None:
        return None
    if published_on is not None and month > published_on.month:
        year -= 1
    return first_last(year, month, None, "")


def _bare_day(
    month: int | None, day: int | None, published_on: date | None, last_year: int | None
) -> tuple[date, date] | None:
    """A day without a year lies in the year named before it, else in the last twelve months before publication."""
    if month is None or day is None:
        return None
    if published_on is None:
        return first_last(last_year, month, day, "") if last_year else None
    bounds = first_last(published_on.year, month, day, "")
    if bounds and bounds[0] > published_on and (bounds[0] - published_on).days > 60:
        return first_last(published_on.year - 1, month, day, "")
    return bounds


def reviewed_year(published_on: date | None) -> int | None:
    """The year that a review looks back on: published from November it is this one, until March the last; else None."""
    if published_on is None or 3 < published_on.month < 11:
        return None
    return published_on.year - (1 if published_on.month <= 3 else 0)
