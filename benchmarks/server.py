"""A real Prefect server on loopback, and the service beside it, for the rows and the soak that need them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from benchmarks.results import ROOT

_PATIENCE_SECONDS = 180


@dataclass(frozen=True)
class Server:
    """A running server: its process, its API's address, its database, the environment that makes it the one."""

    pid: int
    address: str
    database: Path
    environment: Mapping[str, str]


@contextmanager
def running_server(folder: Path) -> Iterator[Server]:
    """A server that keeps its database in `folder`. Raises RuntimeError where it does not answer in three minutes."""
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    database = folder / "prefect.db"
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "AIDLEDGER_"))}
    environment = plain | {
        "PYTHONPATH": str(ROOT),
        "PREFECT_HOME": str(folder),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{database}",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    address = f"http://127.0.0.1:{port}/api"
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with started(command, environment, folder / "server.log") as process:
        _wait_until_healthy(address, process)
        yield Server(process.pid, address, database, environment | {"PREFECT_API_URL": address})


@contextmanager
def started(
    command: list[str], environment: Mapping[str, str], log: Path, *, stop: int = signal.SIGTERM
) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own, stopped by that group's number at the end."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, env=dict(environment), cwd=ROOT, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield process
    finally:
        for sign, patience in ((stop, 20), (signal.SIGKILL, 20)):
            if process.poll() is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, sign)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=patience)


def _wait_until_healthy(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the Prefect server ended with {process.returncode}")
        with suppress(OSError), urlopen(f"{address}/health", timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.5)
    raise RuntimeError(f"the Prefect server did not answer within {_PATIENCE_SECONDS} s")
