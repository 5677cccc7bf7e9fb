"""Backfills: plan a re-run of stored documents with today's rules, look at it, apply exactly that.

    plan    a scratch copy of the published file, the chosen documents extracted anew from their stored text, put in
            place of what they gave, checked; the facts before against the facts after; the copy thrown away
    apply   the plan's rows into the writer's private copy by the same steps, the outcome held against the plan, and
            published

Both go through `_rewrite`, so there is one definition of what a backfill does. This module imports no Prefect.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import duckdb
import pandas as pd

from checks.audit import audit
from checks.quarantine import set_aside_all
from checks.results import CheckResult, blocking
from flows.extraction import Extracted, extracting
from flows.facts import load_catalogue
from flows.job import Watch, finish_tables
from flows.plans import Plan, check_changes, load, save, what_moved
from flows.published import place_of, shown
from flows.scratch import scratch, state_of, writing
from flows.selection import Selection, chosen_documents
from flows.settings import BadUsage, Settings
from flows.sources import Unread
from transforms.model import Document, ExtractedDocument
from transforms.pipeline import extractor_version
from warehouse.changes import (
    ChangeRecord,
    FactChange,
    Payload,
    changed_documents,
    differences,
    facts_of_documents,
    replace_documents,
)
from warehouse.folding import fold
from warehouse.lake.private import PrivateCopy
from warehouse.load import RunRecord, record_run
from warehouse.rows import to_frames

MODE = "backfill"
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
    """What a rewrite did to a warehouse: its changes and what the checks say."""

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
        documents, kept = chosen_documents(con, selection, settings.zone)
        if not documents:
            raise BadUsage(f"no document of {shown(place)} is chosen by: {selection.described}")
        made_at = datetime.now(UTC)
        plan_key = f"{made_at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
        watch.begin(len(documents))
        results = _extract(documents, settings, watch)
        failed = tuple((each.name, each.reason) for each in results if isinstance(each, Unread))
        again = [each for each in results if isinstance(each, ExtractedDocument)]
        before = facts_of_documents(con, kept)
        said = {name: (status, number) for name, status, number in con.execute(LAST_SAID).fetchall()}
        taken, frames = again, _frames(again, kept, plan_key, version)
        narrowed = _narrowed(con, again, frames, before, selection)
        if len(narrowed) < len(taken):
            taken, frames = narrowed, _frames(narrowed, kept, plan_key, version)
        outcome = Outcome((), ())
        if taken:
            outcome = _rewrite(con, frames, _record(plan_key, version, selection, made_at, len(taken)), before)
        plan = Plan(
            plan_key=plan_key,
            made_at=made_at,
            extractor_version=version,
            selection=selection,
            base=base,
            documents=len(taken),
            looked_at=len(documents),
            changes=outcome.changes,
            checks=check_changes(said, outcome.results),
            blocking=tuple(result.check_name for result in blocking(outcome.results)),
            failed=failed,
        )
    save(home, plan, frames)
    return plan


def apply_plan(home: Path, plan_key: str, settings: Settings, watch: Watch | None = None) -> Applied:
    """Do exactly what a plan says, or nothing.

    Raises:
        PlanMovedError: the warehouse or the extractor is not what the plan was made on.
        BadUsage: there is no such plan, or it replaces nothing.
        WarehouseError, MigrationError: as a run.
    """
    watch = watch or Watch()
    plan, frames = load(home, plan_key)
    if not plan.documents:
        raise BadUsage(f"plan {plan_key} replaces no document: there is nothing to apply")
    version = extractor_version()
    if version != plan.extractor_version:
        raise PlanMovedError(
            f"plan {plan_key} was made by extractor {plan.extractor_version}, and this one is {version}: plan again"
        )
    started_at = datetime.now(UTC)
    keys = frames["raw.document"]["document_key"].tolist()
    place = place_of(home, settings)
    with writing(home, place, settings, watch.say) as writer:
        con = writer.connection
        if state_of(writer) != plan.base.sha256:
            moved = what_moved(plan.base, con.execute(RUNS).fetchall())
            raise PlanMovedError(f"the warehouse has moved since plan {plan_key} was made ({moved}): plan again")
        before = facts_of_documents(con, keys)
        record = _record(plan_key, version, plan.selection, started_at, plan.documents)
        outcome = _rewrite(con, frames, record, before, ChangeRecord(plan.changes, version, started_at))
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
    frames: Mapping[str, pd.DataFrame],
    record: RunRecord,
    before: Mapping[int, Payload],
    recorded: ChangeRecord | None = None,
) -> Outcome:
    """Replace documents in a private warehouse, with all that a run does after loading, and tell what became of it."""
    record_run(con, record)
    load_catalogue(con)
    replace_documents(con, frames, record.run_key, recorded)
    finish_tables(con, record.run_key)
    results = audit(con, record.run_key, fold=fold)
    documents = {str(fact["document_key"]) for fact in before.values()} | set(frames["raw.document"]["document_key"])
    replaced = documents & set(frames["ops.document_outcome"]["document_key"])
    earlier = {key: fact for key, fact in before.items() if fact["document_key"] in replaced}
    return Outcome(differences(earlier, facts_of_documents(con, replaced)), tuple(results))


def _assert_as_planned(plan: Plan, outcome: Outcome) -> None:
    planned = {change.comparable_text for change in plan.changes}
    done = {change.comparable_text for change in outcome.changes}
    if planned != done:
        raise PlanMovedError(
            f"plan {plan.plan_key} foresaw {len(planned)} changes, and applying it makes {len(done)}, of which "
            f"{len(planned & done)} are the same: the checks or corrections are not what they were; plan again"
        )


def _extract(documents: Sequence[Document], settings: Settings, watch: Watch) -> list[Extracted]:
    with extracting(len(documents), settings) as extractor:
        return extractor.extract_again(documents, watch.advance)


def _narrowed(
    con: duckdb.DuckDBPyConnection,
    again: Sequence[ExtractedDocument],
    frames: Mapping[str, pd.DataFrame],
    before: Mapping[int, Payload],
    selection: Selection,
) -> list[ExtractedDocument]:
    """The documents that the plan replaces: those with facts of the metric, those whose rows differ."""
    taken = list(again)
    if selection.metric is not None:
        had = {fact["document_key"] for fact in before.values() if fact["metric_code"] == selection.metric}
        taken = [
            each
            for each in taken
            if each.document.document_key in had or any(figure.metric == selection.metric for figure in each.figures)
        ]
    if selection.changed_only:
        changed = changed_documents(con, frames)
        taken = [each for each in taken if each.document.document_key in changed]
    return taken


def _frames(
    documents: Sequence[ExtractedDocument], kept: Mapping[str, Mapping[str, Any]], run_key: str, version: str
) -> dict[str, pd.DataFrame]:
    """Checked rows of documents that are read again; when and where each was first had stays."""
    now = datetime.now(UTC)
    frames = to_frames(documents, run_key=run_key, extractor_version=version, fetched_at=now, source="")
    raw = frames["raw.document"]
    for name in ("fetched_at", "current_since", "source"):
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
