"""Rows that fail a check are set aside, whole and with the reason; the others go on.

`drop_invalid_rows` of pandera is not used: it tells no reasons and drops both halves of a duplicate.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
from pandera.errors import SchemaErrors

from checks.schemas import SCHEMAS
from transforms.model import hash64

QUARANTINE_COLUMNS = (
    *("quarantine_key", "run_key", "document_key", "table_name", "row_key", "check_name", "reason", "payload"),
    *("released_in_run_key", "discarded_in_run_key", "decision"),
)
PARENTS = (
    ("core.dim_article", "document_key", "raw.document", "document_key"),
    ("core.fact_figure", "article_key", "core.dim_article", "article_key"),
    ("core.fact_figure", "organisation_key", "core.dim_organisation", "organisation_key"),
    ("core.fact_figure", "programme_key", "core.dim_programme", "programme_key"),
    ("core.unclaimed_figure", "article_key", "core.dim_article", "article_key"),
)
"""(table, column, parent table, parent key), parents first: a row goes with the row that it depends on."""


class SchemaFault(Exception):
    """A frame is not of its table's shape: a fault of the program, not of a row. Names the table and the faults."""


def set_aside(table: str, frame: pd.DataFrame, *, run_key: str = "") -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split a frame by its schema: the rows that may be loaded, and rows of `ops.quarantine` for the others.

    `run_key` stands in where the frame has no such column. A value outside its set, say status 完成, sets its row aside
    with check `status.in_set`. Raises SchemaFault where a column is missing, unknown or of another type.
    """
    frame = frame.reset_index(drop=True)
    faults = row_faults(table, frame)
    failing = frame.index.isin(list(faults))
    bad = frame[failing]
    return frame[~failing].reset_index(drop=True), quarantine_rows(
        table, bad, [faults[int(position)] for position in bad.index], run_key
    )


def row_faults(table: str, frame: pd.DataFrame) -> dict[int, list[tuple[str, str]]]:
    """Row position → (check, reason) of each fault, for a frame with a fresh index."""
    try:
        SCHEMAS[table].validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return {}
    # A column of another type is reported row by row, and yet it is no row's fault.
    fatal = cases[cases["index"].isna() | cases["check"].astype("str").str.startswith("dtype(")]
    if not fatal.empty:
        named = sorted({_fault_of_shape(*row) for row in fatal[["column", "check", "failure_case"]].to_numpy()})
        raise SchemaFault(f"{table} is not of its shape: {'; '.join(named)}")
    faults: dict[int, list[tuple[str, str]]] = {}
    across = cases["schema_context"] == "DataFrameSchema"
    for position, column, check, whole in zip(cases["index"], cases["column"], cases["check"], across, strict=True):
        fault = _name(str(column), str(check), whole=bool(whole))
        listed = faults.setdefault(int(position), [])
        if fault not in listed:
            listed.append(fault)
    return faults


def _fault_of_shape(column: object, check: str, case: object) -> str:
    # A case names a column here; elsewhere it may be content, which no message may carry.
    return f"{check} {case}" if check.startswith("column_") else f"{column}: {check}"


BUILT_IN = {"not_nullable": "is missing", "field_uniqueness": "repeats that of an earlier row"}


def _name(column: str, check: str, *, whole: bool) -> tuple[str, str]:
    name, _, reason = check.partition(": ")
    reason = reason or BUILT_IN.get(name, f"fails {name}")
    return (name, f"the row {reason}") if whole else (f"{column}.{name}", f"{column} {reason}")


def quarantine_rows(
    table: str, bad: pd.DataFrame, faults: list[list[tuple[str, str]]], run_key: str = ""
) -> pd.DataFrame:
    """Rows of `ops.quarantine` for the rows of `bad`, one each; `faults` names (check, reason) for each of them."""
    seen: Counter[str] = Counter()
    rows = []
    for record, row_faults_ in zip(bad.to_dict("records"), faults, strict=True):
        row_key = str(record[str(bad.columns[0])])
        run = str(record.get("run_key", run_key))
        seen[row_key] += 1
        rows.append(
            {
                # Two bad rows of one key are two rows set aside.
                "quarantine_key": hash64(run, table, row_key, seen[row_key]),
                "run_key": run,
                "document_key": record.get("document_key"),
                "table_name": table,
                "row_key": row_key,
                "check_name": row_faults_[0][0],
                "reason": "; ".join(reason for _, reason in row_faults_),
                "payload": payload(record),
                "released_in_run_key": None,
                "discarded_in_run_key": None,
                "decision": None,
            }
        )
    dtypes = dict.fromkeys(QUARANTINE_COLUMNS, "str") | {"quarantine_key": "Int64"}
    return pd.DataFrame(
        {name: pd.Series([row[name] for row in rows], dtype=dtypes[name]) for name in QUARANTINE_COLUMNS}
    )


def payload(record: Mapping[Any, Any]) -> str:
    """A row as JSON. Keys and amounts are strings, for a JSON reader would round them."""
    return json.dumps({str(name): _plain(str(name), value) for name, value in record.items()}, ensure_ascii=False)


def _plain(name: str, value: Any) -> Any:
    if value is None or pd.isna(value):
        return None
    if isinstance(value, date):
        moment = pd.Timestamp(value)
        return moment.isoformat() if name.endswith(("_at", "_since")) else moment.date().isoformat()
    if isinstance(value, Decimal) or name.endswith("_key"):
        return str(value)
    return value.item() if hasattr(value, "item") else value


def set_aside_all(frames: Mapping[str, pd.DataFrame], *, run_key: str) -> dict[str, pd.DataFrame]:
    """Check a batch: its good rows, a frame a table as given, and all rows set aside under `ops.quarantine`.

    A row that depends on one set aside goes with it, so that no orphan is loaded; every row given is in one of the two.
    """
    good: dict[str, pd.DataFrame] = {}
    bad: dict[str, pd.DataFrame] = {}
    for table, frame in frames.items():
        good[table], bad[table] = set_aside(table, frame, run_key=run_key)
    lost = {table: _lost_keys(frames[table], good[table]) for table in frames}
    for table, column, parent, parent_key in PARENTS:
        if table not in good or parent not in good:
            continue
        orphaned = good[table][column].isin(lost[parent]) & good[table][column].notna()
        if orphaned.any():
            rows = good[table][orphaned]
            fault = (f"depends_on.{parent}", f"{parent_key} is that of a row of {parent} that was set aside")
            aside = quarantine_rows(table, rows, [[fault]] * len(rows), run_key)
            good[table] = good[table][~orphaned].reset_index(drop=True)
            bad[table] = pd.concat([bad[table], aside], ignore_index=True)
            lost[table] = _lost_keys(frames[table], good[table])
    good["ops.quarantine"] = _with_documents(frames, pd.concat(bad.values(), ignore_index=True))
    return good


def _lost_keys(given: pd.DataFrame, kept: pd.DataFrame) -> set[Any]:
    key = given.columns[0]
    return set(given[key].dropna()) - set(kept[key])


def _with_documents(frames: Mapping[str, pd.DataFrame], bad: pd.DataFrame) -> pd.DataFrame:
    """`bad` with the document of each figure, which a figure's own row does not name."""
    if bad.empty or "core.dim_article" not in frames:
        return bad
    documents = dict(
        zip(
            frames["core.dim_article"]["article_key"].astype("str"),
            frames["core.dim_article"]["document_key"],
            strict=True,
        )
    )
    articles = bad["payload"].map(lambda text: json.loads(text).get("article_key"))
    bad["document_key"] = bad["document_key"].fillna(articles.map(documents).astype("str"))
    return bad
