"""What one article's text holds, found once: paragraphs, sentences, quantities and concepts."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace

from transforms.lexicons.concepts import Hits
from transforms.model import Quantity
from transforms.quantities import find_quantities
from transforms.sentences import CLAUSE_END, LONGEST, SEGMENT_END, Cuts, Span, paragraphs, sentences

COUNTED = frozenset({"count", "percent", "points", "multiple", "share"})
"""Forms that count or compare; a neighbour of such a form ends a figure's zone."""
_CLOSE = re.compile(r"[）)]")
_LABEL = re.compile(r"[“「『《〈\"]([^”」』》〉\"，。；！？]{1,16})[”」』》〉\"]")


class Scene:
    """One article's text with everything that later steps ask about it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.paragraphs = paragraphs(text)
        self.sentences = [sentence for paragraph in self.paragraphs for sentence in sentences(text, paragraph)]
        self.quantities = [quantity for paragraph in self.paragraphs for quantity in _quantities(text, paragraph)]
        self.hits = Hits(text)
        self.clauses = Cuts(text, CLAUSE_END)
        self.segments = Cuts(text, SEGMENT_END)
        self._sentence_starts = [span.start for span in self.sentences]
        self._paragraph_starts = [span.start for span in self.paragraphs]
        self._labels = [match.span() for match in _LABEL.finditer(text)]
        self._label_starts = [start for start, _end in self._labels]

    def sentence_at(self, at: int) -> Span:
        """The sentence that holds position `at`."""
        return self.sentences[max(0, bisect_right(self._sentence_starts, at) - 1)]

    def paragraph_at(self, at: int) -> Span:
        """The paragraph that holds position `at`."""
        return self.paragraphs[max(0, bisect_right(self._paragraph_starts, at) - 1)]

    def clause_at(self, start: int, end: int) -> Span:
        """The clause or clauses that [start, end) stands in."""
        return Span(self.clauses.before(start), self.clauses.after(end))

    def bracket_end(self, at: int) -> int:
        """Where the bracket that opens at `at` closes in its paragraph; `at` itself where it does not."""
        close = _CLOSE.search(self.text, at, min(self.paragraph_at(at).end, at + LONGEST))
        return close.start() if close else at

    def in_label(self, start: int, end: int) -> bool:
        """Whether [start, end) stands in a short quoted name or a title: “2个单元、2个中心”."""
        index = bisect_right(self._label_starts, start) - 1
        return index >= 0 and self._labels[index][0] < start and end < self._labels[index][1]


def _quantities(text: str, paragraph: Span) -> list[Quantity]:
    found = find_quantities(text[paragraph.start : paragraph.end])
    shift = paragraph.start
    return [replace(q, char_start=q.char_start + shift, char_end=q.char_end + shift) for q in found]
