"""SIGKILL at random instants of every step: the published file stays whole, the next run reaches the same rows."""

import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from flows import backfill, job
from flows.backfill import make_plan
from flows.job import Request, run_job
from flows.selection import Selection
from flows.settings import Settings
from tests.flows.crashing import (
    SETTINGS,
    STAGES,
    VERSION,
    other_rules,
    poll,
    published_hash,
    put_back,
    seen,
    work_and_tell,
)
from tests.forked import CONTEXT, forking
from warehouse.publish import PUBLISHED_NAME

TARGETS = {
    "ingest": ("read", "extract", "load", "audit", "publish"),
    "apply": ("apply", "audit", "publish"),
    "migration": ("migration", "load", "publish"),
}
"""Kind of work → the steps in which it is killed, in turn."""
ARTICLE = (
    "喀什：医疗队的第{n}周\n本报讯 2024年6月18日，山东省第九批援疆医疗队在喀什地区完成手术{n}台，诊治患者{m}人次。\n"
)


@pytest.fixture(autouse=True)
def _program_in_memory() -> None:
    forking()


def write_news(folder: Path, numbers: range) -> None:
    folder.mkdir(exist_ok=True)
    for n in numbers:
        text = ARTICLE.format(n=n + 11, m=n + 1011)
        (folder / f"2024-06-18_week_{n}.txt").write_text(text, encoding="utf-8")


def build_base(folder: Path) -> Path:
    """A home with two documents."""
    write_news(folder / "first", range(2))
    home = folder / "base"
    run_job(Request(home, (str(folder / "first"),)), SETTINGS)
    return home


class Lane:
    """One kind of work on a home of its own: killed, done again, put back, as often as is asked for."""

    def __init__(self, kind: str, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.kind = kind
        self.base = base / PUBLISHED_NAME
        self.news, self.home, self.plan_key = base.parent / "second", base.parent / kind, ""
        self.killed: Counter[str] = Counter()
        self.faults: list[str] = []
        self.stage = CONTEXT.Value("i", 0)
        self.home.mkdir()
        write_news(self.news, range(2, 4))
        put_back(self.base, self.home)
        if kind == "apply":
            self.plan_key = self._plan(monkeypatch)
        self.states = {seen(self.home)}
        self.wanted, self.seconds = self._whole()
        self.states.add(seen(self.home))
        put_back(self.base, self.home)

    def _plan(self, monkeypatch: pytest.MonkeyPatch) -> str:
        """A plan of other rules, made here: applying it extracts nothing."""
        pipeline = sys.modules["transforms.pipeline"]
        extract: Callable[..., Any] = pipeline.extract  # type: ignore[attr-defined]
        with monkeypatch.context() as patched:

            def changed(document: Any) -> Any:
                found = extract(document)
                return replace(found, figures=tuple(map(other_rules, found.figures)))

            patched.setattr(pipeline, "extract", changed)
            plan = make_plan(self.home, Selection(), SETTINGS)
        assert plan.changes
        assert not plan.blocking
        return plan.plan_key

    def _start(self) -> tuple[Any, Any]:
        hears, tells = CONTEXT.Pipe(duplex=False)
        self.stage.value = 0
        arguments = (self.kind, self.home, self.news, self.plan_key, self.stage, tells)
        process = CONTEXT.Process(target=work_and_tell, args=arguments)
        process.start()
        tells.close()
        return process, hears

    def _whole(self) -> tuple[str, dict[str, float]]:
        """The work, never killed: the hash over the marts, and how long each step took."""
        process, hears = self._start()
        moments: dict[str, float] = {}
        while process.is_alive():
            moments.setdefault(STAGES[self.stage.value], time.monotonic())
            time.sleep(0.001)
        told = hears.recv()
        assert process.exitcode == 0, told
        moments["end"] = time.monotonic()
        names = sorted(moments, key=moments.__getitem__)
        return str(told), {name: moments[after] - moments[name] for name, after in pairwise(names)}

    def kill_once(self, target: str, chance: random.Random) -> None:
        """Start the work, kill it at a random instant of a step, and do it all again."""
        process, _ = self._start()
        aim = STAGES.index(target)
        while process.is_alive() and self.stage.value != aim:
            time.sleep(0.002)
        # A batch's steps are short and come again, so the instant may be in the next one: what was hit is counted.
        time.sleep(chance.uniform(0, max(0.004, self.seconds.get(target, 0.004))))
        process.kill()
        process.join()
        self.killed[STAGES[self.stage.value]] += 1
        after = seen(self.home)
        if after not in self.states:
            self.faults.append(f"{self.kind} killed in {target}: {after} is neither before nor after")
        self._finish(target)
        put_back(self.base, self.home)

    def _finish(self, target: str) -> None:
        """A normal run; a plan that had been published when the kill came is not to be applied again."""
        if self.kind == "apply" and published_hash(self.home) == self.wanted:
            return
        process, hears = self._start()
        process.join()
        # Its exit code tells less: each start polls all processes, of other threads too, and the second finds no code.
        try:
            told = hears.recv()
        except EOFError:
            told = "nothing"
        if told != self.wanted:
            self.faults.append(f"{self.kind} killed in {target}: the next run gave {told}, not {self.wanted}")


def kill_in_every_step(folder: Path, monkeypatch: pytest.MonkeyPatch, kills: int) -> Counter[str]:
    """Every kind of work at once, and a reader that polls them all; gives the kills by kind and step."""
    for module in (backfill, job):
        monkeypatch.setattr(module, "extractor_version", lambda: VERSION)
    base = build_base(folder)
    lanes = {kind: Lane(kind, base, monkeypatch) for kind in TARGETS}
    stop, (hears, tells) = CONTEXT.Event(), CONTEXT.Pipe(duplex=False)
    homes, states = [lane.home for lane in lanes.values()], [lane.states for lane in lanes.values()]
    reader = CONTEXT.Process(target=poll, args=(homes, states, stop, tells))
    reader.start()

    def drive(lane: Lane, number: int) -> None:
        chance = random.Random(lane.kind)
        for turn in range(number):
            steps = TARGETS[lane.kind]
            lane.kill_once(steps[turn % len(steps)], chance)

    share = kills // len(lanes)
    threads = [threading.Thread(target=drive, args=(lane, share)) for lane in lanes.values()]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        stop.set()
        reads, amiss = hears.recv()
        reader.join()
    assert [fault for lane in lanes.values() for fault in lane.faults] == []
    assert amiss == []
    assert reads > kills
    return Counter({f"{kind} in {step}": n for kind, lane in lanes.items() for step, n in lane.killed.items()})


def told(killed: Counter[str]) -> str:
    lines = [f"  {number:4d}  {where}" for where, number in sorted(killed.items())]
    return "\n".join([f"{killed.total()} kills, each followed by a run that reached the same rows:", *lines])


def test_a_kill_in_any_step_is_healed_by_the_next_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kill_in_every_step(tmp_path, monkeypatch, 9).total() == 9


@pytest.mark.slow
def test_three_hundred_kills(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    killed = kill_in_every_step(tmp_path, monkeypatch, 303)
    record_property("proof", told(killed))
    assert killed.total() >= 300
    for kind, steps in TARGETS.items():
        for step in steps:
            assert killed[f"{kind} in {step}"] > 0, f"no kill met {kind} in {step}: nothing was proved"


def write_for_a_while(home: Path, news: Path, name: str, until: float, tell: Any) -> None:
    """A writer among others: a new document and a run, again and again; tells how many it published."""
    done = 0
    while time.monotonic() < until:
        text = ARTICLE.format(n=done + 11, m=hash(name) % 1000 + 2000 + done)
        folder = news / f"{name}-{done}"
        folder.mkdir(parents=True)
        (folder / f"2024-06-18_{name}_{done}.txt").write_text(text, encoding="utf-8")
        report = run_job(Request(home, (str(folder),)), Settings(lock_wait_seconds=120, workers=1, write_report=False))
        assert report.ending == "published"
        done += 1
    tell.send(done)


def read_for_a_while(home: Path, until: float, tell: Any) -> None:
    """A reader among others: it may never see fewer documents than before, nor any error."""
    reads, most, amiss = 0, 0, []
    while time.monotonic() < until:
        try:
            documents, _ = seen(home)
        except Exception as error:
            amiss.append(f"{type(error).__name__}: {error}")
            continue
        if documents < most:
            amiss.append(f"{documents} documents after {most}")
        reads, most = reads + 1, documents
        time.sleep(0.5)  # ten that read without a rest leave the writers no processor
    tell.send((reads, amiss))


@pytest.mark.slow
def test_ten_readers_and_two_writers_for_a_minute(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    home, news = tmp_path / "home", tmp_path / "news"
    write_news(news, range(1))
    run_job(Request(home, (str(news),)), SETTINGS)
    until = time.monotonic() + 60
    started = []
    for name in ("east", "west"):
        hears, tells = CONTEXT.Pipe(duplex=False)
        started.append((CONTEXT.Process(target=write_for_a_while, args=(home, news, name, until, tells)), hears))
    for _ in range(10):
        hears, tells = CONTEXT.Pipe(duplex=False)
        started.append((CONTEXT.Process(target=read_for_a_while, args=(home, until, tells)), hears))
    for process, _ in started:
        process.start()
    answers = [hears.recv() for _, hears in started]
    for process, _ in started:
        process.join()
        assert process.exitcode == 0
    runs, reads = answers[:2], answers[2:]
    number = sum(count for count, _ in reads)
    record_property("proof", f"{sum(runs)} runs by two writers, {number} reads by ten readers in a minute")
    assert [fault for _, faults in reads for fault in faults] == []
    assert min(runs) > 0
    assert seen(home)[0] == 1 + sum(runs), "a run was lost"
