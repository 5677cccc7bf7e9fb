"""Bytes to text: which encoding, and how many characters the bytes did not give back whole.

A byte-order mark decides; then strict UTF-8; then the encodings of Chinese publishers are each decoded with
replacement and scored by how much of the result is everyday Chinese.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cache

from transforms.lexicons import read_csv

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_CANDIDATES = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
_SAMPLE_BYTES = 96_000
_NOT_ASCII = re.compile(b"[\x80-\xff]")
_LEAST_SCORE = 0.25
"""Text with half of its characters everyday scores above this; noise of any kind scores below 0."""


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    charset: str
    damaged_chars: int


@cache
def common_characters() -> frozenset[str]:
    """The everyday Han characters, Simplified and Traditional, and the marks of Chinese print."""
    return frozenset(char for row in read_csv("common_characters.csv", ("character", "traditional")) for char in row)


def _weight(char: str, common: frozenset[str]) -> float:
    code = ord(char)
    if char in common or char in "，。、；：！？“”‘’（）《》【】…—·　％":
        return 1.0
    if 0x20 <= code < 0x7F or char in "\n\r\t":
        return 0.5
    if 0x4E00 <= code <= 0x9FFF:
        return 0.15
    if 0xFF01 <= code <= 0xFF5E or 0x2000 <= code <= 0x2BFF or 0xA1 <= code <= 0x24F:
        return 0.0
    if code == 0xFFFD or code < 0x20 or 0x7F <= code < 0xA0 or 0xE000 <= code <= 0xF8FF:
        return -2.0
    return -0.5


def score(text: str) -> float:
    """How much `text` looks like everyday Chinese (or plain ASCII): at most 1, below 0 for noise."""
    common = common_characters()
    return sum(_weight(char, common) for char in text) / len(text) if text else 0.0


def _sample(data: bytes) -> bytes:
    """The part of `data` that tells encodings apart: from its first byte that is not ASCII, at an even offset, so that
    UTF-16 keeps its pairs. A saved page can begin with 100,000 bytes of script."""
    first = _NOT_ASCII.search(data)
    start = first.start() & ~1 if first else 0
    return data[start : start + _SAMPLE_BYTES] if start > _SAMPLE_BYTES // 2 else data[:_SAMPLE_BYTES]


def decode(data: bytes) -> Decoded | None:
    """`data` as text, or None where no encoding makes it readable.

    "医院".encode("gb18030") gives Decoded("医院", "gb18030", 0).
    """
    for mark, charset in _MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], charset)
    try:
        return Decoded(data.decode("utf-8"), "utf-8", 0)
    except UnicodeDecodeError:
        pass
    sample = _sample(data)
    best = max(_CANDIDATES, key=lambda charset: score(sample.decode(charset, "replace")))
    if score(sample.decode(best, "replace")) < _LEAST_SCORE:
        return None
    return _decoded(data, best)


def _decoded(data: bytes, charset: str) -> Decoded:
    text = data.decode(charset, "replace")
    return Decoded(text, charset, text.count("\ufffd"))
