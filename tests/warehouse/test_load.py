"""Loading: exact, whole or not at all, and twice is once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import (
    FETCHED_AT,
    METRICS,
    PLACES,
    article,
    document,
    extracted,
    figure,
    frames,
    loaded,
    open_warehouse,
    unclaimed,
)
from warehouse.columns import COLUMNS
from warehouse.folding import fold
from warehouse.load import (
    RunRecord,
    assign_stories,
    load_dimensions,
    load_frames,
    mark_current,
    record_run,
    standing_of,
)


def contents(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    tables = [*COLUMNS, "core.dim_story", "core.dim_date"]
    return {table: con.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall() for table in tables}


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a.txt", "b.txt", "c.txt"]),
            st.lists(st.sampled_from(["16名", "120台", "30台"]), unique=True, max_size=3),
            st.decimals(0, 10**15, places=4),
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda row: row[0],
    )
)
def test_loading_twice_changes_nothing(given_documents: list[tuple[str, list[str], Decimal]]) -> None:
    batch = []
    for name, printed, value in given_documents:
        held = document(name)
        told = article(held)
        facts = [figure(told, text, value=value) for text in printed]
        batch.append(extracted(held, *(facts or [unclaimed(told, "16名")])))
    con = open_warehouse()
    made = frames(*batch)
    first = load_frames(con, made)
    before = contents(con)
    assert first["raw.document"] == len(batch)
    assert first["core.fact_figure"] == sum(len(printed) for _, printed, _ in given_documents)
    assert set(load_frames(con, made).values()) == {0}
    assert contents(con) == before
    # A later run that meets the same documents leaves them, and what they gave, alone.
    assert set(load_frames(con, frames(*batch, run_key="run-b")).values()) == {0}
    assert contents(con) == before


def test_amounts_come_back_exactly() -> None:
    told = article(document())
    values = [Decimal("999999999999999999.9999"), Decimal("0.0001"), Decimal("-0.31")]
    facts = [
        figure(told, "16名", metric, value=value, aspect="yoy_abs")
        for metric, value in zip(("personnel_sent", "surgeries", "funds_invested"), values, strict=True)
    ]
    con = open_warehouse()
    load_frames(con, frames(extracted(document(), *facts)))
    assert sorted(row[0] for row in con.execute("SELECT value FROM core.fact_figure").fetchall()) == sorted(values)


def test_an_error_undoes_the_whole_batch() -> None:
    con = open_warehouse()
    made = frames()
    made["core.fact_figure"].loc[0, "value"] = Decimal("1.23456")
    with pytest.raises(Exception, match="data loss"):
        load_frames(con, made)
    assert con.execute("SELECT count(*) FROM raw.document").fetchone() == (0,)
    assert load_frames(con, frames())["raw.document"] == 1


def test_a_table_that_is_not_loaded_is_refused() -> None:
    with pytest.raises(ValueError, match=r"core\.facts"):
        load_frames(open_warehouse(), {"core.facts": pd.DataFrame()})


def test_dimensions_follow_the_catalogue() -> None:
    con = open_warehouse()
    assert load_dimensions(con, METRICS, PLACES) == {"core.dim_metric": 0, "core.dim_place": 0}
    renamed = METRICS.assign(zh=METRICS["zh"].replace("手术量", "手术台次"))
    assert load_dimensions(con, renamed[1:], PLACES) == {"core.dim_metric": 1, "core.dim_place": 0}
    names = con.execute("SELECT name_zh FROM core.dim_metric ORDER BY metric_code").fetchall()
    assert names == [("床位使用率",), ("投入资金",), ("派出人员",), ("手术台次",)]


def test_the_newest_version_of_an_address_is_current() -> None:
    old = extracted(document(text="旧\n选派16名医生，完成手术120台，30台。\n", address="in/a.txt"))
    new = extracted(document(text="新\n选派16名医生，完成手术120台，30台。\n", address="in/a.txt"))
    con = open_warehouse()
    load_frames(con, frames(old, run_key="run-a"))
    load_frames(con, frames(new, run_key="run-b", fetched_at=FETCHED_AT + timedelta(days=1)))
    fold(con)
    assert con.execute("SELECT DISTINCT headline FROM mart.metrics").fetchall() == [("新",)]
    first, second = ((each.document.document_key, "in/a.txt") for each in (old, new))
    elsewhere, strange = (first[0], "in/b.txt"), ("0" * 64, "in/a.txt")
    assert standing_of(con, [first, second, elsewhere, strange]) == {
        first: "earlier",
        second: "known",
        elsewhere: "known",
    }
    # The address turns back to its old bytes, which are known and not read again.
    assert mark_current(con, [old.document.document_key], FETCHED_AT + timedelta(days=2)) == 1
    fold(con)
    assert con.execute("SELECT DISTINCT headline FROM mart.metrics").fetchall() == [("旧",)]


def test_a_document_set_aside_whole_is_known_until_it_is_released() -> None:
    bad = extracted(document("a.txt", damaged_chars=-1))
    con = loaded(bad)
    assert con.execute("SELECT count(*) FROM raw.document").fetchone() == (0,)
    seen = (bad.document.document_key, "in/a.txt")
    assert standing_of(con, [seen]) == {seen: "held"}
    con.execute("UPDATE ops.quarantine SET discarded_in_run_key = 'run-b'")
    assert standing_of(con, [seen]) == {seen: "known"}
    con.execute("UPDATE ops.quarantine SET released_in_run_key = 'run-b'")
    assert standing_of(con, [seen]) == standing_of(con, []) == {}


def test_reposts_share_a_story() -> None:
    con = loaded(extracted(document("a.txt")), extracted(document("b.txt")))
    assert con.execute("SELECT count(*) FROM core.dim_story").fetchone() == (2,)
    keys = [key for (key,) in con.execute("SELECT article_key FROM core.dim_article ORDER BY 1").fetchall()]
    stories = dict.fromkeys(keys, keys[0])
    assert assign_stories(con, stories) == 1
    assert assign_stories(con, stories) == 0
    assert con.execute("SELECT story_key, articles FROM core.dim_story").fetchall() == [(keys[0], 2)]


def test_dates_cover_the_years_that_are_touched() -> None:
    told = article(document())
    since = datetime(2021, 1, 1).date()
    con = loaded(extracted(document(), figure(told, period_start=since, period_end=told.published_on)))
    years = con.execute("SELECT year, count(*), min(five_year_plan) FROM core.dim_date GROUP BY year ORDER BY year")
    assert years.fetchall() == [(2021, 365, "十四五"), (2026, 365, "十五五")]


def test_a_run_is_recorded_once() -> None:
    con = open_warehouse()
    run = RunRecord("run-a", "direct", "running", datetime(2026, 11, 1, tzinfo=UTC), "v", documents_found=2)
    record_run(con, run)
    record_run(con, replace(run, status="published", finished_at=datetime(2026, 11, 1, 0, 1, tzinfo=UTC)))
    rows = con.execute("SELECT status, finished_at, documents_found FROM ops.run").fetchall()
    assert rows == [("published", datetime(2026, 11, 1, 0, 1), 2)]
