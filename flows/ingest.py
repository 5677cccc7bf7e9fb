"""The scheduled flow: the steps of `flows.job`, each a Prefect task. A few tasks a batch, never one a document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from prefect import Task, flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.runtime import flow_run, task_run

from flows import job
from flows.at_work import FlowWatch, at_work, named, tell_quality, writers_turn
from flows.cluster import in_flow
from flows.extraction import Work, extracting
from flows.outcome import RunBlocked, RunReport
from flows.report_flow import report_in_flow
from flows.settings import Settings, load_settings
from flows.sources import Listing, Seen, Unread
from flows.summary import ending, notes, to_markdown, what_happened

FLOW_NAME = "ingest"
ARTIFACT_KEY = "ingest-summary"

watch_in_terminal: ContextVar[job.Watch | None] = ContextVar("watch_in_terminal", default=None)
"""Who watches a run that is started from a terminal; a flow's own parameters must be plain data."""

P = ParamSpec("P")
R = TypeVar("R")


def _run_name() -> str:
    """What and when: `ingest examples 2024-06-18 06:00`."""
    parameters = flow_run.parameters
    what = ", ".join(Path(source).name or source for source in parameters.get("sources") or ())
    return named(f"{FLOW_NAME} {what or Path(parameters.get('config') or load_settings().config or 'sources').name}")


def _task(step: Callable[P, R], **options: Any) -> Callable[P, R]:
    """A step as a task. Its arguments are live objects, so nothing of them is hashed, cached or stored."""
    return Task(step, cache_policy=NO_CACHE, persist_result=False, log_prints=False, **options)


def _may_retry() -> bool:
    """Whether an error that may pass should fail this attempt; at the last one it is an outcome like any other."""
    return int(task_run.run_count or 1) <= load_settings().read_retries


def _survey(listing: Listing, max_bytes: int) -> list[Seen | Unread]:
    return job.survey(listing, max_bytes, patient=_may_retry())


def _read(batch: Sequence[Seen]) -> list[Work | Unread]:
    return job.read(batch, patient=_may_retry())


def _steps(settings: Settings) -> job.Steps:
    """The steps as tasks. Reading alone is tried again, after a wait that doubles: what it waits for may come back."""
    again = {"retries": settings.read_retries, "retry_delay_seconds": settings.read_backoff() or 0}
    return job.Steps(
        extracting=in_flow if settings.runner == "dask" else extracting,
        survey=_task(_survey, name="survey", **again),
        read=_task(_read, name="read batch", **again),
        extract=_task(job.extract, name="extract batch"),
        load=_task(job.load, name="check and load batch"),
        complete=_task(job.complete, name="complete"),
        check=_task(job.check, name="audit"),
        publish=_task(job.publish, name="publish"),
        hold=_task(job.hold, name="hold back"),
    )


@flow(name=FLOW_NAME, flow_run_name=_run_name, persist_result=False)
def ingest(
    sources: list[str] | None = None,
    config: str | None = None,
    home: str | None = None,
    retry_held: bool = False,
    rehash: bool = False,
) -> RunReport:
    """Read what is new in `sources`, or in the folders of a sources file, and publish what it says.

    Args:
        sources: files, folders or globs, as the worker's machine sees them.
        config: a sources file, where no sources are given.
        home: folder of the warehouse; the worker's setting where it is left empty.
        retry_held: read again the documents that a check held back.
        rehash: read every file, whatever is remembered of its size and times.

    Raises:
        RunBlocked: a blocking check failed; the run's record is published, its facts are not.
    """
    settings = load_settings()
    request = job.Request(
        home=Path(home) if home else settings.home,
        sources=tuple(sources or ()),
        config=Path(config) if config else settings.config,
        mode="flow",
        retry_held=retry_held,
        rehash=rehash,
    )
    with at_work(request.home, settings, FLOW_NAME):
        with writers_turn(settings):
            report = job.run_job(request, settings, _steps(settings), _watch())
        _tell(report)
        report_in_flow(report, request.home, settings)
    if report.ending == "blocked":
        raise RunBlocked(report)
    return report


def _watch() -> job.Watch:
    # Asked for here: the flow itself travels to the workers of a cluster, and a ContextVar cannot.
    return watch_in_terminal.get() or FlowWatch()


def _tell(report: RunReport) -> None:
    """The run's summary, in its log and as an artifact."""
    log = get_run_logger()
    log.info("; ".join(f"{name} {number}" for name, number in what_happened(report)))
    for note in notes(report):
        log.warning(note)
    log.info(ending(report))
    create_markdown_artifact(to_markdown(report), key=ARTIFACT_KEY, description="What the last ingest run did")
    tell_quality(report.checks)
