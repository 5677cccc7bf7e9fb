"""One message where a run fails or a check blocks: what, where, since when, what next."""

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from checks.results import CheckResult
from flows import job
from flows.job import Request, Watch, run_job
from flows.settings import BadUsage, Settings


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A server on loopback that keeps every message it is sent."""
    messages: list[dict[str, str]] = []

    class Keeper(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            messages.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing on standard error."""

    server = HTTPServer(("127.0.0.1", 0), Keeper)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook", messages
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_failure_is_told_once_with_what_where_since_when_and_what_next(
    webhook: tuple[str, list[dict[str, str]]], home: Path, tmp_path: Path, news: Path
) -> None:
    url, messages = webhook
    settings = Settings(lock_wait_seconds=0, notify_url=url)
    gone = tmp_path / "gone"
    home.mkdir()
    for _ in range(2):
        with pytest.raises(BadUsage):
            run_job(Request(home, (str(gone),)), settings)
    assert len(messages) == 2
    first, second = messages
    assert str(gone) in first["what"]
    assert first["where"] == str(home)
    assert first["since"].endswith("Asia/Shanghai")
    assert "start the run again" in first["next_step"]
    assert all(first[field] in first["text"] for field in ("what", "where", "since", "next_step"))
    # The second failure in a row tells when the first one was; a success ends the row.
    assert second["since"] == first["since"]
    assert json.loads((home / "failing-since.json").read_text())["ingest"]
    run_job(Request(home, (str(news),)), settings)
    assert len(messages) == 2
    assert not (home / "failing-since.json").exists()


def test_a_blocking_check_is_told(
    webhook: tuple[str, list[dict[str, str]]], request_for: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, messages = webhook
    audit = job.audit
    bad = CheckResult("too_good", "run", "block", "failed", 1, "too round")
    monkeypatch.setattr(job, "audit", lambda con, key, **given: [*audit(con, key, **given), bad])
    report = run_job(request_for, Settings(notify_url=url))
    (message,) = messages
    assert message["what"] == "ingest: a run was held back by too_good"
    assert message["run_key"] == report.run_key
    assert "--retry-held" in message["next_step"]


def test_a_command_gets_the_message_on_its_input(tmp_path: Path, home: Path) -> None:
    kept = tmp_path / "kept.json"
    script = tmp_path / "keep.py"
    script.write_text(f"import sys, pathlib; pathlib.Path({str(kept)!r}).write_text(sys.stdin.read())")
    with pytest.raises(BadUsage):
        run_job(Request(home, (str(tmp_path / "gone"),)), Settings(notify_command=f"{sys.executable} {script}"))
    assert json.loads(kept.read_text())["where"] == str(home)


def test_a_hook_that_fails_is_told_and_fails_nothing_else(home: Path, tmp_path: Path) -> None:
    said: list[str] = []

    class Listening(Watch):
        def say(self, message: str) -> None:
            said.append(message)

    settings = Settings(notify_url="http://127.0.0.1:9/", notify_command="false")
    with pytest.raises(BadUsage, match="there is no such file or folder"):
        run_job(Request(home, (str(tmp_path / "gone"),)), settings, watch=Listening())
    assert said == [
        "the failure could not be told by webhook: ConnectError",
        "the failure could not be told by command: CalledProcessError",
    ]
