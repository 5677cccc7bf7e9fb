"""Loading beside a bare insert, a run that finds nothing new beside a bare walk, publishing beside a plain copy."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import duckdb
import pyarrow as pa

from benchmarks.process import Measured, measure_module
from benchmarks.results import Row, beside
from benchmarks.rows.extraction import documents
from benchmarks.server import running_server
from benchmarks.workspace import Workspace, of_large
from flows.extraction import extract_stored
from flows.settings import Settings
from transforms.model import ExtractedDocument
from warehouse.load import RunRecord, load_frames, record_run, to_arrow
from warehouse.migrate import migrate
from warehouse.publish import PUBLISHED_NAME, Writer
from warehouse.rows import to_frames

_MOST_LOADED = 4_000
_REPEATS = 5
_FLOWS = 4


def load(space: Workspace) -> list[Row]:
    """Rows a second of CPU of `load_frames` beside a bare Arrow insert of the same batches into plain tables."""
    size = Settings().load_documents
    held = list(_extracted(space))
    stamp = {"run_key": "bench", "extractor_version": "bench", "fetched_at": datetime.now(UTC), "source": "bench"}
    batches = [to_frames(held[start : start + size], **stamp) for start in range(0, len(held), size)]  # type: ignore[arg-type]
    arrows = [{table: _arrow(table, frame) for table, frame in batch.items()} for batch in batches]
    rows = sum(each.num_rows for batch in arrows for each in batch.values())
    ours, bare = [], []
    for _ in range(5):
        ours.append(_in_new_database(migrate, load_frames, batches))
        bare.append(_in_new_database(lambda con: _bare_tables(con, arrows[0]), _bare_insert, arrows))
    row = beside(
        "load",
        "load, rows a second of CPU",
        rows / median(ours),
        "rows/s",
        "bare Arrow insert",
        rows / median(bare),
        goal="≥ 0.5",
        note=f"{rows:,} rows of {len(held):,} documents in {len(batches)} batches of {size}, a transaction a batch",
    )
    return [row]


def _extracted(space: Workspace) -> Iterator[ExtractedDocument]:
    """What documents of the corpus say; one that cannot be extracted is passed over, as in a run."""
    for document in documents([space.corpus()], _MOST_LOADED):
        found = extract_stored(document)
        if isinstance(found, ExtractedDocument):
            yield found


def _arrow(table: str, frame: Any) -> pa.Table:
    return frame if isinstance(frame, pa.Table) else to_arrow(table, frame)


def _in_new_database(
    prepare: Callable[[duckdb.DuckDBPyConnection], Any], insert: Callable[..., Any], batches: list[Any]
) -> float:
    """Processor seconds of inserting the batches into a database file that `prepare` has made ready."""
    with TemporaryDirectory() as folder, duckdb.connect(str(Path(folder) / "bench.duckdb")) as con:
        prepare(con)
        began = process_time()
        for batch in batches:
            insert(con, batch)
        return process_time() - began


def _bare_tables(con: duckdb.DuckDBPyConnection, arrows: dict[str, pa.Table]) -> None:
    for schema in sorted({table.split(".")[0] for table in arrows}):
        con.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    for table, rows in arrows.items():
        con.register("incoming", rows)
        con.execute(f"CREATE TABLE {table} AS SELECT * FROM incoming LIMIT 0")


def _bare_insert(con: duckdb.DuckDBPyConnection, arrows: dict[str, pa.Table]) -> None:
    con.begin()
    for table, rows in arrows.items():
        con.register("incoming", rows)
        con.execute(f"INSERT INTO {table} SELECT * FROM incoming")
    con.commit()


def nothing_new(space: Workspace) -> list[Row]:
    """A run over files that are all known beside os.scandir with stat, in turn, in one process."""
    home, source = space.filled_home(), space.corpus()
    told = measure_module("benchmarks.measured", "nothing", str(home), str(source), str(_REPEATS)).told
    row = beside(
        "nothing_new",
        f"run that finds nothing new, {told['files']:,} files, CPU",
        told["run_cpu"],
        "s",
        "os.scandir and stat",
        told["walk_cpu"],
        goal=of_large(space, "≤ 3"),
        note=(
            f"by the clock {told['run_wall']:.3f} s beside {told['walk_wall']:.3f} s, the first time "
            f"{told['first_wall']:.2f} s; apart from this, {told['imported']:.1f} s of CPU for the process to start"
        ),
    )
    return [row]


def prefect(space: Workspace) -> list[Row]:
    """What a run as a Prefect flow costs more than the same run without Prefect: both find nothing new."""
    size = min(space.size, 1_000)
    home, source = space.filled_home(size), space.corpus(size)
    with TemporaryDirectory() as folder, running_server(Path(folder)) as server:
        runs: dict[str, list[Measured]] = {"flow": [], "direct": []}
        before = _cpu_of(server.pid)
        for _ in range(_FLOWS):
            for way, taken in runs.items():
                arguments = ("benchmarks.measured", way, str(source), str(home))
                taken.append(measure_module(*arguments, environment=server.environment))
        served = (_cpu_of(server.pid) - before) / _FLOWS
    wall = {way: median(each.told["wall"] for each in taken[1:]) for way, taken in runs.items()}
    cpu = {way: median(each.told["cpu"] for each in taken[1:]) for way, taken in runs.items()}
    imported = {way: median(each.told["imported"] for each in taken) for way, taken in runs.items()}
    row = beside(
        "prefect",
        f"a run that finds nothing new in {size:,} files, as a Prefect flow, by the clock",
        wall["flow"],
        "s",
        "the same without Prefect",
        wall["direct"],
        note=(
            f"Prefect's own cost a run: {wall['flow'] - wall['direct']:.1f} s by the clock, "
            f"{cpu['flow'] - cpu['direct']:.1f} s of CPU, {served:.1f} s of CPU of the server, which was running; "
            f"and {imported['flow'] - imported['direct']:.1f} s of CPU to import it"
        ),
    )
    return [row]


def _cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def publish(space: Workspace) -> list[Row]:
    """The private copy, the checkpoint, the syncs and the rename beside a copy of the same file that is synced."""
    published = space.filled_home() / PUBLISHED_NAME
    with TemporaryDirectory(dir=space.folder) as folder:
        home = Path(folder) / "home"
        home.mkdir()
        shutil.copyfile(published, home / PUBLISHED_NAME)
        taken: dict[str, list[float]] = {"ours": [], "synced": [], "plain": []}
        for _ in range(_REPEATS + 1):
            for name, work in (
                ("ours", lambda: _publish(home)),
                ("synced", lambda: _copy(published, Path(folder) / "copy", synced=True)),
                ("plain", lambda: _copy(published, Path(folder) / "copy", synced=False)),
            ):
                began = perf_counter()
                work()
                taken[name].append(perf_counter() - began)
        middle = {name: median(times[1:]) for name, times in taken.items()}
    row = beside(
        "publish",
        f"publish, a file of {published.stat().st_size / 1e6:.0f} MB, by the clock",
        middle["ours"],
        "s",
        "copy of the file and fsync",
        middle["synced"],
        goal="≤ 1.2",
        note=f"private copy, a run's record, checkpoint, syncs, rename; a copy without fsync: {middle['plain']:.3g} s",
    )
    return [row]


def _publish(home: Path) -> None:
    with Writer(home) as writer:
        now = datetime.now(UTC)
        record_run(writer.connection, RunRecord(f"bench-{now:%H%M%S%f}", "direct", "published", now, "bench", now))
        writer.publish()


def _copy(source: Path, target: Path, *, synced: bool) -> None:
    target.unlink(missing_ok=True)
    shutil.copyfile(source, target)
    if synced:
        with target.open("rb+") as file:
            os.fsync(file.fileno())
