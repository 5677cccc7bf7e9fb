"""The audit: what it says of a run, what it records, and what keeps a run from being published."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from importlib import resources

import duckdb
import pytest

from checks.audit import Bound, audit, load_bounds, load_rules
from checks.results import CheckResult, blocking
from checks.schemas import SCHEMAS
from tests.builders import (
    METRICS,
    RUN_KEY,
    article,
    document,
    extracted,
    figure,
    frames,
    loaded,
    open_warehouse,
    unclaimed,
)
from warehouse.load import load_frames
from warehouse.rows import FailedRead, failed_frame

BOUNDS = {bound.name: bound for bound in load_bounds()}


def by_name(results: list[CheckResult]) -> dict[str, CheckResult]:
    return {result.check_name: result for result in results}


def test_a_sound_run_has_nothing_that_blocks_and_every_result_is_recorded() -> None:
    con = loaded()
    results = audit(con, RUN_KEY)
    assert blocking(results) == []
    assert len(results) == len(load_rules()) + len(SCHEMAS) + len(BOUNDS)
    recorded = con.execute("SELECT check_name, height, severity, status, offenders FROM ops.check_result").fetchall()
    assert sorted(recorded) == sorted(
        (each.check_name, each.height, each.severity, each.status, each.offenders) for each in results
    )
    assert all(result.reason and result.reason_zh and result.detail and result.owner for result in results)
    reasons = con.execute("SELECT check_name, reason, reason_zh FROM mart.quality").fetchall()
    assert sorted(reasons) == sorted((each.check_name, each.reason, each.reason_zh) for each in results)
    audit(con, RUN_KEY)
    assert con.execute("SELECT count(*) FROM ops.check_result").fetchone() == (len(results),)


def test_an_empty_warehouse_gives_nothing_to_judge() -> None:
    statuses = {result.status for result in audit(open_warehouse(), RUN_KEY) if "place" not in result.check_name}
    assert "failed" not in statuses
    assert "error" not in statuses


def test_a_check_that_cannot_run_is_an_error_and_blocks_whatever_its_severity() -> None:
    rule = replace(load_rules()[0], severity="warn", sets_aside=None, sql="SELECT nothing FROM core.fact_figure")
    bound = Bound("broken", "warn", "o", "r", "理由", "SELECT CAST('110 secret' AS INTEGER)", at_most=1)
    results = by_name(audit(loaded(), RUN_KEY, rules=[rule], bounds=[bound]))
    assert results[rule.name].status == "error"
    assert results[rule.name].detail == "could not run: BinderException"
    assert results["broken"].status == "error"
    assert "secret" not in results["broken"].detail
    assert {result.check_name for result in blocking(results.values())} == {rule.name, "broken"}


def test_only_a_failed_block_or_an_error_blocks() -> None:
    def result(severity: str, status: str) -> CheckResult:
        return CheckResult("c", "table", severity, status, 1, "d")  # type: ignore[arg-type]

    held_back = {
        (severity, status)
        for severity in ("block", "quarantine", "warn")
        for status in ("passed", "failed", "not_applicable", "error")
        if blocking([result(severity, status)])
    }
    assert held_back == {("block", "failed"), ("block", "error"), ("quarantine", "error"), ("warn", "error")}


def test_rows_set_aside_are_told_by_check_and_only_of_this_run() -> None:
    told = article(document())
    con = loaded(extracted(document(), figure(told), figure(told, "120台", "surgeries", unit="x", status="done")))
    result = by_name(audit(con, RUN_KEY, rules=[], bounds=[]))["schema.core.fact_figure"]
    assert (result.height, result.severity, result.status, result.offenders) == ("row", "quarantine", "failed", 1)
    assert result.detail == "unit.in_set (1)"
    later = by_name(audit(con, "run-b", rules=[], bounds=[]))["schema.core.fact_figure"]
    assert later.status == "passed"


def judge(con: duckdb.DuckDBPyConnection, name: str) -> CheckResult:
    return by_name(audit(con, RUN_KEY, rules=[], bounds=[BOUNDS[name]]))[name]


def many(good: int, bad: int) -> duckdb.DuckDBPyConnection:
    """A run of `good` sound facts and `bad` ones that a check sets aside."""
    batch = []
    for number in range(good + bad):
        held = document(f"{number}.txt")
        batch.append(extracted(held, figure(article(held), status="actual" if number < good else "done")))
    return loaded(*batch)


@pytest.mark.parametrize(
    ("good", "bad", "status"),
    [(16, 4, "passed"), (15, 5, "failed"), (2, 3, "not_applicable")],
)
def test_the_share_set_aside_is_bounded(good: int, bad: int, status: str) -> None:
    result = judge(many(good, bad), "set_aside_share")
    assert (result.status, result.severity) == (status, "block")
    assert bool(blocking([result])) == (status == "failed")


def unknown_figures(unknown: int, ignored: int) -> duckdb.DuckDBPyConnection:
    batch = []
    for number in range(unknown + ignored):
        held = document(f"{number}.txt")
        disposition = "unknown" if number < unknown else "ignored"
        batch.append(extracted(held, unclaimed(article(held), "30台", disposition)))
    return loaded(*batch)


@pytest.mark.parametrize(
    ("unknown", "ignored", "status"), [(25, 25, "passed"), (26, 24, "failed"), (9, 0, "not_applicable")]
)
def test_the_share_of_unknown_figures_is_bounded(unknown: int, ignored: int, status: str) -> None:
    assert judge(unknown_figures(unknown, ignored), "unknown_share").status == status


def pages(whole: int, blank: int) -> duckdb.DuckDBPyConnection:
    con = loaded(*(extracted(document(f"{number}.txt")) for number in range(whole)))
    for number in range(blank):
        item = replace(extracted(document(f"blank-{number}.txt")), articles=(), figures=())
        load_frames(con, frames(item))
    return con


@pytest.mark.parametrize(("whole", "blank", "status"), [(2, 2, "passed"), (0, 3, "failed"), (0, 2, "not_applicable")])
def test_documents_without_articles_are_bounded(whole: int, blank: int, status: str) -> None:
    con = pages(whole, blank) if whole else _blank(blank)
    assert judge(con, "articles_per_document").status == status


def _blank(count: int) -> duckdb.DuckDBPyConnection:
    con = open_warehouse()
    items = [replace(extracted(document(f"blank-{number}.txt")), articles=(), figures=()) for number in range(count)]
    load_frames(con, frames(*items))
    return con


@pytest.mark.parametrize(("whole", "blank", "status"), [(4, 6, "passed"), (0, 10, "failed"), (0, 9, "not_applicable")])
def test_documents_without_figures_are_bounded(whole: int, blank: int, status: str) -> None:
    con = pages(whole, blank) if whole else _blank(blank)
    assert judge(con, "figures_per_document").status == status


@pytest.mark.parametrize(("read", "failed", "status"), [(7, 3, "passed"), (6, 4, "failed"), (5, 4, "not_applicable")])
def test_the_share_of_unreadable_documents_is_bounded(read: int, failed: int, status: str) -> None:
    con = pages(read, 0)
    failures = [FailedRead(f"{number}.txt", f"in/{number}.bad", "the file is empty") for number in range(failed)]
    load_frames(con, {"ops.document_outcome": failed_frame(failures, run_key=RUN_KEY)})
    assert judge(con, "failed_documents_share").status == status


@pytest.mark.parametrize(("read", "failed", "status"), [(0, 3, "failed"), (0, 2, "not_applicable"), (1, 9, "passed")])
def test_an_extractor_that_takes_no_document_blocks(read: int, failed: int, status: str) -> None:
    con = pages(read, 0) if read else open_warehouse()
    reason = "extraction failed: NameError at metrics.py line 7"
    failures = [FailedRead(f"{number}.txt", f"in/{number}.bad", reason, f"{number:064d}") for number in range(failed)]
    load_frames(con, {"ops.document_outcome": failed_frame(failures, run_key=RUN_KEY)})
    result = judge(con, "extraction_fails_everywhere")
    assert (result.status, result.blocks) == (status, status == "failed")


def history(
    documents: tuple[int, ...], *, facts: int = 5, last_facts: int = 5, newest: str = "2026-10-30"
) -> duckdb.DuckDBPyConnection:
    """Runs a day apart that read so many documents each; the last one is the run under audit."""
    con = open_warehouse()
    for day, number in enumerate(documents, start=1):
        last = day == len(documents)
        key = RUN_KEY if last else f"run-{day}"
        con.execute(
            "INSERT INTO ops.run VALUES (?, 'direct', ?, ?, NULL, 'v', 'in', 0, 0)",
            [key, "running" if last else "published", f"2026-11-{day:02d}"],
        )
        con.execute(
            "INSERT INTO ops.document_outcome "
            "SELECT $day * 1000 + range, $key, NULL, 'n', 'a', 'read', NULL, 1, $facts, "
            "$facts, 0, 0 FROM range($number)",
            {"day": day, "key": key, "facts": last_facts if last else facts, "number": number},
        )
        load_frames(
            con,
            {
                name: frame
                for name, frame in frames(extracted(document(f"{day}.txt")), run_key=key).items()
                if name in ("raw.document", "core.dim_article")
            },
        )
    con.execute("UPDATE core.dim_article SET published_on = ?", [newest])
    return con


@pytest.mark.parametrize(
    ("documents", "status"),
    [
        ((40, 40, 40, 60), "passed"),
        ((40, 40, 40, 1), "failed"),
        ((2, 2, 2, 50), "failed"),
        ((40, 40, 1), "not_applicable"),
    ],
)
def test_volume_is_held_against_the_runs_before(documents: tuple[int, ...], status: str) -> None:
    result = judge(history(documents), "documents_against_trailing_runs")
    assert (result.status, result.severity) == (status, "warn")


@pytest.mark.parametrize(
    ("documents", "last_facts", "status"),
    [
        ((10,) * 4, 5, "passed"),
        ((10,) * 4, 0, "failed"),
        ((10, 10, 10, 9), 0, "not_applicable"),
        ((10,) * 3, 0, "not_applicable"),
    ],
)
def test_the_yield_of_documents_is_held_against_the_runs_before(
    documents: tuple[int, ...], last_facts: int, status: str
) -> None:
    result = judge(history(documents, last_facts=last_facts), "facts_per_document_against_trailing_runs")
    assert (result.status, result.severity) == (status, "block")


@pytest.mark.parametrize(
    ("runs", "newest", "status"),
    [(3, "2026-10-01", "passed"), (3, "2026-09-01", "failed"), (2, "2026-09-01", "not_applicable")],
)
def test_a_source_that_brings_nothing_new_is_named(runs: int, newest: str, status: str) -> None:
    result = judge(history((1,) * runs, newest=newest), "days_since_newest_article")
    assert result.status == status
    assert ("(in)" in result.detail) == (status != "not_applicable")


@pytest.mark.parametrize("bound", ["recipient_fill", "donor_fill", "publication_date_fill"])
@pytest.mark.parametrize(
    ("known", "unknown", "status"), [(25, 25, "passed"), (5, 45, "failed"), (0, 49, "not_applicable")]
)
def test_what_is_left_empty_is_bounded(bound: str, known: int, unknown: int, status: str) -> None:
    con = many(known + unknown, 0)
    emptied = {
        "recipient_fill": "UPDATE core.fact_figure SET recipient_key = NULL",
        "donor_fill": "UPDATE core.fact_figure SET donor_key = NULL",
        "publication_date_fill": "UPDATE core.dim_article SET published_on = NULL",
    }
    con.execute(f"{emptied[bound]} WHERE rowid >= {known}")
    assert judge(con, bound).status == status


BOUNDS_TESTED = (
    *("set_aside_share", "unknown_share", "articles_per_document", "figures_per_document"),
    "extraction_fails_everywhere",
    *("failed_documents_share", "documents_against_trailing_runs", "facts_per_document_against_trailing_runs"),
    *("recipient_fill", "donor_fill", "publication_date_fill", "days_since_newest_article"),
)


def test_every_bound_is_tested_here() -> None:
    assert sorted(BOUNDS) == sorted(BOUNDS_TESTED)
    assert all(bound.decided_on.year >= 2026 for bound in BOUNDS.values())


def test_the_catalogue_of_the_tests_is_like_the_real_one() -> None:
    real = tomllib.loads(resources.files("transforms").joinpath("lexicons/metrics.toml").read_text(encoding="utf-8"))
    for row in METRICS.to_dict("records"):
        assert {name: real[row["code"]][name] for name in ("unit", "group", "additive")} == {
            name: row[name] for name in ("unit", "group", "additive")
        }
