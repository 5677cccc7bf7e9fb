"""Measuring a process of its own with all its children: processor time, wall time, peak of resident memory."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.results import ROOT

_SAMPLE_SECONDS = 0.1
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Measured:
    """One process: what it printed as JSON on its last line, and what it and its children took.

    `peak_bytes` is the highest sum of their resident sets, looked at ten times a second.
    """

    told: dict[str, Any]
    cpu_seconds: float
    wall_seconds: float
    peak_bytes: int


def measure_module(module: str, *arguments: str, environment: Mapping[str, str] | None = None) -> Measured:
    """Run `python -m module arguments` to its end. Raises RuntimeError with its error output where it fails."""
    return measure_command([sys.executable, "-W", "ignore", "-m", module, *arguments], environment=environment)


def measure_command(
    command: list[str], *, environment: Mapping[str, str] | None = None, talks: bool = True
) -> Measured:
    """The same for any command; `talks`: its last line of output is JSON."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = perf_counter()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ) | {"PYTHONPATH": str(ROOT)} | dict(environment or {}),
    )
    peak = _Peak(process.pid)
    with peak:
        out, err = process.communicate()
    wall = perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command[:6])} ended with {process.returncode}: {(err or out)[-2000:]}")
    told = json.loads(out.strip().splitlines()[-1]) if talks else {}
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(told, cpu, wall, peak.bytes)


class _Peak:
    """Looks at the memory of a process and its descendants while it is entered."""

    def __init__(self, pid: int) -> None:
        self.bytes = 0
        self._pid = pid
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> _Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(_SAMPLE_SECONDS):
            self.bytes = max(self.bytes, sum(map(resident_bytes, family(self._pid))))


def family(pid: int) -> Iterator[int]:
    """A process and its descendants, as they are now."""
    yield pid
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for thread in threads for child in (thread / "children").read_text().split()]
    except OSError:
        return
    for child in children:
        yield from family(child)


def resident_bytes(pid: int) -> int:
    """The resident set of a process; 0 where it has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0
