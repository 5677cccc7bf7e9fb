"""A lake in place of the published file: how it stands, and the work on the whole of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from checks.audit import audit
from checks.results import CheckResult, blocking
from flows.correcting import correct
from flows.inspection import Answer, answer
from flows.published import lake_of
from flows.settings import Settings
from transforms.pipeline import extractor_version
from warehouse.folding import fold
from warehouse.lake.connection import connect, data_path, newest_snapshot
from warehouse.lake.releases import Release, releases
from warehouse.lake.upkeep import compact_files, discard_run, expire
from warehouse.lake.writer import LakeWriter
from warehouse.load import RunRecord, extend_dates, record_run

UNENDED = "SELECT run_key, started_at, sources FROM ops.run WHERE status = 'running' ORDER BY started_at DESC LIMIT 10"
HELD = """
SELECT (SELECT count(*) FROM raw.document) AS documents, (SELECT count(*) FROM core.dim_article) AS articles,
    (SELECT count(*) FROM core.fact_figure) AS mentions
"""


@dataclass(frozen=True, slots=True)
class LakeState:
    """How a lake stands: its newest commit, what it holds, the states that readers can ask, runs that did not end."""

    shown: str
    data: str
    newest: int
    held: dict[str, int]
    releases: tuple[Release, ...]
    unended: Answer


def state_of(settings: Settings) -> LakeState:
    """How the lake of the settings stands. Raises LakeError."""
    lake = lake_of(settings)
    with connect(lake, read_only=True) as con:
        found = tuple(releases(con))
        held: dict[str, int] = {}
        unended = Answer((), ())
        try:
            held = answer(con, HELD).as_dicts()[0]
            unended = answer(con, UNENDED)
        except duckdb.CatalogException:  # nothing was written yet
            pass
        return LakeState(lake.shown, data_path(con), newest_snapshot(con), held, found, unended)


@dataclass(frozen=True, slots=True)
class Finished:
    """What a finish did: the snapshot that readers see now, or None where a check blocks."""

    run_key: str
    results: tuple[CheckResult, ...]
    snapshot: int | None

    @property
    def blocking(self) -> list[CheckResult]:
        return blocking(self.results)


def finish(settings: Settings, home: Path, say: Callable[[str], None]) -> Finished:
    """Stories, the corrections of `home`, the audit and the release, once for all that writers committed.

    One finisher works at a time; writers go on extracting meanwhile. Raises LakeError, LockTimeoutError, BadUsage.
    """
    from flows.job import finish_tables

    began = datetime.now(UTC)
    run_key = f"{began:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    with LakeWriter(lake_of(settings), settings.lock_wait_seconds, say) as writer, writer.turn():
        con = writer.connection
        extend_dates(con)
        finish_tables(con, run_key)
        correct(con, home, run_key)
        results = tuple(audit(con, run_key, fold=fold))
        status = "blocked" if blocking(results) else "published"
        record_run(con, RunRecord(run_key, "finish", status, began, extractor_version(), datetime.now(UTC)))
        return Finished(run_key, results, None if status == "blocked" else writer.publish(run_key))


def discard(settings: Settings, run_keys: Sequence[str]) -> int:
    """Take what these runs loaded out of the lake, as if they had not run; gives how many documents are new again."""
    with LakeWriter(lake_of(settings), settings.lock_wait_seconds) as writer, writer.turn():
        return sum(discard_run(writer.connection, run_key) for run_key in run_keys)


def compact(settings: Settings) -> tuple[int, int]:
    """Merge small files and let go of states older than the releases that are kept; (files merged, snapshots gone)."""
    with LakeWriter(lake_of(settings), settings.lock_wait_seconds) as writer, writer.turn():
        merged = compact_files(writer.connection)
        return merged, expire(writer.connection, keep=max(1, settings.keep_snapshots))
