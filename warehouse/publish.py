"""Write, audit, publish: one writer at a time loads a private copy, and one rename shows it to the readers.

Readers open `home/aidledger.duckdb` and keep the snapshot that they opened. A writer killed at any instant leaves that
file as it was: it never writes there. DuckDB lets one process write or many read, so sharing one file would let a
forgotten notebook stop the job, and a kill while writing in place can break the file or half-load it in silence.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

import duckdb

from warehouse.faults import plain_fault
from warehouse.folding import fold, has_folds
from warehouse.migrate import migrate, refuse_newer
from warehouse.snapshots import KEPT, keep, newest_run, prune

PUBLISHED_NAME = "aidledger.duckdb"
PRIVATE_NAME = "aidledger.private.duckdb"
LOCK_NAME = "aidledger.lock"
POLL_SECONDS = 0.1
REMIND_SECONDS = 30.0
# Nothing may be fetched from a network while a file is opened.
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
# A run's memory shall not grow with the warehouse: what does not fit is spilled beside the private file. The checks,
# folding and the search for reposts were measured under this limit on 100,000 articles.
MEMORY, MEMORY_BESIDE = "512MB", "256MB"
"""What a writer's connection may hold: alone, and while other processes of the run extract."""
WRITER_CONFIG = CONFIG | {"memory_limit": MEMORY}


class WarehouseError(Exception):
    """The warehouse cannot be opened or published; the message names the file and the reason."""


class LockTimeoutError(WarehouseError):
    """Another run held the lock for longer than this one may wait."""


_held_locks: set[int] = set()


def _forget_locks_in_child() -> None:
    # A forked worker shares the lock's open file. Were it to outlive a killed run, the lock would never come free.
    for descriptor in _held_locks:
        os.close(descriptor)
    _held_locks.clear()


os.register_at_fork(after_in_child=_forget_locks_in_child)


def _wal(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def _discard(path: Path) -> None:
    """Remove a database with its write-ahead file and spill folder, where they are."""
    path.unlink(missing_ok=True)
    _wal(path).unlink(missing_ok=True)
    shutil.rmtree(path.with_name(path.name + ".tmp"), ignore_errors=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_file(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_meanwhile(path: Path) -> threading.Thread:
    """Begin to bring a file to the disk while work goes on with it; its last sync then waits for little.

    Nothing rests on it: a fault is met again by the sync before publishing.
    """

    def sync() -> None:
        with suppress(OSError):
            _sync_file(path)

    thread = threading.Thread(target=sync, name="aidledger-sync", daemon=True)
    thread.start()
    return thread


def refuse_write_ahead(path: Path) -> None:
    """WarehouseError where a write-ahead file stands beside `path`: part of its rows may be only there."""
    if _wal(path).exists():
        raise WarehouseError(
            f"{_wal(path)} stands beside the published warehouse, so some program wrote to {path.name} in place. "
            f"Close that program, open {path.name} once with DuckDB to fold the write-ahead file in, then try again"
        )


class RunLock:
    """The one writer's lock: an OS lock on `home/aidledger.lock`, which falls with its process, however that ends."""

    def __init__(self, home: Path, wait_seconds: float, say: Callable[[str], None]) -> None:
        self.path = home / LOCK_NAME
        self.wait_seconds = wait_seconds
        self.say = say
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock, waiting up to `wait_seconds`; says at once that it waits, and again every half minute.

        Raises LockTimeoutError, which names the holder's process.
        """
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        began = time.monotonic()
        next_word = began
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                now = time.monotonic()
                holder = os.pread(descriptor, 64, 0).decode("ascii", "replace").strip() or "unknown"
                if now - began >= self.wait_seconds:
                    os.close(descriptor)
                    raise LockTimeoutError(
                        f"another run (process {holder}) holds {self.path}; gave up after {now - began:.0f} s"
                    ) from None
                if now >= next_word:
                    left = self.wait_seconds - (now - began)
                    self.say(f"another run (process {holder}) holds {self.path}; waiting up to {left:.0f} s")
                    next_word = now + REMIND_SECONDS
                time.sleep(POLL_SECONDS)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        _held_locks.add(descriptor)
        self._descriptor = descriptor

    @property
    def held(self) -> bool:
        return self._descriptor is not None

    def release(self) -> None:
        if self._descriptor is not None:
            _held_locks.discard(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = None


class Writer:
    """The one writer: holds the lock, and a connection to a private, migrated copy of the published warehouse.

        with Writer(home, say=print) as writer:
            load_frames(writer.connection, frames)
            writer.publish()

    Leaving without `publish()`, by an error or by choice, discards the private copy: nothing happened. `start_from`
    is the file to begin with, where it is not the published one; `keep_snapshots` counts the published files that
    stay readable after they were replaced.

    Raises LockTimeoutError, WarehouseError, MigrationError; a fault of the machine in the body is a WarehouseError too.
    """

    def __init__(
        self,
        home: Path,
        wait_seconds: float = 600.0,
        say: Callable[[str], None] = lambda _: None,
        *,
        keep_snapshots: int = KEPT,
        start_from: Path | None = None,
    ) -> None:
        self.home = Path(home)
        self.published = self.home / PUBLISHED_NAME
        self.private = self.home / PRIVATE_NAME
        self.keep_snapshots = keep_snapshots
        self.start_from = start_from
        self.base_run: str | None = None
        """The newest run in the published file that this writer replaces."""
        self._lock_parts = (wait_seconds, say)
        self._lock: RunLock | None = None
        self._connection: duckdb.DuckDBPyConnection | None = None

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The private copy. WarehouseError before entering and after publishing."""
        if self._connection is None:
            raise WarehouseError("the writer is not open")
        return self._connection

    def __enter__(self) -> Writer:
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            self._lock = RunLock(self.home, *self._lock_parts)
            self._lock.acquire()
        except OSError as error:
            raise WarehouseError(f"{self.home} cannot hold a warehouse: {error.strerror}") from error
        try:
            _discard(self.private)
            if self.published.exists():
                refuse_write_ahead(self.published)
                self.base_run = _newest_run_of(self.published) if self.start_from else None
            source = self.start_from or self.published
            if source.exists():
                shutil.copyfile(source, self.private)
                _sync_meanwhile(self.private)
            self._connection = _open(self.private, read_only=False, told_as=source)
            if self.start_from is None:
                self.base_run = newest_run(self._connection)
            was_behind = migrate(self._connection)
            if was_behind and has_folds(self._connection):
                # A file of an earlier version holds mentions, and none of the tables that are made from them.
                fold(self._connection)
        except BaseException as error:
            self._close()
            self._tell(error)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
        if error is not None:
            self._tell(error)

    def _tell(self, error: BaseException) -> None:
        """A fault of the machine as one plain sentence; other errors go on as they are."""
        fault = plain_fault(error, self.home)
        if fault is not None:
            raise WarehouseError(fault) from error

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Alone among the writers: the one writer of a file always is (`warehouse.lake.writer` has to wait for it)."""
        yield

    @contextmanager
    def beside_others(self) -> Iterator[None]:
        """Leave memory to the processes that extract meanwhile: loading a batch needs little."""
        self.connection.execute(f"SET memory_limit = '{MEMORY_BESIDE}'")
        yield
        # Not after an error: the private copy is discarded, and it may be that nothing can be asked of it.
        self.connection.execute(f"SET memory_limit = '{MEMORY}'")

    def publish(self) -> Path:
        """Put the private copy in the published file's place, and return that path. The connection ends here.

        Raises RuntimeError where no run was recorded: snapshots go by their newest run, and this one would take the
        name of the one before it.
        """
        connection = self.connection
        if self.base_run is not None and newest_run(connection) == self.base_run:
            raise RuntimeError(f"a publication without a run of its own, after run {self.base_run}")
        connection.execute("CHECKPOINT")
        connection.close()
        self._connection = None
        if _wal(self.private).exists():
            raise WarehouseError(f"{_wal(self.private)} remains after the checkpoint: nothing was published")
        _sync_file(self.private)
        # A program that opened the published file for writing meanwhile would fold its log into our file.
        refuse_write_ahead(self.published)
        if self.keep_snapshots and self.base_run is not None and self.published.exists():
            keep(self.published, self.base_run)
        os.replace(self.private, self.published)
        _sync_folder(self.home)
        prune(self.home, self.keep_snapshots)
        return self.published

    def _close(self) -> None:
        if self._connection is not None:
            # A database that broke or filled its disk may refuse even this; its file is discarded anyway.
            with suppress(duckdb.Error):
                self._connection.close()
            self._connection = None
        if self._lock is not None:
            if self._lock.held:
                _discard(self.private)
            self._lock.release()
            self._lock = None


def _open(path: Path, *, read_only: bool, told_as: Path) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(path), read_only=read_only, config=CONFIG if read_only else WRITER_CONFIG)
    except duckdb.Error as error:
        first_line = str(error).strip().splitlines()[0]
        fault = plain_fault(error, told_as.parent)
        if fault is not None and isinstance(error, duckdb.OutOfMemoryException):
            raise WarehouseError(fault) from error
        raise WarehouseError(
            f"{told_as} cannot be opened as a warehouse: {first_line}"
            " (aidledger snapshots list shows earlier ones that can be put back)"
        ) from error


def connect_published(home: Path) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the snapshot published last. WarehouseError where there is none, or it cannot be read.

    A process that still holds a connection to the file keeps the old snapshot, new connections included: close first.
    """
    path = Path(home) / PUBLISHED_NAME
    if not path.exists():
        raise WarehouseError(f"{path} does not exist: nothing has been published there yet (aidledger run)")
    refuse_write_ahead(path)
    return connect_file(path)


def connect_file(path: Path) -> duckdb.DuckDBPyConnection:
    """A read-only connection to a published file or a snapshot of one.

    Raises WarehouseError where it cannot be read, MigrationError where a newer version of aidledger wrote it.
    """
    con = _open(path, read_only=True, told_as=path)
    try:
        refuse_newer(con)
    except BaseException:
        con.close()
        raise
    return con


def _newest_run_of(path: Path) -> str | None:
    """The newest run in a file, or None where the file cannot be read: it is about to be replaced."""
    try:
        with _open(path, read_only=True, told_as=path) as con:
            return newest_run(con)
    except (WarehouseError, duckdb.Error):
        return None
