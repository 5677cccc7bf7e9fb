"""What keeps a lake fit: small files merged, old states let go, a run taken out again. The caller has the turn."""

from __future__ import annotations

import duckdb

from warehouse.lake.connection import LAKE
from warehouse.lake.releases import releases
from warehouse.lake.shape import RELEASES

CLEANED_AFTER = "1 day"
"""A reader that opened an old state may go on with it for so long after the state was let go."""
OF_A_RUN = (
    *("core.fact_figure", "core.unclaimed_figure", "core.dim_article", "raw.document"),
    *("ops.document_outcome", "ops.quarantine", "ops.run"),
)


def compact_files(con: duckdb.DuckDBPyConnection) -> int:
    """Write rows that wait in the catalogue to files, and merge small files; gives the files that went into others.

    States of before can still be asked: their files stay until they expire.
    """
    con.execute(f"CALL ducklake_flush_inlined_data('{LAKE}')")
    before = _files(con)
    con.execute(f"CALL ducklake_merge_adjacent_files('{LAKE}')")
    return before - _files(con)


def expire(con: duckdb.DuckDBPyConnection, keep: int) -> int:
    """Let go of every snapshot before the oldest of the `keep` newest releases; gives how many went."""
    kept = releases(con)[:keep]
    if not kept:
        return 0
    rows = con.execute(f"SELECT snapshot_id FROM {LAKE}.snapshots() WHERE snapshot_id < ?", [kept[-1].snapshot_id])
    gone = [snapshot for (snapshot,) in rows.fetchall()]
    if gone:
        con.execute(f"DELETE FROM {RELEASES} WHERE snapshot_id < ?", [kept[-1].snapshot_id])
        con.execute(f"CALL ducklake_expire_snapshots('{LAKE}', versions => {gone})")
    con.execute(f"CALL ducklake_cleanup_old_files('{LAKE}', older_than => now() - INTERVAL '{CLEANED_AFTER}')")
    return len(gone)


def discard_run(con: duckdb.DuckDBPyConnection, run_key: str) -> int:
    """Delete every row that a run loaded, in one transaction; the documents that count as unread again."""
    con.begin()
    try:
        (found,) = con.execute("SELECT count(*) FROM raw.document WHERE run_key = ?", [run_key]).fetchall()
        for table in OF_A_RUN:
            con.execute(f"DELETE FROM {table} WHERE run_key = ?", [run_key])
        con.commit()
    except BaseException:
        con.rollback()
        raise
    return int(found[0])


def _files(con: duckdb.DuckDBPyConnection) -> int:
    (found,) = con.execute(f"SELECT coalesce(sum(file_count), 0) FROM ducklake_table_info('{LAKE}')").fetchall()
    return int(found[0])
