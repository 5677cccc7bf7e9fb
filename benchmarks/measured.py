"""What is measured in a process of its own; each command prints one line of JSON.

    python -m benchmarks.measured job SOURCE HOME     the whole job, direct, checks and publishing included
    python -m benchmarks.measured cut SOURCE PART     jieba.cut of the texts of half a corpus (part 0 or 1)
    python -m benchmarks.measured nothing HOME SOURCE REPEATS   a run that finds nothing new, beside a walk with stat
    python -m benchmarks.measured direct SOURCE HOME            a run without Prefect
    python -m benchmarks.measured flow SOURCE HOME              the same as a flow, on the server that is configured
    python -m benchmarks.measured worker              the start of one extracting process

Nothing heavy is imported above: extracting processes import this module again.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


def cpu_seconds() -> float:
    """Processor time of this process and of its children that have ended."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in spent)


def texts(folder: Path) -> Iterator[str]:
    """The text of each file of a corpus, in the order of their names."""
    for path in sorted(folder.rglob("*.txt")):
        data = path.read_bytes()
        try:
            yield data.decode()
        except UnicodeDecodeError:
            yield data.decode("gb18030")


def run_whole_job(source: str, home: str) -> dict[str, Any]:
    """Run the job; gives processor seconds in all and by step, those of starting apart."""
    from dataclasses import fields

    from flows import job
    from flows.settings import load_settings
    from transforms.sentences import tokens

    tokens("预热")
    started = cpu_seconds()
    spent: dict[str, float] = {}

    def timed(name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            began = time.process_time()
            try:
                return step(*arguments, **named)
            finally:
                spent[name] = spent.get(name, 0.0) + time.process_time() - began

        return call

    # The checks of rows are a part of loading; they are told apart by their name in the module of the steps.
    job.set_aside_all = timed("check rows", job.set_aside_all)
    whole = job.Steps()
    steps = job.Steps(**{each.name: timed(each.name, getattr(whole, each.name)) for each in fields(whole)})
    settings = load_settings()
    began, own = time.perf_counter(), time.process_time()
    report = job.run_job(job.Request(home=Path(home), sources=(source,)), settings, steps)
    return {
        "ending": report.ending,
        "blocking": [result.check_name for result in report.blocking],
        "documents": report.counts.documents,
        "facts": report.counts.facts,
        "processes": settings.processes if report.found >= settings.parallel_from else 1,
        "start_cpu": started,
        "cpu": cpu_seconds() - started,
        "own_cpu": time.process_time() - own,
        "wall": time.perf_counter() - began,
        "steps": {name: round(seconds, 3) for name, seconds in spent.items()},
    }


def start_worker() -> dict[str, Any]:
    """What an extracting process does once: imports, lexicons, jieba; a first document less a second look at it."""
    from flows.extraction import extract_one
    from flows.sources import Candidate
    from transforms.sentences import tokens

    tokens("预热")

    document = Path(__file__).parent.parent / "examples" / "2024-06-18_minqing_daily.txt"
    work = (Candidate(document), document.read_bytes())
    extract_one(work)
    once = cpu_seconds()
    extract_one(work)
    return {"cpu": once - (cpu_seconds() - once)}


def cut(source: str, part: str) -> dict[str, Any]:
    """Cut every second text, in this process alone."""
    import jieba

    held = list(texts(Path(source)))[int(part) :: 2]
    jieba.initialize()
    started = time.process_time()
    for text in held:
        for _ in jieba.cut(text):
            pass
    return {"cpu": time.process_time() - started, "megabytes": sum(len(text.encode()) for text in held) / 1e6}


def walk(folder: str) -> int:
    """The files of a folder and its sub-folders, each with its size and time."""
    number = 0
    for entry in os.scandir(folder):
        if entry.is_dir():
            number += walk(entry.path)
        else:
            entry.stat()
            number += 1
    return number


def run_nothing_new(home: str, source: str, repeats: str) -> dict[str, Any]:
    """A run over known files and a bare walk, in turn; the middle of each, processor and wall seconds."""
    from statistics import median

    from flows import job
    from flows.settings import load_settings

    settings = load_settings()
    imported = cpu_seconds()
    taken: dict[str, list[tuple[float, float]]] = {"run": [], "walk": []}
    for _ in range(int(repeats) + 1):
        for name, work in (
            ("run", lambda: job.run_job(job.Request(home=Path(home), sources=(source,)), settings)),
            ("walk", lambda: walk(source)),
        ):
            cpu, wall = cpu_seconds(), time.perf_counter()
            found = work()
            taken[name].append((cpu_seconds() - cpu, time.perf_counter() - wall))
            if name == "run" and found.ending != "nothing_new":
                raise SystemExit(f"the run was to find nothing new, and ended {found.ending}")
    warm = {name: each[1:] for name, each in taken.items()}
    return {
        "imported": imported,
        "first_wall": taken["run"][0][1],
        "files": walk(source),
        **{f"{name}_cpu": median(cpu for cpu, _ in each) for name, each in warm.items()},
        **{f"{name}_wall": median(wall for _, wall in each) for name, each in warm.items()},
    }


def run_directly(source: str, home: str) -> dict[str, Any]:
    """A run without Prefect; its imports apart."""
    from flows import job
    from flows.settings import load_settings

    return _told(lambda: job.run_job(job.Request(home=Path(home), sources=(source,)), load_settings()))


def run_flow(source: str, home: str) -> dict[str, Any]:
    """The same run as a Prefect flow; Prefect's import apart."""
    from flows.ingest import ingest

    return _told(lambda: ingest(sources=[source], home=home))


def _told(run: Callable[[], Any]) -> dict[str, Any]:
    imported, began = cpu_seconds(), time.perf_counter()
    ending = run().ending
    wall = time.perf_counter() - began
    return {"ending": ending, "imported": imported, "cpu": cpu_seconds() - imported, "wall": wall}


COMMANDS: dict[str, Callable[..., dict[str, Any]]] = {
    "job": run_whole_job,
    "cut": cut,
    "nothing": run_nothing_new,
    "direct": run_directly,
    "flow": run_flow,
    "worker": start_worker,
}


if __name__ == "__main__":
    print(json.dumps(COMMANDS[sys.argv[1]](*sys.argv[2:])))
