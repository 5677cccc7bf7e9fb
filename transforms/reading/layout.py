"""Glyphs of a PDF page to lines in reading order.

What a page paints in its reading order stays in that order: it knows best where a story goes on. Where lines were
painted in another order (row by row across columns, or shuffled), they are read from where they stand: the page is
cut into bands and columns along its white space, and each column is read from top to bottom.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

_SAME_LINE = 0.45
_WORD_GAP = 0.3
_LINE_GAP = 0.8
"""Blanks wider than this part of a line's height part two fragments; a gutter between columns is wider than one."""
_GUTTER = 0.7
_NEXT_LINE = 3.2
_PARAGRAPH_GAP = 1.5
_DISORDER = 0.2
_FEWEST_JUMPS = 2
_NARROWEST_COLUMN = 5.0
"""In heights of its lines: a narrower column is one of a table, and a table is read by its rows."""
_MOST_CUTS = 12
_HANGING = "，。、；：！？”’）》"
INDENT = "\u3000\u3000"
_INDENT = (1.2, 3.0)
"""A line that begins so many heights right of its column's edge begins a paragraph, and is marked as print marks it."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character and its box; y grows upwards."""

    char: str
    left: float
    right: float
    bottom: float
    top: float


@dataclass(slots=True)
class Run:
    """Characters that follow each other on one line."""

    text: str
    left: float
    right: float
    bottom: float
    top: float

    @property
    def height(self) -> float:
        return max(self.top - self.bottom, 0.1)

    @property
    def body_right(self) -> float:
        """Its right end without the marks that print may hang into the gutter."""
        return self.right - self.height * (len(self.text) - len(self.text.rstrip(_HANGING)))

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def page_text(glyphs: Iterable[Glyph]) -> str:
    """A page's lines, one a line, blank lines between paragraphs, columns and blocks."""
    runs = _runs(glyphs)
    if not runs:
        return ""
    blocks = _as_painted(runs) if not is_out_of_order(runs) else _as_placed(_fragments(runs))
    return "\n\n".join(block for lines in blocks if (block := _joined(lines)))


def _runs(glyphs: Iterable[Glyph]) -> list[Run]:
    """Glyphs painted one after another on one line, together."""
    runs: list[Run] = []
    for glyph in glyphs:
        last = runs[-1] if runs else None
        if glyph.char.isspace():
            if last is not None and not last.text.endswith(" "):
                last.text += " "
        elif last is not None and _follows(last, glyph):
            gap = glyph.left - last.right
            last.text += (" " if gap > _WORD_GAP * last.height and not last.text.endswith(" ") else "") + glyph.char
            last.right = max(last.right, glyph.right)
            last.bottom, last.top = min(last.bottom, glyph.bottom), max(last.top, glyph.top)
        else:
            runs.append(Run(glyph.char, glyph.left, glyph.right, glyph.bottom, glyph.top))
    for run in runs:
        run.text = run.text.strip()
    return runs


def _follows(run: Run, glyph: Glyph) -> bool:
    same_line = abs((glyph.top + glyph.bottom) / 2 - run.middle) < _SAME_LINE * run.height
    return same_line and -0.5 * run.height < glyph.left - run.right < _LINE_GAP * run.height


def is_out_of_order(runs: Sequence[Run]) -> bool:
    """Whether so many lines are not followed by the one below them that the order of painting says nothing."""
    jumps = sum(not _goes_on(left, right) for left, right in pairwise(runs))
    return jumps >= _FEWEST_JUMPS and jumps > _DISORDER * (len(runs) - 1)


def _goes_on(run: Run, following: Run) -> bool:
    """Whether `following` stands where reading goes on: right after `run`, or below it in its column."""
    height = max(run.height, following.height)
    down = run.middle - following.middle
    if abs(down) < _SAME_LINE * height:
        return 0 <= following.left - run.right + 0.5 * height < 3 * height
    overlaps = min(run.right, following.right) - max(run.left, following.left) > -2 * height
    return overlaps and 0 < down < _NEXT_LINE * height


def _as_painted(runs: Sequence[Run]) -> list[list[Run]]:
    """Runs in the order of painting, a new block wherever the next does not go on."""
    blocks = [[runs[0]]]
    for left, right in pairwise(runs):
        if _goes_on(left, right):
            blocks[-1].append(right)
        else:
            blocks.append([right])
    return blocks


def _joined(runs: Sequence[Run]) -> str:
    """Runs of one block as lines; a blank line where the lines stand further apart than they do as a rule."""
    lines: list[list[Run]] = []
    for run in runs:
        if lines and abs(lines[-1][-1].middle - run.middle) < _SAME_LINE * max(run.height, lines[-1][-1].height):
            lines[-1].append(run)
        else:
            lines.append([run])
    steps = [above[0].middle - below[0].middle for above, below in pairwise(lines)]
    usual = median(steps) if steps else 0.0
    edge = median(line[0].left for line in lines)
    pieces = []
    for step, line in zip([0.0, *steps], lines, strict=True):
        indent = line[0].left - edge
        pieces.append("\n\n" if step > _PARAGRAPH_GAP * usual else "\n")
        pieces.append(INDENT if _INDENT[0] < indent / line[0].height < _INDENT[1] else "")
        pieces.append(_line_text(line))
    return "".join(pieces).strip("\n")


def _line_text(runs: Sequence[Run]) -> str:
    text = runs[0].text
    for left, right in pairwise(runs):
        text += (" " if right.left - left.right > _WORD_GAP * left.height else "") + right.text
    return text


def _fragments(runs: Sequence[Run]) -> list[Run]:
    """Runs that stand side by side made one, in whatever order they were painted."""
    fragments: list[Run] = []
    for row in _rows(sorted(runs, key=lambda run: -run.middle), by_middle=True):
        open_run: Run | None = None
        for run in sorted(row, key=lambda item: item.left):
            if open_run is not None and run.left - open_run.right < _LINE_GAP * open_run.height:
                gap = " " if run.left - open_run.right > _WORD_GAP * open_run.height else ""
                open_run.text += gap + run.text
                open_run.right = max(open_run.right, run.right)
                open_run.bottom, open_run.top = min(open_run.bottom, run.bottom), max(open_run.top, run.top)
            else:
                open_run = Run(run.text, run.left, run.right, run.bottom, run.top)
                fragments.append(open_run)
    return fragments


def _rows(ordered: Sequence[Run], *, by_middle: bool = False) -> list[list[Run]]:
    """Runs, sorted downwards, in rows: those whose middles, or whose heights, meet."""
    rows: list[list[Run]] = []
    floor = 0.0
    for run in ordered:
        if by_middle:
            meets = bool(rows) and abs(rows[-1][0].middle - run.middle) < _SAME_LINE * min(
                run.height, rows[-1][0].height
            )
        else:
            meets = bool(rows) and run.top > floor + 0.1 * run.height
        if meets:
            rows[-1].append(run)
            floor = min(floor, run.bottom)
        else:
            rows.append([run])
            floor = run.bottom
    return rows


def _as_placed(runs: Sequence[Run], depth: int = 0) -> list[list[Run]]:
    """Blocks in reading order from where runs stand: bands downwards, in each its columns from the left."""
    blocks: list[list[Run]] = []
    for band in _bands(runs):
        columns = _columns(band)
        if len(columns) < 2 or depth >= _MOST_CUTS:
            blocks.append([run for row in _rows(_downwards(band), by_middle=True) for run in _rightwards(row)])
        else:
            for column in columns:
                blocks += _as_placed(column, depth + 1)
    return blocks


def _downwards(runs: Sequence[Run]) -> list[Run]:
    return sorted(runs, key=lambda run: (-run.middle, run.left))


def _rightwards(runs: Sequence[Run]) -> list[Run]:
    return sorted(runs, key=lambda run: run.left)


def _bands(runs: Sequence[Run]) -> list[list[Run]]:
    """Runs in bands downwards, each as high as its columns stay apart: a headline across two columns with nothing
    beside it ends one."""
    bands: list[tuple[list[Run], _Cover]] = []
    for row in _rows(sorted(runs, key=lambda run: -run.top)):
        cover = _Cover(row)
        if bands:
            above = bands[-1][1]
            both = above.with_(cover)
            crossed = (not cover.has_gutter and cover.crosses(above)) or (not above.has_gutter and above.crosses(cover))
            if (both.has_gutter and not crossed) or not (above.has_gutter or cover.has_gutter):
                bands[-1] = ([*bands[-1][0], *row], both)
                continue
        bands.append((row, cover))
    return [band for band, _ in bands]


class _Cover:
    """The stretches of x that runs cover, in order, and how wide a gutter among them must be."""

    def __init__(self, runs: Sequence[Run] = ()) -> None:
        self.gutter = _GUTTER * max((run.height for run in runs), default=0.0)
        self.stretches = _merged(sorted((run.left, max(run.left, run.body_right)) for run in runs))

    def with_(self, other: _Cover) -> _Cover:
        both = _Cover()
        both.gutter = min(self.gutter, other.gutter)
        both.stretches = _merged(sorted([*self.stretches, *other.stretches]))
        return both

    def crosses(self, other: _Cover) -> bool:
        """Whether it covers a place where `other` is open."""
        return any(left <= gutter <= right for gutter in other.gutters for left, right in self.stretches)

    @property
    def gutters(self) -> list[float]:
        """Where the cover is open for a gutter's width."""
        pairs = pairwise(self.stretches)
        return [(left[1] + right[0]) / 2 for left, right in pairs if right[0] - left[1] >= self.gutter]

    @property
    def has_gutter(self) -> bool:
        return bool(self.gutters)


def _merged(stretches: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for left, right in stretches:
        if merged and left <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], right))
        else:
            merged.append((left, right))
    return merged


def _columns(band: Sequence[Run]) -> list[list[Run]]:
    """The columns of a band; one where it has none, or where they are a table's."""
    usual = median(run.height for run in band)
    cover = _Cover(band)
    cover.gutter = _GUTTER * usual
    gutters = cover.gutters
    columns: list[list[Run]] = [[] for _ in range(len(gutters) + 1)]
    for run in band:
        columns[sum(run.left > gutter for gutter in gutters)].append(run)
    columns = [column for column in columns if column]
    if any(median(run.right - run.left for run in column) < _NARROWEST_COLUMN * usual for column in columns):
        return [list(band)]
    return columns
