"""Parts of a whole: which figure is a part of which total.

Three signs, no others: 其中 (or 包括) between a total and the figure; a bracket right after a total that lists
figures of the same metric; a list that follows a total in its sentence and comes to exactly that total.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from transforms.metrics import Claim, Reading
from transforms.scene import Scene
from transforms.wording import part_mark

_FURTHEST = 30
"""How many figures lie between a whole and its parts at most."""
_OPENS = re.compile(r"[：:（(]|其中|包括|分别|即|——|有")


class _Place(NamedTuple):
    """One level claim and where it stands: reading and claim index."""

    reading: int
    claim: int
    metric: str


def mark_parts(scene: Scene, readings: Sequence[Reading]) -> list[Reading]:
    """The same readings, the parts among them marked, each with the index of the reading that states its whole."""
    levels = [
        _Place(i, j, claim.metric)
        for i, reading in enumerate(readings)
        for j, claim in enumerate(reading.claims)
        if claim.aspect == "level"
    ]
    wholes: dict[tuple[int, int], int] = {}
    for finder in (_after_mark, _in_bracket, _summing):
        for part, whole in finder(scene, readings, levels):
            if (whole.reading, whole.claim) not in wholes:
                wholes.setdefault((part.reading, part.claim), whole.reading)
    return [_marked(reading, index, wholes) for index, reading in enumerate(readings)]


def _marked(reading: Reading, index: int, wholes: dict[tuple[int, int], int]) -> Reading:
    claims = tuple(
        replace(claim, is_part=True, part_of=wholes[index, j]) if (index, j) in wholes else claim
        for j, claim in enumerate(reading.claims)
    )
    return replace(reading, claims=claims)


def _start(readings: Sequence[Reading], place: _Place) -> int:
    return readings[place.reading].quantity.char_start


def _claim(readings: Sequence[Reading], place: _Place) -> Claim:
    return readings[place.reading].claims[place.claim]


def _after_mark(scene: Scene, readings: Sequence[Reading], levels: Sequence[_Place]) -> Iterator[tuple[_Place, _Place]]:
    """211名专家奔赴哈密。其中柔性援疆专家20批108人: the last figure of the metric before 其中 is the whole."""
    for position, place in enumerate(levels):
        start = _start(readings, place)
        mark = part_mark(scene.text, max(scene.segments.before(start), scene.sentence_at(start).start), start)
        if mark is None or not _claim(readings, place).is_part:
            continue
        paragraph = scene.paragraph_at(start).start
        for other in reversed(levels[max(0, position - _FURTHEST) : position]):
            at = _start(readings, other)
            if at < paragraph:
                break
            claim = _claim(readings, other)
            if at < mark and other.metric == place.metric and not claim.is_part:
                if claim.unit == _claim(readings, place).unit:
                    yield place, other
                break


def _in_bracket(scene: Scene, readings: Sequence[Reading], levels: Sequence[_Place]) -> Iterator[tuple[_Place, _Place]]:
    """三批队员共61人（第一批18人，第二批21人，第三批22人）: what a bracket right after a figure lists."""
    for position, whole in enumerate(levels):
        end = readings[whole.reading].quantity.char_end
        if scene.text[end : end + 1] not in ("（", "("):
            continue
        close = scene.bracket_end(end)
        inside = [
            p
            for p in levels[position + 1 : position + _FURTHEST]
            if _start(readings, p) < close and p.metric == whole.metric
        ]
        if len(inside) > 1:
            yield from ((part, whole) for part in inside)


def _summing(scene: Scene, readings: Sequence[Reading], levels: Sequence[_Place]) -> Iterator[tuple[_Place, _Place]]:
    """派出21人，其中…: figures of the metric that follow a total in its sentence and make exactly it."""
    for position, whole in enumerate(levels):
        sentence = scene.sentence_at(_start(readings, whole))
        value = _claim(readings, whole).value
        run: list[_Place] = []
        total = value * 0
        for place in levels[position + 1 : position + _FURTHEST]:
            if _start(readings, place) >= sentence.end or place.metric != whole.metric:
                break
            run.append(place)
            total += _claim(readings, place).value
            if total >= value:
                break
        if len(run) > 1 and total == value and _opens_list(scene, readings, whole, run[0]):
            yield from ((part, whole) for part in run)


def _opens_list(scene: Scene, readings: Sequence[Reading], whole: _Place, first: _Place) -> bool:
    """Whether the words between a total and the first of its parts open a list."""
    between = scene.text[readings[whole.reading].quantity.char_end : _start(readings, first)]
    return _OPENS.search(between) is not None
