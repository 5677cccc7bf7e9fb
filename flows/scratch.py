"""Private copies: of what is published, to try things on, and of a writer, to change what is published.

The published file and the newest release of a lake become a file of the same tables, so that a backfill is one
definition for both. Files are in a folder of their own under the plans of the home, and gone at the end.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from flows.plans import FOLDER, Base, fingerprint, run_keys
from flows.published import Place
from flows.settings import Settings
from warehouse.faults import plain_fault
from warehouse.lake.connection import Lake
from warehouse.lake.private import PrivateCopy, copy_released
from warehouse.migrate import migrate
from warehouse.publish import PUBLISHED_NAME, WRITER_CONFIG, WarehouseError, Writer, connect_published


@contextmanager
def scratch(home: Path, place: Place) -> Iterator[tuple[duckdb.DuckDBPyConnection, Base]]:
    """A migrated copy of what is published to try things on, thrown away at the end."""
    if not isinstance(place, Lake):
        connect_published(home).close()
    with _scratch_file(home) as copy:
        if isinstance(place, Lake):
            state = _commit(copy_released(place, copy))
        else:
            # One open file is one published state, whatever is put in its place meanwhile.
            with (home / PUBLISHED_NAME).open("rb") as published, copy.open("wb") as file:
                shutil.copyfileobj(published, file, 1 << 20)
            state = fingerprint(copy)
        with duckdb.connect(str(copy), config=WRITER_CONFIG) as con:
            migrate(con)
            yield con, Base(state, run_keys(con))


@contextmanager
def writing(home: Path, place: Place, settings: Settings, say: Callable[[str], None]) -> Iterator[Writer | PrivateCopy]:
    """The one writer of the file, or of the lake, at work on a private copy."""
    if isinstance(place, Lake):
        with _scratch_file(home) as copy, PrivateCopy(place, copy, settings.lock_wait_seconds, say) as writer:
            yield writer
    else:
        keep = settings.keep_snapshots
        with Writer(home, settings.lock_wait_seconds, say, keep_snapshots=keep) as published:
            yield published


def state_of(writer: Writer | PrivateCopy) -> str:
    """What a plan keeps of the state that it was made on."""
    return _commit(writer.base) if isinstance(writer, PrivateCopy) else fingerprint(writer.published)


def _commit(snapshot: int) -> str:
    return f"commit {snapshot}"


@contextmanager
def _scratch_file(home: Path) -> Iterator[Path]:
    """Where a file may be made that is thrown away at the end; a fault of the machine is a WarehouseError."""
    _clear_scratch(home)
    folder = home / FOLDER / f".scratch-{os.getpid()}-{secrets.token_hex(3)}"
    folder.mkdir(parents=True)
    try:
        yield folder / "scratch.duckdb"
    except (OSError, MemoryError, duckdb.Error) as error:
        fault = plain_fault(error, folder)
        if fault is None:
            raise
        raise WarehouseError(fault) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _clear_scratch(home: Path) -> None:
    """Remove what killed plans left; a process that lives keeps its folder."""
    for left in (home / FOLDER).glob(".scratch-*"):
        process = left.name.split("-")[1]
        if not Path(f"/proc/{process}").exists():
            shutil.rmtree(left, ignore_errors=True)
    for part in (home / FOLDER).glob("*.part"):
        part.unlink(missing_ok=True)
