"""One message where a run fails or a check holds it back: what, where, since when, and what to do next.

It goes to a webhook (`AIDLEDGER_NOTIFY_URL`, a POST of JSON), to a command (`AIDLEDGER_NOTIFY_COMMAND`, the same JSON
on its standard input), or to both. Telling never fails a run: that it could not be told is one line of the run's log.
"""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from flows.settings import Settings

STATE_NAME = "failing-since.json"
PATIENCE_SECONDS = 20.0
TOLD = "whoever is to be told of failures has been told of this one"


@dataclass(frozen=True, slots=True)
class Notice:
    """The message. `text` is all of it in one paragraph, which is what chat services show."""

    what: str
    where: str
    since: str
    next_step: str
    run_key: str | None = None

    @property
    def text(self) -> str:
        return f"aidledger: {self.what}. Where: {self.where}. Since: {self.since}. Next: {self.next_step}"


class Notifier:
    """Tells of failures of one kind of job on one home. `job` is a flow's name: ingest, backfill-plan, …"""

    def __init__(self, home: Path, job: str, settings: Settings, say: Callable[[str], None]) -> None:
        self.home = home
        self.job = job
        self.settings = settings
        self.say = say

    def failed(self, what: str, next_step: str, run_key: str | None = None) -> None:
        """One message; `since` is when this job began to fail without a success between."""
        since = self._since(datetime.now(UTC))
        shown = datetime.fromisoformat(since).astimezone(self.settings.zone)
        notice = Notice(
            what=f"{self.job}: {what}".rstrip(". "),
            where=str(self.home.absolute()),
            since=f"{shown:%Y-%m-%d %H:%M} {self.settings.timezone}",
            next_step=next_step,
            run_key=run_key,
        )
        body = json.dumps({"text": notice.text} | asdict(notice), ensure_ascii=False)
        if self.settings.notify_url:
            self._guarded("webhook", lambda: _post(str(self.settings.notify_url), body))
        if self.settings.notify_command:
            self._guarded("command", lambda: _hand_over(str(self.settings.notify_command), body))

    def succeeded(self) -> None:
        """Forget since when it failed."""
        states = self._states()
        if states.pop(self.job, None) is not None:
            self._write(states)

    def _since(self, now: datetime) -> str:
        states = self._states()
        if self.job not in states:
            states[self.job] = now.isoformat(timespec="seconds")
            self._write(states)
        return states[self.job]

    def _states(self) -> dict[str, str]:
        try:
            told = json.loads((self.home / STATE_NAME).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(job): str(since) for job, since in told.items()} if isinstance(told, dict) else {}

    def _write(self, states: dict[str, str]) -> None:
        with suppress(OSError):  # a full disk must not hide the failure that it caused
            path = self.home / STATE_NAME
            if states:
                path.write_text(json.dumps(states), encoding="utf-8")
            else:
                path.unlink(missing_ok=True)

    def _guarded(self, way: str, tell: Callable[[], None]) -> None:
        try:
            tell()
        except Exception as error:
            self.say(f"the failure could not be told by {way}: {type(error).__name__}")


@contextmanager
def noticing(notifier: Notifier) -> Iterator[None]:
    """Tell of an error that leaves the body, and let it go on. Where one is within another, it is told once."""
    try:
        yield
    except Exception as error:
        if TOLD not in getattr(error, "__notes__", ()):
            notifier.failed(str(error) or type(error).__name__, next_step(error))
            error.add_note(TOLD)
        raise


def next_step(error: BaseException) -> str:
    """What whoever is called should do first."""
    from flows.backfill import BackfillBlocked
    from flows.job import RunTimeoutError
    from flows.settings import BadUsage
    from warehouse.migrate import MigrationError
    from warehouse.publish import LockTimeoutError, WarehouseError

    if isinstance(error, RunTimeoutError):
        return "see in the run's log what hung; raise AIDLEDGER_RUN_TIMEOUT_SECONDS where it was at work"
    if isinstance(error, BackfillBlocked):
        return "look at the run's table `quality`, mend the cause, then plan again; readers see what they saw before"
    if isinstance(error, LockTimeoutError):
        return "see what the other run does (aidledger status); the next run tries again"
    if isinstance(error, MigrationError):
        return "install the version of aidledger that the message names; the warehouse is as it was"
    if isinstance(error, WarehouseError):
        return "do what the message says, then start the run again; readers see what they saw before"
    if isinstance(error, BadUsage):
        return "put right what the message names (source, setting or plan), then start the run again"
    return "read the run's log; the warehouse is as it was, and the next run starts from there"


def _post(url: str, body: str) -> None:
    import httpx

    headers = {"Content-Type": "application/json; charset=utf-8"}
    httpx.post(url, content=body.encode(), headers=headers, timeout=PATIENCE_SECONDS).raise_for_status()


def _hand_over(command: str, body: str) -> None:
    subprocess.run(shlex.split(command), input=body.encode(), timeout=PATIENCE_SECONDS, check=True, capture_output=True)
