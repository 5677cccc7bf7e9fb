"""Corrections: what a person knows better than the text, each with its reason, its source and a guard.

`corrections.toml` in the home folder holds entries such as

    [[correction]]
    document = "2024-06-18_kashgar.txt"     # or figure_key = "-123…" alone
    metric = "surgeries"
    aspect = "level"
    value = 132
    action = "fix"                          # or "reject"
    expects = { value = 132 }               # the guard: what each field holds that is about to be replaced
    set = { value = 123 }
    reason = "Two digits swapped in print."
    source = "The hospital's yearly report, page 4."

An entry that matches nothing, or whose guard does not hold, fails the run: a correction that silently does nothing is
worse than none. The original row stays in `core.correction`; a rejected fact stands in the quarantine. An entry that
leaves the file is taken back.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Self

import duckdb
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from checks.quarantine import payload, quarantine_rows, row_faults
from transforms.model import hash64

FILE_NAME = "corrections.toml"
REJECTED = "correction.reject"
MARK = "+corrected"
TABLE = "core.fact_figure"
Amount = Decimal | int | float | str


class CorrectionError(Exception):
    """A correction that cannot be applied; the message names the entry and says why."""


class Fields(BaseModel):
    """The fields that a correction may set or expect; an empty text stands for NULL."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    metric: str | None = None
    aspect: str | None = None
    value: Amount | None = None
    value_low: Amount | None = None
    value_high: Amount | None = None
    approximation: str | None = None
    unit: str | None = None
    status: str | None = None
    qualifier: str | None = None
    is_annual: bool | None = None
    is_part: bool | None = None
    donor_code: str | None = None
    recipient_code: str | None = None
    period_start: date | Literal[""] | None = None
    period_end: date | Literal[""] | None = None

    @property
    def given(self) -> dict[str, Any]:
        """The fields that stand in the file."""
        return {name: getattr(self, name) for name in sorted(self.model_fields_set)}


class Correction(BaseModel):
    """One entry of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    figure_key: str | None = None
    document: str | None = None
    metric: str | None = None
    aspect: str = "level"
    value: Amount | None = None
    action: Literal["fix", "reject"]
    expects: Fields
    fields: Fields = Field(default=Fields(), alias="set")
    reason: str = Field(min_length=1)
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.figure_key is None) == (None in (self.document, self.metric, self.value)):
            raise ValueError("names either a figure_key, or a document, a metric and a value")
        if (self.action == "fix") != bool(self.fields.given):
            raise ValueError("a fix sets at least one field, and a rejection none")
        unguarded = set(self.fields.given) - set(self.expects.given) - {"value_low", "value_high", "approximation"}
        if unguarded or not self.expects.given:
            raise ValueError(f"expects does not guard {', '.join(sorted(unguarded)) or 'anything'}")
        return self

    @property
    def entry_key(self) -> int:
        """The same for the same entry, wherever it stands in the file."""
        return hash64("correction", self.model_dump_json())

    @property
    def named(self) -> str:
        """The entry in a message."""
        return self.figure_key or f"{self.document} {self.metric} {self.aspect} {self.value}"


def load_corrections(home: Path) -> tuple[Correction, ...]:
    """The entries of the home folder's file, none where there is no file. CorrectionError where one is not whole."""
    path = Path(home) / FILE_NAME
    if not path.exists():
        return ()
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CorrectionError(f"{FILE_NAME}: {error}") from error
    if set(told) - {"correction"}:
        raise CorrectionError(f"{FILE_NAME}: not known: {', '.join(sorted(set(told) - {'correction'}))}")
    entries = []
    for number, entry in enumerate(told.get("correction", []), start=1):
        try:
            entries.append(Correction(**entry))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            message = first["msg"].removeprefix("Value error, ")
            raise CorrectionError(f"{FILE_NAME}: entry {number}: {f'{where}: ' if where else ''}{message}") from error
    if len({entry.entry_key for entry in entries}) != len(entries):
        raise CorrectionError(f"{FILE_NAME}: one entry stands there twice")
    return tuple(entries)


def applied_entries(con: duckdb.DuckDBPyConnection) -> set[int]:
    """Keys of the entries that are in force."""
    rows = con.execute("SELECT DISTINCT entry_key FROM core.correction WHERE withdrawn_in_run_key IS NULL").fetchall()
    return {key for (key,) in rows}


def synchronise(con: duckdb.DuckDBPyConnection, entries: Sequence[Correction], run_key: str) -> int:
    """Bring the facts to what the file says: new entries applied, those that left it taken back; gives their number.

    Raises CorrectionError for an entry that matches no fact, whose guard does not hold, or that makes a row that the
    schema would refuse.
    """
    in_force, wanted = applied_entries(con), {entry.entry_key for entry in entries}
    for entry_key in sorted(in_force - wanted):
        _withdraw(con, entry_key, run_key)
    reapply(con, run_key)
    for entry in entries:
        if entry.entry_key not in in_force:
            _apply(con, entry, run_key)
    return len(in_force ^ wanted)


def reapply(con: duckdb.DuckDBPyConnection, run_key: str) -> None:
    """Apply what is in force to facts that came back as they were extracted: a document was read again."""
    rows = con.execute(
        "SELECT figure_key, action, corrected, reason FROM core.correction AS correction JOIN core.fact_figure AS fact "
        "USING (figure_key) WHERE withdrawn_in_run_key IS NULL AND NOT ends_with(fact.rule_code, ?)",
        [MARK],
    ).fetchall()
    for figure_key, action, corrected, reason in rows:
        if action == "reject":
            _set_aside(con, figure_key, reason, run_key)
        else:
            _update(con, figure_key, json.loads(corrected))


def _apply(con: duckdb.DuckDBPyConnection, entry: Correction, run_key: str) -> None:
    found = _matches(con, entry)
    if not found:
        raise CorrectionError(f"{FILE_NAME}: {entry.named} matches no fact")
    expected = _columns(con, entry.expects.given)
    for row in found:
        for name, value in expected.items():
            if row[name] != value:
                raise CorrectionError(
                    f"{FILE_NAME}: {entry.named} expects {name} {value}, and the fact has {row[name]}"
                )
        corrected = _columns(con, _completed(entry.fields.given))
        con.execute(
            "INSERT INTO core.correction VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
            [
                *(
                    hash64(run_key, entry.entry_key, row["figure_key"]),
                    row["figure_key"],
                    entry.entry_key,
                    entry.action,
                ),
                *(payload(row), payload(corrected), entry.reason, entry.source, run_key),
                datetime.now(UTC).replace(tzinfo=None),
            ],
        )
        if entry.action == "reject":
            _set_aside(con, row["figure_key"], entry.reason, run_key)
        else:
            _update(con, row["figure_key"], corrected)
            _assert_possible(con, entry, row["figure_key"])


def _matches(con: duckdb.DuckDBPyConnection, entry: Correction) -> list[dict[str, Any]]:
    if entry.figure_key is not None:
        return _rows(con, "FROM core.fact_figure WHERE figure_key = TRY_CAST(? AS BIGINT)", [entry.figure_key])
    return _rows(
        con,
        "SELECT fact.* FROM core.fact_figure AS fact JOIN core.current_article AS article USING (article_key) "
        "JOIN core.dim_metric AS metric USING (metric_key) WHERE article.document = ? AND metric.metric_code = ? "
        "AND fact.aspect = ? AND fact.value = TRY_CAST(? AS DECIMAL(22,4))",
        [entry.document, entry.metric, entry.aspect, str(entry.value)],
    )


def _completed(given: dict[str, Any]) -> dict[str, Any]:
    """A value set without its interval is exact."""
    if "value" in given and not set(given) & {"value_low", "value_high", "approximation"}:
        return given | {"value_low": given["value"], "value_high": given["value"], "approximation": "exact"}
    return given


def _columns(con: duckdb.DuckDBPyConnection, given: dict[str, Any]) -> dict[str, Any]:
    """Fields of the file as columns of the table: a code as its key, an amount as the table holds it."""
    columns: dict[str, Any] = {}
    for name, value in given.items():
        told = None if value == "" else value
        if name == "metric":
            row = con.execute("SELECT metric_key FROM core.dim_metric WHERE metric_code = ?", [told]).fetchone()
            if row is None:
                raise CorrectionError(f"{FILE_NAME}: the catalogue has no metric {told!r}")
            columns["metric_key"] = row[0]
        elif name.endswith("_code"):
            columns[name.removesuffix("_code") + "_key"] = None if told is None else int(told)
        elif name.startswith("value"):
            columns[name] = None if told is None else Decimal(str(told)).quantize(Decimal("0.0001"))
        else:
            columns[name] = told
    return columns


def _update(con: duckdb.DuckDBPyConnection, figure_key: int, columns: dict[str, Any]) -> None:
    assign = ", ".join(f"{name} = ?" for name in columns)
    con.execute(
        f"UPDATE core.fact_figure SET {assign}, rule_code = rule_code || ? WHERE figure_key = ?",
        [*columns.values(), MARK, figure_key],
    )


def _assert_possible(con: duckdb.DuckDBPyConnection, entry: Correction, figure_key: int) -> None:
    """CorrectionError where the corrected row would be set aside had it been extracted so."""
    frame = con.execute("FROM core.fact_figure WHERE figure_key = ?", [figure_key]).to_arrow_table()
    held = frame.to_pandas(integer_object_nulls=True, date_as_object=True)
    across = {"interval_around_value", "interval_as_worded", "unit_of_aspect", "value_in_range", "period_in_order"}
    faults = row_faults(TABLE, as_checked(held)).get(0, [])
    broken = [reason for name, reason in faults if name in across or name.endswith(".in_set")]
    if broken:
        raise CorrectionError(f"{FILE_NAME}: {entry.named} makes an impossible fact: {'; '.join(broken)}")


def as_checked(frame: Any) -> Any:
    """Rows as they came from the database, in the types that the schemas ask for."""
    import pandas as pd

    from checks.schemas import SCHEMAS

    made = {}
    for name, column in SCHEMAS[TABLE].columns.items():
        dtype = str(column.dtype)
        values = [None if value is pd.NaT or value is None else value for value in frame[name]]
        made[name] = pd.Series(values, dtype=dtype)
    return pd.DataFrame(made)


def _set_aside(con: duckdb.DuckDBPyConnection, figure_key: int, reason: str, run_key: str) -> None:
    """Move a fact to the quarantine. It keeps the run that extracted it, whose account must go on to balance."""
    frame = con.execute("FROM core.fact_figure WHERE figure_key = ?", [figure_key]).to_arrow_table()
    held = frame.to_pandas(integer_object_nulls=True, date_as_object=True)
    con.execute(
        "UPDATE ops.quarantine SET released_in_run_key = ?, decision = 'read again, and rejected again' "
        "WHERE check_name = ? AND row_key = ? AND released_in_run_key IS NULL",
        [run_key, REJECTED, str(figure_key)],
    )
    (row,) = quarantine_rows(TABLE, held, [[(REJECTED, reason)]], run_key).to_dict("records")
    con.execute(
        "INSERT INTO ops.quarantine (quarantine_key, run_key, document_key, table_name, row_key, check_name, reason, "
        "payload) "
        "SELECT ?, ?, document_key, ?, ?, ?, ?, ? FROM core.dim_article WHERE article_key = ?",
        [
            *(hash64(run_key, REJECTED, figure_key), row["run_key"], TABLE, row["row_key"], row["check_name"]),
            *(row["reason"], row["payload"], int(held["article_key"][0])),
        ],
    )
    con.execute("DELETE FROM core.fact_figure WHERE figure_key = ?", [figure_key])


def _withdraw(con: duckdb.DuckDBPyConnection, entry_key: int, run_key: str) -> None:
    """The facts of an entry as they were extracted."""
    rows = con.execute(
        "SELECT figure_key, action, original, corrected FROM core.correction "
        "WHERE entry_key = ? AND withdrawn_in_run_key IS NULL",
        [entry_key],
    ).fetchall()
    for figure_key, action, original, corrected in rows:
        before = json.loads(original)
        if action == "reject":
            con.execute(
                "UPDATE ops.quarantine SET released_in_run_key = ?, decision = 'the correction was taken back' "
                "WHERE check_name = ? AND row_key = ? AND released_in_run_key IS NULL",
                [run_key, REJECTED, str(figure_key)],
            )
            insert_payload(con, TABLE, before)
        else:
            names = [*json.loads(corrected), "rule_code"]
            assign = ", ".join(f"{name} = ?" for name in names)
            con.execute(
                f"UPDATE core.fact_figure SET {assign} WHERE figure_key = ?",
                [*(before[name] for name in names), figure_key],
            )
    con.execute(
        "UPDATE core.correction SET withdrawn_in_run_key = ? WHERE entry_key = ? AND withdrawn_in_run_key IS NULL",
        [run_key, entry_key],
    )


def insert_payload(con: duckdb.DuckDBPyConnection, table: str, row: dict[str, Any]) -> None:
    """Insert a row from its payload, where its key is not held."""
    names = list(row)
    marks = ", ".join("?" * len(names))
    key = names[0]
    held = con.execute(f"SELECT count(*) FROM {table} WHERE {key} = ?", [row[key]]).fetchone()
    if held is not None and held[0] == 0:
        con.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", list(row.values()))


def _rows(con: duckdb.DuckDBPyConnection, sql: str, values: list[Any]) -> list[dict[str, Any]]:
    cursor = con.execute(sql, values)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
