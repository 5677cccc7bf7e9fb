"""Work that a test kills at any instant, and what a reader must find all the while.

A worker is forked from a server process that has the program in memory, so that its time is the work's own. It writes
the step that it is at into shared memory, where the test reads it before the kill.
"""

from __future__ import annotations

import gc
import os
import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb

from checks.quarantine import set_aside_all
from flows import backfill, job
from flows.job import Request, Steps, run_job
from flows.settings import Settings
from tests.builders import frames
from tests.warehouse.marts import marts_hash
from transforms.model import Document
from transforms.pipeline import extract
from warehouse import migrate as migrating
from warehouse import publish as publishing
from warehouse.migrate import Script
from warehouse.publish import PUBLISHED_NAME

VERSION = "0123456789abcdef"
"""The extractor's version, fixed: the hash over the sources may change while somebody works on them."""
STAGES = ("start", "read", "extract", "load", "audit", "publish", "apply", "migration", "end")
SETTINGS = Settings(lock_wait_seconds=60, workers=1, write_report=False)
LATER = Script(
    9000,
    "9000_later.sql",
    "CREATE TABLE ops.later AS FROM core.fact_figure; ALTER TABLE ops.later ADD COLUMN note VARCHAR; "
    "UPDATE ops.later SET note = 'later'; ALTER TABLE core.fact_figure ADD COLUMN later_key BIGINT; "
    "UPDATE core.fact_figure SET later_key = figure_key;",
)
"""A migration of a version that is not written yet."""


READING_SECONDS = 0.03
"""How long a batch takes to read, as from a folder on a network: on this machine's own disk no kill would meet it."""
EXTRACTING_SECONDS = 0.03
"""How long a batch is extracted, the same work again and again: one short article takes a millisecond."""
RESTS = 4
"""A reader that polls rests so many times as long as it read: it is there to watch, and leaves the time to the work."""


def warm_up() -> None:
    """Once, in the process that workers are forked from: dictionaries and schemas. Nothing that starts a thread."""
    document = Document("0" * 64, "a.txt", "a.txt", "text/plain", "utf-8", 9, "援疆医疗队完成手术12台。\n")
    set_aside_all(frames(extract(document)), run_key="warm-up")
    gc.freeze()  # what is here now is never looked through, so that a worker need not copy it


warm_up()
WARM_SINCE_PROCESS = os.getpid()


def _slowly(read: Callable[..., Any]) -> Callable[..., Any]:
    def slow(*arguments: Any, **options: Any) -> Any:
        time.sleep(READING_SECONDS)
        return read(*arguments, **options)

    return slow


def _for_a_while(extract: Callable[..., Any]) -> Callable[..., Any]:
    def longer(*arguments: Any, **options: Any) -> Any:
        until = time.monotonic() + EXTRACTING_SECONDS
        while time.monotonic() < until:
            batch = extract(*arguments, **options)
        return batch

    return longer


def _at(stage: Any, name: str, step: Callable[..., Any]) -> Callable[..., Any]:
    """`step`, telling that the work is at `name` when it begins."""

    def told(*arguments: Any, **options: Any) -> Any:
        stage.value = STAGES.index(name)
        return step(*arguments, **options)

    return told


def _scripts(folder: str) -> tuple[Script, ...]:
    known = SCRIPTS(folder)
    return (*known, LATER) if folder == "migrations" else known


SCRIPTS = migrating.scripts


def work(kind: str, home: Path, news: Path, plan_key: str, stage: Any) -> None:
    """One whole piece of work: `ingest`, `apply` a plan, or `migration` (an ingest by a later version)."""
    with ExitStack() as stack:
        for module in (backfill, job):
            stack.enter_context(patch.object(module, "extractor_version", lambda: VERSION))
        if kind == "migration":
            stack.enter_context(patch.object(migrating, "scripts", _scripts))
            stack.enter_context(patch.object(publishing, "migrate", _at(stage, "migration", publishing.migrate)))
        stack.enter_context(
            patch.object(publishing.Writer, "publish", _at(stage, "publish", publishing.Writer.publish))
        )
        if kind == "apply":
            for owner, name, step in ((backfill.Replacement, "replace", "apply"), (backfill, "audit", "audit")):
                stack.enter_context(patch.object(owner, name, _at(stage, step, getattr(owner, name))))
            backfill.apply_plan(home, plan_key, SETTINGS)
        else:
            steps = Steps(
                read=_at(stage, "read", _slowly(job.read)),
                extract=_at(stage, "extract", _for_a_while(job.extract)),
                load=_at(stage, "load", job.load),
                check=_at(stage, "audit", job.check),
            )
            settings = SETTINGS.model_copy(update={"batch_documents": 1})
            run_job(Request(home, (str(news),)), settings, steps)
    stage.value = STAGES.index("end")


def work_and_tell(kind: str, home: Path, news: Path, plan_key: str, stage: Any, tell: Connection) -> None:
    """The same, then the hash over the marts; what went wrong, where something did."""
    try:
        assert os.getpid() != WARM_SINCE_PROCESS, "what it needs was not in memory before the fork"
        work(kind, home, news, plan_key, stage)
        tell.send(published_hash(home))
    except BaseException as error:
        tell.send(f"{type(error).__name__}: {error}")
        raise


def published_hash(home: Path) -> str:
    con = _opened(home)
    try:
        return marts_hash(con)
    finally:
        con.close()


def _opened(home: Path) -> duckdb.DuckDBPyConnection:
    """As any program opens the file, whatever version wrote it."""
    return duckdb.connect(str(home / PUBLISHED_NAME), read_only=True, config=publishing.CONFIG)


def put_back(base: Path, home: Path) -> None:
    """The published file of `base` in the place of the home's own, by a rename, as a publication does it."""
    copy = home / "base.copy"
    shutil.copyfile(base, copy)
    copy.replace(home / PUBLISHED_NAME)


def poll(homes: list[Path], allowed: list[set[tuple[int, int]]], stop: Any, tell: Connection) -> None:
    """A reader that opens the published files again and again; tells how often, and everything that was amiss."""
    reads = 0
    amiss: list[str] = []
    rest = 0.0
    while not stop.wait(rest):
        began = time.monotonic()
        for home, states in zip(homes, allowed, strict=True):
            try:
                state = seen(home)
            except Exception as error:
                amiss.append(f"{home.name}: {type(error).__name__}: {error}")
            else:
                if state not in states:
                    amiss.append(f"{home.name}: {state} is none of {sorted(states)}")
            reads += 1
        rest = RESTS * (time.monotonic() - began)
    tell.send((reads, amiss))


def seen(home: Path) -> tuple[int, int]:
    """Documents and facts that a reader of the published file finds."""
    con = _opened(home)
    try:
        row = con.execute(
            "SELECT (SELECT count(*) FROM raw.document), (SELECT count(*) FROM mart.metrics), "
            "(SELECT count(*) FROM ops.change)"
        ).fetchone()
    finally:
        con.close()
    assert row is not None
    return int(row[0]), int(row[1])


def other_rules(figure: Any) -> Any:
    """A figure as other rules would have it: every third fact is planned, not actual."""
    if figure.disposition == "fact" and figure.figure_key % 3 == 0:
        return replace(figure, status="planned" if figure.status == "actual" else "actual")
    return figure
