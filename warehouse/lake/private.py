"""A private copy of a whole lake: changed and checked beside it, its difference committed at once, then released.

For the steps that change what is there already, as a backfill does. What they do to a file they do to this copy, and
the lake sees one commit of what came of it, or nothing. The copy needs room for all that the lake holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import duckdb

from warehouse.lake.connection import LAKE, Lake, LakeError, connect, newest_snapshot, quoted, told_plainly
from warehouse.lake.releases import releases, unreleased
from warehouse.lake.shape import is_in_shape
from warehouse.lake.writer import LakeWriter
from warehouse.migrate import OWN_SCHEMAS, migrate
from warehouse.publish import WRITER_CONFIG

COPY = "private_copy"
NOT_COPIED = ("ops.migration", "ops.views_made")
"""A fresh file has its own record of what made it."""
TABLES = """
SELECT schema_name || '.' || table_name, list(column_name ORDER BY column_index) FROM duckdb_columns()
WHERE database_name = $copy AND list_contains($schemas, schema_name)
    AND (schema_name, table_name) IN (SELECT (schema_name, table_name) FROM duckdb_tables() WHERE database_name = $copy)
GROUP BY ALL ORDER BY ALL
"""


class PrivateCopy:
    """One writer of a lake at work on a copy of all of it; the others wait with their commits.

        with PrivateCopy(lake, folder / "lake.duckdb") as copy:
            ...                      # on copy.connection, as on a file
            copy.publish(run_key)    # one commit, and a release

    Leaving without `publish` changes nothing. Raises LakeError, LockTimeoutError, MigrationError.
    """

    def __init__(
        self, lake: Lake, path: Path, wait_seconds: float = 600.0, say: Callable[[str], None] = lambda _: None
    ) -> None:
        self.lake = lake
        self.path = path
        self.base = -1
        """Snapshot of the lake that was copied."""
        self._writer = LakeWriter(lake, wait_seconds, say)
        self._connection: duckdb.DuckDBPyConnection | None = None

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The private copy. LakeError before entering and after publishing."""
        if self._connection is None:
            raise LakeError("the private copy is not open")
        return self._connection

    def __enter__(self) -> PrivateCopy:
        self._writer.__enter__()
        try:
            with told_plainly(self.lake):
                self._writer.take_turn()
                self.base = newest_snapshot(self._writer.connection)
                copy_tables(self._writer.connection, self.path)
            self._connection = duckdb.connect(str(self.path), config=WRITER_CONFIG)
        except BaseException as error:
            self.__exit__(type(error), error, error.__traceback__)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
        # A fault in the body is one of the copy, not of the lake's store.
        self._writer.__exit__(None, None, None)

    def publish(self, run_key: str) -> int:
        """Commit what is another in the copy, release it, and let go of the turn; the number of the released state."""
        self.connection.execute("CHECKPOINT")
        self._close()
        with told_plainly(self.lake):
            write_differences(self._writer.connection, self.path)
            return self._writer.publish(run_key)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def copy_released(lake: Lake, path: Path) -> int:
    """A new file at `path` with the newest release; the number of the lake's newest commit, which is of that state.

    Raises LakeError where something was committed since that no reader sees yet, or nothing was released.
    """
    with told_plainly(lake), connect(lake, read_only=True) as con:
        newest = newest_snapshot(con)
        if not releases(con):
            raise LakeError(f"{lake.shown}: nothing has been released there yet (aidledger run)")
        if unreleased(con, newest):
            told = "documents were loaded that are not released yet: let their runs end, or aidledger lake finish"
            raise LakeError(f"{lake.shown}: {told}")
        if not is_in_shape(con):
            raise LakeError(f"{lake.shown} is of an earlier version: aidledger lake finish brings it forward")
    with told_plainly(lake), connect(lake, snapshot=newest) as con:
        copy_tables(con, path)
    return newest


def copy_tables(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Fill a new file at `path` with every table that `con`, a connection to a lake, reads."""
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as file:
        migrate(file)
    with _attached(con, path) as tables:
        for table, columns in tables.items():
            listed = ", ".join(columns)
            con.execute(f"DELETE FROM {COPY}.{table}")
            con.execute(f"INSERT INTO {COPY}.{table} ({listed}) SELECT {listed} FROM {LAKE}.{table}")


def write_differences(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Let the lake hold what the file at `path` holds, in one transaction that touches no other row.

    A row is told from others by all of its columns, and counted, so that equal rows stay as many as they should be.
    """
    with _attached(con, path, " (READ_ONLY)") as tables:
        changed = {table: name for table, columns in tables.items() if (name := _difference(con, table, columns))}
    con.begin()
    try:
        for table, name in changed.items():
            columns = tables[table]
            same = " AND ".join(f"held.{column} IS NOT DISTINCT FROM other.{column}" for column in columns)
            con.execute(
                f"DELETE FROM {LAKE}.{table} WHERE rowid IN (SELECT held.rowid FROM {LAKE}.{table} AS held "
                f"JOIN {name} AS other ON {same} WHERE other.rows_before > 0)"
            )
            listed = ", ".join(columns)
            con.execute(f"INSERT INTO {LAKE}.{table} ({listed}) SELECT {listed} FROM {name}, unnest(range(rows_after))")
        con.commit()
    except BaseException:
        con.rollback()
        raise
    for name in changed.values():
        con.execute(f"DROP TABLE {name}")


def _difference(con: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> str | None:
    """The name of a table with the rows that are not as often in the copy as in the lake; None where there is none."""
    name = f"temp.difference_{table.replace('.', '_')}"
    listed = ", ".join(columns)
    con.execute(
        f"CREATE TEMP TABLE {name.removeprefix('temp.')} AS SELECT {listed}, sum(before)::BIGINT AS rows_before, "
        f"sum(after)::BIGINT AS rows_after FROM (SELECT {listed}, 1 AS before, 0 AS after FROM {LAKE}.{table} "
        f"UNION ALL SELECT {listed}, 0, 1 FROM {COPY}.{table}) GROUP BY {listed} HAVING sum(before) <> sum(after)"
    )
    if con.execute(f"SELECT count(*) FROM {name}").fetchall() != [(0,)]:
        return name
    con.execute(f"DROP TABLE {name}")
    return None


@contextmanager
def _attached(con: duckdb.DuckDBPyConnection, path: Path, how: str = "") -> Iterator[dict[str, list[str]]]:
    """The file beside the lake, as `COPY`: its tables with their columns."""
    con.execute(f"ATTACH {quoted(str(path))} AS {COPY}{how}")
    try:
        rows = con.execute(TABLES, {"copy": COPY, "schemas": list(OWN_SCHEMAS)}).fetchall()
        yield {table: columns for table, columns in rows if table not in NOT_COPIED}
    finally:
        con.execute(f"DETACH {COPY}")
