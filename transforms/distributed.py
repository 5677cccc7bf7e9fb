"""分别: figures given to the heads before it in order.

门诊、住院、手术量分别达到18.4万人次、1.1万人次和3260台 states three figures of three metrics.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple

from transforms.scene import Scene
from transforms.sentences import LONGEST

_WORD = re.compile(r"分别|依次")
_MARK = re.compile(r"[、和及与]|以及")
_BETWEEN = re.compile(r"[、，和及与]|以及|、?(?:和|及)")


class Share(NamedTuple):
    """What one figure of a distribution is given: its head's span, and where the words that all share begin."""

    head_start: int
    head_end: int
    shared: int
    first: int
    """Start of the distribution's first figure, before which the common verb stands."""


def shares_of(scene: Scene) -> dict[int, Share]:
    """Index of a figure → its share, for every 分别 with as many heads before it as figures after it."""
    shares: dict[int, Share] = {}
    for at, run in runs_of(scene):
        heads = _heads(scene, at)
        if len(heads) == len(run):
            first = scene.quantities[run[0]].char_start
            for index, (start, end) in zip(run, heads, strict=True):
                shares[index] = Share(start, end, at, first)
    return shares


def runs_of(scene: Scene) -> list[tuple[int, list[int]]]:
    """Where each 分别 stands, with the indexes of the two or more figures that follow it as a list."""
    starts = [quantity.char_start for quantity in scene.quantities]
    found = ((word.start(), _run(scene, starts, word.end())) for word in _WORD.finditer(scene.text))
    return [(at, run) for at, run in found if len(run) > 1]


def _heads(scene: Scene, at: int) -> list[tuple[int, int]]:
    """Spans of the list that ends at `at`, in its clause."""
    start = max(scene.clauses.before(at), at - LONGEST)
    heads = []
    for mark in _MARK.finditer(scene.text, start, at):
        heads.append((start, mark.start()))
        start = mark.end()
    heads.append((start, at))
    return [head for head in heads if head[1] > head[0]]


def _run(scene: Scene, starts: list[int], at: int) -> list[int]:
    """Indexes of the figures after `at` that follow each other with nothing but list marks between."""
    run: list[int] = []
    for index in range(bisect_left(starts, at), len(starts)):
        quantity = scene.quantities[index]
        if run:
            between = scene.text[scene.quantities[run[-1]].char_end : quantity.char_start]
            if not _BETWEEN.fullmatch(between):
                break
        elif quantity.char_start > scene.clauses.after(at):
            break
        run.append(index)
    return run
