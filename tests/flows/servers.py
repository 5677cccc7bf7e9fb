"""A real Prefect server on a free loopback port, and what tests ask of it. One server serves all of them.

Everything that is started here is stopped here, by its process group's own number.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120
ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


@dataclass(frozen=True)
class Server:
    """A running server: its API's address, and the environment in which it is the configured one."""

    address: str
    environment: dict[str, str]

    def ask(self, path: str, query: dict[str, Any] | None = None) -> Any:
        """A POST to the API, or a GET where there is no query. Asks again while its SQLite database is locked (503)."""
        url = f"{self.address}{path}"
        for wait in (0.5, 1, 2, 4, 8, 0):
            answer = httpx.get(url, timeout=30) if query is None else httpx.post(url, json=query, timeout=30)
            if answer.status_code != 503:
                break
            time.sleep(wait)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, query: dict[str, Any]) -> httpx.Response:
        """A POST whose answer may be a refusal."""
        return httpx.post(f"{self.address}{path}", json=query, timeout=30)

    def patch(self, path: str, values: dict[str, Any]) -> None:
        httpx.patch(f"{self.address}{path}", json=values, timeout=30).raise_for_status()

    def last_run(self, state_type: str) -> Any:
        """The flow run that started last among those that ended so; the report's run inside another is not one."""
        whole = {"state": {"type": {"any_": [state_type]}}, "parent_task_run_id": {"is_null_": True}}
        ended = {"flow_runs": whole, "sort": "START_TIME_DESC", "limit": 1}
        (flow_run,) = self.ask("/flow_runs/filter", ended)
        return flow_run


def wait_for(what: str, look: Callable[[], Any], process: subprocess.Popen[bytes]) -> Any:
    """What `look` gives, as soon as it gives something; fails with `what` when it does not, or the process ended."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, f"the process ended with {process.returncode} while waiting for {what}"
        try:
            found = look()
        except httpx.HTTPError:
            found = None
        if found is not None:
            return found
        time.sleep(0.25)
    raise AssertionError(f"no {what} within {PATIENCE_SECONDS} s")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process that `start` started, with its group; one that takes its time is killed."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="session")
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts processes, each in a group of its own, and stops exactly those."""
    started: list[subprocess.Popen[bytes]] = []
    logs = tmp_path_factory.mktemp("logs")

    def run(arguments: list[str], environment: dict[str, str], folder: Path = ROOT) -> subprocess.Popen[bytes]:
        with (logs / f"{len(started)}.log").open("wb") as log:
            process = subprocess.Popen(
                arguments, env=environment, cwd=folder, stdout=log, stderr=log, start_new_session=True
            )
        started.append(process)
        return process

    yield run
    for process in reversed(started):
        stop(process)


@pytest.fixture(scope="session")
def server(start: Callable[..., Any], free_port: int, tmp_path_factory: pytest.TempPathFactory) -> Server:
    prefect_home = tmp_path_factory.mktemp("prefect")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "AIDLEDGER_"))}
    environment = plain | {
        "PREFECT_HOME": str(prefect_home),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{prefect_home}/prefect.db",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_RUNNER_POLL_FREQUENCY": "1",
    }
    python = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(free_port)]
    process = start(python, environment)
    address = f"http://127.0.0.1:{free_port}/api"
    found = Server(address, environment | {"PREFECT_API_URL": address})
    wait_for("server", lambda: found.ask("/health") or None, process)
    return found


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packages, for what runs for minutes: in the tree, the extractor may be edited meanwhile."""
    folder = tmp_path_factory.mktemp("program")
    for name in ("flows", "transforms", "checks", "warehouse"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def aidledger(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "flows.cli", *(str(argument) for argument in arguments)]
