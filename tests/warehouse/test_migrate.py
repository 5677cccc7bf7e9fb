"""The shape of the warehouse: every migration once, every view anew, a comment on everything."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.builders import METRICS, PLACES
from warehouse import migrate as migrating
from warehouse.columns import COLUMNS
from warehouse.load import load_dimensions
from warehouse.migrate import MigrationError, Script, migrate, scripts
from warehouse.rows import metric_key


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    migrate(made)
    return made


def shape(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return con.execute(
        "SELECT schema_name, table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal"
    ).fetchall()


def test_every_table_view_and_column_has_a_comment_with_a_chinese_term(con: duckdb.DuckDBPyConnection) -> None:
    tables = con.execute("SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal").fetchall()
    views = con.execute("SELECT view_name, comment FROM duckdb_views() WHERE NOT internal").fetchall()
    columns = con.execute(
        "SELECT concat_ws('.', schema_name, table_name, column_name), comment FROM duckdb_columns() WHERE NOT internal"
    ).fetchall()
    assert len(tables) >= 15
    assert len(columns) > 200
    bare = [
        name
        for name, comment in [*tables, *views, *columns]
        if not comment or not any("\u4e00" <= char <= "\u9fff" for char in comment)
    ]
    assert bare == []


def test_every_sql_file_states_its_grain_first() -> None:
    found = [script for folder in ("migrations", "views") for script in scripts(folder)]
    assert [script.name for script in found if not script.sql.startswith("-- Grain: ")] == []


def test_migrating_twice_changes_nothing(con: duckdb.DuckDBPyConnection) -> None:
    before = shape(con), con.execute("FROM ops.migration").fetchall()
    migrate(con)
    assert (shape(con), con.execute("FROM ops.migration").fetchall()) == before


def test_a_file_ahead_of_the_code_is_refused(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("INSERT INTO ops.migration VALUES (9001, '9001_later.sql', 'x', now()::TIMESTAMP)")
    with pytest.raises(MigrationError, match=r"at migration 9001, and this version of aidledger knows only \d+"):
        migrate(con)


def test_an_edited_migration_is_refused(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("UPDATE ops.migration SET sha256_key = 'other' WHERE number = 2")
    with pytest.raises(MigrationError, match=r"0002_\w+\.sql was edited"):
        migrate(con)


def test_a_failing_migration_leaves_nothing_behind(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = scripts("migrations")
    broken = Script(9000, "9000_broken.sql", "CREATE TABLE core.half (k BIGINT); CREATE TABLE core.half (k BIGINT);")
    monkeypatch.setattr(migrating, "scripts", lambda folder: (*known, broken) if folder == "migrations" else ())
    before = shape(con)
    with pytest.raises(MigrationError, match=r"9000_broken\.sql failed and was undone"):
        migrate(con)
    assert shape(con) == before
    assert con.execute("SELECT max(number) FROM ops.migration").fetchone() == (known[-1].number,)


def test_a_file_without_the_chinese_words_gets_room_for_them_and_the_next_run_writes_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A metric that a version before migration 10 wrote: nothing in Chinese, then what the catalogue says."""
    con = duckdb.connect()
    with monkeypatch.context() as before:
        of_then = tuple(script for script in scripts("migrations") if script.number < 10)
        before.setattr(migrating, "scripts", lambda folder: of_then if folder == "migrations" else ())
        migrate(con)
    row = METRICS.to_dict("records")[0]
    held = [row[name] for name in ("code", "zh", "en", "unit", "group", "additive", "means", "not")]
    con.execute("INSERT INTO core.dim_metric VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", [metric_key(row["code"]), *held])
    of_check = ["r", "c", "run", "warn", "passed", 0, "d", None, "o", "why", "2026-11-01"]
    con.execute("INSERT INTO ops.check_result VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", of_check)
    migrate(con)
    told = "SELECT counts, counts_zh, excludes_zh FROM core.dim_metric WHERE metric_code = 'personnel_sent'"
    assert con.execute(told).fetchall() == [("staff sent", None, None)]
    assert con.execute("SELECT reason, reason_zh FROM mart.quality").fetchall() == [("why", None)]
    load_dimensions(con, METRICS, PLACES)
    assert con.execute(told).fetchall() == [("staff sent", "派出的人员数", "患者")]


def test_a_view_that_left_the_code_leaves_the_file(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("CREATE VIEW mart.forgotten AS SELECT 1 AS one")
    migrate(con)
    views = con.execute("SELECT view_name FROM duckdb_views() WHERE schema_name = 'mart'").fetchall()
    assert ("forgotten",) not in views
    assert ("metrics",) in views


def test_views_that_this_version_made_are_left_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with duckdb.connect(tmp_path / "made.duckdb") as made:
        migrate(made)
    made_anew: list[object] = []
    monkeypatch.setattr(migrating, "recreate_views", made_anew.append)
    with duckdb.connect(tmp_path / "made.duckdb") as reopened:
        migrate(reopened)
        assert made_anew == []
        monkeypatch.setattr(migrating, "program_shape_key", lambda: "of another version")
        migrate(reopened)
        assert made_anew == [reopened]


@pytest.mark.parametrize(
    "meddling",
    ["CREATE OR REPLACE VIEW mart.metrics AS SELECT 1 AS value", "DROP VIEW mart.quality"],
)
def test_a_view_that_somebody_changed_is_made_anew(con: duckdb.DuckDBPyConnection, meddling: str) -> None:
    def views() -> list[tuple[object, ...]]:
        return con.execute("SELECT view_name, sql FROM duckdb_views() WHERE NOT internal ORDER BY ALL").fetchall()

    before = views()
    con.execute(meddling)
    assert views() != before
    migrate(con)
    assert views() == before


def test_frames_have_the_columns_of_their_tables(con: duckdb.DuckDBPyConnection) -> None:
    for table, columns in COLUMNS.items():
        assert [name for name, *_ in con.execute(f"DESCRIBE {table}").fetchall()] == list(columns), table
