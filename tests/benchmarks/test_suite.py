"""The benchmark suite measures every row that it names, keeps its history as data and its page in step."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from benchmarks import results
from benchmarks.results import Row, append_history, beside, fill_page, markdown, read_history, run_facts, tables
from benchmarks.rows import LARGE, ROWS, quantities
from benchmarks.rows.marts import QUESTION, bare_scan, multiply, seconds
from benchmarks.soak import Sample, judge
from benchmarks.suite import run
from benchmarks.workspace import Workspace
from warehouse.publish import PUBLISHED_NAME

ROOT = Path(__file__).resolve().parents[2]
QUICK = ("job", "checks", "extract", "load", "nothing_new", "publish", "reposts")


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("bench"), 30)


@pytest.fixture(scope="module")
def rows(space: Workspace) -> list[Row]:
    rows, failed = run(space, QUICK)
    assert not failed
    return rows


def test_each_row_is_measured_beside_something(rows: list[Row]) -> None:
    assert [row.row for row in rows] == list(QUICK)
    assert all(row.value and row.beside and row.ratio and row.ratio > 0 for row in rows)
    # One is beside another library's work, one has its goal for many articles.
    assert {row.row for row in rows if row.met is None} == {"extract", "nothing_new"}


def test_the_job_tells_where_its_time_went(space: Workspace, rows: list[Row]) -> None:
    told = space.job().told
    assert told["documents"] == 30
    assert {"survey", "read", "extract", "load", "complete", "check", "publish"} <= set(told["steps"])
    assert 0 < sum(seconds for name, seconds in told["steps"].items() if name != "check rows") <= told["cpu"]
    assert space.job().peak_bytes > 50_000_000


def test_facts_are_multiplied_and_every_question_has_its_scan(space: Workspace, rows: list[Row]) -> None:
    path = space.folder / "facts.duckdb"
    shutil.copyfile(space.home() / PUBLISHED_NAME, path)
    asked = QUESTION.findall((ROOT / "docs" / "questions.md").read_text(encoding="utf-8"))
    with duckdb.connect(str(path)) as con:
        ((before, spread),) = con.execute("SELECT count(*), count(DISTINCT value) FROM mart.metrics").fetchall()
        made = multiply(con, 3 * before)
        ((keys, values),) = con.execute(
            "SELECT count(DISTINCT article_key), count(DISTINCT value) FROM mart.metrics"
        ).fetchall()
        assert made >= 3 * before * 0.95
        assert values > spread
        assert keys % 3 == 0
        for _, _, sql in asked[:3]:
            assert seconds(con, bare_scan(con, sql)) > 0
    assert len(asked) == 20


def test_history_is_data_and_names_neither_machine_nor_folder(tmp_path: Path, rows: list[Row]) -> None:
    history = tmp_path / "history.jsonl"
    append_history(run_facts(30), rows, history)
    append_history(run_facts(30), rows, history)
    assert [held for _, held in read_history(history)] == [rows, rows]
    line = json.loads(history.read_text(encoding="utf-8").splitlines()[0])
    assert set(line) == {"at", "commit", "cpus", "python", "size", "load", "rows"}
    assert "/" not in "".join(row["note"] for row in line["rows"]).replace("s/MB", "").replace("/s", "")


def test_the_page_takes_the_newest_measurement_of_each_row(tmp_path: Path) -> None:
    history, page = tmp_path / "history.jsonl", tmp_path / "page.md"
    for value in (3.0, 1.5):
        append_history(run_facts(10_000), [beside("load", "load", value, "s", "bare", 1.0, goal="≤ 2")], history)
    append_history(run_facts(10_000), [beside("job", "the job", 5.0, "s", "cut", 1.0, goal="≤ 1.0")], history)
    page.write_text("before\n<!-- bench:table -->\nold\n<!-- end -->\nafter\n", encoding="utf-8")
    fill_page({"table": tables(history)}, page)
    text = page.read_text(encoding="utf-8")
    assert "| load | 1.5 s | bare: 1 | 1.5 | ≤ 2 | yes |" in text
    assert "| the job | 5 s | cut: 1 | 5 | ≤ 1.0 | **no** |" in text
    assert "old" not in text
    assert text.startswith("before\n")
    assert text.endswith("<!-- end -->\nafter\n")


def test_quantities_are_scored_and_peers_that_are_missing_are_said_to_be(
    space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quantities, "PEERS_PYTHON", ROOT / "no such file")
    ours, *peers = quantities.beside_peers(space)
    assert ours.value is not None
    assert ours.value > 0
    assert "values right" in ours.note
    assert {row.beside for row in peers} == {"peer not installed"}


def test_a_peer_that_is_missing_is_neither_met_nor_missed() -> None:
    row = Row("quantities_x", "times faster than x", None, "s/MB", "peer not installed", goal="≥ 20")
    assert row.met is None
    assert "| peer not installed | – | ≥ 20 | – |" in markdown([row])


def test_large_rows_are_rows() -> None:
    assert set(LARGE) <= set(ROWS)
    assert results.HISTORY.suffix == ".jsonl"


def _sample(minute: int, *, leak: int = 0) -> Sample:
    return Sample(
        minute=minute,
        service_memory=200_000_000 + leak * minute * 5_000_000,
        server_memory=300_000_000,
        service_files=20 + leak * minute,
        server_files=30,
        connections=12,
        processes=3,
        prefect_database=1_000_000 + 20_000 * minute,
        flow_runs=minute,
        warehouse=5_000_000 + 40_000 * minute,
        home=40_000_000,
        documents=20 * minute,
        loaded=20 * minute,
    )


def test_a_soak_that_only_the_data_makes_grow_holds_and_a_leak_does_not() -> None:
    assert all(verdict.holds for verdict in judge([_sample(minute) for minute in range(30)]))
    leaky = {verdict.what for verdict in judge([_sample(minute, leak=1) for minute in range(30)]) if not verdict.holds}
    assert leaky == {"memory of the service", "open files of the service"}
