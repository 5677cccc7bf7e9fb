"""Whose a figure is, and when: donor, recipient, organisation, programme and period, from the nearest words.

The places are weighed by `sides`, the spans of time by `times`. Each answer keeps the step that gave it; what no step
gives stays None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from transforms.givers import aids_abroad
from transforms.ordered import Ordered
from transforms.organisations import OrganisationMention, find_organisations
from transforms.places import find_places, is_within
from transforms.programmes import ProgrammeMention, find_programmes, main_channel
from transforms.scene import Scene
from transforms.sides import Found, Sides
from transforms.times import Times, last_day

_PEOPLE = re.compile(r"援|医疗队|队员|组团|工作队|专家|人才")


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
        mentions = find_places(scene.text)
        organisations = find_organisations(scene.text, mentions)
        programmes = find_programmes(scene.text)
        headline_end = len(headline) if headline and scene.text.startswith(headline) else 0
        self.channel = main_channel(programmes) or ("援外" if aids_abroad(scene.text) else None)
        self._sides = Sides(scene, mentions, organisations, programmes, headline_end)
        self._times = Times(scene, published_on)
        self._bodies = Ordered(organisations)
        self._batches = Ordered(m for m in programmes if m.kind == "batch" and self._of_people(m))

    def attribute(self, start: int, end: int) -> Attribution:
        """Who gave, who received and when, for the figure at [start, end)."""
        recipient = self._sides.recipient(start, end)
        period, step = self._times.governing(start, end)
        return Attribution(
            donor=self._sides.donor(start, end),
            recipient=recipient,
            organisation=self._organisation(start, end, recipient.value),
            channel=self.channel,
            batch=self._batch(start),
            period_start=period.start if period else None,
            period_end=last_day(period),
            period_step=step,
        )

    def _organisation(self, start: int, end: int, recipient: str | None) -> str | None:
        """The health body at the recipient's side nearest before the figure in its sentence, or in its clause after."""
        sentence, clause = self.scene.sentence_at(start), self.scene.clause_at(start, end)
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
