"""Concepts: what the words around a figure mean, found in one pass over the text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

import ahocorasick

from transforms.lexicons import LexiconError, check_fields, read_toml


class Hit(NamedTuple):
    """A surface of the lexicon in a text, with the concepts that it may stand for."""

    start: int
    end: int
    concepts: frozenset[str]


@cache
def load_concepts() -> Mapping[str, tuple[str, ...]]:
    """Concept → its surfaces. A surface that stands twice under one concept is a LexiconError."""
    file_name = "concepts.toml"
    concepts = {}
    for concept, entry in read_toml(file_name).items():
        check_fields(file_name, concept, entry, {"means", "source", "surfaces"}, set())
        surfaces = tuple(entry["surfaces"])
        if len(set(surfaces)) != len(surfaces):
            twice = sorted(s for s in set(surfaces) if surfaces.count(s) > 1)
            raise LexiconError(f"{file_name}: {concept}: twice: {twice}")
        concepts[concept] = surfaces
    return concepts


@cache
def _automaton() -> ahocorasick.Automaton:
    by_surface: dict[str, set[str]] = {}
    for concept, surfaces in load_concepts().items():
        for surface in surfaces:
            by_surface.setdefault(surface, set()).add(concept)
    automaton = ahocorasick.Automaton()
    for surface, names in by_surface.items():
        automaton.add_word(surface, (len(surface), frozenset(names)))
    automaton.make_automaton()
    return automaton


def find_concepts(text: str) -> list[Hit]:
    """All hits that lie in no longer hit, in order: 教学查房 hides 查房, and 培训班 hides 培训. Linear time."""
    found = [Hit(last + 1 - length, last + 1, names) for last, (length, names) in _automaton().iter(text)]
    found.sort(key=lambda hit: (hit.start, -hit.end))
    kept: list[Hit] = []
    furthest = 0
    for hit in found:
        if hit.end > furthest:
            kept.append(hit)
            furthest = hit.end
    return kept


class Hits:
    """The hits of one text, answering which stand within a stretch."""

    def __init__(self, text: str) -> None:
        self._hits = find_concepts(text)
        self._starts = [hit.start for hit in self._hits]
        self._known: dict[tuple[int, int], frozenset[str]] = {}

    def within(self, start: int, end: int) -> list[Hit]:
        """Hits that lie wholly in [start, end), in order."""
        low, high = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return [hit for hit in self._hits[low:high] if hit.end <= end]

    def concepts(self, start: int, end: int) -> frozenset[str]:
        """All concepts that stand in [start, end). Sentences are asked for again and again, so answers are kept."""
        if (start, end) not in self._known:
            self._known[start, end] = union(hit.concepts for hit in self.within(start, end))
        return self._known[start, end]


def union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    """The union of many sets."""
    return frozenset().union(*sets)
