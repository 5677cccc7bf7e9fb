"""Spans of time that a text names, against the date on which it was published.

A partial date spans its first to its last day. 至今 and 截至目前 end on the publication date; without one they stay
open. What the text does not say is None: a relative time without an anchor gives no date.
"""

from __future__ import annotations

import calendar
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Literal

from transforms.lexicons import read_csv
from transforms.numerals import parse_chinese

Kind = Literal["span", "since", "until", "stint", "named_day"]

_Y = r"(?P<{0}>(?:19|20)\d\d|[一二][九〇零][〇零一二三四五六七八九]{{2}}|今|去|前|当|同|明)年度?"
_M = r"(?P<{0}>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月"
_D = r"(?P<{0}>[12]\d|3[01]|0?[1-9]|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[日号]"
_TO = r"(?:至|到|[—–－~～-]{1,2})"


_BEGINS_DATE = r"\d今去前当同明一二三四五六七八九十"
_YEAR_OR_MONTH = "|".join(re.sub(r"\?P<\{0\}>", "?:", part).format() for part in (_Y, _M))


def _partial(suffix: str) -> str:
    """A date, as much of it as is written; the lookahead keeps the empty match out."""
    year, month, day = (part.format(name + suffix) for name, part in (("y", _Y), ("m", _M), ("d", _D)))
    half = rf"(?P<half{suffix}>上半年|下半年|[第前]?[一二三四]季度|年?[初底末])"
    written = rf"(?:{year})?+(?:{half}|(?:{month})?(?:{day})?)(?P<part{suffix}>[初底末]|[上中下]旬)?"
    return rf"(?=[{_BEGINS_DATE}]){written}"


# Each pattern first asks whether the character may begin it: nearly all may not, and the rest of it is then not tried.
_RANGE = re.compile(
    rf"(?=[自从{_BEGINS_DATE}])(?<![\d.])[自从]?{_partial('1')}{_TO}(?:(?P<now>今(?!年))|{_partial('2')})"
)
_MONTHS = re.compile(
    rf"(?=[，,{_BEGINS_DATE}])(?:{_Y.format('y')})?+[，,]?(?<!\d)(?P<a>1[0-2]|[1-9])(?:月份?)?{_TO}(?P<b>1[0-2]|[1-9])月"
)
_FIRST_MONTHS = re.compile(rf"(?:{_Y.format('y')})?+前(?P<b>1[0-2]|[2-9]|[两二三四五六七八九]|十[一二]?)个月")
_YEARS = re.compile(rf"(?<![\d.])(?P<a>(?:19|20)\d\d){_TO}(?P<b>(?:19|20)\d\d)年度?")
_SINGLE = re.compile(
    rf"(?=[截至到自从{_BEGINS_DATE}])(?P<until>截至|截止到?|至|到)?(?P<from>[自从])?(?<![\d.比较])(?={_YEAR_OR_MONTH}){_partial('1')}(?P<share>份)?"
    r"(?P<tail>以来|至今|起(?!来|步|点|伏)|开始|以后|之后|到现在|到目前|[^，。；、：\d]{0,4}?算起|[^，。；、：\d]{1,8}?以来)?"
)
_NOW = re.compile(
    r"(?=[截至到迄目])(?:截至目前|(?<![年月日])至今|截至今|截止目前|截至发稿|到目前为止|迄今为止|迄今|目前)"
)
_STINT = re.compile(
    r"(?=[近这过在短\d一二两三四五六七八九十半援支帮任服驻工期])"
    r"(?:(?:近|这|过去|在|短短)?(?P<n>\d{1,2}|[一二两三四五六七八九十]{1,3})(?P<half>半|多)?个?(?P<u>年|月)(?P<more>多|半)?(?:来|间|以来|里|的时间里|时间里|中|内)"
    r"|半年(?:多)?(?:来|间|以来|里|的时间里|时间里|中|内|多)"
    r"|援[疆藏青滇黔川甘宁桂外]期间|支援期间|帮扶期间|任期内|服务期间|驻[^，。]{1,6}期间|工作期间|期间)"
)
_RELATIVE = re.compile(
    r"(?=[上下第一二三四])(?:(?P<month>上个?月)(?!球)|(?<![年前])(?P<half>第?[一二三四]季度|上半年|下半年))"
)
_WHOLE_YEAR = re.compile(r"全年(?!龄)")
_REFERENCE = re.compile(r"(?:全年|同期)?的[\d.一二三四五六七八九两十]+倍")
_BEFORE_IT = re.compile(r"(?:以|之)?前(?![往后一二三四两十0-9半期段])")
"""2015年8月前: the time before it, not the month."""
_SENTENCE_MARK = re.compile(r"[。；！？\n]")
_NEAR = 16
"""How many beginnings on either side of a stint are weighed."""
_REVIEW = re.compile(r"年终盘点|年终总结|年度成绩单|年度答卷|年度盘点|年度总结|年报")
_DEPART = re.compile(
    r"出发|启程|抵达|抵(?!押|御|制|抗|触|消)|来到|轮换|奔赴|进驻|赴[^，。；]{1,12}(?:开展|支援|工作|参加|对口)|接过|入驻|进疆|进藏|入藏|入疆|踏上|飞赴|开始了"
)


_TO_AFTER_DATE = re.compile(r"[至到—–－~～-](?<=[年月日号度底初末旬份季半\d].)")
"""What every span of two dates holds; where it is not found, they are not looked for."""


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
    of_two_dates = (_year_ranges, _ranges, _month_ranges) if _TO_AFTER_DATE.search(text) else ()
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


def _clause_end(text: str, at: int) -> int:
    """End of the clause that a time adverbial opens: past one comma, to the next sentence mark."""
    furthest = min(len(text), at + 60)
    match = _SENTENCE_MARK.search(text, at, furthest)
    return match.start() if match else furthest


def _number(written: str) -> int | None:
    if written.isdecimal():
        return int(written)
    numeral = parse_chinese(written)
    return int(numeral.low) if numeral else None


def _year(written: str, published_on: date | None, last: int | None = None) -> int | None:
    """A year as written: 2023, 二〇二三, 去 (against the publication date), 同 and 当 (the year named last)."""
    if written in ("同", "当"):
        return last or (published_on.year if published_on else None)
    shift = {"今": 0, "去": -1, "前": -2, "明": 1}.get(written)
    if shift is not None:
        return published_on.year + shift if published_on else None
    return _number(written)


def _first_last(year: int, month: int | None, day: int | None, half: str) -> tuple[date, date] | None:
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


def _dated(match: re.Match[str], suffix: str, published_on: date | None, last: int | None) -> tuple[date, date] | None:
    """First and last day of the date in the match; None where it has no year, or is no date at all."""
    written, month, day = match[f"y{suffix}"], match[f"m{suffix}"], match[f"d{suffix}"]
    if not written:
        month_day = (_number(month), _number(day)) if month and day else (None, None)
        return _bare_day(*month_day, published_on, last)
    year = _year(written, published_on, last)
    if year is None or not 1900 <= year <= 2100 or (day and not month):
        return None
    half = match[f"half{suffix}"] or ""
    return _first_last(year, _number(month) if month else None, _number(day) if day else None, half)


def _ranges(text: str, published_on: date | None) -> Iterator[Period]:
    """从2017年至2023年, 2010年至今."""
    for match in _RANGE.finditer(text):
        first = _dated(match, "1", published_on, None)
        if first is None or not (match["now"] or match["y2"] or match["m2"] or match["d2"]):
            continue
        if match["now"]:
            yield Period(first[0], published_on, "since", match.start(), match.end())
            continue
        groups = match.groupdict()
        last = _loose_end(groups, first[0], published_on)
        if last is not None and last >= first[0]:
            yield Period(first[0], last, "span", match.start(), match.end())


def _loose_end(groups: dict[str, str | None], first: date, published_on: date | None) -> date | None:
    written = groups["y2"]
    year = _year(written, published_on, first.year) if written else first.year
    if year is None or not 1900 <= year <= 2100:
        return None
    month = _number(groups["m2"]) if groups["m2"] else None
    day = _number(groups["d2"]) if groups["d2"] else None
    if month is None and not written:
        month = first.month
    bounds = _first_last(year, month, day, groups["half2"] or "")
    return bounds[1] if bounds else None


def _year_ranges(text: str, published_on: date | None) -> Iterator[Period]:
    """2018—2020年度."""
    for match in _YEARS.finditer(text):
        if int(match["a"]) <= int(match["b"]):
            start, end = date(int(match["a"]), 1, 1), date(int(match["b"]), 12, 31)
            yield Period(start, end, "span", match.start(), match.end())


def _month_ranges(text: str, published_on: date | None) -> Iterator[Period]:
    """今年1至10月."""
    for match in _MONTHS.finditer(text):
        year = _year(match["y"], published_on) if match["y"] else (published_on.year if published_on else None)
        first, last = int(match["a"]), int(match["b"])
        if year is not None and not match["y"] and published_on and last > published_on.month:
            year -= 1
        if year is not None and 1900 <= year <= 2100 and first <= last:
            end = date(year, last, calendar.monthrange(year, last)[1])
            yield Period(date(year, first, 1), end, "span", match.start(), match.end())


def _first_months(text: str, published_on: date | None) -> Iterator[Period]:
    """今年前10个月: from January on."""
    for match in _FIRST_MONTHS.finditer(text):
        year = _year(match["y"], published_on) if match["y"] else (published_on.year if published_on else None)
        last = _number(match["b"].replace("两", "二"))
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
    for match in _SINGLE.finditer(text):
        bounds = _dated(match, "1", published_on, last_year) or _month_alone(text, match, published_on, last_year)
        if bounds is None:
            continue
        if match["tail"] and not match["y1"] and published_on and bounds[0] > published_on:
            begun = _first_last(bounds[0].year - 1, bounds[0].month, bounds[0].day, "")
            bounds = begun or bounds
        last_year = bounds[0].year
        if _REFERENCE.match(text, match.end()) or _BEFORE_IT.match(text, match.end()) or _is_dateline(text, match):
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


def _month_alone(
    text: str, match: re.Match[str], published_on: date | None, last_year: int | None
) -> tuple[date, date] | None:
    """5月进藏以来, 截至11月底, 2月份: a month without a year that the wording makes a bound; the last such month."""
    spans = (match["tail"] or "").endswith("以来") or match["until"] or match["share"] or match["part1"]
    spans = spans or text.endswith("过去的", 0, match.start())
    if match["y1"] or match["d1"] or not match["m1"] or not spans:
        return None
    month = _number(match["m1"])
    year = published_on.year if published_on else last_year
    if month is None or year is None:
        return None
    if published_on is not None and month > published_on.month:
        year -= 1
    return _first_last(year, month, None, "")


def _bare_day(
    month: int | None, day: int | None, published_on: date | None, last_year: int | None
) -> tuple[date, date] | None:
    """A day without a year lies in the year named before it, else in the last twelve months before publication."""
    if month is None or day is None:
        return None
    if published_on is None:
        return _first_last(last_year, month, day, "") if last_year else None
    bounds = _first_last(published_on.year, month, day, "")
    if bounds and bounds[0] > published_on and (bounds[0] - published_on).days > 60:
        return _first_last(published_on.year - 1, month, day, "")
    return bounds


def _relative_spans(text: str, published_on: date | None) -> Iterator[Period]:
    """上月, 三季度, 上半年: against the publication date, in its year or, where that is not over, the year before."""
    if published_on is None:
        return
    for match in _RELATIVE.finditer(text):
        if match["month"]:
            first = (date(published_on.year, published_on.month, 1) - timedelta(days=1)).replace(day=1)
            bounds: tuple[date, date] | None = _first_last(first.year, first.month, None, "")
        else:
            half = match["half"].lstrip("第")
            bounds = _first_last(published_on.year, None, None, half)
            if bounds and bounds[0] > published_on:
                bounds = _first_last(published_on.year - 1, None, None, half)
        if bounds:
            yield Period(*bounds, "span", match.start(), match.end())


def _whole_years(text: str, published_on: date | None) -> Iterator[Period]:
    """全年: the year named last before it (2023年，…全年…), else the one that a winter's text looks back on."""
    if "全年" not in text:
        return
    years = [m for m in _SINGLE.finditer(text) if m["y1"] and not m["tail"]]
    ends = [m.end() for m in years]
    lines = [at for at, character in enumerate(text) if character == "\n"]
    for match in _WHOLE_YEAR.finditer(text):
        if _REFERENCE.match(text, match.end()):
            continue
        index = bisect_right(ends, match.start()) - 1
        if index < 0 or bisect_left(lines, match.start()) - bisect_left(lines, ends[index]) > 3:
            year = _reviewed_year(published_on)
        else:
            year = _year(years[index]["y1"], published_on)
        if year is not None and 1900 <= year <= 2100:
            yield Period(date(year, 1, 1), date(year, 12, 31), "span", match.start(), match.end())


def _reviewed_year(published_on: date | None) -> int | None:
    """The year that a review looks back on: published from November it is this one, until March the last; else None."""
    if published_on is None or 3 < published_on.month < 11:
        return None
    return published_on.year - (1 if published_on.month <= 3 else 0)


def _reviews(text: str, published_on: date | None) -> Iterator[Period]:
    """年终盘点, 年度成绩单: the year that a review published in winter looks back on."""
    year = _reviewed_year(published_on)
    if year is None:
        return
    for match in _REVIEW.finditer(text):
        yield Period(date(year, 1, 1), date(year, 12, 31), "span", match.start(), match.end())


def _stints(text: str, published_on: date | None) -> Iterator[Period]:
    """一年多来, 援疆期间: the time since the story's team set out, resolved by the caller."""
    for match in _STINT.finditer(text):
        years = _number(match["n"]) if match["n"] and match["u"] == "年" else None
        yield Period(None, None, "stint", match.start(), match.end(), years)


def _until_now(text: str, published_on: date | None) -> Iterator[Period]:
    for match in _NOW.finditer(text):
        yield Period(None, published_on, "until", match.start(), match.end())


def resolve_stints(text: str, periods: list[Period], published_on: date | None) -> list[Period]:
    """The same periods, stints given the start that the story supports, and NULL where it supports none.

    A start is a named 自2010年以来 or the day on which a team set out; where the stint says how many years it lasted
    (一年多来), the start must agree with it.
    """
    starts = [p for p in periods if p.start is not None and (p.kind == "since" or _departs(text, p))]
    places = [p.char_start for p in starts]
    resolved = []
    for period in periods:
        if period.kind == "stint":
            index = bisect_right(places, period.char_start)
            near = starts[max(0, index - _NEAR) : index][::-1] + starts[index : index + _NEAR]
            anchor = _anchor(period, near, published_on)
            period = replace(period, start=anchor, end=published_on if anchor else None)
        resolved.append(period)
    return resolved


def _departs(text: str, period: Period) -> bool:
    """Whether the clause that this time opens tells of a team setting out or arriving (2014年3月出发)."""
    dated = period.kind in ("span", "named_day") and period.start is not None
    return dated and _DEPART.search(text, period.char_end, _clause_end(text, period.char_end)) is not None


def _anchor(stint: Period, nearest: list[Period], published_on: date | None) -> date | None:
    """The first of `nearest` (those before the stint, backwards, then those after it) that its length allows."""
    if stint.years is None:
        nearest = [p for p in nearest if p.kind != "since"]
        return nearest[0].start if nearest else None
    for candidate in nearest:
        if candidate.start is None:
            continue
        if published_on is None:
            return candidate.start if len(nearest) == 1 and candidate.char_start < stint.char_start else None
        if stint.years - 0.6 <= (published_on - candidate.start).days / 365.25 <= stint.years + 1.1:
            return candidate.start
    return None
