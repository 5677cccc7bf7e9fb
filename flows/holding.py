"""A batch that a blocking check holds back: recorded without its rows, and taken again on request.

The published file gets the run's record, the results of its checks and one line a document in `ops.quarantine`, and no
fact. The rows themselves are not kept: a batch is held back because something in it must not be read, and its
documents still lie where they were found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from checks.quarantine import quarantine_rows
from checks.results import CheckResult, blocking
from warehouse.load import RunRecord, load_frames, record_run
from warehouse.publish import Writer

KEPT = ["document_key", "name", "address", "articles", "figures", "facts", "ignored", "unknown"]
DOCUMENTS = "raw.document"


@dataclass(frozen=True, slots=True)
class HeldBatch:
    """What is recorded of a run that was held back. `outcomes` are rows of `ops.document_outcome`."""

    record: RunRecord
    outcomes: pd.DataFrame
    results: Sequence[CheckResult]
    result_rows: Sequence[tuple[Any, ...]]
    """The same as rows of `ops.check_result`, as the audit recorded them in the file that is discarded."""
    retried: bool


def hold_back(writer: Writer, batch: HeldBatch) -> Path:
    """Publish the record of a run that was held back, and nothing that it loaded; the path of the published file."""
    run_key = batch.record.run_key
    with writer:
        con = writer.connection
        if batch.retried:
            release_held(con, run_key)
        faults = [(result.check_name, f"{result.check_name}: {result.detail}") for result in blocking(batch.results)]
        read = batch.outcomes["outcome"] == "read"
        held = batch.outcomes[read & ~batch.outcomes["document_key"].isin(held_documents(con))][KEPT]
        marks = ", ".join("?" * len(batch.result_rows[0]))
        outcomes = batch.outcomes.copy()
        outcomes.loc[read, "reason"] = "held back by " + ", ".join(name for name, _ in faults)
        aside = quarantine_rows(DOCUMENTS, held, [faults] * len(held), run_key)
        load_frames(con, {"ops.document_outcome": outcomes, "ops.quarantine": aside})
        con.executemany(f"INSERT INTO ops.check_result VALUES ({marks})", batch.result_rows)
        record_run(con, batch.record)
        return writer.publish()


def recorded_results(con: duckdb.DuckDBPyConnection, run_key: str) -> list[tuple[Any, ...]]:
    """The rows that the audit wrote to `ops.check_result` for one run."""
    return con.execute("FROM ops.check_result WHERE run_key = ?", [run_key]).fetchall()


def held_documents(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Keys of the documents that are set aside whole."""
    rows = con.execute(
        "SELECT document_key FROM ops.quarantine WHERE table_name = ? AND released_in_run_key IS NULL "
        "AND discarded_in_run_key IS NULL",
        [DOCUMENTS],
    )
    return {document_key for (document_key,) in rows.fetchall()}


def release_held(con: duckdb.DuckDBPyConnection, run_key: str) -> None:
    """Let the documents that are set aside whole count as unread, with all that was set aside with them."""
    con.execute(
        "UPDATE ops.quarantine SET released_in_run_key = ? WHERE released_in_run_key IS NULL "
        "AND list_contains(?, document_key)",
        [run_key, list(held_documents(con))],
    )
