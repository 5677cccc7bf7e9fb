"""The whole job: its processor time beside jieba's, the share of the checks, ten times the articles."""

from __future__ import annotations

import os
from typing import Any

from benchmarks.process import measure_module
from benchmarks.results import Row, beside
from benchmarks.workspace import Workspace, of_large

ROW_CHECKS = "check rows"
SHARE = """
SELECT
    sum(step.seconds) FILTER (step IN ('check rows', 'audit')),
    date_diff('millisecond', any_value(run.started_at), any_value(run.finished_at)) / 1000
FROM ops.step_time AS step
JOIN ops.run AS run USING (run_key)
"""


def job(space: Workspace) -> list[Row]:
    """Processor seconds a MB of the whole job, the start of its processes apart, beside jieba.cut of the same text."""
    measured, text = space.job(), space.megabytes()
    told = measured.told
    worker, starting = _starting(told)
    workers = told["cpu"] - told["own_cpu"]
    rest = told["own_cpu"] - sum(seconds for name, seconds in told["steps"].items() if name != ROW_CHECKS)
    steps = ", ".join(f"{name} {seconds / text:.2f}" for name, seconds in told["steps"].items())
    row = beside(
        "job",
        "whole job, CPU a MB of text",
        (told["cpu"] - starting) / text,
        "s/MB",
        "jieba.cut",
        space.cut_seconds_per_megabyte(),
        goal="≤ 1.0",
        note=(
            f"{told['documents']:,} documents, {text:.1f} MB, {told['facts']:,} facts, {told['processes']} extracting "
            f"processes, {told['wall']:.0f} s by the clock. Apart: {told['start_cpu']:.1f} s of CPU to start and to "
            f"initialise jieba, {worker:.1f} s for each extracting process. In s/MB, extracting processes "
            f"{(workers - starting) / text:.2f}; in the job's own process, load with its checks of rows: {steps}, "
            f"around the steps {rest / text:.2f}."
        ),
    )
    return [row]


def _starting(told: dict[str, Any]) -> tuple[float, float]:
    """Processor seconds that one extracting process takes to start, and that all of them took."""
    if told["processes"] == 1:
        return 0.0, 0.0
    worker = float(measure_module("benchmarks.measured", "worker").told["cpu"])
    return worker, worker * int(told["processes"])


def checks(space: Workspace) -> list[Row]:
    """The share of the checks, those of rows and the audit, in the run's processor time."""
    from flows.inspection import ask

    told = space.job().told
    spent = told["steps"]["check"] + told["steps"][ROW_CHECKS]
    ((ticked, whole),) = ask(space.home(), SHARE).rows
    row = beside(
        "checks",
        "checks, CPU in a run",
        spent,
        "s",
        "the run",
        told["cpu"] - _starting(told)[1],
        goal="≤ 0.2",
        note=(
            f"checks of rows {told['steps'][ROW_CHECKS]:.1f} s, the audit {told['steps']['check']:.1f} s; by the clock "
            f"{float(ticked):.1f} s of {float(whole):.0f} s, with checks of rows while the next batch is extracted"
        ),
    )
    return [row]


def growth(space: Workspace) -> list[Row]:
    """Time and memory of the job at this size beside those at a tenth of it."""
    tenth = space.size // 10
    small, large = space.job(tenth), space.job()
    text = space.megabytes() / space.megabytes(tenth)
    wall = (
        f"by the clock {large.told['wall']:.0f} s and {small.told['wall']:.0f} s; the text is {text:.2f} times as much"
    )
    time = beside(
        "growth_time",
        f"CPU of the job without its starts, {space.size:,} articles",
        large.told["cpu"] - _starting(large.told)[1],
        "s",
        f"{tenth:,} articles",
        small.told["cpu"] - _starting(small.told)[1],
        goal="≤ 10.5",
        note=wall,
    )
    memory = beside(
        "growth_memory",
        f"peak memory of the job, {space.size:,} articles",
        large.peak_bytes / 1e6,
        "MB",
        f"{tenth:,} articles",
        small.peak_bytes / 1e6,
        goal=of_large(space, "≤ 1.3"),
        note=f"resident memory of all its processes together ({1 + (os.cpu_count() or 1)} of them)",
    )
    return [time, memory]
