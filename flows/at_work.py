"""What every flow does around its work: named, seen to be alive, one writer at a time, in time, told of where it fails.

Above the writer's OS lock stands a strict limit of Prefect's own, `aidledger-writer`, that all deployments and manual
runs share: a run waits in the interface, where people look, before it waits at the lock. Its lease is short, so a
killed run holds nobody up for longer than a minute.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect import get_run_logger
from prefect.artifacts import create_progress_artifact, create_table_artifact, update_progress_artifact
from prefect.client.orchestration import get_client
from prefect.concurrency.sync import concurrency
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.runtime import flow_run
from prefect.utilities.timeout import timeout

from flows import job
from flows.notice import Notifier, noticing
from flows.presence import present
from flows.settings import Settings, load_settings

if TYPE_CHECKING:
    from checks.results import CheckResult

WRITER_LIMIT = "aidledger-writer"
LEASE_SECONDS = 60.0
"""Prefect's own default of 300 s would let a killed run hold up the next one for five minutes."""
PROGRESS_SECONDS = 2.0
QUALITY_KEY = "quality"
PROGRESS_KEY = "progress"


def ensure_writer_limit() -> None:
    """Let the server have the limit; a strict one that is missing would stop every run."""
    with get_client(sync_client=True) as client:
        try:
            client.read_global_concurrency_limit_by_name(WRITER_LIMIT)
        except ObjectNotFound:
            from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate

            try:
                client.create_global_concurrency_limit(GlobalConcurrencyLimitCreate(name=WRITER_LIMIT, limit=1))
            except ObjectAlreadyExists:  # another run was quicker
                return


def named(what: str) -> str:
    """A run's name, what and when: `ingest examples 2024-06-18 06:00`."""
    return f"{what[:80]} {datetime.now(load_settings().zone):%Y-%m-%d %H:%M}"


@contextmanager
def at_work(home: Path, settings: Settings, what: str) -> Iterator[Notifier]:
    """A flow's whole work on a home: seen to be alive, and told of where it fails."""
    notifier = Notifier(home, what, settings, get_run_logger().warning)
    with present(home, str(flow_run.id or os.getpid())), noticing(notifier):
        yield notifier


@contextmanager
def writers_turn(settings: Settings) -> Iterator[None]:
    """One writer at a time, and in time once it is its turn: a run that waits for another is no run that hangs.

    Writers of a lake work at once, and take turns there.

    Raises:
        RunTimeoutError: as `in_time`.
    """
    ensure_writer_limit()
    alone = concurrency(WRITER_LIMIT, strict=True, lease_duration=LEASE_SECONDS)
    turn: AbstractContextManager[None] = nullcontext() if settings.lake else alone
    with turn, in_time(settings):
        yield


@contextmanager
def in_time(settings: Settings) -> Iterator[None]:
    """Stop what hangs.

    Raises:
        RunTimeoutError: the body took longer than `AIDLEDGER_RUN_TIMEOUT_SECONDS`.
    """
    seconds = settings.run_timeout_seconds
    try:
        with timeout(seconds=seconds, timeout_exc_type=job.RunTimeoutError):
            yield
    except job.RunTimeoutError as error:
        raise job.RunTimeoutError(
            f"the run was stopped after {seconds:g} s (AIDLEDGER_RUN_TIMEOUT_SECONDS); the published file is whole"
        ) from error


class FlowWatch(job.Watch):
    """Tells a run's log what a terminal would be told, and keeps a progress bar as an artifact."""

    def __init__(self) -> None:
        self._log = get_run_logger()
        self._artifact: UUID | None = None
        self._documents = self._done = 0
        self._told_at = 0.0

    def say(self, message: str) -> None:
        self._log.info(message)

    def begin(self, documents: int) -> None:
        self._log.info("%d documents", documents)
        self._documents, self._done = documents, 0
        if documents:
            words = f"{documents} documents"
            made = create_progress_artifact(progress=0.0, key=PROGRESS_KEY, description=words)
            self._artifact = made if isinstance(made, UUID) else None

    def advance(self) -> None:
        self._done += 1
        now = time.monotonic()
        if self._artifact is None or (now - self._told_at < PROGRESS_SECONDS and self._done < self._documents):
            return
        self._told_at = now
        update_progress_artifact(self._artifact, progress=100.0 * self._done / self._documents)


def tell_quality(results: Sequence[CheckResult]) -> None:
    """The results of the checks as a table in the run's artifacts, those that did not pass first."""
    order = {"error": 0, "failed": 1, "passed": 2, "not_applicable": 3}
    rows: list[dict[str, Any]] = [
        {
            "check": result.check_name,
            "status": result.status,
            "severity": result.severity,
            "offenders": result.offenders,
            "detail": result.detail,
        }
        for result in sorted(results, key=lambda result: (order[result.status], result.check_name))
    ]
    if rows:
        create_table_artifact(rows, key=QUALITY_KEY, description="What the checks of this run say")
