"""Rows to the terminal: as a table, as CSV, as JSON. Amounts stay exact in each.

Results go to standard output, messages and progress to standard error, so that a pipe carries rows alone.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.markup import escape
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

FOLDED = 16
"""Columns that a long text takes at least: below that a sentence is a ribbon."""

FEW_COLUMNS = 3
"""So few columns stay a table, however narrow the terminal is."""

NARROWEST = 140
"""Columns where standard output is no terminal: 80 would fold every sentence into a ribbon."""

CONTROL = dict.fromkeys(code for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (0x09, 0x0A))


def console(*, stderr: bool = False) -> Console:
    """A console on standard output, or standard error. Wide enough for a sentence where it is no terminal."""
    made = Console(stderr=stderr, highlight=False, soft_wrap=stderr)
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = NARROWEST
    return made


def plain(value: Any) -> str:
    """A value as people read it: 160000000, 4.85, 2024-06-18; empty for NULL. No exponent, no idle zeros."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, (dict, list)):
        return to_json(value)
    return str(value)


def to_json(value: Any) -> str:
    """One line of JSON, Chinese as it is. An amount is a number where JSON's readers get it back exactly, else text."""
    return json.dumps(value, ensure_ascii=False, default=_json_value)


def _json_value(value: Any) -> Any:
    if isinstance(value, Decimal):
        if value == value.to_integral_value():
            return int(value)
        return float(value) if Decimal(repr(float(value))) == value else plain(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value)


class RowFormat(StrEnum):
    """How a query prints rows."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def print_rows(columns: Sequence[str], rows: Sequence[Sequence[Any]], form: RowFormat) -> None:
    """Rows on standard output."""
    if form is RowFormat.TABLE:
        console().print(to_table(columns, rows))
    elif form is RowFormat.CSV:
        print(to_csv(columns, rows), end="")  # noqa: T201
    else:
        print(to_json([dict(zip(columns, row, strict=True)) for row in rows]))  # noqa: T201


def to_csv(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """CSV with a header line; NULL is an empty field."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([plain(value) for value in row] for row in rows)
    return stream.getvalue()


class Fitted:
    """Rows as a table where it fits the terminal, else each row as a list of its fields, one below the other."""

    def __init__(self, columns: Sequence[str], rows: Sequence[Sequence[Any]], title: str | None) -> None:
        self.columns = columns
        self.rows = rows
        self.title = title

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self.least_width() <= options.max_width or len(self.columns) <= FEW_COLUMNS:
            yield _table(self.columns, self.rows, self.title)
            return
        if self.title:
            yield Text(self.title, style="bold")
        for number, row in enumerate(self.rows, start=1):
            yield Rule(str(number), align="left", style="dim", characters="─")
            record = Table.grid(padding=(0, 2))
            record.add_column(style="dim", no_wrap=True)
            record.add_column(overflow="fold")
            for name, value in zip(self.columns, row, strict=True):
                record.add_row(escape(name), _cell(value))
            yield record

    def least_width(self) -> int:
        """Columns of the terminal below which cells would be cut into ribbons: long texts may fold, short ones not."""
        widths = [
            max([cell_len(name), *(min(cell_len(plain(row[place])), FOLDED) for row in self.rows)])
            for place, name in enumerate(self.columns)
        ]
        return sum(widths) + 2 * len(widths)


def to_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], *, title: str | None = None) -> Fitted:
    """Rows to print: a table, or where the terminal is too narrow for that, a list of fields a row."""
    return Fitted(columns, rows, title)


def _table(columns: Sequence[str], rows: Sequence[Sequence[Any]], title: str | None) -> Table:
    """A table whose numbers stand to the right; wide characters count as two columns."""
    table = Table(box=SIMPLE_HEAD, title=title, title_justify="left", title_style="bold", pad_edge=False)
    for place, name in enumerate(columns):
        numeric = any(isinstance(row[place], (int, float, Decimal)) for row in rows)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    return table


def _cell(value: Any) -> str:
    # A document's control characters must not steer a terminal, nor its square brackets be taken for markup.
    return escape(" ".join(plain(value).translate(CONTROL).split()))
