"""Which state of a lake readers see: the newest that passed its checks, or an earlier one.

Writers commit batches at any time; a release is the number of a snapshot that was audited as a whole. A reader opens
that snapshot, so nobody waits for anybody, and nobody sees a batch before its checks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from warehouse.lake.connection import LAKE, Lake, LakeError, connect, newest_snapshot
from warehouse.lake.shape import RELEASES
from warehouse.migrate import refuse_newer


@dataclass(frozen=True, slots=True)
class Release:
    """One state that passed its checks. `released_at` is UTC, without a zone."""

    snapshot_id: int
    run_key: str
    released_at: datetime

    @property
    def at(self) -> datetime:
        """When, with its zone."""
        return self.released_at.replace(tzinfo=UTC)


def releases(con: duckdb.DuckDBPyConnection) -> list[Release]:
    """All of them, newest first."""
    try:
        rows = con.execute(f"SELECT snapshot_id, run_key, released_at FROM {RELEASES} ORDER BY snapshot_id DESC")
        return [Release(*row) for row in rows.fetchall()]
    except duckdb.CatalogException:
        return []


def released(lake: Lake) -> list[Release]:
    """The same of a lake that is not open. Raises LakeError."""
    with connect(lake, read_only=True) as con:
        return releases(con)


def unreleased(con: duckdb.DuckDBPyConnection, newest: int) -> bool:
    """Whether documents were committed, up to the snapshot `newest`, that no reader sees yet."""
    found = releases(con)
    rows = con.execute(
        f"SELECT count(*) FROM (FROM ducklake_table_insertions('{LAKE}', 'raw', 'document', ?, ?) LIMIT 1)",
        [found[0].snapshot_id + 1 if found else 0, newest],
    ).fetchall()
    return rows != [(0,)]


def release(con: duckdb.DuckDBPyConnection, run_key: str) -> int:
    """Let readers see what the lake holds now; the number of that snapshot. The caller has the writer's turn."""
    snapshot = newest_snapshot(con)
    con.execute(
        f"INSERT INTO {RELEASES} VALUES (?, ?, current_timestamp AT TIME ZONE 'UTC')",
        [snapshot, run_key],
    )
    return snapshot


def connect_released(lake: Lake, as_of: str | datetime | None = None) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the newest release, or the newest at `as_of`.

    `as_of` is a moment in UTC without a zone, the key of the run that released, or the number of a snapshot. Raises
    LakeError where there is no such release, or it is no longer kept, MigrationError where a newer version wrote it.
    """
    found = released(lake)
    if not found:
        raise LakeError(f"{lake.shown}: nothing has been released there yet (aidledger run)")
    chosen = found[0] if as_of is None else _chosen(found, as_of)
    if chosen is None:
        raise LakeError(f"{lake.shown}: no release of {as_of} (aidledger lake status lists them)")
    con = connect(lake, snapshot=chosen.snapshot_id)
    try:
        refuse_newer(con)
    except BaseException:
        con.close()
        raise
    return con


def _chosen(found: list[Release], as_of: str | datetime) -> Release | None:
    if isinstance(as_of, datetime):
        fits = (each for each in found if each.released_at <= as_of)
    else:
        fits = (each for each in found if as_of in (each.run_key, str(each.snapshot_id)))
    return next(fits, None)
