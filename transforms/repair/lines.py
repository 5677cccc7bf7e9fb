"""Hard-wrapped lines joined to paragraphs.

A page's text comes in lines of a column's width; blank lines separate paragraphs and columns alike. Each line is
judged with its neighbours: the width that several of them share is the column's, a line that fills it goes on in
the next one, a shorter line ends its paragraph. The first line of a paragraph lost its indent of two characters.
Where lines are whole paragraphs, only a sentence that stops without its full stop is joined to what follows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from transforms.characters import CLOSING, END_MARKS, HAN, MID_MARKS, OPENING, display_width, ends_sentence
from transforms.datelines import OPENER, is_date_line
from transforms.repair.spacing import tidy

_STARTS_ANEW = re.compile(rf"[●■□▲◆○※★◎▶►]|本报记者|{OPENER.pattern}")
_CREDIT = re.compile(r"（[^（）]{2,40}）")
_CREDIT_AT_END = re.compile(r"[。！？”]（[^（）]{2,40}）$")
_TWO_PART = re.compile(rf"[^，。；：]*[{HAN}”’》0-9][ ][{HAN}“‘《0-9][^，。；]*")
_RUNNING = re.compile(rf"了(?=[{HAN}]{{2}})")
_GOES_ON = re.compile(rf"[{MID_MARKS}{CLOSING}{END_MARKS}%·]")
_EXPECTS_MORE = re.compile(rf"[{MID_MARKS}（《“‘·]$")
_MARK = re.compile("[，。；：、]")
_PAUSE = re.compile("[，、；]")
_PAIRS = (("“", "”"), ("（", "）"), ("《", "》"))

INDENT = "\u3000\u3000"
"""How a paragraph begins in print: as good as a blank line before it."""
_FEWEST_INDENTS = 2
_REACH = 4
_SHARERS = 3
_WIDEST_COLUMN = 60
_NARROWEST_COLUMN = 5
_SAME_WIDTH = 2
_SAME_COUNT = 2
_LOOK_AHEAD = 12
_LEAST_FILL = 0.6
_LONG = 40
_RATHER_LONG = 26


class Line:
    """One line of a column, with what its neighbours tell about it; what is asked for twice is found once."""

    def __init__(self, text: str, justified: bool, after_blank: bool, runs_on: bool) -> None:
        self.text = text
        self.width = display_width(text)
        self.count = len(text)
        self.justified = justified
        self.after_blank = after_blank
        self.runs_on = runs_on
        """In a text that indents its paragraphs, this line has no indent: it goes on with the line before it."""
        self.measure: _Measure | None = None
        """Tells the sizes that it shares; None where it is wider than any column, or has too few lines beside it."""

    @cached_property
    def columns(self) -> tuple[float, ...]:
        """Widths that it shares with lines before it, after it and around it: a new column may differ from the last."""
        return self.measure.widths.near(self.measure.at) if self.measure else ()

    @cached_property
    def counts(self) -> tuple[float, ...]:
        """The same in characters: some exports wrap by number of characters, not by width."""
        return self.measure.counts.near(self.measure.at) if self.measure else ()

    @cached_property
    def column(self) -> float | None:
        """The width of the column it most likely stands in."""
        return min(self.columns, key=lambda width: abs(width - self.width)) if self.columns else None

    @cached_property
    def ends_sentence(self) -> bool:
        return ends_sentence(self.text) or bool(_CREDIT_AT_END.search(self.text))

    @cached_property
    def is_own_paragraph(self) -> bool:
        """A date, a credit such as （健康昌吉）: complete without a full stop."""
        return is_date_line(self.text) or bool(_CREDIT.fullmatch(self.text))

    @cached_property
    def is_title_like(self) -> bool:
        """Short and without a sentence's marks, as headlines and subheads are."""
        return (
            self.width <= _LONG
            and not self.ends_sentence
            and not _MARK.search(self.text)
            and not _RUNNING.search(self.text)
        )

    @cached_property
    def is_running_text(self) -> bool:
        """Clearly part of a paragraph: a full stop inside, or too long for a title."""
        return (
            "。" in self.text
            or self.width >= _LONG
            or (self.width >= _RATHER_LONG and bool(_PAUSE.search(self.text)))
            or (not self.is_own_paragraph and bool(_RUNNING.search(self.text)))
        )

    def fills_column(self, starts_paragraph: bool) -> bool:
        slack = 4 if starts_paragraph else 2
        least = 3 if starts_paragraph else 1
        by_width = any(max(width - slack, _LEAST_FILL * width) <= self.width <= width + 3 for width in self.columns)
        return by_width or any(count - least <= self.count <= count + 2 for count in self.counts)


def join(text: str, *, headed: bool = False, columns: bool = True) -> tuple[str, int, int]:
    """`text` as paragraphs, one a line, with a blank line where one stood; how many lines were joined, and how
    many blanks inside lines went. `headed`: the first line is a title. `columns`: text may go on after a blank line.

    "先后选派\\n\\n专家12名。" becomes "先后选派专家12名。"
    """
    lines, blanks = _lines(text)
    _measure(lines)
    pieces: list[str] = []
    joined = at = 0
    while at < len(lines):
        paragraph, at, lifted = _paragraph(lines, at, headed, columns)
        for line in lifted:
            pieces += ["\n\n", line.text]
        pieces += ["\n\n" if paragraph[0].after_blank or lifted else "\n", _concatenate(paragraph)]
        joined += len(paragraph) - 1 + len(lifted)
    return "".join(pieces).strip("\n"), joined, blanks


def _lines(text: str) -> tuple[list[Line], int]:
    lines, blanks, after_blank = [], 0, True
    indents = text.count("\n" + INDENT) + text.startswith(INDENT) >= _FEWEST_INDENTS
    for raw in text.split("\n"):
        stripped = raw.strip(" \u3000")
        if not stripped:
            after_blank = True
            continue
        after_blank = after_blank or raw.startswith(INDENT)
        tight, dropped, justified = tidy(stripped)
        blanks += dropped
        runs_on = indents and not after_blank
        lines.append(Line(tight, justified, after_blank, runs_on))
        after_blank = False
    return lines, blanks


def _measure(lines: Sequence[Line]) -> None:
    """Let each line that may stand in a column ask for the widest widths that three lines near it share.

    Most lines end a sentence or begin a paragraph, and their width is never asked for.
    """
    narrow = [at for at, line in enumerate(lines) if line.width <= _WIDEST_COLUMN]
    if len(narrow) < _SHARERS:
        return
    widths = _Shared([line.width for line in lines], _SAME_WIDTH)
    counts = _Shared([line.count for line in lines], _SAME_COUNT)
    for at in narrow:
        lines[at].measure = _Measure(widths, counts, at)


class _Shared:
    """The sizes that lines near each other share. Neighbours ask about the same stretches, so each is told once."""

    def __init__(self, sizes: Sequence[float], tolerance: float) -> None:
        self._sizes = sizes
        self._tolerance = tolerance
        self._known: dict[tuple[int, int], tuple[float, ...]] = {}

    def near(self, at: int) -> tuple[float, ...]:
        """What the lines before `at`, after it and around it share, itself among them."""
        start, end = max(0, at - _REACH), min(len(self._sizes), at + _REACH + 1)
        return self._within(start, at + 1) + self._within(at, end) + self._within(start, end)

    def _within(self, start: int, end: int) -> tuple[float, ...]:
        if (start, end) not in self._known:
            self._known[start, end] = self._largest(start, end)
        return self._known[start, end]

    def _largest(self, start: int, end: int) -> tuple[float, ...]:
        """The largest size that three lines of a stretch have within the tolerance; none where no three do."""
        ordered = sorted([size for size in self._sizes[start:end] if size <= _WIDEST_COLUMN], reverse=True)
        for at in range(len(ordered) - _SHARERS + 1):
            largest = ordered[at]
            if largest < _NARROWEST_COLUMN:
                break
            if largest - ordered[at + _SHARERS - 1] <= self._tolerance:
                return (largest,)
        return ()


class _Measure(NamedTuple):
    """The sizes of all lines, and which of them asks."""

    widths: _Shared
    counts: _Shared
    at: int


def _paragraph(lines: Sequence[Line], start: int, headed: bool, columns: bool) -> tuple[list[Line], int, list[Line]]:
    """The paragraph that starts at `start`, where the next one starts, and the titles found inside it."""
    paragraph, lifted, at = [lines[start]], [], start + 1
    while at < len(lines) and not (headed and start == 0):
        if lines[at].after_blank and not columns:
            break
        if _continues(paragraph, lines, at):
            paragraph.append(lines[at])
            at += 1
        elif _is_intruder(paragraph, lines, at):
            lifted.append(lines[at])
            paragraph.append(lines[at + 1])
            at += 2
        else:
            break
    return paragraph, at, lifted


def _continues(paragraph: list[Line], lines: Sequence[Line], at: int) -> bool:
    """Whether `lines[at]` goes on with the paragraph before it."""
    line, last, first = lines[at], paragraph[-1], len(paragraph) == 1
    if _GOES_ON.match(line.text) and not last.is_own_paragraph:
        return True
    if _STARTS_ANEW.match(line.text) or (line.text.startswith("——") and first and last.is_title_like):
        return False
    if last.ends_sentence:
        if line.runs_on and last.fills_column(starts_paragraph=first):
            return True
        return not first and not line.after_blank and _only_happens_to_end(last, line)
    if _is_open(paragraph) and not (line.is_title_like and line.after_blank and first):
        return True
    if last.is_own_paragraph or line.is_own_paragraph:
        return False
    if last.justified:
        return True
    if _EXPECTS_MORE.search(last.text):
        return not _stands_alone(line)
    if first and _TWO_PART.fullmatch(last.text) and not _STARTS_ANEW.match(last.text):
        return False
    if last.column is not None and last.width > last.column + 3:
        return last.is_running_text and not line.after_blank
    if last.columns or last.counts:
        return _fills_and_goes_on(paragraph, lines, at)
    return last.is_running_text and not _stands_alone(line)


def _only_happens_to_end(last: Line, line: Line) -> bool:
    """A sentence that ends where the column does, and its paragraph goes on without a blank line."""
    if last.column is None or last.width < last.column - 0.5:
        return False
    if last.text[-1] in CLOSING:
        return line.text[0] not in OPENING
    return last.column - 0.5 <= line.width <= last.column + 1.5


def _fills_and_goes_on(paragraph: list[Line], lines: Sequence[Line], at: int) -> bool:
    line, last, first = lines[at], paragraph[-1], len(paragraph) == 1
    if not last.fills_column(starts_paragraph=first):
        return False
    if line.width > last.width + (6 if first else 3.5) and line.width > _RATHER_LONG:
        return False
    if last.is_title_like and line.is_title_like and all(part.is_title_like for part in paragraph[-3:]):
        return _leads_to_sentence(lines, at, last)
    if first and last.is_title_like and last.column is not None and last.width < last.column - 1.5:
        return line.text[0] not in OPENING and (line.width > last.column - 1.5 or line.ends_sentence)
    return True


def _leads_to_sentence(lines: Sequence[Line], at: int, last: Line) -> bool:
    """Whether lines without punctuation are running text: they fill their column up to one that has some."""
    for line in lines[at : at + _LOOK_AHEAD]:
        if not line.is_title_like:
            return not line.is_own_paragraph and line.width <= last.width + 3
        if not line.fills_column(starts_paragraph=False) and not line.justified:
            return False
    return at + _LOOK_AHEAD <= len(lines)


def _stands_alone(line: Line) -> bool:
    return line.is_title_like and line.after_blank


def _is_open(paragraph: Sequence[Line]) -> bool:
    """A quotation or bracket that the last lines opened is not closed yet."""
    tail = "".join(line.text for line in paragraph[-3:])[-120:]
    for left, right in _PAIRS:
        opened = tail.rfind(left)
        if opened >= 0 and opened > tail.rfind(right) and tail.count(left) > tail.count(right):
            return True
    return False


def _is_intruder(paragraph: Sequence[Line], lines: Sequence[Line], at: int) -> bool:
    """A headline that the page's text order put inside a sentence: blank lines around it, running text beyond."""
    if at + 1 >= len(lines):
        return False
    title, beyond, last = lines[at], lines[at + 1], paragraph[-1]
    return (
        title.after_blank
        and beyond.after_blank
        and title.is_title_like
        and not title.is_own_paragraph
        and not last.ends_sentence
        and last.is_running_text
        and beyond.is_running_text
        and not _STARTS_ANEW.match(beyond.text)
    )


def _concatenate(paragraph: Sequence[Line]) -> str:
    text = paragraph[0].text
    for line in paragraph[1:]:
        latin = text[-1].isascii() and text[-1].isalpha() and line.text[0].isascii() and line.text[0].isalpha()
        text += (" " if latin else "") + line.text
    return text
