"""The two sides of a figure: the place that gave and the place that received, looked for outwards from the figure.

The order is clause, segment, sentence, paragraph, section, story. A place gives or receives by its region: the channel
(援疆, 援藏, …) names the region that receives; where there is none, the words around the places and the regions' usual
part decide.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from transforms.distributed import runs_of
from transforms.givers import (
    GIVING,
    callers_on,
    givers_of,
    goes_down,
    helping_bodies,
    receiving_provinces,
    tibetan_areas,
)
from transforms.model import PlaceMention
from transforms.ordered import Ordered
from transforms.organisations import OrganisationMention
from transforms.places import is_within, place
from transforms.programmes import SAME, ProgrammeMention
from transforms.roles import Role, groups_of, handed_out, joined, majority, of_sentence, outside, places_as_roles
from transforms.scene import Scene
from transforms.sentences import Span

Side = Literal["donor", "recipient"]

_MOVE = re.compile(r"(?:赴|前往|奔赴|到|来到|抵达|走进|支援|进驻|飞赴|驰援|远赴|至)(?:了)?(?:[^，。；、\d]{0,6})$")
_NATIONWIDE = re.compile(
    r"全国(?:三级|各|[0-9一二三四五六七八九十]|医疗|共|已|累计|派)|[我中]国(?:已|共|累计|先后|向)|中央(?:共|财政|累计|已)"
    r"|(?:[0-9]{1,2}|[十一二三四五六七八九]{1,3})个?(?:对口)?(?:支援|援[疆藏青])?省[市区]"
)
"""Who gives is the whole country: no province that the story names elsewhere."""
_SUBHEAD = re.compile(r"[。！？；…”』」]$")


@dataclass(frozen=True, slots=True)
class Found:
    """An answer and the step that gave it."""

    value: str | None
    step: str | None
    is_joint: bool = False
    """Whether several places were named, of which `value` is the lowest common parent."""


class Sides:
    """The places of one story that give and that receive, found once and asked for each figure."""

    def __init__(
        self,
        scene: Scene,
        mentions: Sequence[PlaceMention],
        organisations: Sequence[OrganisationMention],
        programmes: Sequence[ProgrammeMention],
        headline_end: int,
    ) -> None:
        self.scene = scene
        roles = places_as_roles(scene.text, mentions, organisations, headline_end)
        recipients, donors = _parted(scene.text, roles, programmes)
        self._roles: dict[Side, list[Role]] = {"recipient": recipients, "donor": donors}
        self._exact = Ordered(r for r in recipients if not r.weak and place(r.code).level != "province")
        self._strong = {side: Ordered(r for r in placed if not r.weak) for side, placed in self._roles.items()}
        donor = majority(donors) or majority([role for role in donors if role.code[:2] in GIVING])
        self._story: dict[Side, str | None] = {"recipient": majority(recipients), "donor": donor}
        self._sections = _sections(scene)
        self._section_starts = [span.start for span in self._sections]
        self._section_answers: dict[tuple[Side, int], str | None] = {}
        self._given = {side: self._handed_out(side) for side in self._strong}

    def recipient(self, start: int, end: int) -> Found:
        """The place that received what the figure at [start, end) counts."""
        found = self._refined("recipient", self._nearest("recipient", start, end))
        if found.step in ("paragraph", "section", "story", "sentence") and self._is_nationwide(start):
            return self._whole_region(found, start)
        return found

    def donor(self, start: int, end: int) -> Found:
        """The place that gave it; unknown where the whole country gives."""
        donor = self._refined("donor", self._nearest("donor", start, end))
        if donor.step in ("paragraph", "section", "story") and self._is_nationwide(start):
            return Found(None, None)
        return donor

    def _whole_region(self, found: Found, start: int) -> Found:
        """What the whole country gives goes to the region that its sentence names (援藏), not to one county there."""
        sentence = self.scene.sentence_at(start)
        named = [r for r in self._roles["recipient"] if r.weak and sentence.start <= r.char_start < sentence.end]
        regions = {role.code for role in named if place(role.code).level == "province"}
        if found.value is None or len(regions) != 1:
            return found
        region = regions.pop()
        return Found(region, "sentence") if is_within(found.value, region) else found

    def _is_nationwide(self, start: int) -> bool:
        return _NATIONWIDE.search(self.scene.text, self.scene.sentence_at(start).start, start) is not None

    def _handed_out(self, side: Side) -> dict[int, str]:
        """Start of a figure → the place that 分别 gives it: 绍兴、嘉兴分别向阿瓦提、沙雅选派5名、6名."""
        given: dict[int, str] = {}
        for at, run in runs_of(self.scene):
            starts = [self.scene.quantities[index].char_start for index in run]
            named = self._strong[side].within(self.scene.clauses.before(at), starts[0])
            given.update(zip(starts, handed_out(self.scene.text, named, len(run)), strict=False))
        return given

    def _nearest(self, side: Side, start: int, end: int) -> Found:
        """The place of one part that stands nearest to the figure, step by step outwards."""
        if start in self._given[side]:
            return Found(self._given[side][start], "clause")
        strong, text = self._strong[side], self.scene.text
        sentence = self.scene.sentence_at(start)
        clause = self.scene.clause_at(start, end)
        inside = strong.within(max(clause.start, sentence.start), min(clause.end, sentence.end))
        if inside:
            answer = self._in_clause(inside, start, end, side)
            if side == "recipient" and answer is not None and place(answer).level == "province":
                answer = outside(answer, (), strong.within(sentence.start, start))
            return Found(answer, "clause")
        segment = max(self.scene.segments.before(start), sentence.start)
        for step, low in (("clause", segment), ("sentence", sentence.start)):
            before = strong.within(low, start)
            if before:
                return self._moved_inside(side, _together(groups_of(text, before)[-1], step), end, sentence.end)
        after = strong.within(end, min(self.scene.segments.after(end), sentence.end))
        if after and side == "recipient":
            return _together(groups_of(text, after)[0], "sentence")
        last = strong.last_before(start, self.scene.paragraph_at(start).start)
        if last is not None:
            spoken = self.scene.sentence_at(last.char_start)
            return Found(of_sentence(strong.within(spoken.start, start)), "paragraph")
        if after:
            return Found(joined(groups_of(text, after)[0]), "sentence")
        return self._further(side, start)

    def _moved_inside(self, side: Side, found: Found, end: int, sentence_end: int) -> Found:
        """A province named before the figure yields to the place inside it that the sentence then goes to: 青海某医院
        一行12人，先后到班玛县、久治县."""
        if side == "donor" or found.value is None or place(found.value).level != "province":
            return found
        text = self.scene.text
        after = self._strong[side].within(end, sentence_end)
        at = next((i for i, r in enumerate(after) if _MOVE.search(text, max(0, r.char_start - 12), r.char_start)), None)
        if at is None:
            return found
        group = groups_of(text, after[at:])[0]
        reached = joined(group)
        return _together(group, "sentence") if reached and is_within(reached, found.value) else found

    def _further(self, side: Side, start: int) -> Found:
        """What the section says of the part, else the story. A section that is of two minds gives its last place."""
        index = bisect_right(self._section_starts, start) - 1
        if len(self._sections) > 1 and index >= 0:
            section = self._sections[index]
            if (side, index) not in self._section_answers:
                here = [r for r in self._roles[side] if section.start <= r.char_start < section.end]
                self._section_answers[side, index] = majority(here)
            answer = self._section_answers[side, index]
            if side == "recipient" and (answer is None or place(answer).level == "province"):
                named = self._exact.last_before(start, section.start)
                answer = named.code if named is not None else answer
            if answer is not None:
                return Found(answer, "section")
        story = self._story[side]
        return Found(story, "story" if story else None)

    def _in_clause(self, inside: list[Role], start: int, end: int, side: Side) -> str | None:
        """Of the places in the figure's clause: one that it moves to, else the nearest before, else the next after."""
        text = self.scene.text
        after = [role for role in inside if role.char_start >= end]
        before = [role for role in inside if role.char_end <= start]
        moved = [role for role in after if _MOVE.search(text, max(0, role.char_start - 12), role.char_start)]
        if side == "recipient" and moved:
            group = groups_of(text, [r for r in after if r.char_start >= moved[0].char_start])[0]
        else:
            beside = groups_of(text, before)[-1:] or groups_of(text, after)[:1]
            if not beside:
                return None  # the figure stands inside the only name: 十三师 of another reading
            group = beside[0]
        return outside(joined(group), group, inside)

    def _refined(self, side: Side, found: Found) -> Found:
        """A province yields to the place inside it that the whole story is about; without one, weak mentions count."""
        story = self._story[side]
        if found.is_joint:
            return found
        if found.value is None and side == "donor" and story is not None:
            return Found(story, "story")  # donors of two provinces in one list: the one that the story is about
        if found.value is None or story is None or found.value == story or found.step == "clause":
            return found
        if side == "recipient" and place(found.value).level == "province" and is_within(story, found.value):
            return Found(story, "story")
        return found


def _parted(text: str, roles: Sequence[Role], programmes: Sequence[ProgrammeMention]) -> tuple[list[Role], list[Role]]:
    """The roles that receive and those that give."""
    tibetan = tibetan_areas(roles, programmes)
    if tibetan:
        kept = [role for role in roles if not (role.weak and role.code[:2] == "54")]
        recipients = [role for role in kept if role.code[:4] in tibetan]
        return recipients, [role for role in kept if role.code[:4] not in tibetan and role.code[2:] != "0000"] or [
            role for role in kept if role.code[:4] not in tibetan
        ]
    receiving = receiving_provinces(text, roles, programmes)
    within = len({role.code[:2] for role in roles}) == 1
    giving = (givers_of(text, roles) or callers_on(text, roles)) if within else frozenset()
    same = within and (any(mention.province == SAME for mention in programmes) or goes_down(text, roles))
    if within and (giving or same):
        receiving = frozenset(role.code[:2] for role in roles)
    helping = frozenset[int]() if within else helping_bodies(text, roles, receiving)
    gives = [role.code[:2] not in receiving or role.code in giving or role.char_start in helping for role in roles]
    recipients = [role for role, giver in zip(roles, gives, strict=True) if not giver]
    donors = [role for role, giver in zip(roles, gives, strict=True) if giver]
    return recipients, list(roles) if same and not donors else donors


def _together(group: Sequence[Role], step: str) -> Found:
    value = joined(group)
    return Found(value, step, all(role.code != value for role in group))


def _sections(scene: Scene) -> list[Span]:
    """The story cut at its subheads: short paragraphs that end in no full stop."""
    starts = [0]
    for index, paragraph in enumerate(scene.paragraphs):
        written = scene.text[paragraph.start : paragraph.end]
        if index and len(written) <= 30 and not _SUBHEAD.search(written):
            starts.append(paragraph.start)
    return [Span(low, high) for low, high in zip(starts, [*starts[1:], len(scene.text)], strict=True)]
