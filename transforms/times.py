"""When: the span of time that governs a figure, by where the spans of its story stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from transforms.ordered import Ordered
from transforms.periods import Period, find_periods
from transforms.scene import Scene
from transforms.stints import departs, resolve_stints, starts

_RELATIVE_DAY = re.compile(r"[今去前]年[0-9一二三四五六七八九十]{0,2}月?|日前|近日")

_THIS_EVENT = re.compile(r"[本此]次(?!又)|当[天日]|活动(?:当天|现场|期间)|第[二三四五]天")
"""What points back at the event that the story told of before."""
_FURTHEST = 60
_ON_ARRIVAL = re.compile(r"(?:来到|抵达|到达|到任|上任|入驻|进驻|援[疆藏青外])[^，。；]{0,8}(?:后|以来)")
"""What ties a sentence to the day on which the team arrived: 来到喀什后."""
_LONGEST_EVENT = timedelta(days=31)


class Times:
    """The spans of time of one story, found once and asked for each figure."""

    def __init__(self, scene: Scene, published_on: date | None) -> None:
        self.scene = scene
        self.published_on = published_on
        periods = resolve_stints(scene.text, find_periods(scene.text, published_on), published_on)
        self._dated = Ordered(p for p in periods if p.start or (p.kind == "until" and p.end))
        self._undated = Ordered(p for p in periods if p.kind == "stint" and p.start is None and p.years)
        self._begun = Ordered(p for p in self._dated.items if p.kind in ("since", "stint"))
        dated = [period for period in self._dated.items if period.kind != "until"]
        set_out = [period for period in dated if departs(scene.text, period)]
        self._set_out = Ordered(set_out)
        self._begins = Ordered([*set_out, *(period for period in dated if starts(scene.text, period))])
        self._events = Ordered(p for p in self._dated.items if _is_event(p))
        self._openings = Ordered(_openings(scene, periods))

    def governing(self, start: int, end: int) -> tuple[Period | None, str | None]:
        """The span of time that governs the figure: in its clause, before it in the segment and sentence, then a
        beginning named earlier in the paragraph, then the span that opens its paragraph or an earlier one."""
        clause, sentence = self.scene.clause_at(start, end), self.scene.sentence_at(start)
        segment = max(self.scene.segments.before(start), sentence.start)
        steps = (("clause", max(clause.start, sentence.start)), ("clause", segment), ("sentence", sentence.start))
        for step, low in steps:
            here = self._dated.within(low, start)
            if here:
                return self._with_start(here, start), step
        here = self._dated.within(end, min(clause.end, sentence.end))
        if here:
            return here[0], "clause"
        summed_up = self._summed_up(end)
        if summed_up is not None:
            return summed_up, "sentence"
        if self.published_on is None and _RELATIVE_DAY.search(self.scene.text, sentence.start, start):
            return None, None  # 今年8月, of a year that nothing tells
        if self._undated.within(sentence.start, start):
            return None, None  # 60年来, of which the text gives no beginning
        paragraph = self.scene.paragraph_at(start)
        begun = self._begun.last_before(start, paragraph.start)
        if begun is not None:
            return begun, "paragraph"
        if _ON_ARRIVAL.search(self.scene.text, sentence.start, start):
            set_out = self._set_out.last_before(sentence.start, self.scene.paragraph_at(start).start)
            if set_out is not None:
                return replace(set_out, end=None), "paragraph"
        event = self._events.last_before(start) if _THIS_EVENT.search(self.scene.text, sentence.start, end) else None
        if event is not None:
            return event, "story"
        opening = self._openings.last_before(start)
        if opening is None or opening.start is None:
            return None, None
        return opening, "paragraph" if opening.char_start >= paragraph.start else "story"

    def _summed_up(self, end: int) -> Period | None:
        """The beginning that closes a list of figures: 门诊3.6万人次，新建专科7个……自2016年启动帮扶以来，…"""
        ahead = self._dated.within(end, end + _FURTHEST)
        between = self.scene.text[end : ahead[0].char_start] if ahead and ahead[0].kind == "since" else ""
        return ahead[0] if "……" in between and "。" not in between else None

    def _with_start(self, here: Sequence[Period], start: int) -> Period:
        """The last span before the figure; 截至目前 takes the beginning named before it in its paragraph,
        which may be the day on which the team set out."""
        last = here[-1]
        if last.kind != "until":
            return last
        begun = [p for p in here[:-1] if p.kind in ("since", "stint", "span") and p.start is not None]
        first = begun[-1] if begun else self._begun.last_before(last.char_start, self.scene.paragraph_at(start).start)
        if first is None:
            first = self._begins.last_before(last.char_start, self.scene.paragraph_at(start).start)
        if first is None:
            return last
        return Period(first.start, last.end, "span", first.char_start, last.char_end)


def _is_event(period: Period) -> bool:
    """Whether a time is of a day or a few weeks: 7月16日至18日."""
    if period.start is None or period.end is None or period.kind not in ("span", "named_day"):
        return False
    return period.end - period.start <= _LONGEST_EVENT


def last_day(period: Period | None) -> date | None:
    """The period's end; None where the dates put it before the start: one of them is no bound then."""
    if period is None or (period.start and period.end and period.end < period.start):
        return None
    return period.end


def _openings(scene: Scene, periods: Sequence[Period]) -> list[Period]:
    """Long spans that open a paragraph or stand in the headline (2023年，…): they govern until the next one.

    A paragraph that opens with any other time ends the rule of the one before, which the empty span stands for.
    """
    opened = []
    for period in periods:
        paragraph = scene.paragraph_at(period.char_start)
        if period.kind not in ("span", "since", "named_day") or period.start is None:
            continue
        first = paragraph.start <= scene.paragraphs[min(1, len(scene.paragraphs) - 1)].start
        if period.char_start - paragraph.start > (40 if first else 4):
            continue
        long = period.kind == "span" and period.end is not None and (period.end - period.start).days >= 80
        opened.append(period if long else Period(None, None, "span", period.char_start, period.char_end))
    return opened
