"""Concepts: what the words around a figure mean, found in one pass over the text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from transforms.lexicons import LexiconError, check_fields, read_toml
from transforms.lexicons.words import Words


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
def _words() -> Words[frozenset[str]]:
    by_surface: dict[str, set[str]] = {}
    for concept, surfaces in load_concepts().items():
        for surface in surfaces:
            by_surface.setdefault(surface, set()).add(concept)
    return Words({surface: frozenset(names) for surface, names in by_surface.items()})


def find_concepts(text: str) -> list[Hit]:
    """All hits that lie in no longer hit, in order: 教学查房 hides 查房, and 培训班 hides 培训. Linear time."""
    return [Hit(*hit) for hit in _words().outermost(text)]


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
