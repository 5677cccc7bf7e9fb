"""The quarantine as a workbench: what was set aside, let in after a fix, or put away for good.

A release reads the stored text of the row's document again with today's rules and takes exactly the rows that were
asked for; what still fails stays, with today's reason. Nothing leaves `ops.quarantine`: a row is released or discarded
in a run, and says so.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from checks.audit import audit
from checks.corrections import REJECTED
from checks.quarantine import set_aside_all
from checks.results import CheckResult, blocking
from flows.facts import load_catalogue
from flows.job import finish_tables
from flows.published import Place, open_published, refuse_lake
from flows.selection import DOCUMENT_FIELDS
from flows.settings import BadUsage, Settings
from flows.sources import Candidate
from transforms.model import Document, ExtractedDocument
from transforms.pipeline import extract, extractor_version
from transforms.reading import read
from warehouse.folding import fold
from warehouse.load import RunRecord, load_frames, record_run
from warehouse.publish import Writer, connect_published
from warehouse.rows import to_frames

DOCUMENTS, ARTICLES = "raw.document", "core.dim_article"
FIGURES = ("core.fact_figure", "core.unclaimed_figure")
OPEN = "released_in_run_key IS NULL AND discarded_in_run_key IS NULL"
LISTED = """
SELECT aside.quarantine_key, aside.check_name, aside.table_name,
    coalesce(document.name, aside.payload->>'name') AS document,
    aside.payload->>'figure' AS figure, aside.reason, aside.run_key, aside.document_key, aside.row_key, aside.payload,
    aside.released_in_run_key, aside.discarded_in_run_key, aside.decision
FROM ops.quarantine AS aside
LEFT JOIN raw.document AS document USING (document_key)
"""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rows: by key, by document (file name or hash), by check. What is given must all hold."""

    row: str | None = None
    document: str | None = None
    check: str | None = None

    @property
    def is_everything(self) -> bool:
        return self.row is None and self.document is None and self.check is None


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of the rows chosen. `stayed` maps a quarantine key to why the row was not let in."""

    run_key: str
    done: tuple[int, ...]
    stayed: dict[int, str]
    results: tuple[CheckResult, ...] = ()

    @property
    def is_blocked(self) -> bool:
        return bool(blocking(self.results))


def listed(con: duckdb.DuckDBPyConnection, choice: Choice, *, all_rows: bool = False) -> list[dict[str, Any]]:
    """Rows set aside, oldest run first; with `all_rows` those decided on too."""
    conditions, values = ["true" if all_rows else OPEN], list[Any]()
    if choice.row is not None:
        conditions.append("(CAST(aside.quarantine_key AS VARCHAR) = ? OR aside.row_key = ?)")
        values += [choice.row, choice.row]
    if choice.document is not None:
        conditions.append("(? IN (document.name, aside.payload->>'name', aside.document_key))")
        values.append(choice.document)
    if choice.check is not None:
        conditions.append("aside.check_name = ?")
        values.append(choice.check)
    cursor = con.execute(
        f"{LISTED} WHERE {' AND '.join(conditions)} ORDER BY aside.run_key, aside.quarantine_key", values
    )
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def look_at(place: Place, choice: Choice, *, all_rows: bool = False) -> list[dict[str, Any]]:
    """`listed`, from what is published."""
    with open_published(place) as con:
        return listed(con, choice, all_rows=all_rows)


def discard(home: Path, choice: Choice, reason: str, settings: Settings) -> Decided:
    """Put rows away for good, with a reason. They stay in the table, and stay out of the facts."""

    def decide(con: duckdb.DuckDBPyConnection, rows: Sequence[dict[str, Any]], run_key: str) -> dict[int, str]:
        keys = [row["quarantine_key"] for row in rows]
        con.execute(
            "UPDATE ops.quarantine SET discarded_in_run_key = ?, decision = ? WHERE list_contains(?, quarantine_key)",
            [run_key, reason, keys],
        )
        return {}

    return _decide(home, choice, "discard", settings, decide)


def release(home: Path, choice: Choice, settings: Settings) -> Decided:
    """Read the chosen rows again with today's rules, and let in what holds; the audit judges before anyone sees it."""
    return _decide(home, choice, "release", settings, _release)


Decide = Callable[[duckdb.DuckDBPyConnection, Sequence[dict[str, Any]], str], dict[int, str]]


def _decide(home: Path, choice: Choice, mode: str, settings: Settings, decide: Decide) -> Decided:
    """One run of the workbench: decide, audit, publish. BadUsage where nothing is chosen."""
    refuse_lake(settings, f"quarantine {mode}", "aidledger lake discard RUN_KEY lets a run's documents be read again")
    connect_published(home).close()
    if choice.is_everything:
        raise BadUsage("say which rows: --row, --document or --check")
    began = datetime.now(UTC)
    run_key = f"{began:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    record = RunRecord(run_key, mode, "running", began, extractor_version(), sources=_described(choice))
    with Writer(home, settings.lock_wait_seconds, keep_snapshots=settings.keep_snapshots) as writer:
        con = writer.connection
        rows = listed(con, choice)
        if not rows:
            raise BadUsage(f"nothing is set aside for {_described(choice)}")
        record_run(con, record)
        load_catalogue(con)
        stayed = decide(con, rows, run_key)
        finish_tables(con, run_key)
        results = tuple(audit(con, run_key, fold=fold))
        done = tuple(row["quarantine_key"] for row in rows if row["quarantine_key"] not in stayed)
        decided = Decided(run_key, done, stayed, results)
        if not decided.is_blocked:
            record_run(con, replace(record, status="published", finished_at=datetime.now(UTC)))
            writer.publish()
    return decided


def _described(choice: Choice) -> str:
    row = choice.row
    if row is not None and row.removeprefix("-").isdecimal():
        row = f"{int(row):_}"  # in groups: a key of 18 digits would pass for a number of identity in the run's record
    told = {"row": row, "document": choice.document, "check": choice.check}
    return ", ".join(f"{name} {value}" for name, value in told.items() if value is not None)


def _release(con: duckdb.DuckDBPyConnection, rows: Sequence[dict[str, Any]], run_key: str) -> dict[int, str]:
    stayed: dict[int, str] = {}
    by_document: dict[str | None, list[dict[str, Any]]] = {}
    for row in rows:
        if row["check_name"] == REJECTED:
            stayed[row["quarantine_key"]] = "a correction rejects it: take the entry out of corrections.toml"
        else:
            by_document.setdefault(row["document_key"], []).append(row)
    for document_key, chosen in by_document.items():
        again = _extract_again(con, document_key, chosen)
        if isinstance(again, str):
            stayed |= {row["quarantine_key"]: again for row in chosen}
        elif any(row["table_name"] == DOCUMENTS for row in chosen):
            stayed |= _let_in_whole(con, again, chosen, run_key)
        else:
            stayed |= _let_in_rows(con, again, chosen, run_key)
    for key, reason in stayed.items():
        con.execute("UPDATE ops.quarantine SET decision = ? WHERE quarantine_key = ?", [f"{run_key}: {reason}", key])
    return stayed


def _extract_again(
    con: duckdb.DuckDBPyConnection, document_key: str | None, chosen: Sequence[dict[str, Any]]
) -> ExtractedDocument | str:
    """The document of these rows as today's rules read it, or why it cannot be had.

    Its text is that of the warehouse. A document that is itself set aside or was held back whole is read where it was
    found, if the bytes are the same.
    """
    fields = ", ".join(DOCUMENT_FIELDS)
    held = con.execute(f"SELECT {fields} FROM raw.document WHERE document_key = ?", [document_key]).fetchone()
    if held is not None:
        return extract(Document(**dict(zip(DOCUMENT_FIELDS, held, strict=True))))
    told = next((row["payload"] for row in chosen if row["table_name"] == DOCUMENTS), None)
    if told is None:
        return "its document is not in the warehouse: release the document"
    row = con.execute("SELECT ?::JSON->>'address'", [told]).fetchone()
    path = Path(str(row[0])) if row else Path()
    if not path.is_file():
        return f"its document is no longer at {path}"
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != document_key:
        return f"{path} holds other bytes now: the next run reads them"
    candidate = Candidate(path)
    return extract(read(data, name=candidate.name, address=candidate.address))


def _frames(again: ExtractedDocument, run_key: str) -> dict[str, pd.DataFrame]:
    return to_frames(
        [again],
        run_key=run_key,
        extractor_version=extractor_version(),
        fetched_at=datetime.now(UTC),
        source="quarantine release",
    )


def _let_in_whole(
    con: duckdb.DuckDBPyConnection, again: ExtractedDocument, chosen: Sequence[dict[str, Any]], run_key: str
) -> dict[int, str]:
    """A whole document, with all that was set aside with it."""
    good = set_aside_all(_frames(again, run_key), run_key=run_key)
    if good[DOCUMENTS].empty:
        reason = str(good["ops.quarantine"]["reason"].iloc[0])
        return {row["quarantine_key"]: reason for row in chosen}
    load_frames(con, good)
    con.execute(
        f"UPDATE ops.quarantine SET released_in_run_key = ? WHERE document_key = ? AND run_key <> ? AND {OPEN}",
        [run_key, again.document.document_key, run_key],
    )
    return {}


def _let_in_rows(
    con: duckdb.DuckDBPyConnection, again: ExtractedDocument, chosen: Sequence[dict[str, Any]], run_key: str
) -> dict[int, str]:
    """Single rows of a document that is loaded. A row keeps the run that extracted it, whose account balances still."""
    stayed: dict[int, str] = {}
    for row in chosen:
        frames = _frames(again, str(row["run_key"]))
        wanted = {name: frame for name, frame in frames.items() if name not in (DOCUMENTS, "ops.document_outcome")}
        wanted |= _narrowed(con, wanted, row)
        if all(wanted[name].empty for name in (ARTICLES, *FIGURES)):
            stayed[row["quarantine_key"]] = "today's rules find no such row in its document"
            continue
        good = set_aside_all(wanted, run_key=run_key)
        faults = good.pop("ops.quarantine")
        if not faults.empty:
            stayed[row["quarantine_key"]] = str(faults["reason"].iloc[0])
            continue
        load_frames(con, good)
        con.execute(
            "UPDATE ops.quarantine SET released_in_run_key = ? WHERE quarantine_key = ?",
            [run_key, row["quarantine_key"]],
        )
    return stayed


def _narrowed(
    con: duckdb.DuckDBPyConnection, frames: dict[str, pd.DataFrame], row: dict[str, Any]
) -> dict[str, pd.DataFrame]:
    """The one row that was set aside, as it is read now: a figure by its key, else by its span."""
    articles = frames[ARTICLES]
    kept = {ARTICLES: articles[articles["article_key"].astype("str") == row["row_key"]]}
    told = con.execute(
        "SELECT p->>'article_key', p->>'char_start', p->>'char_end' FROM (SELECT ?::JSON AS p)", [row["payload"]]
    ).fetchone()
    for name in FIGURES:
        frame = frames[name]
        same = frame["figure_key"].astype("str") == row["row_key"]
        if row["table_name"] in FIGURES and told is not None and not same.any():
            span = [frame[column].astype("str") for column in ("article_key", "char_start", "char_end")]
            same = (span[0] == told[0]) & (span[1] == told[1]) & (span[2] == told[2])
        kept[name] = frame[same] if row["table_name"] in FIGURES else frame.head(0)
    if row["table_name"] in FIGURES and not kept["core.fact_figure"].empty:
        kept["core.unclaimed_figure"] = frames["core.unclaimed_figure"].head(0)
    return kept
