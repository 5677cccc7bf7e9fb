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
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelled, Crashed

from flows.deployments import JOBS, TAG
from flows.notice import Notifier
from flows.presence import forget, presence
from flows.settings import Settings

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun

STARTING_SECONDS = 60.0
"""A run that began so lately may be at its very start: it has not said yet that it lives."""


def put_right(settings: Settings, say: Callable[[str], None], starting_seconds: float = STARTING_SECONDS) -> int:
    """End our runs whose process is gone, and leave out all but the newest late run of each deployment.

    Gives how many runs were ended.
    """
    with get_client(sync_client=True) as client:
        begun = (StateType.RUNNING, StateType.PENDING, StateType.CANCELLING)
        left = [run for run in _runs(client, begun) if _is_left(run, settings, starting_seconds)]
        for run in left:
            _end(client, run, settings, say)
        now = datetime.now(UTC)
        late = [run for run in _runs(client, (StateType.SCHEDULED,), due_before=now) if run.auto_scheduled]
        for deployment_id in {run.deployment_id for run in late}:
            _leave_out(client, [run for run in late if run.deployment_id == deployment_id][1:], say)
    return len(left)


def _is_left(run: FlowRun, settings: Settings, starting_seconds: float) -> bool:
    held = presence(_home_of(run, settings), str(run.id))
    return held == "dead" or (held == "unknown" and not _is_young(run, starting_seconds))


def _end(client: SyncPrefectClient, run: FlowRun, settings: Settings, say: Callable[[str], None]) -> None:
    """Tell the server, the log and whoever is called that a run's process is gone."""
    home = _home_of(run, settings)
    words = "its process ended without a word; put right at the next start"
    cancelled = run.state_type == StateType.CANCELLING
    state: Any = Cancelled(message=words) if cancelled else Crashed(message=words)
    client.set_flow_run_state(run.id, state, force=True)
    forget(home, str(run.id))
    say(f"run {run.name} was left {run.state_name}: {words}")
    if cancelled:  # whoever cancelled it knows
        return
    job = next((tag for tag in JOBS if tag in run.tags), TAG)
    Notifier(home, job, settings, say).failed(
        f"run {run.name} ended without a word", "see why its process was killed; the next run starts as usual"
    )


def _home_of(run: FlowRun, settings: Settings) -> Path:
    return Path(run.parameters.get("home") or settings.home)


def _leave_out(client: SyncPrefectClient, late: Sequence[FlowRun], say: Callable[[str], None]) -> None:
    """Runs of one deployment that fell due while nobody worked, and that a later one stands for."""
    for run in late:
        words = "caught up by a later run, which reads all that is new"
        client.set_flow_run_state(run.id, Cancelled(name="Skipped", message=words), force=True)
    if late:
        say(f"{len(late)} runs that fell due meanwhile are left out: one reads all that is new")


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
    last = next((run.expected_start_time for run in _runs(client, begun, of=deployment_id, limit=1)), None)
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
    client: SyncPrefectClient,
    states: Sequence[StateType],
    *,
    of: UUID | None = None,
    due_before: datetime | None = None,
    limit: int = 200,
) -> list[FlowRun]:
    """Our runs in these states, of a deployment or by hand, the newest first."""
    return client.read_flow_runs(
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[of])) if of else None,
        flow_run_filter=FlowRunFilter(
            tags=FlowRunFilterTags(all_=[TAG]),
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(states))),
            expected_start_time=FlowRunFilterExpectedStartTime.model_validate({"before_": due_before}),
        ),
        sort=FlowRunSort.EXPECTED_START_TIME_DESC,
        limit=limit,
    )


def _is_young(run: FlowRun, seconds: float) -> bool:
    since = run.state.timestamp if run.state else run.created
    return since is not None and (datetime.now(UTC) - since).total_seconds() < seconds
