"""Rows of the benchmark table: what was measured, beside what, against which goal; and their history as data."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

ROOT = Path(__file__).parent.parent
HISTORY = Path(__file__).parent / "history.jsonl"
PAGE = ROOT / "docs" / "benchmarks.md"
_MARK = re.compile(r"(<!-- bench:(?P<name>[a-z]+) -->\n).*?(<!-- end -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Row:
    """One row. The goal concerns the ratio of `value` to `beside_value`, or `value` where `judged` says so.

    `ratio` is None where there is nothing beside it (the peer is not installed); then `met` is None too.
    """

    row: str
    what: str
    value: float | None
    unit: str
    beside: str = ""
    beside_value: float | None = None
    ratio: float | None = None
    goal: str = ""
    judged: Literal["ratio", "value"] = "ratio"
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is met: "≤ 1.2" or "≥ 20"; None where there is no goal or no measurement."""
        judged = self.ratio if self.judged == "ratio" else self.value
        if not self.goal or judged is None:
            return None
        sign, bound = self.goal.split()[:2]
        return judged <= float(bound) if sign == "≤" else judged >= float(bound)


def beside(row: str, what: str, value: float, unit: str, name: str, other: float, **more: Any) -> Row:
    """A row whose ratio is `value` to `other`."""
    return Row(row, what, value, unit, name, other, ratio=value / other, **more)


@dataclass(frozen=True, slots=True)
class RunFacts:
    """Where a run of the suite was made: nothing that names a machine or a person."""

    at: str
    commit: str
    cpus: int
    python: str
    size: int
    load: float | None = None
    """What else the machine did: its load average of a minute before the run. Above the cores, expect noise."""


def run_facts(size: int) -> RunFacts:
    """The facts of this run."""
    asked = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True)
    commit = asked.stdout.strip() or "unknown"
    at = datetime.now(UTC).isoformat(timespec="seconds")
    load = round(os.getloadavg()[0], 1)
    return RunFacts(at, commit, os.cpu_count() or 1, platform.python_version(), size, load)


def append_history(facts: RunFacts, rows: Iterable[Row], path: Path = HISTORY) -> None:
    """Add one line, a run with its rows, to the history."""
    line = asdict(facts) | {"rows": [asdict(row) | {"met": row.met} for row in rows]}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def read_history(path: Path = HISTORY) -> list[tuple[RunFacts, list[Row]]]:
    """Every run that the history holds, the oldest first."""
    runs = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        held = json.loads(line)
        rows = [Row(**{name: value for name, value in row.items() if name != "met"}) for row in held.pop("rows")]
        runs.append((RunFacts(**held), rows))
    return runs


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _cells(row: Row) -> list[str]:
    met = {True: "yes", False: "**no**", None: "–"}[row.met]
    other = f"{row.beside}: {_number(row.beside_value)}" if row.beside_value is not None else row.beside or "–"
    told = f"{_number(row.value)} {row.unit}" if row.value is not None else "–"
    goal = f"{row.goal} {row.unit}" if row.goal and row.judged == "value" else row.goal
    return [row.what, told, other, _number(row.ratio), goal or "–", met]


_HEADS = ["measured", "value", "beside", "ratio", "goal", "met"]


def markdown(rows: Sequence[Row]) -> str:
    """The table, and the notes of its rows below it, in Markdown."""
    lines = [f"| {' | '.join(_HEADS)} |", "| --- | --- | --- | --- | --- | --- |"]
    lines += [f"| {' | '.join(_cells(row))} |" for row in rows]
    notes = [f"- {row.what}: {row.note}" for row in rows if row.note]
    return "\n".join([*lines, *(["", *notes] if notes else [])])


def tables(history: Path = HISTORY, least: int = 10_000) -> str:
    """The newest measurement of each row, a table for each size of at least so many articles."""
    newest: dict[int, dict[str, tuple[RunFacts, Row]]] = {}
    for facts, rows in read_history(history):
        for row in rows:
            newest.setdefault(facts.size, {})[row.row] = (facts, row)
    parts = []
    for size in sorted(size for size in newest if size >= least):
        runs = newest[size].values()
        commits = ", ".join(sorted({facts.commit for facts, _ in runs}))
        last, _ = max(runs, key=lambda run: run[0].at)
        head = (
            f"### {size:,} articles\nMeasured on {last.at[:10]} at {commits}: {last.cpus} cores, Python {last.python}"
        )
        head += f", load {last.load:g} before." if last.load is not None else "."
        parts.append(f"{head}\n\n{markdown([row for _, row in runs])}")
    return "\n\n".join(parts)


def fill_page(bodies: Mapping[str, str], page: Path = PAGE) -> None:
    """Put each body in its place of the page: between `<!-- bench:NAME -->` and `<!-- end -->`."""
    text = page.read_text(encoding="utf-8")

    def filled(found: re.Match[str]) -> str:
        body = bodies.get(found["name"])
        return found[0] if body is None else f"{found[1]}{body}\n{found[3]}"

    page.write_text(_MARK.sub(filled, text), encoding="utf-8")
