"""A soak: scheduled runs over a growing folder on a real Prefect server, and what grows meanwhile.

    python -m benchmarks.soak [--minutes 120] [--every 2] [--articles 20] [--work FOLDER]

Every minute or so some files are added; the served deployment finds them on its schedule. Twice a minute the lasting
processes (service and server) are looked at. At the end the middle third of the time is compared with the last third:
memory, open files and connections must stay, and what data explains (the two databases) must not grow faster a run or
a document than before. Exit code 1 where something does not hold.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from benchmarks.corpus import write_corpus
from benchmarks.process import family, resident_bytes
from benchmarks.results import ROOT, run_facts
from benchmarks.server import Server, running_server, started
from warehouse.publish import PUBLISHED_NAME

HISTORY = Path(__file__).parent / "soak.jsonl"
SAMPLE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Sample:
    """What was seen at one moment. Memory is resident bytes, sizes are bytes, the rest are numbers of things."""

    minute: float
    service_memory: int
    server_memory: int
    service_files: int
    server_files: int
    connections: int
    """Sockets of both lasting processes."""
    processes: int
    """Service, server, and runs at work."""
    prefect_database: int
    flow_runs: int
    """Runs that were completed so far."""
    warehouse: int
    home: int
    """Everything in the home, the kept snapshots included."""
    documents: int
    """Files in the folder."""
    loaded: int
    """Documents in the published warehouse."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing that was watched: its level in the middle and in the last third, and whether it holds."""

    what: str
    middle: float
    last: float
    unit: str
    most: float
    """The last level may be so many times the one in the middle; where both are zero it holds."""

    @property
    def holds(self) -> bool:
        return self.last <= self.middle * self.most or self.last == 0


def _links(pid: int) -> list[str]:
    found = []
    with suppress(OSError):
        for entry in os.scandir(f"/proc/{pid}/fd"):
            with suppress(OSError):
                found.append(os.readlink(entry.path))
    return found


def _size(*paths: Path) -> int:
    total = 0
    for path in paths:
        with suppress(OSError):
            total += path.stat().st_size
    return total


def _flow_runs(database: Path) -> int:
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)) as con:
        asked = "SELECT count(*) FROM flow_run WHERE state_type = 'COMPLETED' AND parent_task_run_id IS NULL"
        return int(con.execute(asked).fetchone()[0])
    return 0


def _loaded(home: Path) -> int:
    import duckdb

    with suppress(duckdb.Error), duckdb.connect(str(home / PUBLISHED_NAME), read_only=True) as con:
        return int(con.execute("SELECT count(*) FROM raw.document").fetchall()[0][0])
    return 0


def take_sample(began: float, server: Server, service: int, home: Path, documents: int) -> Sample:
    """Look at everything once."""
    both = [_links(service), _links(server.pid)]
    wal = server.database.with_name(server.database.name + "-wal")
    return Sample(
        minute=round((time.monotonic() - began) / 60, 2),
        service_memory=resident_bytes(service),
        server_memory=sum(map(resident_bytes, family(server.pid))),
        service_files=len(both[0]),
        server_files=len(both[1]),
        connections=sum(link.startswith("socket:") for links in both for link in links),
        processes=sum(1 for pid in (service, server.pid) for _ in family(pid)),
        prefect_database=_size(server.database, wal),
        flow_runs=_flow_runs(server.database),
        warehouse=_size(home / PUBLISHED_NAME),
        home=_size(*(path for path in home.rglob("*") if path.is_file())),
        documents=documents,
        loaded=_loaded(home),
    )


def judge(samples: Sequence[Sample]) -> list[Verdict]:
    """The middle third beside the last; the first is for warming up."""
    third = len(samples) // 3
    middle, last = samples[third : 2 * third], samples[2 * third :]

    def level(look: Callable[[Sample], float], unit: str, what: str, most: float) -> Verdict:
        return Verdict(what, median(map(look, middle)), median(map(look, last)), unit, most)

    def pace(of: str, over: str, what: str, unit: str, most: float) -> Verdict:
        paces = []
        for part in (middle, last):
            steps = getattr(part[-1], over) - getattr(part[0], over)
            paces.append((getattr(part[-1], of) - getattr(part[0], of)) / max(1, steps) / 1e3)
        return Verdict(what, max(0.0, paces[0]), max(0.0, paces[1]), unit, most)

    return [
        level(lambda each: each.service_memory / 1e6, "MB", "memory of the service", 1.1),
        level(lambda each: each.server_memory / 1e6, "MB", "memory of the Prefect server", 1.15),
        level(lambda each: each.service_files, "", "open files of the service", 1.1),
        level(lambda each: each.server_files, "", "open files of the server", 1.1),
        level(lambda each: each.connections, "", "sockets of both", 1.1),
        level(lambda each: each.processes, "", "processes", 1.5),
        pace("prefect_database", "flow_runs", "Prefect database, a run", "kB", 1.5),
        pace("warehouse", "loaded", "warehouse, a document", "kB", 1.5),
    ]


def told_newest(history: Path = HISTORY) -> str:
    """The newest soak of the history as text and a table; nothing where there was none."""
    lines = history.read_text(encoding="utf-8").splitlines() if history.exists() else []
    if not lines:
        return ""
    held = json.loads(lines[-1])
    verdicts = [Verdict(**{key: value for key, value in each.items() if key != "holds"}) for each in held["verdicts"]]
    head = f"Run on {held['at'][:10]} at {held['commit']}, {held['cpus']} cores: "
    return head + markdown(held["minutes"], Sample(**held["last"]), verdicts)


def markdown(minutes: float, end: Sample, verdicts: Sequence[Verdict]) -> str:
    """What the soak found, as text and a table."""
    lines = [
        f"{minutes:.0f} minutes, {end.flow_runs} completed runs, {end.loaded:,} documents loaded of {end.documents:,}; "
        f"at the end the warehouse has {end.warehouse / 1e6:.1f} MB, its home with the kept snapshots "
        f"{end.home / 1e6:.1f} MB, Prefect's database {end.prefect_database / 1e6:.1f} MB.",
        "",
        "| watched | middle third | last third | at most | holds |",
        "| --- | --- | --- | --- | --- |",
    ]
    for each in verdicts:
        holds = "yes" if each.holds else "**no**"
        lines.append(
            f"| {each.what} | {each.middle:.1f} {each.unit} | {each.last:.1f} {each.unit} | {each.most:g}× | {holds} |"
        )
    return "\n".join(lines)


def soak(folder: Path, minutes: float, every: int, articles: int) -> tuple[list[Sample], list[Verdict]]:
    """Serve and grow for so many minutes. Raises RuntimeError where the service or the server ends before."""
    shutil.rmtree(folder, ignore_errors=True)
    news, home = folder / "news", folder / "home"
    home.mkdir(parents=True)
    documents = write_corpus(news, articles).files
    samples: list[Sample] = []
    with running_server(folder / "prefect") as server:
        environment = dict(server.environment) | {"AIDLEDGER_CRON": f"*/{every} * * * *"}
        command = [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "flows.cli",
            "serve",
            "--source",
            str(news),
            "--home",
            str(home),
        ]
        with started(command, environment, folder / "service.log", stop=signal.SIGINT) as service:
            began = time.monotonic()
            grown = began
            while time.monotonic() - began < minutes * 60:
                time.sleep(SAMPLE_SECONDS)
                if service.poll() is not None:
                    raise RuntimeError(f"the service ended with {service.returncode}; see {folder / 'service.log'}")
                if time.monotonic() - grown >= every * 60:
                    grown = time.monotonic()
                    documents += write_corpus(news, articles, first=documents).files
                samples.append(take_sample(began, server, service.pid, home, documents))
                with (folder / "samples.jsonl").open("a") as file:
                    file.write(json.dumps(asdict(samples[-1])) + "\n")
    return samples, judge(samples)


def main() -> None:
    """Entry point of `make test-soak`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--every", type=int, default=2, help="minutes from run to run")
    parser.add_argument("--articles", type=int, default=20, help="files that are added from run to run")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "soak", help="working folder, emptied first")
    parser.add_argument("--no-history", action="store_true", help="leave benchmarks/soak.jsonl as it is")
    options = parser.parse_args()
    # What was started is stopped too where the soak itself is told to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    samples, verdicts = soak(options.work.resolve(), options.minutes, options.every, options.articles)
    print(markdown(options.minutes, samples[-1], verdicts))
    if not options.no_history:
        facts = asdict(run_facts(samples[-1].documents)) | {"minutes": options.minutes}
        found = {"last": asdict(samples[-1]), "verdicts": [asdict(each) | {"holds": each.holds} for each in verdicts]}
        with HISTORY.open("a", encoding="utf-8") as file:
            file.write(json.dumps(facts | found) + "\n")
    if not all(each.holds for each in verdicts):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
