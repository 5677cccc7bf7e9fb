"""一年多来, 援疆期间: when the time began that a story only gives the length of, or names by its programme."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from datetime import date

from transforms.periods import Period

_SENTENCE_MARK = re.compile(r"[。；！？\n]")
_NEAR = 16
"""How many beginnings on either side of a stint are weighed."""
_TO_NOW = re.compile(r"最?近|过去")
"""What makes a stint end now, whenever a team set out: 近五年来."""
_STARTS = re.compile(
    r"[^。；、\d]{0,10}?(?:启动|发起|实施|成立|挂牌|揭牌|开展(?!手术)|始派|开始|派[出遣]?[^。；，\d]{0,4}(?:第一|首)[批期支])"
)
_WHOLE = re.compile(r"来$|间$")
_LOOSE = re.compile(r"[多余半几]")
_FIRST_YEAR = 1949
_DEPART = re.compile(
    r"出发|启程|抵达|抵(?!押|御|制|抗|触|消)|来到|轮换|奔赴|进驻|赴[^，。；]{1,12}(?:开展|支援|工作|参加|对口)|接过|入驻|进疆|进藏|入藏|入疆|踏上|飞赴|开始了"
)


def resolve_stints(text: str, periods: list[Period], published_on: date | None) -> list[Period]:
    """The same periods, stints given the start that the story supports, and NULL where it supports none.

    A start is a named 自2010年以来 or the day on which a team set out; where the stint says how many years it lasted
    (一年多来), the start must agree with it, or be that of a span of as many years (2012年—2015年 for 4年来). A round
    length up to now, or of a story that names no start at all, is counted back from publication: 近五年来 of a report
    of 20 June 2024 begins on 20 June 2019.
    """
    named = [p for p in periods if p.start is not None and (p.kind == "since" or departs(text, p))]
    places = [p.char_start for p in named]
    spans = {
        p.end.year - p.start.year + 1: p.start for p in reversed(periods) if p.kind == "span" and p.start and p.end
    }
    resolved = []
    for period in periods:
        if period.kind == "stint":
            index = bisect_right(places, period.char_start)
            near = named[max(0, index - _NEAR) : index][::-1] + named[index : index + _NEAR]
            anchor = _anchor(period, near, published_on)
            if anchor is None and period.years and period.years > 1:
                anchor = spans.get(period.years)
            if anchor is None and (not near or _TO_NOW.match(text, period.char_start)):
                anchor = _counted_back(text, period, published_on)
            period = replace(period, start=anchor, end=published_on if anchor else None)
        resolved.append(period)
    return resolved


def starts(text: str, period: Period) -> bool:
    """Whether the words right behind this time tell of a programme's or a team's beginning (2013年1月启动)."""
    dated = period.kind in ("span", "named_day") and period.start is not None
    return dated and _STARTS.match(text, period.char_end) is not None


def _counted_back(text: str, stint: Period, published_on: date | None) -> date | None:
    """The day of publication less the stint's whole years; None where it has none or says 多 or 半."""
    written = text[stint.char_start : stint.char_end]
    if not stint.years or published_on is None or not _WHOLE.search(written) or _LOOSE.search(written):
        return None
    year = published_on.year - stint.years
    return date(year, published_on.month, min(published_on.day, 28)) if year > _FIRST_YEAR else None


def departs(text: str, period: Period) -> bool:
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


def _clause_end(text: str, at: int) -> int:
    """End of the clause that a time adverbial opens: past one comma, to the next sentence mark."""
    furthest = min(len(text), at + 60)
    match = _SENTENCE_MARK.search(text, at, furthest)
    return match.start() if match else furthest
