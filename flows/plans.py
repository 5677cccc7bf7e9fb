"""A plan on disk: `home/plans/PLAN.duckdb`, with the rows that it would load and what they would change.

A file of DuckDB's own, because amounts and days come back from it exactly as they went in. A plan is written under
another name first, so a plan that can be listed is whole.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from checks.results import CheckResult
from flows.selection import Selection
from flows.settings import BadUsage
from warehouse.changes import FactChange
from warehouse.load import to_arrow
from warehouse.rows import frame

FOLDER = "plans"


@dataclass(frozen=True, slots=True)
class Base:
    """The state that a plan was made on: the SHA-256 of the published file, or the commit of a lake; the runs in it."""

    sha256: str
    runs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckChange:
    """A check that would say something else. `before` is what it said last; None where it never ran."""

    check_name: str
    severity: str
    before: str | None
    after: str
    detail: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a backfill would do. `plan_key` becomes the key of the run that applies it."""

    plan_key: str
    made_at: datetime
    extractor_version: str
    selection: Selection
    base: Base
    documents: int
    """Documents that it replaces."""
    looked_at: int
    """Documents that were re-extracted to find them."""
    changes: tuple[FactChange, ...]
    checks: tuple[CheckChange, ...]
    blocking: tuple[str, ...]
    """Checks that would hold the backfill back."""
    failed: tuple[tuple[str, str], ...]
    """Documents that could not be re-extracted, each with the reason; they stay as they are."""

    def count(self, kind: str) -> int:
        """How many facts are added, removed or changed."""
        return sum(change.kind == kind for change in self.changes)


def plan_path(home: Path, plan_key: str) -> Path:
    return home / FOLDER / f"{plan_key}.duckdb"


def plan_keys(home: Path) -> tuple[str, ...]:
    """The plans that are kept, newest first."""
    return tuple(sorted((path.stem for path in (home / FOLDER).glob("*.duckdb")), reverse=True))


class PlanRows:
    """The file of a plan that is being made: a batch of checked rows at a time, the plan last. Use it as a context.

    Nobody sees the plan before it is whole; without `finish` it never was.
    """

    def __init__(self, home: Path, plan_key: str) -> None:
        self.path = plan_path(home, plan_key)
        self._part = self.path.with_suffix(".part")
        self._batches = 0

    def __enter__(self) -> PlanRows:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._part.unlink(missing_ok=True)
        self._con = duckdb.connect(str(self._part))
        return self

    def __exit__(self, *_: object) -> None:
        self._con.close()
        self._part.unlink(missing_ok=True)

    def add(self, frames: Mapping[str, pd.DataFrame]) -> None:
        """Keep a batch."""
        self._batches += 1
        for table, rows in frames.items():
            self._con.register("incoming", to_arrow(table, rows))
            numbered = f"SELECT {self._batches} AS batch_of_plan, * FROM incoming"
            self._con.execute(f'CREATE TABLE IF NOT EXISTS "{table}" AS {numbered} LIMIT 0')
            self._con.execute(f'INSERT INTO "{table}" {numbered}')
            self._con.unregister("incoming")

    def finish(self, plan: Plan) -> Path:
        """Write the plan itself, and let it be seen; gives its path."""
        self._con.execute("CREATE TABLE plan (told JSON, batches INTEGER)")
        self._con.execute(
            "INSERT INTO plan VALUES (?, ?)", [json.dumps(_told(plan), ensure_ascii=False), self._batches]
        )
        self._con.close()
        os.replace(self._part, self.path)
        return self.path


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan that was read, and where its rows lie."""

    plan: Plan
    path: Path
    number_of_batches: int

    def batches(self) -> Iterator[dict[str, pd.DataFrame]]:
        """Its checked rows, a batch at a time."""
        with duckdb.connect(str(self.path), read_only=True) as con:
            tables = [name for (name,) in con.execute("SHOW TABLES").fetchall() if name != "plan"]
            for number in range(1, self.number_of_batches + 1):
                yield {table: frame(table, _rows(con, table, number)) for table in tables}


def load(home: Path, plan_key: str) -> StoredPlan:
    """A plan, and its rows to be read.

    Raises:
        BadUsage: there is no such plan, or its file is not one.
    """
    path = plan_path(home, plan_key)
    if not path.exists() or path.parent != home / FOLDER:
        known = ", ".join(plan_keys(home)[:3]) or "none"
        raise BadUsage(f"there is no plan {plan_key!r} in {home / FOLDER} (newest: {known})")
    try:
        with duckdb.connect(str(path), read_only=True) as con:
            told, batches = con.execute("SELECT told, batches FROM plan").fetchall()[0]
    except (duckdb.Error, IndexError) as error:
        raise BadUsage(f"{path} is not a plan: make it anew with `aidledger backfill plan`") from error
    return StoredPlan(_heard(json.loads(told)), path, batches)


def fingerprint(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def run_keys(con: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The runs that a warehouse knows, oldest first."""
    return tuple(key for (key,) in con.execute("SELECT run_key FROM ops.run ORDER BY started_at, run_key").fetchall())


def what_moved(base: Base, now: Iterable[tuple[str, str, int]]) -> str:
    """Why a plan does not fit any more: the runs that came or went since. `now` has key, mode and documents loaded."""
    runs = {key: (mode, documents) for key, mode, documents in now}
    new = {key: told for key, told in runs.items() if key not in base.runs}
    came = [f"{mode} run {key} ({documents} documents)" for key, (mode, documents) in new.items()]
    gone = [key for key in base.runs if key not in runs]
    parts = [f"published since: {', '.join(came)}"] if came else []
    parts += [f"taken back since: {', '.join(gone)}"] if gone else []
    return "; ".join(parts) or "its file was replaced, with the same runs in it"


def _rows(con: duckdb.DuckDBPyConnection, table: str, batch: int) -> list[dict[str, Any]]:
    cursor = con.execute(f'SELECT * EXCLUDE (batch_of_plan) FROM "{table}" WHERE batch_of_plan = ?', [batch])
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _told(plan: Plan) -> dict[str, Any]:
    told = asdict(plan)
    told["made_at"] = plan.made_at.isoformat()
    told["selection"] = plan.selection.model_dump(mode="json")
    return told


def _heard(told: dict[str, Any]) -> Plan:
    return Plan(
        plan_key=told["plan_key"],
        made_at=datetime.fromisoformat(told["made_at"]),
        extractor_version=told["extractor_version"],
        selection=Selection.model_validate(told["selection"]),
        base=Base(told["base"]["sha256"], tuple(told["base"]["runs"])),
        documents=told["documents"],
        looked_at=told["looked_at"],
        changes=tuple(FactChange(**change) for change in told["changes"]),
        checks=tuple(CheckChange(**change) for change in told["checks"]),
        blocking=tuple(told["blocking"]),
        failed=tuple((name, reason) for name, reason in told["failed"]),
    )


def check_changes(before: dict[str, tuple[str, int]], results: Iterable[CheckResult]) -> tuple[CheckChange, ...]:
    """The checks that say something else than they said last. `before` maps a check to (status, offenders)."""
    found = []
    for result in results:
        was = before.get(result.check_name)
        judged = {"failed", "error"} & {result.status, was[0] if was else ""}
        if judged and was != (result.status, result.offenders):
            told = None if was is None else _said(*was)
            after = _said(result.status, result.offenders)
            found.append(CheckChange(result.check_name, result.severity, told, after, result.detail))
    return tuple(found)


def _said(status: str, offenders: int) -> str:
    return f"{status} ({offenders})" if offenders else status
