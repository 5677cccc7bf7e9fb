"""Earlier published states: which there are, reading one, putting one back, bringing a warehouse forward."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from flows.settings import BadUsage, Settings
from warehouse.load import RunRecord, record_run
from warehouse.migrate import MigrationError, pending_in
from warehouse.publish import PUBLISHED_NAME, WarehouseError, Writer, connect_file, connect_published
from warehouse.snapshots import Snapshot, held, newest_run, snapshots

NO_EXTRACTOR = "0" * 16
"""Stands for the extractor of a run that extracts nothing."""


def states(home: Path) -> list[tuple[Snapshot, str]]:
    """Every state that can be read, newest first, each with what it is."""
    found: list[tuple[Snapshot, str]] = []
    path = home / PUBLISHED_NAME
    if path.exists():
        try:
            con = connect_published(home)
        except (WarehouseError, MigrationError):
            key, note = "?", "published; cannot be read"
        else:
            key, note = newest_run(con) or "?", "published"
            con.close()
        status = path.stat()
        found.append((Snapshot(key, path, datetime.fromtimestamp(status.st_mtime, UTC), status.st_size), note))
    found += [(snapshot, "kept") for snapshot in snapshots(home) if not _same_file(snapshot.path, path)]
    return found


def connect_as_of(home: Path, run_key: str | None) -> duckdb.DuckDBPyConnection:
    """The state that a run published, read-only; the one published now where `run_key` is None.

    Raises:
        BadUsage: no such state is kept.
        WarehouseError, MigrationError: it cannot be read.
    """
    if run_key is None:
        return connect_published(home)
    return connect_file(_state(home, run_key).path)


def restore(home: Path, run_key: str | None, settings: Settings, say: Callable[[str], None]) -> str:
    """Publish a kept state again, recorded as a run of its own; the state that it replaces is kept as a snapshot.

    Without `run_key` it is the state before the published one. Gives the run key of what was restored.
    """
    if run_key is None:
        earlier = [snapshot for snapshot, note in states(home) if note == "kept"]
        if not earlier:
            raise BadUsage(f"{home} keeps no earlier state")
        snapshot = earlier[0]
    else:
        snapshot = _state(home, run_key)
    started_at = datetime.now(UTC)
    wait, kept = settings.lock_wait_seconds, settings.keep_snapshots
    with held(snapshot) as source, Writer(home, wait, say, keep_snapshots=kept, start_from=source) as writer:
        record_run(writer.connection, _own_run("restore", started_at, f"snapshot {snapshot.run_key}"))
        writer.publish()
    return snapshot.run_key


def upgrade(home: Path, settings: Settings, say: Callable[[str], None]) -> tuple[str, ...]:
    """Apply the migrations that the published file lacks; the file as it was stays published until they all held."""
    con = connect_published(home)
    try:
        lacking = pending_in(con)
    finally:
        con.close()
    if lacking:
        wait, kept = settings.lock_wait_seconds, max(1, settings.keep_snapshots)
        started_at = datetime.now(UTC)
        with Writer(home, wait, say, keep_snapshots=kept) as writer:
            record_run(writer.connection, _own_run("upgrade", started_at, ", ".join(lacking)))
            writer.publish()
    return lacking


def _own_run(mode: str, started_at: datetime, sources: str) -> RunRecord:
    """The record of a publication that reads no document: each published state has a run of its own."""
    return RunRecord(
        run_key=f"{started_at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}",
        mode=mode,
        status="published",
        started_at=started_at,
        extractor_version=NO_EXTRACTOR,
        finished_at=datetime.now(UTC),
        sources=sources,
    )


def _state(home: Path, run_key: str) -> Snapshot:
    for snapshot, _ in states(home):
        if snapshot.run_key == run_key:
            return snapshot
    known = ", ".join(snapshot.run_key for snapshot, _ in states(home)[:5]) or "none"
    raise BadUsage(f"no state of run {run_key} is kept in {home} (kept: {known})")


def _same_file(first: Path, second: Path) -> bool:
    try:
        return first.samefile(second)
    except FileNotFoundError:
        return False
