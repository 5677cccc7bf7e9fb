"""Whose a figure is, and when: donor, recipient, organisation, programme and period, from the nearest words.

The order is clause, segment, sentence, paragraph, section, story. Each answer keeps the step that gave it; what no
step gives stays None. A place gives or receives by its region: the channel (援疆, 援藏, …) names the region that
receives; where there is none, the words around the places and the regions' usual part decide.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from transforms.distributed import runs_of
from transforms.ordered import Ordered
from transforms.organisations import OrganisationMention, find_organisations
from transforms.periods import Period, find_periods
from transforms.places import find_places, is_within, place
from transforms.programmes import SAME, ProgrammeMention, find_programmes, main_channel
from transforms.roles import (
    GIVING,
    Role,
    aids_abroad,
    givers_of,
    groups_of,
    handed_out,
    joined,
    majority,
    of_sentence,
    outside,
    places_as_roles,
    receiving_provinces,
)
from transforms.scene import Scene
from transforms.sentences import Span
from transforms.stints import resolve_stints

_MOVE = re.compile(r"(?:赴|前往|奔赴|到|来到|抵达|走进|支援|进驻|飞赴|驰援|远赴|至)(?:了)?(?:[^，。；、\d]{0,6})$")
_PEOPLE = re.compile(r"援|医疗队|队员|组团|工作队|专家|人才")
_NATIONWIDE = re.compile(r"全国(?:三级|各|[0-9一二三四五六七八九十]|医疗|共|已|累计|派)|[我中]国(?:已|共|累计|先后|向)")
"""Who gives is the whole country: no province that the story names elsewhere."""
_RELATIVE_DAY = re.compile(r"[今去前]年[0-9一二三四五六七八九十]{0,2}月?|日前|近日")
_SUBHEAD = re.compile(r"[。！？；…”』」]$")


@dataclass(frozen=True, slots=True)
class Found:
    """An answer and the step that gave it."""

    value: str | None
    step: str | None
    is_joint: bool = False
    """Whether several places were named, of which `value` is the lowest common parent."""


def _together(group: Sequence[Role], step: str) -> Found:
    value = joined(group)
    return Found(value, step, all(role.code != value for role in group))


@dataclass(frozen=True, slots=True)
class Attribution:
    """Donor, recipient, organisation, programme and period of one figure."""

    donor: Found
    recipient: Found
    organisation: str | None
    channel: str | None
    batch: str | None
    period_start: date | None
    period_end: date | None
    period_step: str | None


class Attributor:
    """Everything about one article that attribution asks, found once."""

    def __init__(self, scene: Scene, headline: str | None, published_on: date | None) -> None:
        self.scene = scene
        self.published_on = published_on
        mentions = find_places(scene.text)
        self.organisations = find_organisations(scene.text, mentions)
        self.programmes = find_programmes(scene.text)
        self.channel = main_channel(self.programmes) or ("援外" if aids_abroad(scene.text) else None)
        self.headline_end = len(headline) if headline and scene.text.startswith(headline) else 0
        roles = places_as_roles(scene.text, mentions, self.organisations, self.headline_end)
        receiving = receiving_provinces(scene.text, roles, self.programmes)
        within = len({role.code[:2] for role in roles}) == 1
        giving = givers_of(scene.text, roles) if within else frozenset()
        if within and (giving or any(mention.province == SAME for mention in self.programmes)):
            receiving = frozenset(role.code[:2] for role in roles)
        self.recipients = [role for role in roles if role.code[:2] in receiving and role.code not in giving]
        self.donors = [role for role in roles if role.code[:2] not in receiving or role.code in giving]
        if within and not self.donors and any(mention.province == SAME for mention in self.programmes):
            self.donors = [role for role in roles if place(role.code).level == "province"]
        self._exact = Ordered(r for r in self.recipients if not r.weak and place(r.code).level != "province")
        self._strong = {which: Ordered(r for r in roles if not r.weak) for which, roles in self._by_part()}
        self.periods = resolve_stints(scene.text, find_periods(scene.text, published_on), published_on)
        self._dated = Ordered(p for p in self.periods if p.start or (p.kind == "until" and p.end))
        self._undated = Ordered(p for p in self.periods if p.kind == "stint" and p.start is None and p.years)
        self._begun = Ordered(p for p in self._dated.items if p.kind in ("since", "stint"))
        self._openings = Ordered(_openings(scene, self.periods))
        self._bodies = Ordered(self.organisations)
        self._batches = Ordered(m for m in self.programmes if m.kind == "batch" and self._of_people(m))
        givers = [role for role in self.donors if role.code[:2] in GIVING]
        donor = majority(self.donors) or majority(givers)
        self._story = {"recipient": majority(self.recipients), "donor": donor}
        self._sections = _sections(scene)
        self._section_starts = [span.start for span in self._sections]
        self._section_answers: dict[tuple[str, int], str | None] = {}
        self._given = {which: self._handed_out(which) for which in self._strong}

    def _by_part(self) -> tuple[tuple[str, list[Role]], ...]:
        return ("recipient", self.recipients), ("donor", self.donors)

    def attribute(self, start: int, end: int) -> Attribution:
        """Who gave, who received and when, for the figure at [start, end)."""
        recipient = self._refined("recipient", self._nearest("recipient", start, end))
        donor = self._refined("donor", self._nearest("donor", start, end))
        if donor.step in ("paragraph", "section", "story") and self._is_nationwide(start):
            donor = Found(None, None)
        period, step = self._period(start, end)
        return Attribution(
            donor=donor,
            recipient=recipient,
            organisation=self._organisation(start, end, recipient.value),
            channel=self.channel,
            batch=self._batch(start),
            period_start=period.start if period else None,
            period_end=_end(period),
            period_step=step,
        )

    def _is_nationwide(self, start: int) -> bool:
        return _NATIONWIDE.search(self.scene.text, self.scene.sentence_at(start).start, start) is not None

    def _handed_out(self, which: str) -> dict[int, str]:
        """Start of a figure → the place that 分别 gives it: 绍兴、嘉兴分别向阿瓦提、沙雅选派5名、6名."""
        given: dict[int, str] = {}
        for at, run in runs_of(self.scene):
            starts = [self.scene.quantities[index].char_start for index in run]
            named = self._strong[which].within(self.scene.clauses.before(at), starts[0])
            given.update(zip(starts, handed_out(self.scene.text, named, len(run)), strict=False))
        return given

    def _clause(self, start: int, end: int) -> Span:
        return Span(self.scene.clauses.before(start), self.scene.clauses.after(end))

    def _nearest(self, which: str, start: int, end: int) -> Found:
        """The place of one part that stands nearest to the figure, step by step outwards."""
        if start in self._given[which]:
            return Found(self._given[which][start], "clause")
        strong, text = self._strong[which], self.scene.text
        sentence = self.scene.sentence_at(start)
        clause = self._clause(start, end)
        inside = strong.within(max(clause.start, sentence.start), min(clause.end, sentence.end))
        if inside:
            answer = self._in_clause(inside, start, end, which)
            if which == "recipient" and answer is not None and place(answer).level == "province":
                answer = outside(answer, (), strong.within(sentence.start, start))
            return Found(answer, "clause")
        segment = max(self.scene.segments.before(start), sentence.start)
        for step, low in (("clause", segment), ("sentence", sentence.start)):
            before = strong.within(low, start)
            if before:
                return _together(groups_of(text, before)[-1], step)
        after = strong.within(end, min(self.scene.segments.after(end), sentence.end))
        if after and which == "recipient":
            return _together(groups_of(text, after)[0], "sentence")
        last = strong.last_before(start, self.scene.paragraph_at(start).start)
        if last is not None:
            spoken = self.scene.sentence_at(last.char_start)
            return Found(of_sentence(strong.within(spoken.start, start)), "paragraph")
        if after:
            return Found(joined(groups_of(text, after)[0]), "sentence")
        return self._further(which, start)

    def _further(self, which: str, start: int) -> Found:
        """What the section says of the part, else the story. A section that is of two minds gives its last place."""
        index = bisect_right(self._section_starts, start) - 1
        if len(self._sections) > 1 and index >= 0:
            section = self._sections[index]
            if (which, index) not in self._section_answers:
                here = [r for r in dict(self._by_part())[which] if section.start <= r.char_start < section.end]
                self._section_answers[which, index] = majority(here)
            answer = self._section_answers[which, index]
            if which == "recipient" and (answer is None or place(answer).level == "province"):
                named = self._exact.last_before(start, section.start)
                answer = named.code if named is not None else answer
            if answer is not None:
                return Found(answer, "section")
        story = self._story[which]
        return Found(story, "story" if story else None)

    def _in_clause(self, inside: list[Role], start: int, end: int, which: str) -> str | None:
        """Of the places in the figure's clause: one that it moves to, else the nearest before, else the next after."""
        text = self.scene.text
        after = [role for role in inside if role.char_start >= end]
        before = [role for role in inside if role.char_end <= start]
        moved = [role for role in after if _MOVE.search(text, max(0, role.char_start - 12), role.char_start)]
        if which == "recipient" and moved:
            group = groups_of(text, [r for r in after if r.char_start >= moved[0].char_start])[0]
        else:
            beside = groups_of(text, before)[-1:] or groups_of(text, after)[:1]
            if not beside:
                return None  # the figure stands inside the only name: 十三师 of another reading
            group = beside[0]
        return outside(joined(group), group, inside)

    def _refined(self, which: str, found: Found) -> Found:
        """A province yields to the place inside it that the whole story is about; without one, weak mentions count."""
        story = self._story[which]
        if found.is_joint:
            return found
        if found.value is None and which == "donor" and story is not None:
            return Found(story, "story")  # donors of two provinces in one list: the one that the story is about
        if found.value is None or story is None or found.value == story or found.step == "clause":
            return found
        if which == "recipient" and place(found.value).level == "province" and is_within(story, found.value):
            return Found(story, "story")
        return found

    def _organisation(self, start: int, end: int, recipient: str | None) -> str | None:
        """The health body at the recipient's side nearest before the figure in its sentence, or in its clause after."""
        sentence, clause = self.scene.sentence_at(start), self._clause(start, end)
        before = [o for o in self._bodies.within(sentence.start, start) if self._receives(o, recipient)]
        if before:
            return before[-1].name
        following = self._bodies.within(end, min(clause.end, sentence.end))
        return next((o.name for o in following if self._receives(o, recipient)), None)

    @staticmethod
    def _receives(organisation: OrganisationMention, recipient: str | None) -> bool:
        code = organisation.place_code
        return code is not None and recipient is not None and (is_within(code, recipient) or is_within(recipient, code))

    def _batch(self, start: int) -> str | None:
        """The batch named nearest before the figure in its sentence, else the first that the story names."""
        sentence = self.scene.sentence_at(start)
        before = self._batches.last_before(start, sentence.start)
        if before is not None:
            return before.name
        here = self._batches.within(sentence.start, sentence.end)
        chosen = here[:1] or self._batches.items[:1]
        return chosen[0].name if chosen else None

    def _of_people(self, mention: ProgrammeMention) -> bool:
        return _PEOPLE.search(self.scene.text, mention.char_end, mention.char_end + 12) is not None

    def _period(self, start: int, end: int) -> tuple[Period | None, str | None]:
        """The span of time that governs the figure: in its clause, before it in the segment and sentence, then a
        beginning named earlier in the paragraph, then the span that opens its paragraph or an earlier one."""
        clause, sentence = self._clause(start, end), self.scene.sentence_at(start)
        segment = max(self.scene.segments.before(start), sentence.start)
        steps = (("clause", max(clause.start, sentence.start)), ("clause", segment), ("sentence", sentence.start))
        for step, low in steps:
            here = self._dated.within(low, start)
            if here:
                return self._with_start(here, start), step
        here = self._dated.within(end, min(clause.end, sentence.end))
        if here:
            return here[0], "clause"
        if self.published_on is None and _RELATIVE_DAY.search(self.scene.text, sentence.start, start):
            return None, None  # 今年8月, of a year that nothing tells
        if self._undated.within(sentence.start, start):
            return None, None  # 60年来, of which the text gives no beginning
        paragraph = self.scene.paragraph_at(start)
        begun = self._begun.last_before(start, paragraph.start)
        if begun is not None:
            return begun, "paragraph"
        opening = self._openings.last_before(start)
        if opening is None or opening.start is None:
            return None, None
        return opening, "paragraph" if opening.char_start >= paragraph.start else "story"

    def _with_start(self, here: Sequence[Period], start: int) -> Period:
        """The last span before the figure; 截至目前 takes the beginning named before it in its paragraph."""
        last = here[-1]
        if last.kind != "until":
            return last
        begun = [p for p in here[:-1] if p.kind in ("since", "stint", "span") and p.start is not None]
        first = begun[-1] if begun else self._begun.last_before(last.char_start, self.scene.paragraph_at(start).start)
        if first is None:
            return last
        return Period(first.start, last.end, "span", first.char_start, last.char_end)


def _end(period: Period | None) -> date | None:
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


def _sections(scene: Scene) -> list[Span]:
    """The story cut at its subheads: short paragraphs that end in no full stop."""
    starts = [0]
    for index, paragraph in enumerate(scene.paragraphs):
        written = scene.text[paragraph.start : paragraph.end]
        if index and len(written) <= 30 and not _SUBHEAD.search(written):
            starts.append(paragraph.start)
    return [Span(low, high) for low, high in zip(starts, [*starts[1:], len(scene.text)], strict=True)]
