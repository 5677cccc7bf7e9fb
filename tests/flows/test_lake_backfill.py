"""Backfills of a lake: a plan foresees what applying it does, in one commit and one release, or nothing is done."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given

from checks.results import CheckResult
from flows import backfill
from flows.backfill import PlanMovedError, apply_plan, make_plan
from flows.job import Request, run_job
from flows.lake import state_of
from flows.selection import Selection
from flows.settings import Settings
from tests.flows.lakes import UNCHECKED, on_lake, released_hashes, releases_of
from tests.flows.postgres import Postgres, postgres
from tests.flows.same_rows import published_hashes, write_news
from tests.flows.test_backfill import SOME, Rule, assert_plan_equals_apply, planned, rules, with_rule
from warehouse.lake.connection import LakeError
from warehouse.lake.writer import LakeWriter

__all__ = ["on_lake", "postgres"]

pytestmark = pytest.mark.server
IN_FILE = Settings(workers=1)


@dataclass(frozen=True)
class Loaded:
    """A lake that holds six documents, and a home for its plans."""

    settings: Settings
    home: Path
    news: Path


@pytest.fixture
def loaded_lake(on_lake: Settings, tmp_path: Path) -> Loaded:
    news = write_news(tmp_path / "news", 6)
    assert run_job(Request(tmp_path / "home", (str(news),)), on_lake, UNCHECKED).ending == "published"
    return Loaded(on_lake, tmp_path / "home", news)


def failing(*_: object, **__: object) -> list[CheckResult]:
    return [CheckResult("too_good", "run", "block", "failed", 1, "measured 9, allowed at most 1")]


def test_a_lake_is_backfilled_as_a_file_is(
    loaded_lake: Loaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, home = loaded_lake.settings, loaded_lake.home
    alone = tmp_path / "alone"
    run_job(Request(alone, (str(loaded_lake.news),)), IN_FILE, UNCHECKED)
    before, stood = released_hashes(settings), state_of(settings)
    with_rule(monkeypatch, planned)

    plan, of_file = make_plan(home, Selection(), settings), make_plan(alone, Selection(), IN_FILE)
    assert plan.count("changed") > 3
    told = [{change.comparable_text for change in each.changes} for each in (plan, of_file)]
    assert told[0] == told[1]
    assert (released_hashes(settings), state_of(settings).newest) == (before, stood.newest)

    # A check that blocks, and a kill before the commit, leave the lake as it was.
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(backfill, "audit", failing)
        assert apply_plan(home, plan.plan_key, settings).ending == "blocked"
        patched.setattr(backfill, "audit", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            apply_plan(home, plan.plan_key, settings)
    assert (released_hashes(settings), state_of(settings).newest) == (before, stood.newest)

    done = apply_plan(home, plan.plan_key, settings)
    assert (done.ending, apply_plan(alone, of_file.plan_key, IN_FILE).ending) == ("published", "published")
    after, now = released_hashes(settings), state_of(settings)
    assert after == published_hashes(alone)
    assert after["mart.metrics"] != before["mart.metrics"]
    # One commit of the change and one of its release; what was before can be asked.
    assert (now.releases[0].run_key, now.releases[0].snapshot_id) == (plan.plan_key, stood.newest + 1)
    assert now.newest == stood.newest + 2
    assert len(now.releases) == 2
    assert not list((home / "plans").glob(".scratch-*"))
    with pytest.raises(PlanMovedError, match=f"backfill run {plan.plan_key}"):
        apply_plan(home, plan.plan_key, settings)


def test_a_plan_is_of_one_state_of_a_lake(loaded_lake: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, home, news = loaded_lake.settings, loaded_lake.home, loaded_lake.news
    with_rule(monkeypatch, planned)
    plan = make_plan(home, Selection(), settings)

    # A backfill that is killed between its commit and its release: readers see the state before, the next run ends it.
    class Killed(BaseException):
        pass

    def kill(*_: object) -> int:
        raise Killed

    released = releases_of(settings)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(LakeWriter, "publish", kill)
        with pytest.raises(Killed):
            apply_plan(home, plan.plan_key, settings)
    assert releases_of(settings) == released
    with pytest.raises(LakeError, match="not released yet"):
        make_plan(home, Selection(), settings)
    with pytest.raises(PlanMovedError, match="the warehouse has moved"):
        apply_plan(home, plan.plan_key, settings)
    assert run_job(Request(home, (str(news),)), settings, UNCHECKED).ending == "published"
    assert make_plan(home, Selection(changed_only=True), settings).documents == 0


@pytest.mark.slow
@SOME
@given(first=rules(), second=rules())
def test_plan_equals_apply_on_a_lake(postgres: Postgres, loaded_lake: Loaded, first: Rule, second: Rule) -> None:
    assert_plan_equals_apply(loaded_lake.home, loaded_lake.settings, first, second)
