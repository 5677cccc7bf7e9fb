"""The same story in several articles: reposts, shortened ones included, under one key.

Two articles tell one story where the shorter stands in the other: half of its characters in paragraphs that the
other has too, or three fifths of its five-character shingles. Independent reports of one event share far less.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations, pairwise

from transforms.characters import HAN
from transforms.model import hash64

_KEPT = re.compile(f"[{HAN}0-9A-Za-z]+")
_SHINGLE = 5
_KEEP_ONE_IN = 4
"""Shingles whose hash this divides are kept: the same ones in every text, so containment stays comparable."""
_MIX = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1
_SHORTEST_PARAGRAPH = 20

_PARAGRAPH_SHARE = 0.5
_SHINGLE_SHARE = 0.6
"""Measured: shortened reposts share 0.75 and 0.92 of the shorter text, other articles of the field at most 0.14."""
_FEWEST_SHINGLES = 12
_COMMONEST = 50
"""Of a number that more articles hold than this, only neighbours are compared: linear, and a story in a hundred
papers still forms one chain."""

_WEIGHT_BITS = 16


def fingerprint(article_text: str) -> frozenset[int]:
    """What `group` needs to know of a text: signed 64-bit numbers, about one for every four characters.

    Even numbers are paragraphs with their length, odd ones a sample of the shingles. A text of fewer than 20 Han
    characters, letters and digits has an empty one and is no repost of anything.
    """
    paragraphs = ["".join(_KEPT.findall(part)) for part in article_text.split("\n")]
    joined = "".join(paragraphs)
    if len(joined) < _SHORTEST_PARAGRAPH:
        return frozenset()
    found = {_shingle_hash(joined[at : at + _SHINGLE]) for at in range(len(joined) - _SHINGLE + 1)}
    kept = {_signed(value | 1) for value in found if value % (2 * _KEEP_ONE_IN) < 2}
    kept.update(_paragraph_hash(part) for part in paragraphs if len(part) >= _SHORTEST_PARAGRAPH)
    return frozenset(kept)


def group(fingerprints: Mapping[int, frozenset[int]]) -> dict[int, int]:
    """Story key of each article key: the smallest article key among the articles that tell one story.

    The answer does not depend on the order of `fingerprints`. An article alone is its own story.
    """
    parents = {key: key for key in fingerprints}

    def root(key: int) -> int:
        while parents[key] != key:
            parents[key] = parents[parents[key]]
            key = parents[key]
        return key

    for left, right in sorted(_candidates(fingerprints)):
        if _same_story(fingerprints[left], fingerprints[right]):
            low, high = sorted((root(left), root(right)))
            parents[high] = low
    return {key: root(key) for key in fingerprints}


def _candidates(fingerprints: Mapping[int, frozenset[int]]) -> set[tuple[int, int]]:
    """Pairs of articles that share a number."""
    holders: dict[int, list[int]] = defaultdict(list)
    for key in sorted(fingerprints):
        for number in fingerprints[key]:
            holders[number].append(key)
    pairs: set[tuple[int, int]] = set()
    for keys in holders.values():
        pairs.update(combinations(keys, 2) if len(keys) <= _COMMONEST else pairwise(keys))
    return pairs


def _same_story(left: frozenset[int], right: frozenset[int]) -> bool:
    shared = left & right
    return (
        _share(_paragraphs(shared), _paragraphs(left), _paragraphs(right)) >= _PARAGRAPH_SHARE
        or _shingle_share(left, right, shared) >= _SHINGLE_SHARE
    )


def _share(shared: int, left: int, right: int) -> float:
    return shared / min(left, right) if left and right else 0.0


def _paragraphs(numbers: Iterable[int]) -> int:
    """Characters in the paragraphs of a fingerprint: each even number carries its paragraph's length."""
    return sum((number & _MASK) >> 1 & ((1 << _WEIGHT_BITS) - 1) for number in numbers if number % 2 == 0)


def _shingle_share(left: frozenset[int], right: frozenset[int], shared: frozenset[int]) -> float:
    fewest = min(sum(number % 2 for number in left), sum(number % 2 for number in right))
    return sum(number % 2 for number in shared) / fewest if fewest >= _FEWEST_SHINGLES else 0.0


def _shingle_hash(shingle: str) -> int:
    value = 0
    for char in shingle:
        value = ((value ^ ord(char)) * _MIX) & _MASK
        value ^= value >> 29
    return value


def _paragraph_hash(paragraph: str) -> int:
    length = min(len(paragraph), (1 << _WEIGHT_BITS) - 1)
    mixed = (hash64(paragraph) & _MASK) >> (_WEIGHT_BITS + 1)
    return _signed(mixed << (_WEIGHT_BITS + 1) | length << 1)


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def story_keys(articles: Iterable[tuple[int, str]]) -> dict[int, int]:
    """Story key of each of `articles`, given as (article key, text)."""
    return group({key: fingerprint(text) for key, text in articles})


__all__ = ["fingerprint", "group", "story_keys"]
