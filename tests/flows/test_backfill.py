"""Backfills: a plan changes nothing, applying it does exactly what it says, everything equals a fresh build."""

import random
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from checks.results import CheckResult
from flows import backfill, job
from flows.backfill import PlanMovedError, apply_plan, make_plan
from flows.backfill_told import print_plan, to_markdown
from flows.history import history
from flows.inspection import ask
from flows.job import Request, run_job
from flows.output import console
from flows.plans import load, plan_path
from flows.published import Place, place_of
from flows.selection import Selection
from flows.settings import BadUsage, Settings
from tests.warehouse.marts import marts_hash
from transforms.model import ExtractedDocument, Figure
from warehouse.publish import PUBLISHED_NAME, connect_published

PIPELINE = sys.modules["transforms.pipeline"]
EXTRACT: Callable[[Any], ExtractedDocument] = PIPELINE.extract  # type: ignore[attr-defined]
Rule = Callable[[Figure], Figure | None]


def with_rule(monkeypatch: pytest.MonkeyPatch, rule: Rule, version: str = "f" * 16) -> None:
    """Extraction as other rules would have it: each figure replaced, or gone."""

    def extract(document: Any) -> ExtractedDocument:
        found = EXTRACT(document)
        kept = tuple(figure for figure in map(rule, found.figures) if figure is not None)
        return replace(found, figures=kept)

    monkeypatch.setattr(PIPELINE, "extract", extract)
    with_version(monkeypatch, version)


def with_version(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    for module in (backfill, job):
        monkeypatch.setattr(module, "extractor_version", lambda: version)


def hash_of(home: Path) -> str:
    con = connect_published(home)
    try:
        return marts_hash(con)
    finally:
        con.close()


def rekeyed(figure: Figure, **changes: Any) -> Figure:
    """A fact with another metric has another key, as the pipeline makes it."""
    return replace(figure, figure_key=figure.figure_key ^ 1, **changes)


def planned(figure: Figure) -> Figure:
    """Every fact of surgeries is a plan."""
    return replace(figure, status="planned") if figure.metric == "surgeries" else figure


@pytest.fixture
def built(loaded: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with the two documents of the news."""
    with_version(monkeypatch, "0" * 16)
    shutil.copytree(loaded, home)
    return home


def test_a_plan_changes_nothing_and_tells_what_would(
    built: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (built / PUBLISHED_NAME).read_bytes()
    with_rule(monkeypatch, planned)
    plan = make_plan(built, Selection(), settings)
    assert (built / PUBLISHED_NAME).read_bytes() == before
    assert (plan.documents, plan.count("changed"), plan.count("added"), plan.count("removed")) == (2, 1, 0, 0)
    assert load(built, plan.plan_key).plan == plan
    print_plan(plan, console())
    told = capsys.readouterr().out
    assert "status actual → planned" in told
    assert "完成手术132台" in told
    assert f"aidledger backfill apply {plan.plan_key}" in told
    assert "| surgeries | 0 | 0 | 1 |" in to_markdown(plan, "planned")
    assert [path.name for path in plan_path(built, "").parent.iterdir()] == [f"{plan.plan_key}.duckdb"]


def test_applying_does_what_the_plan_says_and_records_it(
    built: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_rule(monkeypatch, planned)
    plan = make_plan(built, Selection(document="*kashgar*"), settings)
    applied = apply_plan(built, plan.plan_key, settings)
    assert (applied.ending, plan.documents) == ("published", 1)
    ((key, kind, before, after, old, new),) = ask(
        built,
        "SELECT figure_key, kind, before_payload->>'status', after_payload->>'status', from_extractor_version, "
        "to_extractor_version FROM ops.change",
    ).rows
    assert (kind, before, after, old, new) == ("changed", "actual", "planned", "0" * 16, "f" * 16)
    assert ask(built, "SELECT status FROM mart.metrics WHERE metric = 'surgeries'").rows == (("planned",),)
    assert ask(built, "SELECT mode, status FROM ops.run ORDER BY started_at").rows[1] == ("backfill", "published")
    told = history(built, str(key))
    assert [event.what for event in told.events] == ["appeared", "changed: status actual → planned"]
    assert told.events[1].run_key == plan.plan_key
    # The other document was left alone.
    assert ask(built, f"SELECT count(*) FROM raw.document WHERE run_key = '{plan.plan_key}'").rows == ((1,),)


def test_a_fact_that_changes_its_metric_keeps_its_history(
    built: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def outpatients(figure: Figure) -> Figure:
        return rekeyed(figure, metric="outpatient_visits") if figure.metric == "patient_visits" else figure

    with_rule(monkeypatch, outpatients)
    plan = make_plan(built, Selection(changed_only=True), settings)
    assert (plan.documents, plan.looked_at) == (1, 2)
    (change,) = plan.changes
    assert change.kind == "changed"
    apply_plan(built, plan.plan_key, settings)
    for key in (change.figure_key, change.figure_key ^ 1):
        what = [event.what for event in history(built, str(key)).events]
        assert what[0] == "appeared"
        assert "metric_code patient_visits → outpatient_visits" in what[1]


def test_a_fact_that_goes_is_told_of_afterwards(
    built: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_rule(monkeypatch, lambda figure: None if figure.metric == "surgeries" else figure)
    plan = make_plan(built, Selection(), settings)
    (gone,) = plan.changes
    apply_plan(built, plan.plan_key, settings)
    told = history(built, str(gone.figure_key))
    assert told.now is None
    assert [event.what for event in told.events] == ["appeared", "was removed"]


def test_it_is_refused_when_the_warehouse_has_moved(
    built: Path, settings: Settings, news: Path, request_for: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_rule(monkeypatch, planned, version="0" * 16)
    plan = make_plan(built, Selection(), settings)
    (news / "2024-07-01_more.txt").write_text("喀什：医疗队\n本报讯 2024年7月1日，完成手术7台。\n", encoding="utf-8")
    moved = run_job(request_for, settings)
    with pytest.raises(PlanMovedError, match=rf"direct run {moved.run_key} \(1 documents\)"):
        apply_plan(built, plan.plan_key, settings)
    assert ask(built, "SELECT count(*) FROM ops.change").rows == ((0,),)


def test_it_is_refused_when_the_extractor_is_another(
    built: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = make_plan(built, Selection(), settings)
    with_version(monkeypatch, "e" * 16)
    with pytest.raises(PlanMovedError, match="plan again"):
        apply_plan(built, plan.plan_key, settings)


def test_it_is_refused_when_the_checks_make_something_else_of_it(
    built: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_rule(monkeypatch, planned)
    plan = make_plan(built, Selection(), settings)
    finish = backfill.finish_tables

    def stricter(con: Any, run_key: str) -> None:
        finish(con, run_key)
        con.execute("DELETE FROM core.fact_figure WHERE status = 'planned'")

    monkeypatch.setattr(backfill, "finish_tables", stricter)
    before = hash_of(built)
    with pytest.raises(PlanMovedError, match="plan again"):
        apply_plan(built, plan.plan_key, settings)
    assert hash_of(built) == before


def test_a_blocking_check_publishes_nothing(built: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    audit = backfill.audit
    bad = CheckResult("too_good", "run", "block", "failed", 1, "too round")
    monkeypatch.setattr(backfill, "audit", lambda con, key, **given: [*audit(con, key, **given), bad])
    before = (built / PUBLISHED_NAME).read_bytes()
    plan = make_plan(built, Selection(), settings)
    assert plan.blocking == ("too_good",)
    assert [(check.check_name, check.before, check.after) for check in plan.checks] == [
        ("too_good", None, "failed (1)")
    ]
    applied = apply_plan(built, plan.plan_key, settings)
    assert (applied.ending, [result.check_name for result in applied.blocking]) == ("blocked", ["too_good"])
    assert (built / PUBLISHED_NAME).read_bytes() == before


@pytest.mark.parametrize(
    ("selection", "chosen"),
    [
        (Selection(first=date(2024, 1, 1)), 1),
        (Selection(last=date(2024, 1, 1)), 1),
        (Selection(by="ingested", first=date(2025, 1, 1)), 2),
        (Selection(document="*yushu*"), 1),
        (Selection(metric="surgeries"), 1),
        (Selection(source="*"), 2),
        (Selection(changed_only=True), 0),
    ],
)
def test_what_is_chosen(built: Path, settings: Settings, selection: Selection, chosen: int) -> None:
    assert make_plan(built, selection, settings).documents == chosen


def test_nothing_chosen_and_nothing_known_are_told_plainly(built: Path, settings: Settings) -> None:
    with pytest.raises(BadUsage, match=r"no document .* is chosen by: document \*beijing\*"):
        make_plan(built, Selection(document="*beijing*"), settings)
    with pytest.raises(BadUsage, match="there is no plan"):
        apply_plan(built, "20260101T000000Z-abcdef", settings)
    with pytest.raises(BadUsage, match="there is no plan"):
        apply_plan(built, "../aidledger", settings)


def test_a_backfill_over_everything_equals_a_fresh_build(
    request_for: Request, settings: Settings, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Built by strange rules, then brought to today's: as if it had never been otherwise, row for row."""
    chance = random.Random(7)

    def strange(figure: Figure) -> Figure | None:
        if figure.disposition != "fact" or figure.part_of is not None:
            return figure
        return None if chance.random() < 0.3 else replace(figure, organisation="某医院", status="planned")

    with_rule(monkeypatch, strange, version="a" * 16)
    run_job(request_for, settings)
    monkeypatch.setattr(PIPELINE, "extract", EXTRACT)
    with_version(monkeypatch, "b" * 16)
    fresh = tmp_path / "fresh"
    run_job(replace(request_for, home=fresh), settings)
    assert hash_of(home) != hash_of(fresh)
    assert apply_plan(home, make_plan(home, Selection(), settings).plan_key, settings).ending == "published"
    assert hash_of(home) == hash_of(fresh)
    assert ask(home, "SELECT count(*) FROM core.dim_organisation WHERE name = '某医院'").rows == ((0,),)


def test_the_size_of_batches_changes_nothing(
    built: Path, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A warehouse larger than memory is planned and replaced a batch at a time."""
    with_rule(monkeypatch, planned)
    other = tmp_path / "other"
    shutil.copytree(built, other)
    one_by_one = settings.model_copy(update={"load_documents": 1})
    whole, parted = make_plan(built, Selection(), settings), make_plan(other, Selection(), one_by_one)
    assert parted.changes == whole.changes
    assert (load(built, whole.plan_key).number_of_batches, load(other, parted.plan_key).number_of_batches) == (1, 2)
    apply_plan(built, whole.plan_key, settings)
    apply_plan(other, parted.plan_key, one_by_one)
    assert hash_of(other) == hash_of(built)


METRICS_TOLD = ("surgeries", "patient_visits", "staff_trained", "training_courses", "personnel_sent", "new_techniques")


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """A random change of rules: facts of one metric go, become another's, are planned, unknown, of no donor."""
    metric = draw(st.sampled_from(METRICS_TOLD))
    other = draw(st.sampled_from(METRICS_TOLD))
    kind = draw(st.sampled_from(("gone", "other", "planned", "unknown", "yearly", "donor", "value", "rule")))
    odd = draw(st.booleans())

    def rule(figure: Figure) -> Figure | None:
        if figure.metric != metric or bool(figure.char_start % 2) is odd:
            return figure
        changed: dict[str, Figure | None] = {
            "gone": None,
            "other": rekeyed(figure, metric=other, rule_code="other.rule"),
            "planned": replace(figure, status="planned"),
            "unknown": rekeyed(figure, disposition="unknown", reason="count", metric=None, aspect=None),
            "yearly": replace(figure, is_annual=not figure.is_annual),
            "donor": replace(figure, donor_code=None, donor=None),
            "value": replace(figure, value_low=figure.value - 1),
            "rule": replace(figure, rule_code="renamed.rule"),
        }
        return changed[kind]

    return rule


SOME = examples(
    max_examples=2,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
FIFTY = examples(SOME, max_examples=50)


@SOME
@given(first=rules(), second=rules())
def test_plan_equals_apply(built: Path, settings: Settings, first: Rule, second: Rule) -> None:
    assert_plan_equals_apply(built, settings, first, second)


@pytest.mark.slow
@FIFTY
@given(first=rules(), second=rules())
def test_plan_equals_apply_on_fifty_changes(built: Path, settings: Settings, first: Rule, second: Rule) -> None:
    assert_plan_equals_apply(built, settings, first, second)


def assert_plan_equals_apply(built: Path, settings: Settings, first: Rule, second: Rule) -> None:
    """Changes of rules, one after another on one warehouse: what the plan foresaw is what the file then holds."""

    def both(figure: Figure) -> Figure | None:
        changed = first(figure)
        return None if changed is None else second(changed)

    with pytest.MonkeyPatch.context() as patched:
        with_rule(patched, both)
        place = place_of(built, settings)
        before = facts(place)
        plan = make_plan(built, Selection(), settings)
        if plan.blocking:
            assert apply_plan(built, plan.plan_key, settings).ending == "blocked"
            assert facts(place) == before
            return
        foreseen = dict(before)
        for change in plan.changes:
            if change.before is not None:
                del foreseen[int(change.before["figure_key"])]
            if change.after is not None:
                foreseen[change.figure_key] = compared(change.after)
        assert apply_plan(built, plan.plan_key, settings).ending == "published"
        assert facts(place) == foreseen
        recorded = ask(place, f"SELECT kind, count(*) FROM ops.change WHERE run_key = '{plan.plan_key}' GROUP BY ALL")
        assert dict(recorded.rows) == {kind: n for kind in ("added", "changed", "removed") if (n := plan.count(kind))}


def compared(payload: dict[str, Any]) -> tuple[str, ...]:
    names = ("metric_code", "aspect", "value", "value_low", "status", "is_annual", "donor_key", "rule_code", "sentence")
    return tuple(str(payload[name]) for name in names)


def facts(place: Place) -> dict[int, tuple[str, ...]]:
    """Every fact that is published, in the fields that the rules above change."""
    found = ask(
        place,
        "SELECT figure_key, metric_code, aspect, value, value_low, status, is_annual, donor_key, rule_code, sentence "
        "FROM core.fact_figure JOIN core.dim_metric USING (metric_key)",
    )
    return {row["figure_key"]: compared(row) for row in found.as_dicts()}
