"""Which paragraphs of one text stand in another: their five-character pieces are compared.

Reposts shorten paragraphs, merge them and mend words. Two paragraphs repeat each other where four fifths of the shorter
one's pieces stand in the other, and the two are of like size: three tenths of all their pieces are common.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

SHINGLE = 5
SIMILARITY = 0.3
CONTAINMENT = 0.8
_MOST_AT_ONCE = 10_000
"""Pairs of paragraphs that are compared one by one; of larger texts only those that share a rare piece are."""
_COMMONEST = 50
"""A piece that more paragraphs hold than this is not rare: of a page that repeats itself, time stays linear."""
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)

Pieces = frozenset[int]


def repeated(ours: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """The paragraphs of `ours` that stand in `theirs` too, in their order.

    Paragraphs are free of punctuation. "专家完成手术86台并带教青年医生" stands in a text that has
    "专家完成手术86台并带教青年医生若干名".
    """
    there = set(theirs)
    others = [_pieces(part) for part in theirs]
    few = len(ours) * len(theirs) <= _MOST_AT_ONCE
    holders = {} if few else _holders(others)
    found = []
    for part in ours:
        if part in there:
            found.append(part)
            continue
        pieces = _pieces(part)
        if any(_repeat_each_other(pieces, other) for other in (others if few else _met(pieces, holders, others))):
            found.append(part)
    return found


def may_repeat(ours: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """The paragraphs of `ours` that may repeat one of `theirs`, in order: three tenths of their pieces stand there."""
    there = Pieces().union(*map(_pieces, theirs))
    return [part for part in ours if len(_pieces(part) & there) >= SIMILARITY * len(_pieces(part))]


def share_of_pieces(left: str, right: str) -> float:
    """The share of the shorter text's pieces that stand in the other."""
    ours, theirs = (Pieces(hashes_of(text, SHINGLE).tolist()) for text in (left, right))
    return len(ours & theirs) / min(len(ours), len(theirs))


def hashes_of(text: str, length: int) -> np.ndarray:
    """A 64-bit hash of each piece of `length` characters, the same on every machine; a shorter text is one piece."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    pieces = max(1, len(codes) - length + 1)
    value = np.zeros(pieces, dtype=np.uint64)
    for place in range(min(length, len(codes))):
        value = (value ^ codes[place : place + pieces]) * _MIX
        value ^= value >> _SHIFT
    return value


@lru_cache(maxsize=2_000)
def _pieces(paragraph: str) -> Pieces:
    return Pieces(hashes_of(paragraph, SHINGLE).tolist())


def _repeat_each_other(ours: Pieces, theirs: Pieces) -> bool:
    shorter, longer = (ours, theirs) if len(ours) <= len(theirs) else (theirs, ours)
    if len(shorter) < SIMILARITY * len(longer):
        return False
    common = len(shorter & longer)
    return common >= CONTAINMENT * len(shorter) and common >= SIMILARITY * (len(shorter) + len(longer) - common)


def _holders(others: Sequence[Pieces]) -> dict[int, list[int]]:
    """Piece → the places of the paragraphs that hold it, of pieces that are rare."""
    holders: dict[int, list[int]] = defaultdict(list)
    for place, pieces in enumerate(others):
        for piece in pieces:
            holders[piece].append(place)
    return {piece: places for piece, places in holders.items() if len(places) <= _COMMONEST}


def _met(pieces: Pieces, holders: dict[int, list[int]], others: Sequence[Pieces]) -> Iterable[Pieces]:
    """The paragraphs that share a rare piece with `pieces`, those with most of them first."""
    shared = Counter(place for piece in pieces for place in holders.get(piece, ()))
    return (others[place] for place, _ in shared.most_common(_COMMONEST))
