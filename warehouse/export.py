"""The marts as files that other programs open: Parquet, CSV, XLSX, a Frictionless data package and dbt sources.

Each writer takes a connection and a folder, writes there and nowhere else, and returns the paths that it wrote. Amounts
stay exact: DECIMAL in Parquet, digits in CSV; in XLSX, whose numbers are binary, an amount of more than fifteen digits
is text.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter  # type: ignore[import-untyped]

from warehouse.migrate import migrate

MARTS = ("metrics", "story_metrics", "scorecard", "contradictions", "coverage", "quality")
DICTIONARIES = ("dim_metric", "dim_place")
"""Dimensions that a reader of the marts needs beside them."""

# A mart is cut by the year of what it tells; one without such a column is one file.
PARTITIONS = {
    "mart.metrics": "year(coalesce(period_end, period_start, published_on))",
    "mart.story_metrics": "year(coalesce(period_end, period_start, first_published_on))",
    "mart.scorecard": "year",
}
PACKAGE = "datapackage.json"
_SPREADSHEET_ROWS = 1_048_576
_FETCHED = 10_000
_EXACT_DIGITS = 15
_SENTENCES = ("sentence", "first_sentence", "second_sentence", "message", "counts", "excludes", "reason")
"""Columns that hold sentences, in either language: wide ones on a sheet."""
# What a spreadsheet takes for the beginning of a formula, full-width forms too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_FIELD_TYPES = {"BIGINT": "integer", "INTEGER": "integer", "BOOLEAN": "boolean", "DATE": "date", "JSON": "string"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the database describes it."""

    name: str
    data_type: str
    comment: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view to export: `name` with its schema."""

    name: str
    comment: str
    columns: tuple[Column, ...]

    @property
    def file_name(self) -> str:
        """Without a suffix: mart.metrics → metrics."""
        return self.name.split(".", 1)[1]


def relations(con: duckdb.DuckDBPyConnection) -> tuple[Relation, ...]:
    """What is exported, as the database describes it."""
    names = [*(f"mart.{mart}" for mart in MARTS), *(f"core.{dimension}" for dimension in DICTIONARIES)]
    return tuple(describe(con, name) for name in names)


def describe(con: duckdb.DuckDBPyConnection, name: str) -> Relation:
    """A table or view with the types and comments of its columns."""
    schema, table = name.split(".", 1)
    columns = con.execute(
        "SELECT column_name, data_type, comment FROM duckdb_columns() "
        "WHERE database_name = current_database() AND schema_name = ? AND table_name = ? ORDER BY column_index",
        [schema, table],
    ).fetchall()
    comment = con.execute(
        "SELECT comment FROM duckdb_views() WHERE (database_name, schema_name, view_name) = "
        "(current_database(), $schema, $name) UNION ALL SELECT comment FROM duckdb_tables() "
        "WHERE (database_name, schema_name, table_name) = (current_database(), $schema, $name)",
        {"schema": schema, "name": table},
    ).fetchall()
    told = tuple(Column(column, kind, said or _said_of(name, column)) for column, kind, said in columns)
    return Relation(name, comment[0][0] or _said_of(name), told)


def _said_of(relation: str, column: str = "") -> str:
    """What a fresh warehouse says of a relation or a column of it, for a lake does not show all comments."""
    return _comments().get((relation, column), "")


@cache
def _comments() -> dict[tuple[str, str], str]:
    with duckdb.connect() as model:
        migrate(model)
        rows = model.execute(
            "SELECT schema_name || '.' || table_name, column_name, comment FROM duckdb_columns() UNION ALL "
            "SELECT schema_name || '.' || table_name, '', comment FROM duckdb_tables() UNION ALL "
            "SELECT schema_name || '.' || view_name, '', comment FROM duckdb_views()"
        ).fetchall()
    return {(relation, column): comment for relation, column, comment in rows if comment}


def to_parquet(con: duckdb.DuckDBPyConnection, folder: Path) -> list[Path]:
    """A folder a mart, partitioned by year where it has one (`year=2024`); the year that no text gives is its own."""
    written = []
    for relation in relations(con):
        target = folder / "parquet" / relation.file_name
        target.mkdir(parents=True, exist_ok=True)
        for old in target.rglob("*.parquet"):
            old.unlink()
        year = PARTITIONS.get(relation.name)
        if year is None:
            path = str(target / f"{relation.file_name}.parquet")
            con.execute(f"COPY (FROM {relation.name}) TO {_quoted(path)} (FORMAT parquet, COMPRESSION zstd)")
        else:
            # The column that cuts is left out of the files: one of its own leaves a mart's year where it is.
            con.execute(
                f"COPY (SELECT *, {year} AS told_year FROM {relation.name}) TO {_quoted(str(target))} "
                "(FORMAT parquet, COMPRESSION zstd, PARTITION_BY (told_year), OVERWRITE_OR_IGNORE)"
            )
        written.append(target)
    return written


def to_csv(con: duckdb.DuckDBPyConnection, folder: Path) -> list[Path]:
    """A UTF-8 file a mart with the mark that Excel looks for, CRLF lines, and no cell that is taken for a formula."""
    written = []
    for relation in relations(con):
        path = folder / "csv" / f"{relation.file_name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, lineterminator="\r\n")
            writer.writerow(column.name for column in relation.columns)
            for row in _rows(con, relation):
                writer.writerow(_csv_cell(value) for value in row)
        written.append(path)
    return written


def to_datapackage(con: duckdb.DuckDBPyConnection, folder: Path) -> list[Path]:
    """`datapackage.json` that describes the CSV files: each column's type, and what the database says of it."""
    resources = [
        {
            "name": relation.file_name.replace("_", "-"),
            "path": f"csv/{relation.file_name}.csv",
            "description": relation.comment,
            "profile": "tabular-data-resource",
            "scheme": "file",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8-sig",
            "dialect": {"lineTerminator": "\r\n"},
            "schema": {"fields": [_field(column) for column in relation.columns], "missingValues": [""]},
        }
        for relation in relations(con)
    ]
    package = {
        "profile": "tabular-data-package",
        "name": "aidledger",
        "title": "Figures in Chinese news about counterpart medical aid",
        "resources": resources,
    }
    path = folder / PACKAGE
    path.write_text(json.dumps(package, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return [path]


def to_xlsx(con: duckdb.DuckDBPyConnection, folder: Path) -> list[Path]:
    """One workbook: a sheet that says what each column means, then a sheet a mart, continued where it is too long."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "aidledger.xlsx"
    book = xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    formats = {
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "amount": book.add_format({"num_format": "#,##0.####"}),
        "whole": book.add_format({"num_format": "#,##0"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        "text": book.add_format({"num_format": "@"}),
    }
    exported = relations(con)
    columns = [(relation.name, column.name, column.comment) for relation in exported for column in relation.columns]
    _sheet(book, "columns 字段说明", ("table", "column", "meaning"), (28, 24, 100), columns, formats)
    for relation in exported:
        heads = tuple(column.name for column in relation.columns)
        widths = tuple(_width(column) for column in relation.columns)
        _sheet(book, relation.file_name, heads, widths, _rows(con, relation), formats)
    book.close()
    return [path]


def to_dbt(con: duckdb.DuckDBPyConnection, folder: Path) -> list[Path]:
    """`dbt/models/sources.yml`: every table and view as a source of dbt, with its columns described."""
    path = folder / "dbt" / "models" / "sources.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dbt_sources(con), encoding="utf-8")
    return [path]


def dbt_sources(con: duckdb.DuckDBPyConnection) -> str:
    """The sources of dbt as YAML: one a schema. Strings are written as JSON, which YAML reads."""
    names = con.execute(
        "SELECT schema_name, table_name FROM (FROM duckdb_tables() UNION ALL BY NAME "
        "SELECT * RENAME (view_name AS table_name) FROM duckdb_views()) WHERE NOT internal "
        "AND database_name = current_database() AND schema_name IN ('core', 'mart', 'ops', 'raw') ORDER BY ALL"
    ).fetchall()
    lines = ["version: 2", "", "sources:"]
    for schema in sorted({schema for schema, _ in names}):
        lines += [f"  - name: {schema}", "    database: aidledger", f"    schema: {schema}", "    tables:"]
        for relation in (describe(con, f"{schema}.{table}") for own, table in names if own == schema):
            lines += [f"      - name: {relation.file_name}", f"        description: {_yaml(relation.comment)}"]
            lines.append("        columns:")
            for column in relation.columns:
                lines += [f"          - name: {column.name}", f"            data_type: {_yaml(column.data_type)}"]
                lines.append(f"            description: {_yaml(column.comment)}")
    return "\n".join(lines) + "\n"


def _rows(con: duckdb.DuckDBPyConnection, relation: Relation) -> Iterator[tuple[Any, ...]]:
    cursor = con.cursor()
    # A cursor begins in the database that was opened, which is not the one in use where that is a lake.
    cursor.execute(f'USE "{con.execute("SELECT current_database()").fetchall()[0][0]}"')
    cursor.execute(f"FROM {relation.name}")
    while batch := cursor.fetchmany(_FETCHED):
        yield from batch


def _csv_cell(value: Any) -> str:
    """A value as text. A text that a spreadsheet would compute gets an apostrophe before it; a number never does."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return _digits(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S")
    if isinstance(value, (int, date)):
        return str(value)
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _digits(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _field(column: Column) -> dict[str, Any]:
    kind = _FIELD_TYPES.get(column.data_type, "string")
    if column.data_type.startswith(("DECIMAL", "DOUBLE")) or column.data_type == "HUGEINT":
        kind = "number"
    if column.data_type.startswith("TIMESTAMP"):
        return {"name": column.name, "type": "datetime", "format": "%Y-%m-%dT%H:%M:%S", "description": column.comment}
    return {"name": column.name, "type": kind, "description": column.comment}


def _width(column: Column) -> int:
    if column.name.removesuffix("_zh") in _SENTENCES:
        return 60
    if column.name in ("headline", "document", "organisation", "detail", "first_document", "second_document"):
        return 28
    return 14


def _sheet(
    book: Any,
    name: str,
    heads: Sequence[str],
    widths: Sequence[int],
    rows: Iterator[tuple[Any, ...]] | list[Any],
    formats: dict[str, Any],
) -> None:
    """A sheet with its heads frozen and filtered; rows beyond a sheet's size go to `name 2`, and so on."""
    number, line, sheet = 1, _SPREADSHEET_ROWS, None
    for row in iter(rows):
        if line >= _SPREADSHEET_ROWS:
            sheet = _new_sheet(book, name if number == 1 else f"{name} {number}", heads, widths, formats)
            number, line = number + 1, 1
        for place, value in enumerate(row):
            _write(sheet, line, place, value, formats)
        line += 1
    if sheet is None:
        _new_sheet(book, name, heads, widths, formats)


def _new_sheet(book: Any, name: str, heads: Sequence[str], widths: Sequence[int], formats: dict[str, Any]) -> Any:
    sheet = book.add_worksheet(name)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, _SPREADSHEET_ROWS - 1, len(heads) - 1)
    for place, head in enumerate(heads):
        sheet.write_string(0, place, head, formats["head"])
    return sheet


def _write(sheet: Any, line: int, place: int, value: Any, formats: dict[str, Any]) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, place, value)
    elif isinstance(value, (int, Decimal)):
        digits = _digits(Decimal(value))
        if len(digits.lstrip("-").replace(".", "")) > _EXACT_DIGITS:
            sheet.write_string(line, place, digits, formats["text"])
        else:
            sheet.write_number(line, place, float(value), formats["amount" if "." in digits else "whole"])
    elif isinstance(value, datetime):
        sheet.write_datetime(line, place, value, formats["moment"])
    elif isinstance(value, date):
        sheet.write_datetime(line, place, datetime(value.year, value.month, value.day), formats["day"])
    else:
        text = json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else str(value)
        sheet.write_string(line, place, text[:32_767], formats["text"])


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _yaml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
