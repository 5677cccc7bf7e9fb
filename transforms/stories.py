"""The same story in several articles: reposts, shortened ones included, under one key.

Two articles tell one story where the shorter stands in the other: three fifths of its five-character pieces, or half of
its characters in paragraphs that the other has too. A paragraph is shared where four fifths of the shorter one's pieces
stand in the other. Independent reports of one event share far less.

Which pairs are worth that look, probes say: a sample of long pieces, and whole paragraphs. A probe that few articles
hold proposes every pair of them; one that many hold proposes neighbours alone, so a story in a thousand papers forms
one chain, and the work grows with the articles. Proposals and verdicts depend on the articles and on nothing else:
whatever the order in which they came, the stories are the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from transforms.characters import HAN
from transforms.paragraph_matches import SHINGLE, hashes_of, may_repeat, repeated, share_of_pieces

_KEPT = re.compile(f"[{HAN}0-9A-Za-z]+")
_SHORTEST_PARAGRAPH = 20
_PROBE = 12
"""Characters of a probe: an edit or a figure spoils few of them, and chance repeats none."""
_ONE_PROBE_IN = 16
_ONE_SHINGLE_IN = 8
"""Shingles whose hash this divides are kept: the same ones in every text, so containment stays comparable."""

Pair = tuple[int, int]
Hashes = np.ndarray
"""32-bit hashes, sorted, each once."""


@dataclass(frozen=True, slots=True)
class Measures:
    """The numbers that decide. Those of proposals cost time, those of verdicts decide what a story is."""

    few_holders: int = 20
    """Of a probe that so many articles hold, or fewer, every pair is proposed."""
    reach: int = 2
    """Of others, each article is proposed with so many that follow it by key."""
    one_probe_in: int = 10
    """A pair shares one of so many of the shorter one's probes to be proposed, and at least one."""
    shingle_share: float = 0.6
    """Measured: shortened reposts share 0.75 and 0.92 of the shorter text, other articles of the field at most 0.14."""
    least_share: float = 0.25
    """Paragraphs are compared where this much is shared, at least."""
    fewest_shingles: int = 16
    """A sample of fewer says too little: all pieces of the two texts are compared."""
    paragraph_share: float = 0.5


MEASURES = Measures()


def prints(article_text: str) -> tuple[Hashes, Hashes]:
    """The probes and shingles of a text, as a warehouse keeps them; both empty for a text that is too short."""
    parts, joined = _parts(article_text)
    if len(joined) < _SHORTEST_PARAGRAPH:
        return np.empty(0, np.uint32), np.empty(0, np.uint32)
    whole = [_paragraph_hash(part) for part in _long(parts)]
    probes = np.concatenate([_sample(joined, _PROBE, _ONE_PROBE_IN), np.array(whole, np.uint32)])
    return np.unique(probes), _sample(joined, SHINGLE, _ONE_SHINGLE_IN)


def joined_by(links: Iterable[Pair]) -> dict[int, int]:
    """Each article that a link names → the smallest key among those that links join."""
    parents: dict[int, int] = {}

    def root(key: int) -> int:
        parents.setdefault(key, key)
        while parents[key] != key:
            parents[key] = parents[parents[key]]
            key = parents[key]
        return key

    for left, right in links:
        low, high = sorted((root(left), root(right)))
        parents[high] = low
    return {key: root(key) for key in sorted(parents)}


def told_by_share(common: int, shorter: int) -> bool | None:
    """Whether two texts with so many shingles in common tell one story; None where their words decide."""
    if shorter < MEASURES.fewest_shingles:
        return None
    if common >= MEASURES.shingle_share * shorter:
        return True
    return None if common >= MEASURES.least_share * shorter else False


def told_by_words(left: str, right: str, shorter: int) -> bool:
    """Whether two texts tell one story; `shorter` is the smaller number of shingles in their samples.

    They do where half of the shorter one's characters stand in paragraphs that the other has too, or, of texts so short
    that the sample says too little, where enough of all their pieces are shared.
    """
    (ours, our_text), (theirs, their_text) = _parts(left), _parts(right)
    if shorter < MEASURES.fewest_shingles and share_of_pieces(our_text, their_text) >= MEASURES.shingle_share:
        return True
    return _half_is_shared(_long(ours), _long(theirs))


def long_paragraphs(article_text: str) -> tuple[str, ...]:
    """The Han characters, digits and letters of each paragraph that has 20 of them."""
    return _long(_parts(article_text)[0])


def _half_is_shared(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    sizes = [sum(map(len, paragraphs)) for paragraphs in (ours, theirs)]
    if sizes[0] > sizes[1]:
        ours, theirs = theirs, ours
    needed = MEASURES.paragraph_share * min(sizes)
    # Most pairs share phrases and no paragraph, which the pieces of the whole text tell at once.
    possible = may_repeat(ours, theirs)
    return bool(possible) and _size(possible) >= needed and _size(repeated(possible, theirs)) >= needed


def _size(paragraphs: Iterable[str]) -> int:
    return sum(map(len, set(paragraphs)))


def _parts(article_text: str) -> tuple[list[str], str]:
    parts = ["".join(_KEPT.findall(part)) for part in article_text.split("\n")]
    return parts, "".join(parts)


def _long(parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(part for part in parts if len(part) >= _SHORTEST_PARAGRAPH)


def _sample(text: str, length: int, one_in: int) -> Hashes:
    values = hashes_of(text, length)
    return np.unique((values[values % np.uint64(one_in) == 0] >> np.uint64(8)).astype(np.uint32))


def _paragraph_hash(paragraph: str) -> int:
    return int.from_bytes(blake2b(paragraph.encode("utf-8", "surrogatepass"), digest_size=4).digest())
