"""Planning and applying a backfill as Prefect flows, with forms in its interface and calls in its API."""

from __future__ import annotations

from pathlib import Path

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.runtime import flow_run

from flows import backfill
from flows.at_work import FlowWatch, at_work, in_time, named, tell_quality, writers_turn
from flows.backfill_told import ending, headline, next_words, to_markdown, warnings
from flows.selection import Selection
from flows.settings import load_settings

CHANGES_KEY = "changes"
EVERYTHING = Selection()


def _plan_name() -> str:
    """What and when: `backfill plan published 2024-03-01…2024-03-31 2026-11-21 22:30`."""
    asked = flow_run.parameters.get("selection") or {}
    selection = asked if isinstance(asked, Selection) else Selection.model_validate(asked)
    return named(f"backfill plan {selection.described}")


def _apply_name() -> str:
    return named(f"backfill apply {flow_run.parameters.get('plan')}")


@flow(name="backfill-plan", flow_run_name=_plan_name, persist_result=False)
def backfill_plan(selection: Selection = EVERYTHING, home: str | None = None) -> str:
    """Re-extract the chosen documents in a scratch area; the key of the plan, with its diff as the artifact `changes`.

    Args:
        selection: which documents; nothing filled in means all of them.
        home: folder of the warehouse; the worker's setting where it is left empty.
    """
    settings = load_settings()
    folder = Path(home) if home else settings.home
    with at_work(folder, settings, "backfill-plan") as notifier, in_time(settings):
        plan = backfill.make_plan(folder, selection, settings, FlowWatch())
        notifier.succeeded()
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
    with at_work(folder, settings, "backfill-apply") as notifier, writers_turn(settings):
        applied = backfill.apply_plan(folder, plan, settings, FlowWatch())
        told = ending(applied)
        tell_quality(applied.results)
        get_run_logger().info(told)
        create_markdown_artifact(to_markdown(applied.plan, told), key=CHANGES_KEY, description=headline(applied.plan))
        if applied.ending == "blocked":
            raise backfill.BackfillBlocked(told)
        notifier.succeeded()
    return told
