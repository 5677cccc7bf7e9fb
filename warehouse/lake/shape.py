"""The tables and views of a lake: what a fresh warehouse has, so that there is one definition of both.

A lake has no keys, no types of its own and no comments on the columns of views; the rules of `checks` prove the keys.
"""

from __future__ import annotations

import hashlib

import duckdb

from warehouse.lake.connection import LAKE
from warehouse.migrate import OWN_SCHEMAS, migrate, program_shape_key, refuse_newer, scripts

RELEASES = "ops.lake_release"
OF_THE_LAKE = f"""
CREATE TABLE IF NOT EXISTS {RELEASES} (
    snapshot_id BIGINT NOT NULL, run_key VARCHAR NOT NULL, released_at TIMESTAMP NOT NULL
);
CREATE TABLE IF NOT EXISTS ops.lake_shape (shape_key VARCHAR NOT NULL, made_at TIMESTAMP NOT NULL);
COMMENT ON TABLE {RELEASES} IS 'One state of the lake that passed its checks, in the order of release (发布).';
COMMENT ON COLUMN {RELEASES}.snapshot_id IS 'Snapshot of the lake that readers see (快照号).';
COMMENT ON COLUMN {RELEASES}.run_key IS 'Run that checked and released it (发布该状态的运行).';
COMMENT ON COLUMN {RELEASES}.released_at IS 'When, UTC (发布时间).';
COMMENT ON TABLE ops.lake_shape IS 'One shape that the tables and views of this lake had, the newest valid (结构版本).';
COMMENT ON COLUMN ops.lake_shape.shape_key IS 'Hash over the migrations and views that gave it (结构哈希).';
COMMENT ON COLUMN ops.lake_shape.made_at IS 'When, UTC (生成时间).';
"""


def shape_key() -> str:
    """A hash over all that gives a lake its shape."""
    return hashlib.sha256((program_shape_key() + OF_THE_LAKE).encode()).hexdigest()[:16]


def is_in_shape(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether the lake has the tables and views of this version. Raises MigrationError where a newer one wrote it."""
    try:
        rows = con.execute("SELECT arg_max(shape_key, made_at) FROM ops.lake_shape").fetchall()
    except duckdb.CatalogException:
        return False
    if rows != [(shape_key(),)]:
        refuse_newer(con)
        return False
    return True


def bring_into_shape(con: duckdb.DuckDBPyConnection) -> None:
    """Make what the lake lacks of tables, columns and comments, and its views anew, in one transaction.

    The caller has the writer's turn. Columns that a migration added come empty, as in a file that it is applied to.
    """
    with duckdb.connect() as model:
        migrate(model)
        con.begin()
        try:
            for schema in OWN_SCHEMAS:
                con.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
            # A view of an earlier version may be a table now.
            _drop_views(con)
            _make_tables(con, model)
            con.execute(OF_THE_LAKE)
            _make_views(con)
            con.execute("DELETE FROM ops.migration")
            applied = model.execute("FROM ops.migration").to_arrow_table()
            con.register("applied", applied)
            con.execute("INSERT INTO ops.migration BY NAME FROM applied")
            con.unregister("applied")
            con.execute("INSERT INTO ops.lake_shape VALUES (?, current_timestamp AT TIME ZONE 'UTC')", [shape_key()])
            con.commit()
        except BaseException:
            con.rollback()
            raise


def _make_tables(con: duckdb.DuckDBPyConnection, model: duckdb.DuckDBPyConnection) -> None:
    held = con.execute(
        "SELECT schema_name || '.' || table_name, column_name FROM duckdb_columns() WHERE database_name = ?", [LAKE]
    ).fetchall()
    wanted: dict[str, list[tuple[str, str, bool, str | None]]] = {}
    for table, *column in model.execute(
        "SELECT schema_name || '.' || table_name, column_name, data_type, is_nullable, comment FROM duckdb_columns() "
        "WHERE list_contains(?, schema_name) AND (schema_name, table_name) IN "
        "(SELECT (schema_name, table_name) FROM duckdb_tables()) ORDER BY table_oid, column_index",
        [list(OWN_SCHEMAS)],
    ).fetchall():
        wanted.setdefault(table, []).append((column[0], column[1], column[2], column[3]))
    told = dict(model.execute("SELECT schema_name || '.' || table_name, comment FROM duckdb_tables()").fetchall())
    for table, columns in wanted.items():
        has = {column for name, column in held if name == table}
        if not has:
            lines = [f"{name} {kind}{'' if may_lack else ' NOT NULL'}" for name, kind, may_lack, _ in columns]
            con.execute(f"CREATE TABLE {table} ({', '.join(lines)})")
            _comment(con, f"TABLE {table}", told[table])
        for name, kind, _, comment in columns:
            if has and name not in has:
                con.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind}")
            if name not in has:
                _comment(con, f"COLUMN {table}.{name}", comment)


def _comment(con: duckdb.DuckDBPyConnection, what: str, comment: str | None) -> None:
    if comment is not None:
        quoted = comment.replace("'", "''")
        con.execute(f"COMMENT ON {what} IS '{quoted}'")


def _drop_views(con: duckdb.DuckDBPyConnection) -> None:
    existing = con.execute(
        "SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal AND database_name = ?", [LAKE]
    ).fetchall()
    for schema, view in existing:
        con.execute(f"DROP VIEW {schema}.{view}")


def _make_views(con: duckdb.DuckDBPyConnection) -> None:
    for script in scripts("views"):
        for statement in duckdb.extract_statements(script.sql):
            if statement.type != duckdb.StatementType.ALTER and "COMMENT ON COLUMN" not in statement.query:
                con.execute(statement.query)
