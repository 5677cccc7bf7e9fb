"""The scheduled deployment: when the ingest flow runs, one at a time, and how it is served."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from flows.settings import BadUsage, Settings
from flows.sources import list_candidates

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

DEPLOYMENT_NAME = "scheduled"
TAGS = ["aidledger", "ingest"]


def ingest_deployment(sources: list[str], config: Path | None, settings: Settings) -> RunnerDeployment:
    """The ingest flow on its schedule. Paths are made absolute, for a served run starts in a folder of its own."""
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.schedules import Cron

    from flows.ingest import ingest

    deployment = ingest.to_deployment(
        name=DEPLOYMENT_NAME,
        description="Reads what is new in the sources and publishes the facts that pass the checks.",
        parameters={
            "sources": [str(Path(source).expanduser().absolute()) for source in sources],
            "config": str(config.absolute()) if config else None,
            "home": str(settings.home.absolute()),
        },
        schedule=Cron(settings.cron, timezone=settings.timezone),
        tags=TAGS,
        # A run that is due while another one works waits for it. CANCEL_NEW would drop the next runs one by one,
        # had one of them got stuck while it was submitted.
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE),
    )
    return cast("RunnerDeployment", deployment)  # it is awaitable only inside an event loop


def serve_ingest(sources: list[str], config: Path | None, settings: Settings) -> None:
    """Register the deployment with the configured server, and run what falls due until the process is stopped.

    Raises:
        BadUsage: no server is configured or answers, or there is nothing to read.
    """
    from flows.server import configured_server, require_server

    address = configured_server()
    if address is None:
        raise BadUsage(
            "serve needs a running Prefect server: start one (prefect server start), then set "
            "PREFECT_API_URL=http://127.0.0.1:4200/api"
        )
    require_server(address)
    list_candidates(sources, config)
    from prefect import serve

    # One process reads at a time; a second one would only wait for the writer's lock.
    serve(ingest_deployment(sources, config, settings), limit=1, print_starting_message=False)
