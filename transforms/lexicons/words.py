"""Words of a lexicon found in a text, in one pass that stops only where two characters may begin a word.

A small lexicon stops by a regular expression. A large one, in which nearly every character begins or continues some
word, looks all pairs of characters up at once: docs/decisions/0020-words-by-two-characters.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

import numpy as np

V = TypeVar("V")

_LARGE = 1_000
"""Words from which on pairs are looked up. For fewer, the regular expression alone costs less."""
_SLOTS = 1 << 18
"""Of the table of pairs: 21,000 pairs begin the names of places, so that one slot in twelve is taken."""


class Words(Generic[V]):
    """The words of a lexicon, each with its value."""

    def __init__(self, entries: Mapping[str, V]) -> None:
        self._values = dict(entries)
        lengths: dict[str, set[int]] = {}
        for word in self._values:
            lengths.setdefault(word[:2], set()).add(len(word))
        self._lengths = {head: tuple(sorted(known, reverse=True)) for head, known in lengths.items()}
        heads = [head for head in lengths if len(head) == 2]
        first, second = (_class(head[place] for head in heads) for place in (0, 1))
        self._may_begin = re.compile(f"{first}(?={second})")
        self._begins = _slots_taken(heads) if len(self._values) >= _LARGE else None
        singles = [word for word in self._values if len(word) == 1]
        self._single = re.compile(_class(singles)) if singles else None

    def find(self, text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int, V]]:
        """(start, end, value) of every word in text[start:end], by start and the longest first. Linear time."""
        end = len(text) if end is None else end
        values, lengths_of, found = self._values, self._lengths.get, []
        for at in self._stops(text, start, end):
            for length in lengths_of(text[at : at + 2], ()):
                if at + length <= end and (word := text[at : at + length]) in values:
                    found.append((at, at + length, values[word]))
        if self._single is not None:
            found += [(one.start(), one.end(), values[one[0]]) for one in self._single.finditer(text, start, end)]
            found.sort(key=_by_start)
        return found

    def _stops(self, text: str, start: int, end: int) -> list[int]:
        """Where two characters of text[start:end] may begin a word, in order: all places where they do, and others."""
        if self._begins is None:
            return [match.start() for match in self._may_begin.finditer(text, start, end)]
        stops = np.flatnonzero(self._begins[_slots_of(text[start:end])])
        found: list[int] = (stops + start).tolist()
        return found

    def outermost(self, text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int, V]]:
        """Those of `find` that lie in no longer one: 教学查房 hides 查房, and two that overlap both stay."""
        kept, furthest = [], 0
        for hit in self.find(text, start, end):
            if hit[1] > furthest:
                furthest = hit[1]
                kept.append(hit)
        return kept

    def longest(self, text: str) -> list[tuple[int, int, V]]:
        """Those of `find` read from left to right, the longest at each place, none overlapping another."""
        kept, furthest = [], 0
        for hit in self.find(text):
            if hit[0] >= furthest:
                furthest = hit[1]
                kept.append(hit)
        return kept


def _slots_of(text: str) -> np.ndarray:
    """The slot of each pair of neighbouring characters."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return (codes[:-1] * np.uint32(1021) + codes[1:]) % np.uint32(_SLOTS)


def _slots_taken(heads: Iterable[str]) -> np.ndarray:
    """One flag a slot: whether a pair that begins a word falls on it."""
    taken = np.zeros(_SLOTS, np.bool_)
    for head in heads:
        taken[_slots_of(head)] = True
    return taken


def _class(characters: Iterable[str]) -> str:
    """A character class of these; one that matches nothing where there are none."""
    listed = "".join(sorted(set(map(re.escape, characters))))
    return f"[{listed}]" if listed else "(?!)"


def _by_start(hit: tuple[int, int, object]) -> tuple[int, int]:
    return hit[0], -hit[1]
