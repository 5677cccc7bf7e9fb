"""Planning and applying a backfill as Prefect flows, with forms in its interface and calls in its API."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.runtime import flow_run

from flows import backfill
from flows.at_work import FlowWatch, at_work, tell_quality
from flows.backfill_told import ending, headline, next_words, to_markdown, warnings
from flows.selection import Selection
from flows.settings import load_settings

CHANGES_KEY = "changes"
EVERYTHING = Selection()


class BackfillBlocked(Exception):
    """A blocking check held a backfill back: nothing was published."""


def _plan_name() -> str:
    """What and when: `backfill plan published 2024-03-01…2024-03-31 2026-11-21 22:30`."""
    asked = flow_run.parameters.get("selection") or {}
    selection = asked if isinstance(asked, Selection) else Selection.model_validate(asked)
    return f"backfill plan {selection.described[:60]} {_now()}"


def _apply_name() -> str:
    return f"backfill apply {flow_run.parameters.get('plan')} {_now()}"


def _now() -> str:
    return f"{datetime.now(load_settings().zone):%Y-%m-%d %H:%M}"


@flow(name="backfill-plan", flow_run_name=_plan_name, persist_result=False)
def backfill_plan(selection: Selection = EVERYTHING, home: str | None = None) -> str:
    """Re-extract the chosen documents in a scratch area; the key of the plan, with its diff as the artifact `changes`.

    Args:
        selection: which documents; nothing filled in means all of them.
        home: folder of the warehouse; the worker's setting where it is left empty.
    """
    settings = load_settings()
    plan = backfill.make_plan(Path(home) if home else settings.home, selection, settings, FlowWatch())
    log = get_run_logger()
    log.info(headline(plan))
    for line in warnings(plan):
        log.warning(line)
    create_markdown_artifact(to_markdown(plan, next_words(plan)), key=CHANGES_KEY, description=headline(plan))
    return plan.plan_key


@flow(name="backfill-apply", flow_run_name=_apply_name, persist_result=False)
def backfill_apply(plan: str, home: str | None = None) -> str:
    """Do exactly what a plan says, or nothing; the line that tells what readers find now.

    Args:
        plan: key of the plan, as `backfill-plan` gives it.
        home: folder of the warehouse; the worker's setting where it is left empty.

    Raises:
        BackfillBlocked: a blocking check failed.
    """
    settings = load_settings()
    folder = Path(home) if home else settings.home
    with at_work(folder, settings):
        applied = backfill.apply_plan(folder, plan, settings, FlowWatch())
    tell_quality(applied.results)
    told = ending(applied)
    get_run_logger().info(told)
    create_markdown_artifact(to_markdown(applied.plan, told), key=CHANGES_KEY, description=headline(applied.plan))
    if applied.ending == "blocked":
        raise BackfillBlocked(told)
    return told
