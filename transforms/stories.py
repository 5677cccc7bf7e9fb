"""The same story in several articles: reposts, shortened ones included, under one key.

Two articles tell one story where the shorter stands in the other: half of its characters in paragraphs that the
other has too, or three fifths of its five-character shingles, for exports that cut paragraphs elsewhere. A paragraph
is shared where four fifths of the shorter one's shingles stand in the other; which paragraphs are worth that look,
MinHash says. Independent reports of one event share far less.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from transforms.characters import HAN
from transforms.paragraph_matches import match_paragraphs, shingles_of

_KEPT = re.compile(f"[{HAN}0-9A-Za-z]+")
_KEEP_ONE_IN = 4
"""Shingles whose hash this divides are kept: the same ones in every text, so containment stays comparable."""
_SHORTEST_PARAGRAPH = 20

_PARAGRAPH_SHARE = 0.5
_SHINGLE_SHARE = 0.6
"""Measured: shortened reposts share 0.75 and 0.92 of the shorter text, other articles of the field at most 0.14."""
_FEWEST_SHINGLES = 12
_COMMONEST = 50
"""Of what more articles hold than this, only neighbours are compared: linear, and a story in a hundred papers still
forms one chain."""

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What `group` needs to know of a text."""

    paragraphs: tuple[str, ...] = ()
    """Han characters, digits and letters of each paragraph that has 20 of them."""
    shingles: frozenset[int] = frozenset()
    """A sample of the text's shingles: about one for every four characters."""

    @property
    def size(self) -> int:
        return sum(map(len, self.paragraphs))


def fingerprint(article_text: str) -> Fingerprint:
    """The paragraphs and shingles of a text; nothing for one of fewer than 20 characters, which is nobody's repost."""
    parts = ["".join(_KEPT.findall(part)) for part in article_text.split("\n")]
    joined = "".join(parts)
    if len(joined) < _SHORTEST_PARAGRAPH:
        return Fingerprint()
    kept = frozenset(value for value in shingles_of(joined) if value % _KEEP_ONE_IN == 0)
    return Fingerprint(tuple(part for part in parts if len(part) >= _SHORTEST_PARAGRAPH), kept)


def group(fingerprints: Mapping[int, Fingerprint]) -> dict[int, int]:
    """Story key of each article key: the smallest article key among the articles that tell one story.

    The answer does not depend on the order of `fingerprints`. An article alone is its own story.
    """
    parents = {key: key for key in fingerprints}

    def root(key: int) -> int:
        while parents[key] != key:
            parents[key] = parents[parents[key]]
            key = parents[key]
        return key

    for left, right in sorted(_by_paragraphs(fingerprints) | _by_shingles(fingerprints)):
        low, high = sorted((root(left), root(right)))
        parents[high] = low
    return {key: root(key) for key in fingerprints}


def shared_paragraphs(left: str, right: str) -> tuple[int, int]:
    """How many paragraphs of `left` stand in `right`, and how many it has, of 20 characters and more."""
    ours, theirs = fingerprint(left).paragraphs, fingerprint(right).paragraphs
    texts = sorted({*ours, *theirs})
    near: dict[str, set[str]] = defaultdict(set)
    for first, second in match_paragraphs(texts):
        near[texts[first]].add(texts[second])
        near[texts[second]].add(texts[first])
    shared = sum(bool(({part} | near[part]) & set(theirs)) for part in ours)
    return shared, len(ours)


def _by_paragraphs(fingerprints: Mapping[int, Fingerprint]) -> set[Pair]:
    """Pairs of articles of which the shorter has half of its characters in paragraphs that the other has too."""
    holders: dict[str, list[int]] = defaultdict(list)
    for key in sorted(fingerprints):
        for paragraph in sorted(set(fingerprints[key].paragraphs)):
            holders[paragraph].append(key)
    texts = sorted(holders)
    shared: dict[Pair, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for text in texts:
        for left, right in _met(holders[text]):
            for side in shared[left, right]:
                side.add(text)
    for first, second in match_paragraphs(texts):
        ours, theirs = texts[first], texts[second]
        for left, right in _across(holders[ours], holders[theirs]):
            low, high = min(left, right), max(left, right)
            sides = shared[low, high]
            sides[left > right].add(ours)
            sides[right > left].add(theirs)
    found = set()
    for (left, right), (ours_shared, theirs_shared) in shared.items():
        left_size, right_size = fingerprints[left].size, fingerprints[right].size
        said = ours_shared if left_size <= right_size else theirs_shared
        if sum(map(len, said)) >= _PARAGRAPH_SHARE * min(left_size, right_size):
            found.add((left, right))
    return found


def _met(keys: Sequence[int]) -> Iterable[Pair]:
    return combinations(keys, 2) if len(keys) <= _COMMONEST else pairwise(keys)


def _across(ours: Sequence[int], theirs: Sequence[int]) -> Iterator[Pair]:
    """Articles that hold one paragraph with those that hold the one that matches it; few of many stand for all."""
    for left in ours[:_COMMONEST]:
        for right in theirs[:_COMMONEST]:
            if left != right:
                yield left, right


def _by_shingles(fingerprints: Mapping[int, Fingerprint]) -> set[Pair]:
    """Pairs of articles that share three fifths of the shorter one's shingles."""
    holders: dict[int, list[int]] = defaultdict(list)
    for key in sorted(fingerprints):
        if len(fingerprints[key].shingles) >= _FEWEST_SHINGLES:
            for number in fingerprints[key].shingles:
                holders[number].append(key)
    pairs: set[Pair] = set()
    for keys in holders.values():
        pairs.update(_met(keys))
    return {pair for pair in pairs if _shingle_share(fingerprints[pair[0]], fingerprints[pair[1]]) >= _SHINGLE_SHARE}


def _shingle_share(left: Fingerprint, right: Fingerprint) -> float:
    return len(left.shingles & right.shingles) / min(len(left.shingles), len(right.shingles))


def story_keys(articles: Iterable[tuple[int, str]]) -> dict[int, int]:
    """Story key of each of `articles`, given as (article key, text)."""
    return group({key: fingerprint(text) for key, text in articles})


__all__ = ["Fingerprint", "fingerprint", "group", "shared_paragraphs", "story_keys"]
