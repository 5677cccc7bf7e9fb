"""Paragraphs, sentences and clauses as spans of a text, and jieba's tokens with the house's words.

Tokens are cut after the numbers are found, never before: a tokeniser cuts 4200 from 余万元.
"""

from __future__ import annotations

import logging
import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

SENTENCE_END = re.compile(r"[。！？!?…]++[”’」』）)》]*+|\n")
SEGMENT_END = re.compile(r"[。！？!?…；;\n]")
CLAUSE_END = re.compile(r"[，,。！？!?…；;：:\n]")


class Span(NamedTuple):
    """A half-open stretch of the text."""

    start: int
    end: int


def paragraphs(text: str) -> list[Span]:
    """The lines of `text` that hold anything, without their newlines."""
    spans, start = [], 0
    for line in text.split("\n"):
        if line.strip():
            spans.append(Span(start, start + len(line)))
        start += len(line) + 1
    return spans


LONGEST = 500
"""A sentence is cut at the next comma after so many characters: what lies further off does not govern a figure."""


def sentences(text: str, paragraph: Span) -> list[Span]:
    """The sentences of one paragraph, end marks and closing quotes included; an overlong one in pieces.

    >>> [("今年派出3批。去年2批。")[s:e] for s, e in sentences("今年派出3批。去年2批。", Span(0, 12))]
    ['今年派出3批。', '去年2批。']
    """
    spans, start = [], paragraph.start
    for mark in SENTENCE_END.finditer(text, paragraph.start, paragraph.end):
        if text[start : mark.end()].strip():
            spans.append(Span(start, mark.end()))
        start = mark.end()
    if text[start : paragraph.end].strip():
        spans.append(Span(start, paragraph.end))
    return [piece for span in spans for piece in _pieces(text, span)]


def _pieces(text: str, sentence: Span) -> list[Span]:
    """`sentence`, cut at commas where it is overlong, and anywhere where it has none."""
    pieces, start = [], sentence.start
    while sentence.end - start > LONGEST:
        mark = CLAUSE_END.search(text, start + LONGEST // 2, start + LONGEST)
        cut = mark.end() if mark else start + LONGEST
        pieces.append(Span(start, cut))
        start = cut
    return [*pieces, Span(start, sentence.end)]


class Cuts:
    """Where the marks of one kind stand in a text; answers what lies around a position in logarithmic time."""

    def __init__(self, text: str, mark: re.Pattern[str]) -> None:
        self._ends: Sequence[int] = [found.end() for found in mark.finditer(text)]
        self._length = len(text)

    def before(self, at: int) -> int:
        """End of the last mark at or before `at`, or 0."""
        index = bisect_right(self._ends, at)
        return self._ends[index - 1] if index else 0

    def after(self, at: int) -> int:
        """Start of the first mark after `at`, or the text's length."""
        index = bisect_right(self._ends, at)
        return self._ends[index] - 1 if index < len(self._ends) else self._length


@cache
def _jieba() -> object:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    from transforms.lexicons.concepts import load_concepts

    for surfaces in load_concepts().values():
        for surface in surfaces:
            if len(surface) > 1:
                jieba.add_word(surface)
    return jieba


def tokens(sentence: str) -> list[str]:
    """`sentence` cut by jieba, with the house's words in its dictionary."""
    jieba = _jieba()
    return list(jieba.lcut(sentence))  # type: ignore[attr-defined]
