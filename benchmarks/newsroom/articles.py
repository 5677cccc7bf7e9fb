"""Articles: how long, how many figures, which paragraphs; and how another paper prints one of them again."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from datetime import timedelta

from benchmarks.newsroom.counted import counted
from benchmarks.newsroom.prose import Tales, headline, opening, subhead
from benchmarks.newsroom.words import Scene, draw_scene, person, vocabulary

SHORTEST, LONGEST = 300, 3_000
_MEDIAN, _SPREAD = 950, 0.42
_COUNTED_SHARE = 0.145
"""Of the sentences: then a figure stands every 60 to 120 characters, as in articles of real papers."""
_NUMBER = re.compile(r"[2-9][0-9]{1,3}(?=[余多]?[名人台例场次项批个期%])")


@dataclass(frozen=True, slots=True)
class Story:
    """One article before it is printed: headline lines, paragraphs, reporters."""

    scene: Scene
    headline: tuple[str, ...]
    paragraphs: tuple[str, ...]
    byline: str
    health: bool = True

    @property
    def size(self) -> int:
        return sum(map(len, self.paragraphs))


def draw_length(dice: random.Random) -> int:
    """Characters of an article: most 600 to 1,500, none below 300 or above 3,000."""
    return int(min(LONGEST - 150, max(SHORTEST, dice.lognormvariate(0, _SPREAD) * _MEDIAN)))


def write_story(dice: random.Random, *, length: int | None = None, health: bool = True) -> Story:
    """One article of about `length` characters."""
    scene = draw_scene(dice)
    wanted = length or draw_length(dice)
    tales = Tales(dice, scene, health=health)
    paragraphs: list[str] = []
    size = 0
    while size < wanted:
        # Figures come in clusters: some paragraphs give an account, others tell a tale.
        share = _COUNTED_SHARE * dice.choice((0.2, 0.4, 1.0, 2.4))
        sentences = [] if paragraphs or not health else [opening(dice, scene)]
        for _ in range(dice.choice((1, 2, 2, 3, 3, 4)) - len(sentences)):
            told = counted(dice, scene, health=health) if dice.random() < share else tales.tell()
            sentences.append(told)
        if sentences:
            paragraphs.append("".join(sentences))
            size += len(paragraphs[-1])
        if dice.random() < 0.04 and paragraphs and size < wanted:
            paragraphs.append(subhead(dice, scene))
    return Story(scene, tuple(headline(dice, scene)), tuple(paragraphs), person(dice), health)


def reprint(story: Story, dice: random.Random) -> Story:
    """The story as another paper prints it days later: whole, shortened, or with one digit gone wrong."""
    words = vocabulary()
    outlet = dice.choice(words["surname"]) + dice.choice("江州城山湖川原") + dice.choice(words["outlet_kind"])
    scene = replace(story.scene, outlet=outlet, day=story.scene.day + timedelta(days=dice.randint(1, 12)))
    paragraphs = story.paragraphs
    manner = dice.choice(("whole", "shortened", "misprinted"))
    if manner == "shortened" and len(paragraphs) > 3:
        kept = max(3, round(len(paragraphs) * dice.uniform(0.55, 0.85)))
        paragraphs = tuple(paragraphs[at] for at in sorted(dice.sample(range(len(paragraphs)), kept)))
    if manner == "misprinted":
        paragraphs = _misprint(paragraphs, dice)
    return replace(story, scene=scene, paragraphs=paragraphs, byline=person(dice))


def _misprint(paragraphs: tuple[str, ...], dice: random.Random) -> tuple[str, ...]:
    """One digit of one figure changed: 186台 → 176台."""
    places = [(at, found) for at, part in enumerate(paragraphs) for found in _NUMBER.finditer(part)]
    if not places:
        return paragraphs
    at, found = dice.choice(places)
    digit = dice.choice([each for each in "123456789" if each != found[0][-1]])
    part = paragraphs[at]
    changed = part[: found.end() - 1] + digit + part[found.end() :]
    return (*paragraphs[:at], changed, *paragraphs[at + 1 :])
