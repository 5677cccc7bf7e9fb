"""Which paragraphs repeat each other: MinHash names candidates, exact containment of shingles decides.

Reposts shorten paragraphs, merge them and mend words. 128 permutations and a threshold of 0.3 name every pair that
matters; containment of four fifths of the shorter one keeps those that repeat.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

import numpy as np
from datasketch import MinHash, MinHashLSH

SHINGLE = 5
PERMUTATIONS = 128
THRESHOLD = 0.3
CONTAINMENT = 0.8
_SEED = 1
_SCHEME = "affine32"
"""Named, because a signature is comparable only with those of its own scheme."""
_LEAST_ESTIMATE = 0.12
"""Estimated similarity below which a candidate met by chance: far below the threshold, so that none is lost."""
_COMMONEST = 50
_AT_ONCE = 200_000
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


def match_paragraphs(paragraphs: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Places (smaller first) of the paragraphs that repeat each other, each pair once, in order.

    `paragraphs` are different from each other and free of punctuation. ["专家完成手术86台并带教青年医生",
    "专家完成手术86台并带教青年医生若干名"] gives (0, 1).
    """
    if len(paragraphs) < 2:
        return
    signatures = np.stack([_signature(paragraph) for paragraph in paragraphs])
    for left, right in _candidates(signatures):
        if _containment(paragraphs[left], paragraphs[right]) >= CONTAINMENT:
            yield left, right


def shingles_of(text: str) -> frozenset[int]:
    """Hashes of the five-character pieces of `text`, the same on every machine."""
    return frozenset(_hashes(text).tolist())


def _hashes(text: str) -> np.ndarray:
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    pieces = max(1, len(codes) - SHINGLE + 1)
    value = np.zeros(pieces, dtype=np.uint64)
    for place in range(min(SHINGLE, len(codes))):
        value = (value ^ codes[place : place + pieces]) * _MIX
        value ^= value >> _SHIFT
    return value


def _signature(paragraph: str) -> np.ndarray:
    minhash = MinHash(
        num_perm=PERMUTATIONS, seed=_SEED, scheme=_SCHEME, hashfunc=_low_bits, permutations=_permutations()
    )
    minhash.update_batch(_hashes(paragraph).tolist())
    return np.asarray(minhash.hashvalues, dtype=np.uint32)


@cache
def _permutations() -> tuple[np.ndarray, np.ndarray]:
    """Drawn once: drawing them takes as long as a paragraph."""
    drawn: tuple[np.ndarray, np.ndarray] = MinHash(num_perm=PERMUTATIONS, seed=_SEED, scheme=_SCHEME).permutations
    return drawn


def _low_bits(value: int) -> int:
    return value & 0xFFFFFFFF


def _candidates(signatures: np.ndarray) -> list[tuple[int, int]]:
    """Pairs whose signatures agree in a band of datasketch's own choice for the threshold, chance meetings left out."""
    bands, rows = _bands()
    pairs: set[tuple[int, int]] = set()
    for band in range(bands):
        buckets: dict[bytes, list[int]] = defaultdict(list)
        for place, row in enumerate(np.ascontiguousarray(signatures[:, band * rows : (band + 1) * rows])):
            buckets[row.tobytes()].append(place)
        for places in buckets.values():
            if len(places) > 1:
                pairs.update(_met(places))
    return _likely(sorted(pairs), signatures)


@cache
def _bands() -> tuple[int, int]:
    """How many bands of how many rows fit the threshold best."""
    index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    return index.b, index.r


def _met(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Every pair of a small bucket; in a large one each with those after it, so that time stays linear."""
    reach = len(places) if len(places) <= _COMMONEST else 2
    for at, left in enumerate(places):
        for right in places[at + 1 : at + 1 + reach]:
            yield left, right


def _likely(pairs: Sequence[tuple[int, int]], signatures: np.ndarray) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start in range(0, len(pairs), _AT_ONCE):
        block = np.array(pairs[start : start + _AT_ONCE])
        alike = (signatures[block[:, 0]] == signatures[block[:, 1]]).mean(axis=1) >= _LEAST_ESTIMATE
        kept += [(int(left), int(right)) for left, right in block[alike]]
    return kept


@lru_cache(maxsize=20_000)
def _kept_shingles(paragraph: str) -> frozenset[int]:
    return shingles_of(paragraph)


def _containment(left: str, right: str) -> float:
    ours, theirs = _kept_shingles(left), _kept_shingles(right)
    return len(ours & theirs) / min(len(ours), len(theirs))
