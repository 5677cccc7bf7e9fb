"""The rows of the benchmark table, by name: each function measures, and gives one row or a few."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.results import Row
from benchmarks.rows import extraction, jobs, marts, quantities, reposts, storing
from benchmarks.workspace import Workspace

ROWS: dict[str, Callable[[Workspace], list[Row]]] = {
    "job": jobs.job,
    "checks": jobs.checks,
    "growth": jobs.growth,
    "extract": extraction.extract_alone,
    "quantities": quantities.beside_peers,
    "load": storing.load,
    "nothing_new": storing.nothing_new,
    "prefect": storing.prefect,
    "publish": storing.publish,
    "reposts": reposts.linear,
    "questions": marts.questions,
}
LARGE = ("job", "checks", "growth", "nothing_new", "publish", "reposts")
"""Those that `make bench-large` measures on 100,000 articles."""
