"""What a start-up puts right on the Prefect server: runs that a killed process left, and runs that fell due meanwhile.

Prefect leaves a run whose process was killed "Running" and one that was being started "Pending" ("Submitting"), and
each holds the deployment's slot, so nothing runs any more. And of ten nightly runs that fell due while the machine was
off, one is enough: it reads all that is new.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    DeploymentFilterTags,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelled, Crashed

from flows.deployments import TAG
from flows.notice import Notifier
from flows.presence import forget, presence
from flows.settings import Settings

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun

STARTING_SECONDS = 60.0
"""A run that began so lately may be at its very start: it has not said yet that it lives."""


def put_right(settings: Settings, say: Callable[[str], None], starting_seconds: float = STARTING_SECONDS) -> int:
    """End the runs of our deployments whose process is gone, and leave out all but the newest late run of each.

    Gives how many runs were ended.
    """
    ended = 0
    with get_client(sync_client=True) as client:
        tagged = DeploymentFilter(tags=DeploymentFilterTags(all_=[TAG]))
        deployments = client.read_deployments(deployment_filter=tagged)
        homes = {each.id: Path(each.parameters.get("home") or settings.home) for each in deployments}
        if not homes:
            return 0
        for run in _runs(client, list(homes), (StateType.RUNNING, StateType.PENDING, StateType.CANCELLING)):
            home = homes[run.deployment_id] if run.deployment_id else settings.home
            held = presence(home, str(run.id))
            if held == "alive" or (held == "unknown" and _is_young(run, starting_seconds)):
                continue
            cancelling = run.state_type == StateType.CANCELLING
            words = "its process ended without a word; put right at the next start"
            state: Any = Cancelled(message=words) if cancelling else Crashed(message=words)
            client.set_flow_run_state(run.id, state, force=True)
            forget(home, str(run.id))
            say(f"run {run.name} was left {run.state_name}: {words}")
            Notifier(home, "ingest", settings, say).failed(
                f"run {run.name} ended without a word", "see why its process was killed; the next run starts as usual"
            )
            ended += 1
        for deployment_id in homes:
            _leave_out_late(client, deployment_id, say)
    return ended


def _leave_out_late(client: SyncPrefectClient, deployment_id: UUID, say: Callable[[str], None]) -> None:
    """Of the runs that fell due while nobody worked, keep the newest."""
    now = datetime.now(UTC)
    due = [
        run
        for run in _runs(client, [deployment_id], (StateType.SCHEDULED,))
        if run.auto_scheduled and run.expected_start_time and run.expected_start_time <= now
    ]
    due.sort(key=lambda run: run.expected_start_time or now, reverse=True)
    for run in due[1:]:
        words = "caught up by a later run, which reads all that is new"
        client.set_flow_run_state(run.id, Cancelled(name="Skipped", message=words), force=True)
    if due[1:]:
        say(f"{len(due) - 1} runs that fell due meanwhile are left out: one reads all that is new")


def overdue(name: str) -> datetime | None:
    """When a deployment should have run since it ran last; None where it missed nothing, never ran, or is not there.

    To be asked before it is registered anew, which removes the runs that are late.
    """
    with get_client(sync_client=True) as client:
        try:
            deployment = client.read_deployment_by_name(name)
        except ObjectNotFound:
            return None
        return _missed(client, deployment.id, datetime.now(UTC))


def run_now(name: str, missed: datetime, say: Callable[[str], None]) -> None:
    """One run for all that were missed; asking twice makes no second one."""
    with get_client(sync_client=True) as client:
        deployment = client.read_deployment_by_name(name)
        once = f"catch-up {missed.isoformat()}"
        client.create_flow_run_from_deployment(deployment.id, tags=["catch-up"], idempotency_key=once)
    say(f"A run was due at {missed:%Y-%m-%d %H:%M} UTC while nobody served: it runs now.")


def _missed(client: SyncPrefectClient, deployment_id: UUID, now: datetime) -> datetime | None:
    """The last moment at which a schedule would have fired since the last run, where nothing runs for it."""
    deployment = client.read_deployment(deployment_id)
    if deployment.paused:
        return None
    # What is scheduled is still to come, or late, which is what is asked for.
    begun = tuple(state for state in StateType if state != StateType.SCHEDULED)
    last = next((run.expected_start_time for run in _runs(client, [deployment_id], begun, limit=1)), None)
    if last is None:
        return None
    moments = [moment for held in deployment.schedules if held.active for moment in _dates(held.schedule, last, now)]
    return max(moments, default=None)


def _dates(schedule: Any, last: datetime, now: datetime) -> list[datetime]:
    """When a schedule fired after `last` and before `now`; of many, the first few, for one is enough."""
    from prefect.server.schemas.schedules import CronSchedule, IntervalSchedule

    kinds: dict[str, Any] = {"CronSchedule": CronSchedule, "IntervalSchedule": IntervalSchedule}
    kind = kinds.get(type(schedule).__name__)
    if kind is None:
        return []
    twin = kind.model_validate(schedule.model_dump())
    found = asyncio.run(twin.get_dates(3, start=last + timedelta(seconds=1), end=now))
    return [moment.astimezone(UTC) for moment in found]


def _runs(
    client: SyncPrefectClient, deployments: Sequence[UUID], states: Sequence[StateType], limit: int = 200
) -> list[FlowRun]:
    return client.read_flow_runs(
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=list(deployments))),
        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(states)))),
        sort=FlowRunSort.EXPECTED_START_TIME_DESC,
        limit=limit,
    )


def _is_young(run: FlowRun, seconds: float) -> bool:
    since = run.state.timestamp if run.state else run.created
    return since is not None and (datetime.now(UTC) - since).total_seconds() < seconds
