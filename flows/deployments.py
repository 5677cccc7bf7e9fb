"""The deployments: what runs when, with which parameters, one at a time, and how they are served.

    ingest/scheduled          the job, on its schedules
    backfill-plan/on-demand   what a re-run would change          backfill-apply/on-demand   doing it
    report/on-demand          the page of the warehouse           export/on-demand           the marts as files

`prefect.yaml` declares the same five for a work pool. The flows make sure of the shared limit themselves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from flows.schedules import DueTime, due_times
from flows.settings import BadUsage, Settings
from flows.sources import list_candidates

if TYPE_CHECKING:
    from prefect import Flow
    from prefect.client.schemas.objects import ConcurrencyLimitConfig
    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Schedule

DEPLOYMENT_NAME = "scheduled"
ON_DEMAND = "on-demand"
TAG = "aidledger"
JOBS = ("ingest", "backfill-plan", "backfill-apply", "report", "export")
"""The flows' names; each run is tagged with its own."""
TAGS = [TAG, "ingest"]
SERVED_TOGETHER = 3
"""Flow runs at once: the writers wait for one another, and a report need not wait for them."""


def ingest_deployment(sources: list[str], config: Path | None, settings: Settings) -> RunnerDeployment:
    """The ingest flow on its schedules. Paths are made absolute, for a served run starts in a folder of its own."""
    from flows.ingest import ingest

    return _deployment(
        ingest,
        DEPLOYMENT_NAME,
        {
            "sources": [str(Path(source).expanduser().absolute()) for source in sources],
            "config": str(config.absolute()) if config else None,
            "home": str(settings.home.absolute()),
        },
        schedules=[_schedule(due) for due in due_times(config, settings)],
        # A run that is due while another one works waits for it. CANCEL_NEW would drop the next runs one by one,
        # had one of them got stuck while it was submitted.
        concurrency_limit=_one_waits(),
    )


def on_demand_deployments(settings: Settings) -> list[RunnerDeployment]:
    """The flows that people and other programs start, with a form each in Prefect's interface."""
    from flows.backfill_flows import backfill_apply, backfill_plan
    from flows.export_flow import export
    from flows.report_flow import report

    home = {"home": str(settings.home.absolute())}
    return [_deployment(flow, ON_DEMAND, home) for flow in (backfill_plan, backfill_apply, report, export)]


def _deployment(flow: Flow[Any, Any], name: str, parameters: dict[str, Any], **options: Any) -> RunnerDeployment:
    description = (flow.fn.__doc__ or flow.name).split("\n")[0]
    made = flow.to_deployment(
        name=name, description=description, parameters=parameters, tags=[TAG, flow.name], **options
    )
    return cast("RunnerDeployment", made)  # it is awaitable only inside an event loop


def _schedule(due: DueTime) -> Schedule:
    from prefect.schedules import Cron, Interval

    if due.every is not None:
        return Interval(due.every, timezone=due.timezone, slug=due.slug)
    return Cron(str(due.cron), timezone=due.timezone, slug=due.slug)


def _one_waits() -> ConcurrencyLimitConfig:
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy

    return ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE)


def serve_all(sources: list[str], config: Path | None, settings: Settings, say: Callable[[str], None]) -> None:
    """Put right what an earlier process left, register the deployments, run what falls due until stopped.

    Raises:
        BadUsage: no server is configured or answers, or there is nothing to read.
    """
    require_lasting_server("serve")
    list_candidates(sources, config)
    from prefect.exceptions import TerminationSignal
    from prefect.runner import Runner

    from flows.at_work import ensure_writer_limit
    from flows.reconcile import overdue, put_right, run_now

    ensure_writer_limit()
    put_right(settings, say)
    missed = overdue(f"ingest/{DEPLOYMENT_NAME}")
    # Stopping does not pause the schedules: what falls due meanwhile is caught up at the next start.
    runner = Runner(pause_on_shutdown=False, limit=SERVED_TOGETHER)
    runner.add_deployment(ingest_deployment(sources, config, settings))
    for deployment in on_demand_deployments(settings):
        runner.add_deployment(deployment)
    if missed is not None:
        run_now(f"ingest/{DEPLOYMENT_NAME}", missed, say)
    for due in due_times(config, settings):
        say(f"Serving ingest/{DEPLOYMENT_NAME}, {due.described}. Ctrl-C stops it.")
    try:
        asyncio.run(runner.start())
    except (KeyboardInterrupt, TerminationSignal):
        say("Stopped.")


def require_lasting_server(command: str) -> None:
    """Nothing, where a server is configured and answers. BadUsage, with what to do, where not."""
    from flows.server import configured_server, require_server

    address = configured_server()
    if address is None:
        raise BadUsage(
            f"{command} needs a running Prefect server: start one (prefect server start), then set "
            "PREFECT_API_URL=http://127.0.0.1:4200/api"
        )
    require_server(address)
