"""From the extractor's words to frames."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from tests.builders import METRICS, PLACES, article, document, extracted, figure, frames, unclaimed
from warehouse.columns import COLUMNS
from warehouse.rows import FailedRead, dimension_frames, failed_frame, metric_key


def test_every_figure_stands_in_one_table_and_is_counted() -> None:
    held = document()
    told = article(held)
    made = frames(
        extracted(held, figure(told), unclaimed(told, "30台"), unclaimed(told, "120台", "unknown", "no rule"))
    )
    assert made["core.fact_figure"]["figure"].tolist() == ["16名"]
    assert made["core.unclaimed_figure"]["disposition"].tolist() == ["ignored", "unknown"]
    outcome = made["ops.document_outcome"].iloc[0]
    assert [outcome[name] for name in ("articles", "figures", "facts", "ignored", "unknown")] == [1, 3, 1, 1, 1]


def test_frames_keep_dtypes_without_rows() -> None:
    made = frames(extracted(document(), articles=(article(document()),)))
    for table, frame in made.items():
        assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == COLUMNS[table], table
    empty = frames()["core.unclaimed_figure"]
    assert empty.empty
    assert {name: str(dtype) for name, dtype in empty.dtypes.items()} == COLUMNS["core.unclaimed_figure"]


def test_amounts_stay_exact() -> None:
    told = article(document())
    made = frames(extracted(document(), figure(told, value=Decimal("1000000000000000.0001"))))
    assert made["core.fact_figure"]["value"].tolist() == [Decimal("1000000000000000.0001")]


def test_a_number_beyond_any_amount_is_kept_as_text_alone() -> None:
    told = article(document())
    beyond = unclaimed(told, "120台")
    made = frames(extracted(document(), replace(beyond, value=Decimal(10) ** 30)))
    assert made["core.unclaimed_figure"]["value"].tolist() == [None]
    assert made["core.unclaimed_figure"]["figure"].tolist() == ["120台"]


def test_the_same_document_twice_counts_once() -> None:
    made = frames(extracted(), extracted())
    assert len(made["raw.document"]) == 1
    assert len(made["core.fact_figure"]) == 3
    assert len(made["ops.document_outcome"]) == 1


def test_organisations_and_programmes_are_told_once() -> None:
    made = frames(extracted(document("a.txt")), extracted(document("b.txt")))
    assert made["core.dim_organisation"]["name"].tolist() == ["昌吉市人民医院"]
    assert made["core.dim_programme"][["channel", "batch", "name"]].values.tolist() == [
        ["援疆", "第九批", "援疆 第九批"]
    ]
    fact = made["core.fact_figure"].iloc[0]
    assert fact["organisation_key"] == made["core.dim_organisation"]["organisation_key"][0]
    assert fact["programme_key"] == made["core.dim_programme"]["programme_key"][0]


def test_a_moment_must_say_its_zone() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        frames(fetched_at=datetime(2026, 11, 1))


def test_dimensions_come_in_the_tables_shape() -> None:
    made = dimension_frames(METRICS, PLACES)
    surgeries = made["core.dim_metric"].set_index("metric_code").loc["surgeries"]
    assert surgeries["metric_key"] == metric_key("surgeries")
    assert surgeries["name_zh"] == "手术量"
    assert made["core.dim_metric"]["excludes"].isna().tolist() == [False, True, True, True]
    assert (surgeries["counts"], surgeries["counts_zh"]) == ("operations performed", "完成手术的台次数")
    assert made["core.dim_metric"]["excludes_zh"].isna().tolist() == [False, True, True, True]
    assert made["core.dim_place"]["place_key"].tolist() == [350000, 350500, 650000, 652300, 652301]


def test_a_failed_read_keeps_its_reason() -> None:
    made = failed_frame([FailedRead("x.txt", "in/x.txt", "the file is empty")], run_key="run-a")
    assert made[["outcome", "reason", "figures"]].values.tolist() == [["failed", "the file is empty", 0]]
    assert made["document_key"].isna().all()
