"""The exports, opened by the programs that they are for: DuckDB, pandas, a spreadsheet reader, a validator, YAML."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pytest
import yaml

from tests.builders import article, document, extracted, figure, loaded
from warehouse import export


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])


def test_parquet_is_cut_by_year_and_exact(examples: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    export.to_parquet(examples, tmp_path)
    files = tmp_path / "parquet" / "metrics"
    assert len(list(files.glob("told_year=*"))) > 5
    back = f"read_parquet('{files}/**/*.parquet', hive_partitioning = true)"
    with duckdb.connect() as con:
        assert con.execute(f"SELECT count(*), sum(value), typeof(any_value(value)) FROM {back}").fetchall() == (
            examples.execute("SELECT count(*), sum(value), 'DECIMAL(22,4)' FROM mart.metrics").fetchall()
        )
    # A second export replaces the first, and leaves what is not its own.
    (files / "notes.txt").write_text("mine")
    export.to_parquet(examples, tmp_path)
    with duckdb.connect() as con:
        assert _count(con, back) == _count(examples, "mart.metrics")
    assert (files / "notes.txt").exists()


def test_csv_opens_in_excel_and_in_pandas(examples: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    for path in export.to_csv(examples, tmp_path):
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        assert b"\r\n" in path.read_bytes()
    told = pd.read_csv(tmp_path / "csv" / "metrics.csv", dtype=str, keep_default_na=False)
    assert len(told) == _count(examples, "mart.metrics")
    total = sum(Decimal(value) for value in told["value"])
    assert total == examples.execute("SELECT sum(value) FROM mart.metrics").fetchall()[0][0]


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "－cmd"])
def test_no_text_is_taken_for_a_formula(start: str, tmp_path: Path) -> None:
    held = document(text=f"{start}标题\n手术减少16名。\n")
    own = article(held, headline=f"{start}标题", outlet=start)
    con = loaded(
        extracted(
            held, figure(own, "16名", value=Decimal(-16), value_low=Decimal(-16), aspect="yoy_abs"), articles=(own,)
        )
    )
    con.execute("UPDATE core.fact_figure SET value_high = -16")
    export.to_csv(con, tmp_path)
    with (tmp_path / "csv" / "metrics.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = list(csv.DictReader(file))
    assert row["outlet"] == f"'{start}"
    assert row["headline"].startswith("'")
    assert row["value"] == "-16", "a number is no text"
    (path,) = export.to_xlsx(con, tmp_path)
    sheet = openpyxl.load_workbook(path)["metrics"]
    cells = {cell.value: cell for line in sheet.iter_rows() for cell in line}
    assert cells[start].data_type == "s"
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)


def test_a_workbook_has_a_sheet_a_mart(examples: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    (path,) = export.to_xlsx(examples, tmp_path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[1:] == [*export.MARTS, *export.DICTIONARIES]
    told = book["story_metrics"]
    assert told.freeze_panes == "A2"
    assert told.max_row == _count(examples, "mart.story_metrics") + 1
    heads = [cell.value for cell in told[1]]
    assert heads == [column.name for column in export.describe(examples, "mart.story_metrics").columns]
    values = [line[heads.index("value")] for line in told.iter_rows(min_row=2)]
    assert (
        sum(Decimal(str(cell.value)) for cell in values)
        == (examples.execute("SELECT sum(value) FROM mart.story_metrics").fetchall()[0][0])
    )
    assert {cell.number_format for cell in values} <= {"#,##0", "#,##0.####"}
    days = [line[heads.index("first_published_on")] for line in told.iter_rows(min_row=2)]
    assert all(cell.is_date for cell in days if cell.value is not None)
    # Story keys have up to nineteen digits, more than a spreadsheet's numbers hold.
    keys = {line[0].value for line in told.iter_rows(min_row=2)}
    assert {int(key) for key in keys} == {
        key for (key,) in examples.execute("SELECT story_key FROM mart.story_metrics").fetchall()
    }


def test_a_long_mart_goes_on_in_another_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "_SPREADSHEET_ROWS", 3)
    con = loaded()
    (path,) = export.to_xlsx(con, tmp_path)
    book = openpyxl.load_workbook(path)
    rows = sum(book[name].max_row - 1 for name in ("metrics", "metrics 2"))
    assert rows == _count(con, "mart.metrics") == 3


def test_a_validator_accepts_the_data_package(examples: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    import frictionless

    export.to_csv(examples, tmp_path)
    (path,) = export.to_datapackage(examples, tmp_path)
    report = frictionless.validate(str(path))
    assert report.valid, report.flatten(["type", "note"])
    assert len(report.tasks) == len(export.MARTS) + len(export.DICTIONARIES)
    fields = [
        field for resource in json.loads(path.read_text("utf-8"))["resources"] for field in resource["schema"]["fields"]
    ]
    assert all(field["description"] for field in fields)
    assert {field["type"] for field in fields} >= {"number", "integer", "date", "datetime", "boolean", "string"}
    # The validator reads the types: a word where a number belongs is refused.
    broken = tmp_path / "csv" / "scorecard.csv"
    heads = broken.read_text("utf-8-sig").split("\r\n", 1)[0]
    broken.write_text(heads + "\r\n" + ",".join("many" for _ in heads.split(",")) + "\r\n", encoding="utf-8-sig")
    assert not frictionless.validate(str(path)).valid


def test_dbt_sources_name_every_relation(examples: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    (path,) = export.to_dbt(examples, tmp_path)
    told = yaml.safe_load(path.read_text("utf-8"))
    assert told["version"] == 2
    named = {f"{source['schema']}.{table['name']}" for source in told["sources"] for table in source["tables"]}
    real = examples.execute(
        "SELECT table_schema || '.' || table_name FROM information_schema.tables "
        "WHERE table_catalog = current_database()"
    ).fetchall()
    assert named == {name for (name,) in real}
    columns = [column for source in told["sources"] for table in source["tables"] for column in table["columns"]]
    assert all(column["description"] and column["data_type"] for column in columns)
