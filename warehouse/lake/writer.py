"""Writing to a lake beside other writers: a batch is one commit, and a document enters once, whoever brings it first.

Writers extract and write their Parquet files at the same time. Only the last moment of a commit is one writer's turn: a
lock in the catalogue's database, which falls with its holder however that ends. In its turn a writer looks which
documents others committed since it last looked, and leaves those out. The steps across documents (stories, audit,
release) take one turn together: others go on extracting, their commits wait, and readers see the last release.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import TracebackType

import duckdb
import pandas as pd

from warehouse.columns import COLUMNS, KEYS
from warehouse.lake.connection import (
    CATALOGUE,
    LAKE,
    Lake,
    LakeError,
    connect,
    newest_snapshot,
    store_fault,
    told_plainly,
)
from warehouse.lake.releases import release, unreleased
from warehouse.lake.shape import bring_into_shape, is_in_shape
from warehouse.load import insert_new, to_arrow, without_documents
from warehouse.publish import LockTimeoutError

TURN = 7_214_553_108
"""Number of the advisory lock: any, as long as every writer of a lake takes the same."""
MEMBERS = ("core.dim_organisation", "core.dim_programme")
"""Tables whose rows many documents share."""
ATTEMPTS = 5


class LakeWriter:
    """One of several writers of a lake, as `warehouse.publish.Writer` is the one writer of a file.

        with LakeWriter(lake) as writer:
            writer.load(frames)
            with writer.turn():
                ...             # what looks across documents
                writer.publish(run_key)

    What `load` committed stays, also where the writer is killed a moment later: the next run knows those documents.
    Raises LakeError, MigrationError, LockTimeoutError.
    """

    def __init__(self, lake: Lake, wait_seconds: float = 600.0, say: Callable[[str], None] = lambda _: None) -> None:
        self.lake = lake
        self._wait_seconds = wait_seconds
        self._say = say
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._turn: duckdb.DuckDBPyConnection | None = None
        self._looked_at = 0
        self._of_others: set[str] = set()

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The lake as it is now. LakeError before entering."""
        if self._connection is None:
            raise LakeError("the writer is not open")
        return self._connection

    def __enter__(self) -> LakeWriter:
        self._connection = _connect(self.lake)
        try:
            with told_plainly(self.lake):
                if not is_in_shape(self.connection):
                    with self.turn():
                        if not is_in_shape(self.connection):
                            bring_into_shape(self.connection)
                self._looked_at = newest_snapshot(self.connection)
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
        if isinstance(error, duckdb.IOException):
            raise store_fault(self.lake, error) from error

    @contextmanager
    def beside_others(self) -> Iterator[None]:
        """What `Writer.beside_others` does for a file; a lake's batches are large, and committed at once."""
        yield

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Alone among the writers until the body ends; inside it once more does nothing. LockTimeoutError."""
        if self._turn is not None:
            yield
            return
        self.take_turn()
        try:
            yield
        finally:
            self.end_turn()

    def take_turn(self) -> None:
        """The same until `end_turn`, or until the writer is left."""
        if self._turn is not None:
            return
        # A cursor of its own: the lock belongs to the transaction that takes it, and falls when that ends.
        cursor = self.connection.cursor()
        cursor.begin()
        wait = max(1, int(self._wait_seconds * 1000))
        try:
            cursor.execute(
                f"CALL postgres_execute('{CATALOGUE}', "
                f"'SET LOCAL lock_timeout = {wait}; SELECT pg_advisory_xact_lock({TURN})')"
            )
        except duckdb.Error as error:
            with suppress(duckdb.Error):
                cursor.rollback()
            cursor.close()
            if "lock timeout" in str(error):
                told = f"other writers of {self.lake.shown} are at work; gave up after {self._wait_seconds:.0f} s"
                raise LockTimeoutError(told) from None
            raise
        self._turn = cursor

    def end_turn(self) -> None:
        """Let the next writer have its turn."""
        cursor, self._turn = self._turn, None
        if cursor is not None:
            with suppress(duckdb.Error):
                cursor.rollback()
            cursor.close()

    def load(self, frames: Mapping[str, pd.DataFrame]) -> frozenset[str]:
        """Commit a checked batch; the keys of its documents that another writer was quicker with, which are left out.

        A conflict with what somebody else did to the lake is tried again.
        """
        self._add_members(frames)
        batch = {table: rows for table, rows in frames.items() if table not in MEMBERS}
        left: frozenset[str] = frozenset()
        for attempt in range(ATTEMPTS):
            try:
                late = self._commit(batch)
            except duckdb.TransactionException:
                if attempt == ATTEMPTS - 1:
                    raise
                continue
            if not late:
                break
            left |= late
            batch = without_documents(batch, late)
        return left

    def _commit(self, batch: Mapping[str, pd.DataFrame]) -> frozenset[str]:
        """Write a batch and commit it, unless some of its documents came meanwhile: then those, and nothing is done."""
        con = self.connection
        documents = batch.get("raw.document")
        keys = set() if documents is None else set(documents["document_key"])
        con.begin()
        try:
            for table in KEYS:
                if table in batch and not batch[table].empty:
                    _append(con, table, batch[table])
            with self.turn():
                late = keys & self._loaded_by_others()
                if not late:
                    con.commit()
                    return frozenset()
        except BaseException:
            # A commit that failed has ended the transaction itself.
            with suppress(duckdb.Error):
                con.rollback()
            raise
        con.rollback()
        return frozenset(late)

    def _loaded_by_others(self) -> set[str]:
        """Keys of the documents that were committed since this writer opened the lake, its own among them."""
        cursor = self.connection.cursor()
        newest = newest_snapshot(cursor)
        if newest > self._looked_at:
            rows = cursor.execute(
                f"SELECT document_key FROM ducklake_table_insertions('{LAKE}', 'raw', 'document', ?, ?)",
                [self._looked_at + 1, newest],
            ).fetchall()
            self._of_others |= {key for (key,) in rows}
            self._looked_at = newest
        cursor.close()
        return self._of_others

    def _add_members(self, frames: Mapping[str, pd.DataFrame]) -> None:
        """Organisations and programmes that the lake lacks, before the facts that name them."""
        for table in MEMBERS:
            rows = frames.get(table)
            if rows is not None and not rows.empty and not self._holds(table, rows):
                with self.turn():
                    insert_new(self.connection, table, rows)

    def _holds(self, table: str, rows: pd.DataFrame) -> bool:
        key = KEYS[table]
        con = self.connection
        con.register("incoming", to_arrow(table, rows))
        try:
            lacks = con.execute(f"SELECT count(*) FROM incoming ANTI JOIN {table} USING ({key})").fetchall()
        finally:
            con.unregister("incoming")
        return lacks == [(0,)]

    def has_unreleased(self) -> bool:
        """Whether documents were committed that no reader sees yet: by others at work, or by one that was killed."""
        return unreleased(self.connection, newest_snapshot(self.connection))

    def publish(self, run_key: str) -> int:
        """Let readers see the lake as it is now, and end this writer's turn; the number of the released snapshot."""
        if self._turn is None:
            raise LakeError("a release needs the writer's turn: others may be half-way through theirs")
        snapshot = release(self.connection, run_key)
        self.end_turn()
        return snapshot

    def _close(self) -> None:
        self.end_turn()
        if self._connection is not None:
            with suppress(duckdb.Error):
                self._connection.close()
            self._connection = None


def _connect(lake: Lake) -> duckdb.DuckDBPyConnection:
    """A connection that may write. Of several writers that make a lake at one moment one does; the others find it."""
    for wait in (0.2, 0.5, 1.0, 2.0):
        try:
            return connect(lake)
        except LakeError as error:
            if "Failed to initialize DuckLake" not in str(error):
                raise
            time.sleep(wait)
    return connect(lake)


def _append(con: duckdb.DuckDBPyConnection, table: str, rows: pd.DataFrame) -> None:
    con.register("incoming", to_arrow(table, rows))
    try:
        columns = ", ".join(COLUMNS[table])
        con.execute(f"INSERT INTO {table} ({columns}) SELECT DISTINCT ON ({KEYS[table]}) {columns} FROM incoming")
    finally:
        con.unregister("incoming")
