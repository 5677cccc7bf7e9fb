"""How long the steps of a run take, for the run's own ledger."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import duckdb


class StepClock:
    """Seconds of wall clock by step; a step that is taken again, a batch later, adds to its own."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what happens inside."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += time.perf_counter() - began


def record_steps(con: duckdb.DuckDBPyConnection, run_key: str, seconds: Mapping[str, float]) -> None:
    """Write the steps of a run to `ops.step_time`."""
    for step, taken in seconds.items():
        con.execute("INSERT INTO ops.step_time VALUES (?, ?, ?)", [run_key, step, taken])
