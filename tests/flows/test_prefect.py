"""The flow against a real Prefect server on a free loopback port: one-shot, served, triggered through the API.

One server serves the module. Everything that is started here is stopped here, by its process group's own number.
"""

import os
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

from flows.inspection import ask

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120

pytestmark = pytest.mark.server


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


@pytest.fixture(scope="module")
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
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
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@pytest.fixture(scope="module")
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


def aidledger(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "flows.cli", *(str(argument) for argument in arguments)]


def test_a_one_shot_run_on_a_configured_server(server: Server, news: Path, home: Path) -> None:
    done = subprocess.run(
        aidledger("run", "--source", news, "--home", home),
        env=server.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Published" in done.stdout

    flow_run = server.last_run("COMPLETED")
    assert flow_run["name"].startswith("ingest news 20")
    assert set(flow_run["tags"]) == {"aidledger", "ingest"}

    of_run = {"flow_runs": {"id": {"any_": [flow_run["id"]]}}}
    (artifact,) = server.ask("/artifacts/filter", of_run)
    assert (artifact["key"], artifact["type"]) == ("ingest-summary", "markdown")
    assert "| documents loaded | 2 |" in artifact["data"]
    assert "一行15人" in artifact["data"]

    messages = [
        log["message"] for log in server.ask("/logs/filter", {"logs": {"flow_run_id": {"any_": [flow_run["id"]]}}})
    ]
    assert any("documents loaded 2" in message for message in messages)
    assert ask(home, "SELECT mode, status FROM ops.run").rows == (("flow", "published"),)
    assert (home / "report" / "index.html").exists()


def test_tasks_are_batches(server: Server) -> None:
    """Two documents are one batch: seven tasks and the report's flow, none of them a document's own."""

    def recorded() -> list[str] | None:
        names = sorted(run["name"].rsplit("-", 1)[0] for run in server.ask("/task_runs/filter", {}))
        return names if len(names) >= 8 else None

    end = time.monotonic() + 20
    while (names := recorded()) is None and time.monotonic() < end:
        time.sleep(0.25)
    steps = ["audit", "check and load batch", "complete", "extract batch", "publish", "read batch", "survey"]
    assert names == sorted([*steps, "report"])


def test_a_served_deployment_runs_when_it_is_triggered(
    server: Server, start: Callable[..., subprocess.Popen[bytes]], news: Path, home: Path
) -> None:
    environment = server.environment | {"AIDLEDGER_CRON": "30 5 * * 1"}
    # Served from elsewhere, with relative paths: what is registered must not depend on the folder it was typed in.
    serving = start(aidledger("serve", "--source", "news", "--home", "home"), environment, news.parent)
    deployment = wait_for("deployment", lambda: server.ask("/deployments/name/ingest/scheduled"), serving)
    (schedule,) = deployment["schedules"]
    assert (schedule["schedule"]["cron"], schedule["schedule"]["timezone"]) == ("30 5 * * 1", "Asia/Shanghai")
    assert deployment["concurrency_options"]["collision_strategy"] == "ENQUEUE"
    assert deployment["global_concurrency_limit"]["limit"] == 1

    query = {
        "deployments": {"id": {"any_": [deployment["id"]]}},
        "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
    }
    assert wait_for("scheduled run", lambda: server.ask("/flow_runs/filter", query) or None, serving)

    triggered = server.ask(f"/deployments/{deployment['id']}/create_flow_run", {"idempotency_key": "triggered once"})

    def ended() -> str | None:
        state = server.ask(f"/flow_runs/{triggered['id']}")["state_type"]
        return state if state in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") else None

    assert wait_for("end of the run", ended, serving) == "COMPLETED"
    assert ask(home, "SELECT mode, status, documents_found FROM ops.run").rows == (("flow", "published", 2),)
    assert ask(home, "SELECT count(*) > 0 FROM mart.metrics").rows == ((True,),)


def run_with(server: Server, patch: str, news: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """A one-shot run in a process of its own, after the lines of `patch`."""
    script = f"{patch}\nimport sys\nfrom flows.cli import main\nsys.argv = {aidledger('run', '--source', news)[2:]}\n"
    return subprocess.run(
        [sys.executable, "-c", f"{script}sys.argv += ['--home', {str(home)!r}]\nmain()"],
        env=server.environment | {"AIDLEDGER_READ_RETRY_SECONDS": "0"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


STUTTER = """
import errno, os
from flows import sources
read, calls = sources.read_bytes, []
def stutter(candidate, patient=False):
    calls.append(candidate)
    if len(calls) <= {times}:
        return sources._refuse(candidate, OSError(errno.EIO, os.strerror(errno.EIO)), patient)
    return read(candidate, patient=patient)
from flows import job
job.read_bytes = stutter
"""


def test_reading_is_tried_again(server: Server, news: Path, home: Path) -> None:
    done = run_with(server, STUTTER.format(times=2), news, home)
    assert (done.returncode, done.stderr) == (0, "")
    assert ask(home, "SELECT outcome, count(*) FROM ops.document_outcome GROUP BY ALL").rows == (("read", 2),)


def test_reading_that_goes_on_failing_is_an_outcome(server: Server, news: Path, home: Path) -> None:
    """Three retries meet one error each; at the last attempt the first document alone is given up."""
    done = run_with(server, STUTTER.format(times=4), news, home)
    assert (done.returncode, done.stderr) == (0, "")
    assert "cannot be read: input/output error" in done.stdout
    assert ask(home, "SELECT outcome, count(*) FROM ops.document_outcome GROUP BY ALL ORDER BY ALL").rows == (
        ("failed", 1),
        ("read", 1),
    )


BLOCK = """
from checks.results import CheckResult
from flows import job
audit = job.audit
job.audit = lambda con, key: [*audit(con, key), CheckResult("too_good", "run", "block", "failed", 1, "too round")]
"""


def test_a_blocked_run_is_a_failed_flow_run_and_one_plain_summary(server: Server, news: Path, home: Path) -> None:
    done = run_with(server, BLOCK, news, home)
    assert (done.returncode, done.stderr) == (1, "")
    assert "Held back by too_good" in done.stdout
    assert "held back by too_good" in server.last_run("FAILED")["state"]["message"]
    assert ask(home, "SELECT count(*) FROM mart.metrics").rows == ((0,),)


def test_a_server_that_does_not_answer_is_bad_usage(news: Path, home: Path, server: Server) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        silent = f"http://127.0.0.1:{probe.getsockname()[1]}/api"
        done = subprocess.run(
            aidledger("run", "--source", news, "--home", home),
            env=server.environment | {"PREFECT_API_URL": silent},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"aidledger: no Prefect server answers at {silent}")
    assert not home.exists()


def test_a_temporary_server_is_announced_and_leaves_quietly(news: Path, home: Path, server: Server) -> None:
    environment = {name: value for name, value in server.environment.items() if name != "PREFECT_API_URL"}
    done = subprocess.run(
        aidledger("run", "--source", news, "--home", home),
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0
    (line,) = done.stderr.splitlines()
    assert line.startswith("Starting a temporary Prefect server")
    assert "Published" in done.stdout
