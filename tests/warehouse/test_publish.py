"""Write, audit, publish: one writer, readers that never wait, and a kill at any instant."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import random
import threading
import time
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from tests.builders import extracted, frames
from tests.forked import forking
from tests.warehouse.cycles import cycles_held, run_cycle, run_for_ever
from warehouse.load import load_frames
from warehouse.migrate import MigrationError
from warehouse.publish import (
    LOCK_NAME,
    PRIVATE_NAME,
    PUBLISHED_NAME,
    LockTimeoutError,
    WarehouseError,
    Writer,
    connect_published,
)


def published_documents(home: Path) -> int:
    con = connect_published(home)
    try:
        row = con.execute("SELECT count(*) FROM raw.document").fetchone()
    finally:
        con.close()
    assert row is not None
    return int(row[0])


def test_what_is_published_can_be_read_and_nothing_else_is_left(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    with Writer(home) as writer:
        load_frames(writer.connection, frames())
        assert writer.publish() == home / PUBLISHED_NAME
        with pytest.raises(WarehouseError, match="not open"):
            _ = writer.connection
    assert published_documents(home) == 1
    assert sorted(path.name for path in home.iterdir()) == [PUBLISHED_NAME, LOCK_NAME]


def test_leaving_without_publishing_changes_nothing(tmp_path: Path) -> None:
    run_cycle(tmp_path)
    before = (tmp_path / PUBLISHED_NAME).read_bytes()
    with Writer(tmp_path) as writer:
        load_frames(writer.connection, frames())
    with pytest.raises(ValueError, match=r"core\.nothing"), Writer(tmp_path) as writer:
        load_frames(writer.connection, frames() | {"core.nothing": pd.DataFrame()})
    assert (tmp_path / PUBLISHED_NAME).read_bytes() == before
    assert not (tmp_path / PRIVATE_NAME).exists()
    assert run_cycle(tmp_path) == 1


def test_a_private_file_left_by_a_killed_run_is_discarded(tmp_path: Path) -> None:
    (tmp_path / PRIVATE_NAME).write_bytes(b"half a database")
    (tmp_path / (PRIVATE_NAME + ".wal")).write_bytes(b"half a log")
    with Writer(tmp_path) as writer:
        load_frames(writer.connection, frames())
        writer.publish()
    assert published_documents(tmp_path) == 1


def test_an_open_reader_keeps_its_snapshot_and_stops_no_writer(tmp_path: Path) -> None:
    run_cycle(tmp_path)
    reader = connect_published(tmp_path)
    run_cycle(tmp_path)
    assert cycles_held(reader) == 1
    reader.close()
    reader = connect_published(tmp_path)
    assert cycles_held(reader) == 2
    reader.close()


def test_readers_can_not_write(tmp_path: Path) -> None:
    run_cycle(tmp_path)
    reader = connect_published(tmp_path)
    with pytest.raises(duckdb.InvalidInputException, match="read-only"):
        reader.execute("DELETE FROM raw.document")
    reader.close()


def test_no_warehouse_is_told_plainly(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="nothing has been published there yet"):
        connect_published(tmp_path / "none")


def test_a_write_ahead_file_beside_the_published_one_is_told_plainly(tmp_path: Path) -> None:
    run_cycle(tmp_path)
    (tmp_path / (PUBLISHED_NAME + ".wal")).write_bytes(b"rows")
    with pytest.raises(WarehouseError, match=r"aidledger\.duckdb\.wal stands beside"), Writer(tmp_path):
        pass
    with pytest.raises(WarehouseError, match=r"wrote to aidledger\.duckdb in place"):
        connect_published(tmp_path)


def test_a_write_ahead_file_that_appears_meanwhile_stops_the_publication(tmp_path: Path) -> None:
    run_cycle(tmp_path)
    before = (tmp_path / PUBLISHED_NAME).read_bytes()
    with Writer(tmp_path) as writer:
        (tmp_path / (PUBLISHED_NAME + ".wal")).write_bytes(b"rows")
        with pytest.raises(WarehouseError, match="stands beside"):
            writer.publish()
    assert (tmp_path / PUBLISHED_NAME).read_bytes() == before


def test_a_file_that_is_no_warehouse_is_told_plainly(tmp_path: Path) -> None:
    (tmp_path / PUBLISHED_NAME).write_text("not a database, whatever its name says", encoding="utf-8")
    with pytest.raises(WarehouseError, match=r"aidledger\.duckdb cannot be opened as a warehouse"), Writer(tmp_path):
        pass
    with pytest.raises(WarehouseError, match="cannot be opened as a warehouse"):
        connect_published(tmp_path)
    assert not (tmp_path / PRIVATE_NAME).exists()


def test_a_home_that_is_a_file_is_told_plainly(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("", encoding="utf-8")
    with pytest.raises(WarehouseError, match="home cannot hold a warehouse"), Writer(tmp_path / "home"):
        pass


def test_a_warehouse_of_a_later_version_is_refused_and_the_lock_comes_free(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.connection.execute("INSERT INTO ops.migration VALUES (9001, 'later', 'x', now()::TIMESTAMP)")
        writer.publish()
    for _ in range(2):
        with pytest.raises(MigrationError, match="at migration 9001"), Writer(tmp_path, wait_seconds=0):
            pass


def test_a_second_writer_gives_up_and_names_the_first(tmp_path: Path) -> None:
    said: list[str] = []
    with Writer(tmp_path), pytest.raises(LockTimeoutError, match=f"process {os.getpid()}"):
        Writer(tmp_path, wait_seconds=0.25, say=said.append).__enter__()
    assert len(said) == 1
    assert "waiting up to" in said[0]


def test_a_second_writer_waits_says_so_and_sees_what_the_first_published(tmp_path: Path) -> None:
    said: list[str] = []
    waits = threading.Event()

    def say(message: str) -> None:
        said.append(message)
        waits.set()

    def second() -> None:
        with Writer(tmp_path, wait_seconds=20, say=say) as writer:
            load_frames(writer.connection, frames(run_key="run-b"))
            writer.publish()

    thread = threading.Thread(target=second)
    with Writer(tmp_path) as writer:
        thread.start()
        assert waits.wait(10)
        load_frames(writer.connection, frames(extracted(), run_key="run-a"))
        writer.publish()
    thread.join(20)
    assert not thread.is_alive()
    assert len(said) == 1
    con = connect_published(tmp_path)
    assert con.execute("SELECT run_key FROM raw.document").fetchall() == [("run-a",)]
    con.close()


def test_a_forked_worker_that_outlives_its_run_does_not_hold_the_lock(tmp_path: Path) -> None:
    """As a run that is killed while its pool of workers lives on: its copy of the lock is closed, not let go."""
    with Writer(tmp_path):
        worker = multiprocessing.get_context("fork").Process(target=time.sleep, args=(30,))
        worker.start()
    try:
        with (tmp_path / LOCK_NAME).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        worker.kill()
        worker.join()


class Poller(threading.Thread):
    """A reader that opens the published file again and again, and remembers what it saw."""

    def __init__(self, home: Path) -> None:
        super().__init__()
        self.home = home
        self.errors: list[str] = []
        self.seen = [0]
        self.stop = threading.Event()

    def run(self) -> None:
        while not self.stop.wait(0.02):
            if not (self.home / PUBLISHED_NAME).exists():
                continue
            try:
                con = connect_published(self.home)
                self.seen.append(cycles_held(con))
                con.close()
            except Exception as error:
                self.errors.append(repr(error))


def kill_often(home: Path, kills: int) -> None:
    """Kill a writing process `kills` times at random instants; after each, the published file holds whole runs only."""
    run_cycle(home)
    started = time.monotonic()
    run_cycle(home)
    # However slow this machine is, the instants spread over the first two cycles of the process.
    spread = 2 * (time.monotonic() - started)
    context = forking()
    instants = random.Random(20261101)
    poller = Poller(home)
    poller.start()
    held = first = 2
    cut_short = 0
    try:
        # A machine that is busy with other things may need more of them until both kinds of instant were met.
        for number in range(5 * kills):
            if number >= kills and cut_short and held > first:
                break
            hears, begun = context.Pipe(duplex=False)
            process = context.Process(target=run_for_ever, args=(home, begun))
            process.start()
            assert hears.poll(60), "the writing process did not start"
            time.sleep(instants.uniform(0, spread))
            process.kill()
            process.join()
            cut_short += (home / PRIVATE_NAME).exists()
            con = connect_published(home)
            now = cycles_held(con)
            con.close()
            assert now >= held
            held = now
            if held == first:
                # The machine has become slower than it was when a cycle was timed.
                spread *= 1.1
    finally:
        poller.stop.set()
        poller.join()
    assert poller.errors == []
    assert poller.seen == sorted(poller.seen), "a reader saw an older snapshot after a newer one"
    # The next run goes on where the last publication stood, and finds nothing of the killed ones.
    assert run_cycle(home) == held
    con = connect_published(home)
    assert cycles_held(con) == held + 1
    con.close()
    assert sorted(path.name for path in home.iterdir()) == [PUBLISHED_NAME, LOCK_NAME]
    assert cut_short > 0, "no kill met a run at work: nothing was proved"
    assert held > first, "no run was fast enough to publish: nothing was proved"


def test_a_killed_run_leaves_the_published_file_whole(tmp_path: Path) -> None:
    kill_often(tmp_path, 10)


@pytest.mark.slow
def test_sixty_killed_runs_leave_the_published_file_whole(tmp_path: Path) -> None:
    kill_often(tmp_path, 60)
