"""Backfills: plan a re-run of stored documents with today's rules, look at it, apply exactly that.

    plan    a scratch copy of the published file, the chosen documents extracted anew from their stored text, put in
            place of what they gave, checked; the facts before against the facts after; the copy thrown away
    apply   the plan's rows into the writer's private copy by the same steps, the outcome held against the plan, and
            published

Both go through `_rewrite`, so there is one definition of what a backfill does. This module imports no Prefect.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import duckdb
import pandas as pd

from checks.audit import audit
from checks.quarantine import set_aside_all
from checks.results import CheckResult, blocking
from flows.extraction import Extracting, Pending, extracting, running_ahead
from flows.facts import load_catalogue
from flows.job import Watch, finish_tables
from flows.plans import Plan, PlanRows, check_changes, load, what_moved
from flows.published import place_of, shown
from flows.scratch import scratch, state_of, writing
from flows.selection import KEPT, Selection, chosen_documents, stored_documents
from flows.settings import BadUsage, Settings
from flows.sources import Unread
from transforms.model import ExtractedDocument
from transforms.pipeline import extractor_version
from warehouse.changes import ChangeRecord, FactChange, Replacement, changed_documents, documents_with_metric
from warehouse.folding import fold
from warehouse.lake.private import PrivateCopy
from warehouse.load import RunRecord, record_run
from warehouse.rows import to_frames

MODE = "backfill"
Kept = Mapping[str, Mapping[str, Any]]
"""Document key → what the document keeps when it is extracted anew."""
LAST_SAID = (
    "SELECT check_name, arg_max(status, checked_at), arg_max(offenders, checked_at) FROM ops.check_result GROUP BY ALL"
)
RUNS = (
    "SELECT run_key, mode, (SELECT count(*) FROM raw.document AS document WHERE document.run_key = run.run_key) "
    "FROM ops.run AS run ORDER BY started_at"
)


class PlanMovedError(BadUsage):
    """The warehouse, or the code, is not what the plan was made on: the message says what moved."""


class BackfillBlocked(Exception):
    """A blocking check held a backfill back: nothing was published."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a plan. Blocked, nothing was published: `results` name the checks."""

    ending: Literal["published", "blocked"]
    plan: Plan
    warehouse: str
    seconds: float
    results: tuple[CheckResult, ...]

    @property
    def blocking(self) -> list[CheckResult]:
        """The checks that held it back."""
        return blocking(self.results)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rewrite did to a warehouse: how many documents it replaced, its changes and what the checks say."""

    documents: int
    changes: tuple[FactChange, ...]
    results: tuple[CheckResult, ...]


def make_plan(home: Path, selection: Selection, settings: Settings, watch: Watch | None = None) -> Plan:
    """Re-extract the chosen documents in a scratch copy and save what that would change. No lock is needed.

    Raises:
        BadUsage: no document is chosen.
        WarehouseError, MigrationError: there is no warehouse, or it cannot be read.
    """
    watch = watch or Watch()
    place = place_of(home, settings)
    version = extractor_version()
    with scratch(home, place) as (con, base):
        chosen = chosen_documents(con, selection, settings.zone)
        if not chosen:
            raise BadUsage(f"no document of {shown(place)} is chosen by: {selection.described}")
        made_at = datetime.now(UTC)
        plan_key = f"{made_at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
        watch.begin(len(chosen))
        said = {name: (status, number) for name, status, number in con.execute(LAST_SAID).fetchall()}
        again = _Again(con, chosen, selection, plan_key, version)
        with PlanRows(home, plan_key) as rows:
            outcome = _rewrite(
                con,
                _kept(again.batches(settings, watch), rows),
                lambda documents: _record(plan_key, version, selection, made_at, documents),
            )
            plan = Plan(
                plan_key=plan_key,
                made_at=made_at,
                extractor_version=version,
                selection=selection,
                base=base,
                documents=outcome.documents,
                looked_at=len(chosen),
                changes=outcome.changes,
                checks=check_changes(said, outcome.results),
                blocking=tuple(result.check_name for result in blocking(outcome.results)),
                failed=tuple(again.failed),
            )
            rows.finish(plan)
    return plan


def apply_plan(home: Path, plan_key: str, settings: Settings, watch: Watch | None = None) -> Applied:
    """Do exactly what a plan says, or nothing.

    Raises:
        PlanMovedError: the warehouse or the extractor is not what the plan was made on.
        BadUsage: there is no such plan, or it replaces nothing.
        WarehouseError, MigrationError: as a run.
    """
    watch = watch or Watch()
    stored = load(home, plan_key)
    plan = stored.plan
    if not plan.documents:
        raise BadUsage(f"plan {plan_key} replaces no document: there is nothing to apply")
    version = extractor_version()
    if version != plan.extractor_version:
        raise PlanMovedError(
            f"plan {plan_key} was made by extractor {plan.extractor_version}, and this one is {version}: plan again"
        )
    started_at = datetime.now(UTC)
    place = place_of(home, settings)
    with writing(home, place, settings, watch.say) as writer:
        con = writer.connection
        if state_of(writer) != plan.base.sha256:
            moved = what_moved(plan.base, con.execute(RUNS).fetchall())
            raise PlanMovedError(f"the warehouse has moved since plan {plan_key} was made ({moved}): plan again")
        outcome = _rewrite(
            con,
            stored.batches(),
            lambda documents: _record(plan_key, version, plan.selection, started_at, documents),
            ChangeRecord(plan.changes, version, started_at),
        )
        _assert_as_planned(plan, outcome)
        ending: Literal["published", "blocked"] = "blocked" if blocking(outcome.results) else "published"
        if ending == "published":
            record_run(con, _record(plan_key, version, plan.selection, started_at, plan.documents, done=True))
            if isinstance(writer, PrivateCopy):
                writer.publish(plan_key)
            else:
                writer.publish()
    seconds = (datetime.now(UTC) - started_at).total_seconds()
    return Applied(ending, plan, shown(place), seconds, outcome.results)


def _rewrite(
    con: duckdb.DuckDBPyConnection,
    batches: Iterable[Mapping[str, pd.DataFrame]],
    record: Callable[[int], RunRecord],
    recorded: ChangeRecord | None = None,
) -> Outcome:
    """Replace documents in a private warehouse, with all that a run does after loading, and tell what became of it.

    `record` gives the run's record for so many documents.
    """
    running = record(0)
    record_run(con, running)
    load_catalogue(con)
    replacement = Replacement(con, running.run_key)
    documents = 0
    for frames in batches:
        documents += len(frames["ops.document_outcome"])
        replacement.replace(frames)
    if not documents:
        return Outcome(0, (), ())
    record_run(con, record(documents))
    replacement.complete(recorded)
    finish_tables(con, running.run_key)
    results = audit(con, running.run_key, fold=fold)
    return Outcome(documents, replacement.changes(), tuple(results))


def _kept(batches: Iterable[dict[str, pd.DataFrame]], rows: PlanRows) -> Iterator[dict[str, pd.DataFrame]]:
    for frames in batches:
        rows.add(frames)
        yield frames


def _assert_as_planned(plan: Plan, outcome: Outcome) -> None:
    planned = {change.comparable_text for change in plan.changes}
    done = {change.comparable_text for change in outcome.changes}
    if planned != done:
        raise PlanMovedError(
            f"plan {plan.plan_key} foresaw {len(planned)} changes, and applying it makes {len(done)}, of which "
            f"{len(planned & done)} are the same: the checks or corrections are not what they were; plan again"
        )


class _Again:
    """Stored documents as today's rules read them, a batch at a time, less those that a plan has no business with."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        chosen: Sequence[str],
        selection: Selection,
        run_key: str,
        version: str,
    ) -> None:
        self._con, self._chosen, self._selection = con, chosen, selection
        self._run_key, self._version = run_key, version
        self.failed: list[tuple[str, str]] = []
        """Name and reason of the documents that could not be extracted."""

    def batches(self, settings: Settings, watch: Watch) -> Iterator[dict[str, pd.DataFrame]]:
        """Checked rows, while the batches after them are being extracted."""
        with extracting(len(self._chosen), settings) as extractor:
            for batch, kept in running_ahead(extractor, self._begun(extractor, settings.load_documents)):
                yield from self._rows(batch, kept, watch)

    def _begun(self, extractor: Extracting, size: int) -> Iterator[tuple[Pending, Kept]]:
        for start in range(0, len(self._chosen), size):
            documents, kept = stored_documents(self._con, self._chosen[start : start + size])
            yield extractor.begin_again(documents), kept

    def _rows(self, batch: Pending, kept: Kept, watch: Watch) -> Iterator[dict[str, pd.DataFrame]]:
        results = batch.results(watch.advance)
        self.failed += [(each.name, each.reason) for each in results if isinstance(each, Unread)]
        again = [each for each in results if isinstance(each, ExtractedDocument)]
        frames = _frames(again, kept, self._run_key, self._version)
        taken = _narrowed(self._con, again, frames, self._selection)
        if len(taken) < len(again):
            frames = _frames(taken, kept, self._run_key, self._version)
        if taken:
            yield frames


def _narrowed(
    con: duckdb.DuckDBPyConnection,
    again: Sequence[ExtractedDocument],
    frames: Mapping[str, pd.DataFrame],
    selection: Selection,
) -> list[ExtractedDocument]:
    """The documents that the plan replaces: those with facts of the metric, those whose rows differ."""
    taken = list(again)
    if selection.metric is not None:
        had = documents_with_metric(con, selection.metric, [each.document.document_key for each in again])
        taken = [
            each
            for each in taken
            if each.document.document_key in had or any(figure.metric == selection.metric for figure in each.figures)
        ]
    if selection.changed_only:
        changed = changed_documents(con, frames)
        taken = [each for each in taken if each.document.document_key in changed]
    return taken


def _frames(documents: Sequence[ExtractedDocument], kept: Kept, run_key: str, version: str) -> dict[str, pd.DataFrame]:
    """Checked rows of documents that are read again; when and where each was first had stays."""
    now = datetime.now(UTC)
    frames = to_frames(documents, run_key=run_key, extractor_version=version, fetched_at=now, source="")
    raw = frames["raw.document"]
    for name in KEPT:
        values = [kept[key][name] for key in raw["document_key"]]
        raw[name] = pd.Series(values, dtype=raw[name].dtype)
    return set_aside_all(frames, run_key=run_key)


def _record(
    key: str, version: str, selection: Selection, started_at: datetime, documents: int, *, done: bool = False
) -> RunRecord:
    return RunRecord(
        run_key=key,
        mode=MODE,
        status="published" if done else "running",
        started_at=started_at,
        extractor_version=version,
        finished_at=datetime.now(UTC) if done else None,
        sources=f"plan {key}: {selection.described}",
        documents_found=documents,
        documents_known=documents,
    )
