"""The flow against a real Prefect server: one-shot, blocked, retried, and without a server that answers."""

import json
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.inspection import ask
from tests.flows.servers import PATIENCE_SECONDS, ROOT, Server, aidledger, wait_for
from warehouse.publish import PRIVATE_NAME, PUBLISHED_NAME

pytestmark = pytest.mark.server


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
    artifacts = {artifact["key"]: artifact for artifact in server.ask("/artifacts/filter", of_run)}
    summary, quality = artifacts["ingest-summary"], artifacts["quality"]
    assert (summary["type"], quality["type"]) == ("markdown", "table")
    assert "| documents loaded | 2 |" in summary["data"]
    assert "一行15人" in summary["data"]
    assert "accounting_of_the_run" in quality["data"]

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


def patched(patch: str, news: Path, home: Path) -> list[str]:
    """A one-shot run, after the lines of `patch`."""
    arguments = aidledger("run", "--source", news, "--home", home)[2:]
    return [sys.executable, "-c", f"{patch}\nimport sys\nfrom flows.cli import main\nsys.argv = {arguments}\nmain()"]


def run_with(server: Server, patch: str, news: Path, home: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """The same in a process of its own, to its end."""
    return subprocess.run(
        patched(patch, news, home),
        env=server.environment | {"AIDLEDGER_READ_RETRY_SECONDS": "0", **settings},
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


HANG = """
import time
from flows import job
job.read_bytes = lambda *_, **__: time.sleep(600)
"""


def test_a_run_that_hangs_is_stopped_and_told_of(server: Server, news: Path, home: Path, tmp_path: Path) -> None:
    told = tmp_path / "told.json"
    keeps = tmp_path / "keep.py"
    keeps.write_text(f"import sys, pathlib; pathlib.Path({str(told)!r}).write_text(sys.stdin.read())")
    settings = {"AIDLEDGER_RUN_TIMEOUT_SECONDS": "1", "AIDLEDGER_NOTIFY_COMMAND": f"{sys.executable} {keeps}"}
    done = run_with(server, HANG, news, home, **settings)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("aidledger: the run was stopped after 1 s (AIDLEDGER_RUN_TIMEOUT_SECONDS)")
    ended = server.last_run("FAILED")["state"]
    assert ended["name"] == "TimedOut"
    notice = json.loads(told.read_text())
    assert "the run was stopped after 1 s" in notice["what"]
    assert "raise AIDLEDGER_RUN_TIMEOUT_SECONDS" in notice["next_step"]
    assert not (home / PUBLISHED_NAME).exists()
    assert not (home / PRIVATE_NAME).exists()


BLOCK = """
from checks.results import CheckResult
from flows import job
audit = job.audit
bad = CheckResult("too_good", "run", "block", "failed", 1, "too round")
job.audit = lambda con, key, **given: [*audit(con, key, **given), bad]
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


def test_a_run_by_hand_that_was_killed_is_put_right(server: Server, news: Path, home: Path) -> None:
    """The last one here: its slot comes free with its lease, a minute later."""
    run = subprocess.Popen(patched(HANG, news, home), env=server.environment, cwd=ROOT)
    wait_for("private file", lambda: (home / PRIVATE_NAME).exists() or None, run)
    run.kill()
    run.wait()
    left = server.last_run("RUNNING")
    done = subprocess.run(
        aidledger("reconcile"), env=server.environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert f"run {left['name']} was left Running" in done.stderr
    assert server.ask(f"/flow_runs/{left['id']}")["state_type"] == "CRASHED"
