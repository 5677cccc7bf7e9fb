"""Setting rows aside: nothing lost, everything with its reason."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.quarantine import QUARANTINE_COLUMNS, SchemaFault, set_aside, set_aside_all
from tests.builders import RUN_KEY, article, document, extracted, figure, frames, open_warehouse, unclaimed
from warehouse.columns import COLUMNS
from warehouse.load import load_frames


def facts(*statuses: str) -> pd.DataFrame:
    told = article(document())
    return frames(
        extracted(
            document(),
            *(
                figure(told, "16名", status=status, value=Decimal(10 + number), aspect=f"yoy_abs{number}"[:7])
                for number, status in enumerate(statuses)
            ),
        )
    )["core.fact_figure"].assign(figure_key=pd.Series(range(len(statuses)), dtype="Int64"))


def test_quarantine_has_its_tables_columns() -> None:
    assert list(QUARANTINE_COLUMNS) == list(COLUMNS["ops.quarantine"])


def test_good_rows_go_on_and_bad_ones_keep_all_they_had() -> None:
    good, bad = set_aside("core.fact_figure", facts("actual", "done", "planned"))
    assert good["status"].tolist() == ["actual", "planned"]
    row = bad.iloc[0]
    assert (row["table_name"], row["row_key"], row["run_key"]) == ("core.fact_figure", "1", RUN_KEY)
    assert row["check_name"] == "status.in_set"
    assert row["reason"] == "status is none of actual, planned"
    kept = json.loads(row["payload"])
    assert set(kept) == set(COLUMNS["core.fact_figure"])
    assert (kept["status"], kept["value"], kept["sentence"][:3], kept["period_end"]) == ("done", "11", "泉州市", None)


def test_every_fault_of_a_row_is_named() -> None:
    frame = facts("done")
    frame.loc[0, "approximation"] = "circa"
    _, bad = set_aside("core.fact_figure", frame)
    assert "status is none of" in bad["reason"][0]
    assert "approximation is none of" in bad["reason"][0]


def test_of_a_duplicate_the_first_stays() -> None:
    frame = facts("actual", "actual", "actual")
    frame["figure_key"] = pd.Series([7, 7, 7], dtype="Int64")
    good, bad = set_aside("core.fact_figure", frame)
    assert len(good) == 1
    assert bad["check_name"].tolist() == ["figure_key.field_uniqueness"] * 2
    assert bad["quarantine_key"].is_unique


def test_the_index_of_the_frame_does_not_matter() -> None:
    frame = facts("actual", "done", "done")
    frame.index = pd.Index([5, 5, 5])
    good, bad = set_aside("core.fact_figure", frame)
    assert (len(good), len(bad)) == (1, 2)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda frame: frame.drop(columns="unit"), "unit"),
        (lambda frame: frame.assign(mood="glad"), "mood"),
        (lambda frame: frame.assign(char_start="three"), r"char_start: dtype"),
    ],
)
def test_a_frame_of_another_shape_is_a_fault_of_the_program(change: Any, named: str) -> None:
    with pytest.raises(SchemaFault, match=rf"core\.fact_figure is not of its shape: .*{named}"):
        set_aside("core.fact_figure", change(facts("actual")))


def test_what_depends_on_a_row_set_aside_goes_with_it() -> None:
    good_doc, bad_doc = document("a.txt"), document("b.txt", size_bytes=0)
    batch = frames(extracted(good_doc), extracted(bad_doc))
    made = set_aside_all(batch, run_key=RUN_KEY)
    assert made["raw.document"]["name"].tolist() == ["a.txt"]
    assert len(made["core.dim_article"]) == 1
    assert len(made["core.fact_figure"]) == 3
    aside = made["ops.quarantine"]
    assert aside["document_key"].tolist() == [bad_doc.document_key] * 5
    assert set(aside["check_name"]) == {
        "size_bytes.at_least",
        "depends_on.raw.document",
        "depends_on.core.dim_article",
    }


def test_an_article_set_aside_takes_its_unclaimed_figures() -> None:
    held = document()
    told = article(held, ordinal=-1)
    made = set_aside_all(frames(extracted(held, unclaimed(told, "30台"), articles=(told,))), run_key=RUN_KEY)
    assert made["core.unclaimed_figure"].empty
    assert made["ops.quarantine"]["document_key"].tolist() == [held.document_key] * 2
    assert len(made["raw.document"]) == 1


STATUSES = st.sampled_from(["actual", "planned", "done", ""])


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(-1, 2), st.lists(STATUSES, max_size=4)), min_size=1, max_size=4)
)
def test_accepted_and_set_aside_make_what_was_given(documents: list[tuple[int, int, list[str]]]) -> None:
    """Documents, articles and figures at random, sound or not: each row is in one place, and none is an orphan."""
    batch = []
    for number, (size, ordinal, statuses) in enumerate(documents):
        held = document(f"{number}.txt", size_bytes=size)
        told = article(held, ordinal=ordinal)
        rows = [
            figure(told, "16名", metric, status=status)
            for metric, status in zip(
                ("personnel_sent", "surgeries", "funds_invested", "bed_occupancy"), statuses, strict=False
            )
        ]
        batch.append(extracted(held, *(rows or [unclaimed(told, "30台")]), articles=(told,)))
    given_frames = frames(*batch)
    made = set_aside_all(given_frames, run_key=RUN_KEY)
    aside = made["ops.quarantine"].groupby("table_name").size()
    for table, frame in given_frames.items():
        assert len(made[table]) + aside.get(table, 0) == len(frame), table
    assert set(made["core.fact_figure"]["status"]) <= {"actual", "planned"}
    con = open_warehouse()
    added = load_frames(con, made)
    assert added == {table: len(frame) for table, frame in made.items()}
    orphans = con.execute("FROM core.fact_figure ANTI JOIN core.dim_article USING (article_key)").fetchall()
    assert orphans == []
