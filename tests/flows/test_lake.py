"""A lake: several writers at once, readers never blocked, earlier states; against a real PostgreSQL."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from checks.results import CheckResult
from flows import doctor, job
from flows.cli import app
from flows.job import Request, run_job
from flows.lake import compact, discard, finish, state_of
from flows.published import lake_of
from flows.settings import BadUsage, Settings
from tests.builders import article, document, extracted, figure, frames
from tests.flows.lakes import UNCHECKED, environment, on_lake, released_hashes, releases_of, two_states
from tests.flows.postgres import Postgres, postgres
from tests.flows.same_rows import published_hashes, write_news
from tests.flows.servers import ROOT
from warehouse.lake.connection import LakeError, connect, parse
from warehouse.lake.releases import connect_released
from warehouse.lake.writer import LakeWriter
from warehouse.migrate import MigrationError, migrate
from warehouse.publish import LockTimeoutError

__all__ = ["on_lake", "postgres", "two_states"]

PATIENCE_SECONDS = 600
pytestmark = pytest.mark.server


@pytest.fixture
def reader(on_lake: Settings) -> Iterator[list[tuple[int, int]]]:
    """Somebody who reads the lake all the time: (documents, documents of the facts) each time, and no error ever."""
    seen: list[tuple[int, int]] = []
    faults: list[Exception] = []
    over = threading.Event()

    def read() -> None:
        while not over.wait(2):
            try:
                with connect_released(lake_of(on_lake)) as con:
                    query = "SELECT (SELECT count(*) FROM raw.document), count(DISTINCT document) FROM mart.metrics"
                    seen.extend(con.execute(query).fetchall())
            except LakeError as error:
                if seen or "yet (aidledger run" not in str(error):
                    faults.append(error)
            except Exception as error:
                faults.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    yield seen
    over.set()
    thread.join()
    assert not faults


def test_two_writers_at_once_one_of_them_killed_give_the_rows_of_one_machine(
    on_lake: Settings, tmp_path: Path, settings: Settings, reader: list[tuple[int, int]]
) -> None:
    news = write_news(tmp_path / "all", 15)
    files = sorted(news.iterdir())
    parts = {"first": files[:10], "second": files[5:]}  # a third of the files lies in both folders
    for name, part in parts.items():
        (tmp_path / name).mkdir()
        for path in part:
            (tmp_path / name / path.name).write_bytes(path.read_bytes())

    def start(name: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "flows.cli", "run", "--direct", "--source", str(tmp_path / name)]
        told = environment(on_lake)
        more = ["--home", str(tmp_path / f"home_{name}"), "--json"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return subprocess.Popen([*command, *more], cwd=ROOT, env=told, text=True, **pipes)  # type: ignore[call-overload,no-any-return]

    first, second = start("first"), start("second")
    committed = "SELECT count(*) FROM raw.document WHERE source LIKE '%/second'"
    wait_until(on_lake, committed, second)
    os.kill(second.pid, signal.SIGKILL)
    second.wait()
    out, _ = first.communicate(timeout=PATIENCE_SECONDS)
    assert first.returncode == 0, out
    again = start("second")
    out, _ = again.communicate(timeout=PATIENCE_SECONDS)
    assert again.returncode == 0, out
    page = tmp_path / "home_second" / "report" / "index.html"
    assert json.loads(out[out.index("{") :])["report"] == str(page)
    assert page.exists()
    run_job(Request(tmp_path / "alone", (str(news),)), settings.model_copy(update={"workers": 1}))
    assert released_hashes(on_lake) == published_hashes(tmp_path / "alone")
    with connect_released(lake_of(on_lake)) as con:
        writers = con.execute("SELECT count(DISTINCT run_key) FROM raw.document").fetchall()
        assert writers >= [(2,)]
        assert con.execute("SELECT count(*) FROM ops.run WHERE status = 'running'").fetchall() == [(1,)]
    assert reader


def wait_until(settings: Settings, count: str, process: subprocess.Popen[str]) -> None:
    """Until a query of the lake counts something."""
    end = time.monotonic() + PATIENCE_SECONDS
    con: duckdb.DuckDBPyConnection | None = None
    while time.monotonic() < end:
        assert process.poll() is None, process.communicate()[0]
        try:
            con = con or connect(lake_of(settings), read_only=True)
            if con.execute(count).fetchall() != [(0,)]:
                con.close()
                return
        except (LakeError, duckdb.Error):
            pass
        time.sleep(0.2)
    raise AssertionError("nothing was committed")


def told(settings: Settings, *arguments: str) -> str:
    result = CliRunner().invoke(app, ["lake", *arguments], env=environment(settings))
    assert result.exit_code == 0, result.output
    return result.stdout


def test_earlier_states_can_be_asked(two_states: Settings) -> None:
    count = "SELECT count(*) AS n FROM raw.document"
    new, old = state_of(two_states).releases
    assert told(two_states, "query", count, "--format", "csv") == "n\n2\n"
    for as_of in (str(old.snapshot_id), old.run_key, f"{old.released_at.isoformat()}+00:00"):
        assert told(two_states, "query", count, "--format", "csv", "--as-of", as_of) == "n\n1\n"
    result = CliRunner().invoke(app, ["lake", "query", count, "--as-of", "2020-01-01"], env=environment(two_states))
    assert result.exit_code == 2
    assert "no release of 2020-01-01" in result.stderr
    assert new.run_key in told(two_states, "status")
    assert '"documents": 2' in told(two_states, "status", "--json")
    assert doctor.lake(two_states).state == "ok"
    # The other commands ask the lake too, where the settings name one.
    plain = CliRunner().invoke(app, ["query", count, "--format", "json"], env=environment(two_states))
    assert plain.stdout == '[{"n": 2}]\n'
    assert '"documents": 2' in CliRunner().invoke(app, ["status", "--json"], env=environment(two_states)).stdout


def test_a_query_can_neither_change_nor_leave_the_lake(two_states: Settings) -> None:
    for sql in (
        "DELETE FROM raw.document",
        "COPY (SELECT 1) TO '/tmp/x.csv'",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT 1; SELECT 2",
        "FROM postgres_execute('__ducklake_metadata_lake', 'CREATE TABLE x (i INT)')",
    ):
        result = CliRunner().invoke(app, ["lake", "query", sql], env=environment(two_states))
        assert result.exit_code == 2, result.output
        assert result.stderr.startswith("aidledger: ")
    assert told(two_states, "query", "SELECT count(*) AS n FROM raw.document", "--format", "csv") == "n\n2\n"


def failing(run: job.Run) -> list[CheckResult]:
    return [CheckResult("too_good", "run", "block", "failed", 1, "measured 9, allowed at most 1")]


def test_what_is_not_checked_is_not_released(on_lake: Settings, news: Path, home: Path, tmp_path: Path) -> None:
    """A blocked run, a killed one, a discarded one; then what a finish makes of it, and upkeep."""
    one, *_ = sorted(news.iterdir())
    assert run_job(Request(home, (str(one),)), on_lake, UNCHECKED).ending == "published"
    released, before = releases_of(on_lake), released_hashes(on_lake)
    report = run_job(Request(home, (str(news),)), on_lake, job.Steps(check=failing))
    assert report.ending == "blocked"
    assert report.run_key is not None
    assert (releases_of(on_lake), released_hashes(on_lake)) == (released, before)
    assert discard(on_lake, [report.run_key]) == 1

    class Killed(BaseException):
        pass

    def kill(run: job.Run) -> None:
        raise Killed

    with pytest.raises(Killed):
        run_job(Request(home, (str(news),)), on_lake, job.Steps(complete=kill))
    assert (releases_of(on_lake), released_hashes(on_lake)) == (released, before)
    # The next run knows the documents that the killed one committed, and yet has something to do.
    assert run_job(Request(home, (str(news),)), on_lake, UNCHECKED).ending == "published"
    assert run_job(Request(home, (str(news),)), on_lake, UNCHECKED).ending == "nothing_new"
    run_job(Request(tmp_path / "alone", (str(news),)), on_lake.model_copy(update={"lake": None}))
    assert released_hashes(on_lake) == published_hashes(tmp_path / "alone")

    home.mkdir(exist_ok=True)
    (home / "corrections.toml").write_text(
        '[[correction]]\ndocument = "2024-06-18_kashgar.txt"\nmetric = "surgeries"\nvalue = 132\naction = "fix"\n'
        'expects = { value = 132 }\nset = { value = 123 }\nreason = "Swapped."\nsource = "The hospital."\n',
        encoding="utf-8",
    )
    done = finish(on_lake, home, lambda _: None)
    assert done.blocking == []
    assert releases_of(on_lake)[0] == done.snapshot
    query = "SELECT CAST(value AS INT) AS value FROM mart.metrics WHERE metric = 'surgeries'"
    assert told(on_lake, "query", query, "--format", "csv") == "value\n123\n"

    after = released_hashes(on_lake)
    merged, gone = compact(on_lake.model_copy(update={"keep_snapshots": 1}))
    assert merged > 0
    assert gone > 0
    assert releases_of(on_lake) == [done.snapshot]
    assert released_hashes(on_lake) == after


def test_a_document_that_two_writers_bring_enters_once(on_lake: Settings) -> None:
    held = document("a.txt")
    item = extracted(held, figure(article(held), "16", "personnel_sent"), articles=(article(held),))
    lake = lake_of(on_lake)
    with LakeWriter(lake) as one, LakeWriter(lake) as other:
        assert one.load(frames(item, run_key="run-one")) == frozenset()
        assert other.load(frames(item, run_key="run-other")) == {held.document_key}
        rows = "SELECT count(*), min(run_key) FROM {}"
        for table in ("raw.document", "core.dim_article", "core.fact_figure", "ops.document_outcome"):
            assert other.connection.execute(rows.format(table)).fetchall() == [(1, "run-one")], table


def test_several_writers_make_one_lake(on_lake: Settings) -> None:
    faults: list[Exception] = []

    def write() -> None:
        try:
            with LakeWriter(lake_of(on_lake)):
                pass
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    with connect(lake_of(on_lake), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM ops.lake_shape").fetchall() == [(1,)]


def test_one_writer_waits_for_the_turn_of_another(on_lake: Settings) -> None:
    lake = lake_of(on_lake)
    with LakeWriter(lake) as one, LakeWriter(lake, wait_seconds=0.2) as other:
        with one.turn(), one.turn(), pytest.raises(LockTimeoutError, match="other writers of ducklake:postgres:"):
            other.take_turn()
        with other.turn(), pytest.raises(LakeError, match="needs the writer's turn"):
            one.publish("run-one")


def test_the_tables_of_a_lake_are_those_of_a_warehouse(on_lake: Settings) -> None:
    columns = (
        "SELECT schema_name || '.' || table_name, column_name, data_type, comment FROM duckdb_columns() "
        "WHERE database_name = current_database() AND schema_name IN ('raw', 'core', 'ops', 'mart') AND "
        "table_name NOT LIKE 'lake_%' AND (schema_name, table_name) {} (SELECT (schema_name, table_name) FROM "
        "duckdb_tables()) ORDER BY ALL"
    )
    with duckdb.connect() as model, LakeWriter(lake_of(on_lake)) as writer:
        migrate(model)
        wanted = model.execute(columns.format("IN")).fetchall()
        assert writer.connection.execute(columns.format("IN")).fetchall() == wanted
        views = [row[:3] for row in model.execute(columns.format("NOT IN")).fetchall()]
        held = [row[:3] for row in writer.connection.execute(columns.format("NOT IN")).fetchall()]
        assert held == views
        # A version with one column more brings it to the lake of an earlier one.
        writer.connection.execute("ALTER TABLE core.fact_figure DROP COLUMN part_of_key")
        writer.connection.execute("DELETE FROM ops.lake_shape")
    with LakeWriter(lake_of(on_lake)) as writer:
        assert [row[:2] for row in writer.connection.execute(columns.format("IN")).fetchall()] == [
            row[:2] for row in wanted
        ]
        writer.connection.execute("UPDATE ops.migration SET number = number + 1000")
        writer.connection.execute("DELETE FROM ops.lake_shape")
    with pytest.raises(MigrationError, match="knows only"), LakeWriter(lake_of(on_lake)):
        pass


def test_a_lake_that_cannot_be_had_is_told_in_one_line(postgres: Postgres, tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="a lake's address is ducklake:postgres:"):
        parse("ducklake:other.db")
    secret = parse("ducklake:postgres:host=db password='a b' dbname=x")
    assert "a b" not in secret.shown
    assert "hush" not in parse("ducklake:postgres:postgresql://aid:hush@db/x").shown
    silent = Settings(lake=f"ducklake:postgres:host=127.0.0.1 port=9 password=hush dbname={tmp_path.name}")
    with pytest.raises(LakeError) as caught, LakeWriter(lake_of(silent)):
        pass
    assert re.match(
        r"ducklake:postgres:host=127\.0\.0\.1 port=9 password=… dbname=\S+ cannot be opened: ", str(caught.value)
    )
    assert "hush" not in str(caught.value)
    assert doctor.lake(silent).state == "fail"
    with pytest.raises(BadUsage, match="no lake is named"):
        lake_of(Settings())
    empty = Settings(lake=f"ducklake:postgres:{postgres.new_database()}", lake_data=str(tmp_path / "none"))
    with pytest.raises(LakeError, match="there is no lake yet"):
        connect_released(lake_of(empty))
