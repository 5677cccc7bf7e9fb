"""Which Prefect server a run talks to: the configured one, else a temporary one that is started and stopped here.

Prefect is imported inside the functions, because importing it costs a second that the other commands need not pay,
and because its settings are read from the environment while it is imported.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flows.settings import BadUsage

NO_TELEMETRY = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # Prefect's client reports by itself too, and prints a notice of it on a terminal.
    "DO_NOT_TRACK": "1",
}

QUIET = {
    # The command tells what happened itself; the log of the run stays with the server.
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
}

# A server that lives for one run schedules nothing and reacts to nothing. With these services on it is stopped in the
# middle of writing events, and says so with two tracebacks.
NO_SERVICES = {
    f"PREFECT_SERVER_SERVICES_{service}_ENABLED": "false"
    for service in (
        "CANCELLATION_CLEANUP",
        "EVENT_LOGGER",
        "EVENT_PERSISTER",
        "FOREMAN",
        "LATE_RUNS",
        "PAUSE_EXPIRATIONS",
        "SCHEDULER",
        "TASK_RUN_RECORDER",
        "TRIGGERS",
    )
}

DRAIN_SECONDS = 10.0


def configured_server() -> str | None:
    """The address of the server that the environment or the Prefect profile names, or None."""
    _set_defaults(NO_TELEMETRY)
    from prefect.settings import PREFECT_API_URL

    address = PREFECT_API_URL.value()
    return str(address) if address else None


@contextmanager
def server_for_one_run(start_seconds: int, announce: Callable[[str], None]) -> Iterator[None]:
    """A server for the body: the configured one, or a temporary one, whose start is announced.

    Args:
        start_seconds: how long a temporary server may take to start; a new database takes the longest.
        announce: is told, in one line, that a temporary server is started.

    Raises:
        BadUsage: the configured server does not answer, or the temporary one does not start.
    """
    _set_defaults(QUIET)
    address = configured_server()
    if address is not None:
        require_server(address)
        with _no_heartbeat():
            yield
        return

    _set_defaults(NO_SERVICES)
    announce("Starting a temporary Prefect server for this run (PREFECT_API_URL names a lasting one) …")
    from prefect.server.api.server import SubprocessASGIServer
    from prefect.settings import PREFECT_API_URL, temporary_settings

    server = SubprocessASGIServer()
    try:
        server.start(timeout=start_seconds)
    except RuntimeError as error:
        raise BadUsage(f"the temporary Prefect server did not start within {start_seconds} s ({error})") from error
    try:
        with temporary_settings({PREFECT_API_URL: server.api_url}), _no_heartbeat():
            yield
    finally:
        _send_what_waits()
        server.stop()


def _send_what_waits() -> None:
    """Let logs and events reach the server before it stops; else Prefect tries again for a minute and a half."""
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker

    for worker in (APILogWorker, EventsWorker):
        worker.drain_all(timeout=DRAIN_SECONDS, at_exit=False)


def require_server(address: str) -> None:
    """Nothing, where a Prefect server answers at `address`.

    Raises:
        BadUsage: none does.
    """
    import httpx

    try:
        httpx.get(f"{address.rstrip('/')}/health", timeout=10).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise BadUsage(f"no Prefect server answers at {address} ({type(error).__name__}): is it running?") from error


@contextmanager
def _no_heartbeat() -> Iterator[None]:
    """Prefect joins its heartbeat thread for a second at the end of a flow; a run of one process needs none."""
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        yield


def _set_defaults(values: dict[str, str]) -> None:
    """Set environment variables that are not set; whoever set one knows why."""
    for name, value in values.items():
        os.environ.setdefault(name, value)
