"""What `aidledger serve` does on a real server: schedules, forms, backfills through the API, cancelling, retrying.

One serving process does it all, because each flow run takes seconds to start. What takes minutes is slow.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flows.inspection import ask
from flows.plans import plan_keys
from flows.presence import presence
from tests.flows.servers import ENDED, PATIENCE_SECONDS, ROOT, Server, aidledger, stop, wait_for
from warehouse.publish import LOCK_NAME, PRIVATE_NAME

pytestmark = pytest.mark.server

UNDER_WAY = ["SCHEDULED", "PENDING", "RUNNING"]
CHARACTERS = "春夏秋冬山水花鸟天地风云日月星辰江河湖海东南西北高低远近红黄蓝绿金木火土"
ARTICLE = "喀什：医疗队的第{n}周\n本报讯 2024年6月，山东省援疆医疗队在喀什地区完成手术{n}台，诊治患者{m}人次。\n"


def write_articles(folder: Path, number: int, first: int = 0) -> None:
    """So many documents, no two alike, each of a hundred paragraphs: enough to be met at work, and no reposts."""
    folder.mkdir(exist_ok=True)
    for n in range(first, first + number):
        text = ARTICLE.format(n=n + 11, m=n + 1011)
        chance = random.Random(n)
        rest = "".join(f"{''.join(chance.choices(CHARACTERS, k=60))}，共{k + 2}次。\n" for k in range(100))
        (folder / f"2024-06-18_week_{n:04d}.txt").write_text(text + rest, encoding="utf-8")


@dataclass
class Served:
    """A serving process, the server that it serves, and its folders."""

    server: Server
    process: subprocess.Popen[bytes]
    news: Path
    home: Path

    def deployment(self, name: str) -> Any:
        return wait_for(name, lambda: self.server.ask(f"/deployments/name/{name}"), self.process)

    def trigger(self, name: str, **parameters: Any) -> str:
        """Start a run through the API; its id."""
        path = f"/deployments/{self.deployment(name)['id']}/create_flow_run"
        return str(self.server.ask(path, {"parameters": parameters})["id"])

    def run(self, run_id: str) -> Any:
        return self.server.ask(f"/flow_runs/{run_id}")

    def end_of(self, run_id: str) -> str:
        """The state in which a run ended, once it has."""

        def ended() -> str | None:
            state = str(self.run(run_id)["state_type"])
            return state if state in ENDED else None

        return str(wait_for("end of the run", ended, self.process))

    def artifacts(self, run_id: str) -> dict[str, Any]:
        found = self.server.ask("/artifacts/filter", {"flow_runs": {"id": {"any_": [run_id]}}})
        return {artifact["key"]: artifact for artifact in found}

    def set_state(self, run_id: str, **state: str) -> None:
        self.server.ask(f"/flow_runs/{run_id}/set_state", {"state": state, "force": False})

    def wait_until_at_work(self, run_id: str) -> None:
        """Until a run has extracted some of its documents, and not all."""

        def some() -> bool | None:
            progress = self.artifacts(run_id).get("progress")
            return True if progress and 0 < float(progress["data"]) < 100 else None

        wait_for("progress", some, self.process)


def serve(server: Server, start: Callable[..., Any], program: Path, folder: Path, **settings: str) -> Served:
    """A serving process with two documents to read."""
    news, home = folder / "news", folder / "home"
    write_articles(news, 2)
    environment = server.environment | {
        "PYTHONPATH": str(program),
        "AIDLEDGER_WORKERS": "1",
        "AIDLEDGER_BATCH_DOCUMENTS": "20",
        "AIDLEDGER_WRITE_REPORT": "false",
        **settings,
    }
    # Served with relative paths: what is registered must not depend on the folder it was typed in.
    process = start(aidledger("serve", "--source", "news", "--home", "home"), environment, folder)
    return Served(server, process, news, home)


@pytest.fixture(scope="module")
def served(
    server: Server, start: Callable[..., Any], program: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    made = serve(server, start, program, tmp_path_factory.mktemp("served"), AIDLEDGER_CRON="* * * * *")
    made.deployment("ingest/scheduled")
    yield made
    stop(made.process)


def test_a_scheduled_run_comes_by_itself(served: Served) -> None:
    deployment = served.deployment("ingest/scheduled")
    (schedule,) = deployment["schedules"]
    assert (schedule["schedule"]["cron"], schedule["schedule"]["timezone"]) == ("* * * * *", "Asia/Shanghai")
    assert deployment["concurrency_options"]["collision_strategy"] == "ENQUEUE"
    assert served.server.ask("/v2/concurrency_limits/aidledger-writer")["limit"] == 1

    by_itself = {
        "flow_runs": {"deployment_id": {"any_": [deployment["id"]]}, "state": {"type": {"any_": ["COMPLETED"]}}}
    }
    (first, *_) = wait_for(
        "scheduled run", lambda: served.server.ask("/flow_runs/filter", by_itself) or None, served.process
    )
    assert first["auto_scheduled"]
    assert first["name"].startswith("ingest news 20")
    assert {"aidledger", "ingest"} <= set(first["tags"])
    assert ask(served.home, "SELECT mode, status, documents_found FROM ops.run").rows == (("flow", "published", 2),)
    found = {artifact["type"] for artifact in served.artifacts(first["id"]).values()}
    assert found == {"markdown", "table", "progress"}
    # The next ones would only disturb. One may have begun: the first may have waited a minute for a killed run's slot.
    served.server.patch(f"/deployments/{deployment['id']}", {"paused": True})
    begun = {"flow_runs": {"deployment_id": {"any_": [deployment["id"]]}, "state": {"type": {"any_": UNDER_WAY}}}}
    wait_for("rest", lambda: None if served.server.ask("/flow_runs/filter", begun) else True, served.process)


def test_the_forms_have_types_and_words(served: Served) -> None:
    schema = served.deployment("backfill-plan/on-demand")["parameter_openapi_schema"]
    fields = schema["definitions"]["Selection"]["properties"]
    assert fields["by"]["enum"] == ["published", "ingested"]
    assert fields["first"]["anyOf"][0]["format"] == "date"
    assert "a glob" in fields["document"]["description"]
    export = served.deployment("export/on-demand")["parameter_openapi_schema"]
    assert export["definitions"]["ExportFormat"]["enum"] == ["parquet", "csv", "xlsx", "dbt"]
    for name in ("backfill-apply/on-demand", "report/on-demand"):
        assert served.deployment(name)["tags"][0] == "aidledger"
    wrong = {"parameters": {"selection": {"by": "sometimes"}}}
    path = f"/deployments/{served.deployment('backfill-plan/on-demand')['id']}/create_flow_run"
    assert served.server.post(path, wrong).status_code == 409


def test_a_backfill_through_the_api(served: Served) -> None:
    planned = served.trigger("backfill-plan/on-demand", selection={"document": "*week_*", "first": "2024-06-01"})
    assert served.end_of(planned) == "COMPLETED"
    (plan_key,) = plan_keys(served.home)
    name = served.run(planned)["name"]
    assert name.startswith("backfill plan ")
    assert "*week_*" in name
    assert "2 of 2 documents" in served.artifacts(planned)["changes"]["description"]
    applied = served.trigger("backfill-apply/on-demand", plan=plan_key)
    assert served.end_of(applied) == "COMPLETED"
    assert served.run(applied)["name"].startswith(f"backfill apply {plan_key} 20")
    assert {"changes", "quality"} <= served.artifacts(applied).keys()
    runs = ask(served.home, "SELECT mode FROM ops.run ORDER BY started_at").rows
    assert runs == (("flow",), ("backfill",))


def test_the_report_and_the_export_on_demand(served: Served) -> None:
    runs = [served.trigger("report/on-demand"), served.trigger("export/on-demand", formats=["csv"])]
    assert [served.end_of(run_id) for run_id in runs] == ["COMPLETED", "COMPLETED"]
    names = [served.run(run_id)["name"] for run_id in runs]
    assert names[0].startswith("report home 20")
    assert names[1].startswith("export home csv 20")
    assert (served.home / "report" / "index.html").exists()
    assert "metrics.csv" in served.artifacts(runs[1])["export"]["data"]


WAITS = """
import pathlib, sys, time
from flows import job
read = job.read_bytes
def patient(candidate, patient=False):
    while not pathlib.Path({go!r}).exists():
        time.sleep(0.05)
    return read(candidate, patient=patient)
job.read_bytes = patient
from flows.cli import main
sys.argv = {arguments!r}
main()
"""
"""A run by hand that reads nothing until it is let go."""


def test_a_run_by_hand_and_one_of_a_deployment_take_turns(served: Served, tmp_path: Path) -> None:
    """The limit on the server holds the second one back: on homes of their own no lock does."""
    news, by_hand, deployed, go = (tmp_path / name for name in ("news", "by_hand", "deployed", "go"))
    write_articles(news, 1)
    arguments = ["aidledger", "run", "--source", str(news), "--home", str(by_hand)]
    script = WAITS.format(go=str(go), arguments=arguments)
    environment = served.server.environment | {"AIDLEDGER_WRITE_REPORT": "false"}
    first = subprocess.Popen([sys.executable, "-c", script], env=environment, cwd=ROOT)
    try:
        wait_for("run by hand", lambda: (by_hand / PRIVATE_NAME).exists() or None, served.process)
        second = served.trigger("ingest/scheduled", sources=[str(news)], home=str(deployed))
        wait_for("second run", lambda: presence(deployed, second) == "alive" or None, served.process)
        time.sleep(3)  # were it not held back, it would be at work by now
        assert [path.name for path in deployed.iterdir()] == ["runs"]
        assert served.run(second)["state_type"] == "RUNNING"
    finally:
        go.touch()
        assert first.wait(timeout=PATIENCE_SECONDS) == 0
    assert served.end_of(second) == "COMPLETED"
    (ended,), (began,) = (
        ask(home, f"SELECT {moment} FROM ops.run").rows[0]
        for home, moment in ((by_hand, "finished_at"), (deployed, "started_at"))
    )
    assert ended < began


def test_a_run_that_is_cancelled_leaves_nothing_and_the_next_one_does_it_all(served: Served) -> None:
    write_articles(served.news, 200, first=100)
    run_id = served.trigger("ingest/scheduled")
    served.wait_until_at_work(run_id)
    served.set_state(run_id, type="CANCELLING", name="Cancelling")
    assert served.end_of(run_id) == "CANCELLED"
    assert ask(served.home, "SELECT count(*) FROM raw.document").rows == ((2,),)
    # Of the 200 documents only two are left to read: what follows is about the run, not the load.
    for path in sorted(served.news.iterdir())[4:]:
        path.unlink()
    again = served.trigger("ingest/scheduled")
    assert served.end_of(again) == "COMPLETED"
    assert ask(served.home, "SELECT count(*) FROM raw.document").rows == ((4,),)
    assert not (served.home / PRIVATE_NAME).exists()
    assert list((served.home / "runs").iterdir()) == []


def test_a_run_that_failed_is_retried(served: Served) -> None:
    """Its folder was gone; when it is back, Prefect's own retry of that very run goes through."""
    gone = served.news.with_name("away")
    served.news.rename(gone)
    run_id = served.trigger("ingest/scheduled")
    assert served.end_of(run_id) == "FAILED"
    assert "news: there is no such file or folder" in served.run(run_id)["state"]["message"]
    gone.rename(served.news)
    served.set_state(run_id, type="SCHEDULED", name="AwaitingRetry")
    wait_for("second attempt", lambda: served.run(run_id)["run_count"] == 2 or None, served.process)
    assert served.end_of(run_id) == "COMPLETED"


@pytest.mark.slow
def test_a_killed_service_is_put_right_and_catches_up(
    server: Server, start: Callable[..., Any], program: Path, tmp_path: Path
) -> None:
    """Killed with a run at work: the run is told as crashed at the next start, and what fell due runs once."""
    first = serve(server, start, program, tmp_path, AIDLEDGER_CRON="* * * * *")
    write_articles(first.news, 120, first=10)
    deployment = first.deployment("ingest/scheduled")
    running = {"flow_runs": {"deployment_id": {"any_": [deployment["id"]]}, "state": {"type": {"any_": ["RUNNING"]}}}}
    (at_work, *_) = wait_for("run", lambda: server.ask("/flow_runs/filter", running) or None, first.process)
    first.wait_until_at_work(at_work["id"])
    writer = int((first.home / LOCK_NAME).read_text())
    os.killpg(first.process.pid, signal.SIGKILL)
    os.kill(writer, signal.SIGKILL)
    first.process.wait()
    assert server.ask(f"/flow_runs/{at_work['id']}")["state_type"] == "RUNNING"
    time.sleep(61)

    second = serve(server, start, program, tmp_path, AIDLEDGER_CRON="* * * * *", AIDLEDGER_WORKERS="2")
    try:
        wait_for("end", lambda: first.run(at_work["id"])["state_type"] == "CRASHED" or None, second.process)
        late = {"flow_runs": {"deployment_id": {"any_": [deployment["id"]]}, "tags": {"all_": ["catch-up"]}}}
        (caught_up,) = wait_for("catch-up", lambda: server.ask("/flow_runs/filter", late) or None, second.process)
        assert second.end_of(caught_up["id"]) == "COMPLETED"
        assert ask(first.home, "SELECT count(*) FROM raw.document").rows == ((122,),)
    finally:
        stop(second.process)


@pytest.mark.slow
def test_a_server_that_goes_away_in_mid_run(
    start: Callable[..., Any], tmp_path: Path, server: Server, request: pytest.FixtureRequest
) -> None:
    """The run says so in one line and publishes nothing by halves; the next one does the rest."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}/api"
    environment = server.environment | {
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{tmp_path}/prefect.db",
        "PREFECT_API_URL": address,
        "PREFECT_CLIENT_MAX_RETRIES": "1",
        "AIDLEDGER_WORKERS": "1",
        "AIDLEDGER_BATCH_DOCUMENTS": "20",
        "AIDLEDGER_WRITE_REPORT": "false",
    }
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    own = start(command, environment)
    other = Server(address, environment)
    wait_for("server", lambda: other.ask("/health") or None, own)
    news, home = tmp_path / "news", tmp_path / "home"
    write_articles(news, 200)
    run = subprocess.Popen(
        aidledger("run", "--source", news, "--home", home),
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + 60
    while not (home / PRIVATE_NAME).exists() and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(1)
    os.killpg(own.pid, signal.SIGKILL)
    _, told = run.communicate(timeout=180)
    assert run.returncode != 0
    # Prefect's own threads tell at length, in their own way, that they could not send their events.
    (line,) = [line for line in told.splitlines() if line.startswith("aidledger: ")]
    assert "the Prefect server went away" in line
    done = subprocess.run(
        aidledger("run", "--direct", "--source", news, "--home", home), env=environment, cwd=ROOT, capture_output=True
    )
    assert done.returncode == 0
    assert ask(home, "SELECT count(*) FROM raw.document").rows == ((200,),)


@pytest.mark.slow
def test_a_worker_of_a_work_pool(server: Server, start: Callable[..., Any], tmp_path: Path) -> None:
    """What prefect.yaml declares, deployed, triggered with a parameter, and run by a process worker."""
    news, home = tmp_path / "news", tmp_path / "home"
    write_articles(news, 2)
    environment = server.environment | {"AIDLEDGER_WRITE_REPORT": "false", "AIDLEDGER_HOME": str(home)}
    prefect = [sys.executable, "-m", "prefect", "--no-prompt"]
    for command in (["work-pool", "create", "--type", "process", "aidledger"], ["deploy", "--all"]):
        subprocess.run([*prefect, *command], env=environment, cwd=ROOT, check=True, capture_output=True, timeout=120)
    worker = start([*prefect, "worker", "start", "--pool", "aidledger"], environment, ROOT)
    deployment = server.ask("/deployments/name/ingest/scheduled")
    assert [held["schedule"]["cron"] for held in deployment["schedules"]] == ["0 6 * * *"]
    parameters = {"parameters": {"sources": [str(news)]}}
    run_id = server.ask(f"/deployments/{deployment['id']}/create_flow_run", parameters)["id"]

    def ended() -> str | None:
        state = str(server.ask(f"/flow_runs/{run_id}")["state_type"])
        return state if state in ENDED else None

    assert wait_for("end of the run", ended, worker) == "COMPLETED"
    assert ask(home, "SELECT count(*) FROM raw.document").rows == ((2,),)
    stop(worker)
