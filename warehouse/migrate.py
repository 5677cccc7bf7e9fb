"""Bring a warehouse file to the shape that this code knows: numbered migrations once, views where theirs is another."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources

import duckdb

BOOTSTRAP = """
CREATE SCHEMA IF NOT EXISTS ops;
CREATE TABLE IF NOT EXISTS ops.migration (
    number INTEGER NOT NULL, name VARCHAR NOT NULL, sha256_key VARCHAR NOT NULL, applied_at TIMESTAMP NOT NULL
);
"""
# Grain: one making of the views, the last one.
VIEWS_MADE = """
CREATE OR REPLACE TABLE ops.views_made (shape_key VARCHAR NOT NULL, definitions_key VARCHAR NOT NULL);
COMMENT ON TABLE ops.views_made IS 'The last making of the views; while both hashes hold, they stay (视图版本).';
COMMENT ON COLUMN ops.views_made.shape_key IS 'Hash over the program''s migrations and views (结构哈希).';
COMMENT ON COLUMN ops.views_made.definitions_key IS 'Hash over the views as they stood in the file (视图定义哈希).';
"""
# DuckDB tells a view that it read from a file with other blanks and brackets than one just made, and without that hint.
DEFINITIONS_KEY = r"""
SELECT md5(string_agg(
    schema_name || '.' || view_name || regexp_replace(sql, '\s|[()]|NOT MATERIALIZED', '', 'g'), ''
    ORDER BY schema_name, view_name
)) FROM duckdb_views() WHERE NOT internal AND list_contains(?, schema_name)
"""
OWN_SCHEMAS = ("raw", "core", "mart", "ops")
COMMENT_SOURCES = ("core.fact_figure", "core.dim_article", "core.dim_story", "raw.document", "ops.check_result")


class MigrationError(Exception):
    """The file cannot be brought to the shape that this code knows; the message says why."""


@dataclass(frozen=True, slots=True)
class Script:
    """One SQL file of the package: `number` from its name (0001_x.sql is 1; views are ordered by it too)."""

    number: int
    name: str
    sql: str

    @property
    def sha256_key(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


@cache
def scripts(folder: str) -> tuple[Script, ...]:
    """The SQL files of `warehouse/<folder>` in the order of their numbers. Two with one number: MigrationError."""
    found = []
    for entry in resources.files("warehouse").joinpath(folder).iterdir():
        if entry.name.endswith(".sql"):
            found.append(Script(int(entry.name.split("_", 1)[0]), entry.name, entry.read_text(encoding="utf-8")))
    found.sort(key=lambda script: script.number)
    numbers = [script.number for script in found]
    if len(set(numbers)) != len(numbers):
        raise MigrationError(f"two files in warehouse/{folder} carry one number: {[script.name for script in found]}")
    return tuple(found)


def pending(applied: dict[int, tuple[str, str]], known: tuple[Script, ...]) -> tuple[Script, ...]:
    """The migrations still to apply. `applied` maps number to (name, sha256_key).

    Raises MigrationError where the file is ahead of the code, or a migration was edited after it was applied.
    """
    _assert_known(max(applied, default=0), known)
    for script in known:
        if script.number in applied and applied[script.number][1] != script.sha256_key:
            raise MigrationError(f"migration {script.name} was edited after it was applied: add a new one instead")
    return tuple(script for script in known if script.number not in applied)


def _assert_known(newest_applied: int, known: tuple[Script, ...]) -> None:
    newest_known = max((script.number for script in known), default=0)
    if newest_applied > newest_known:
        raise MigrationError(
            f"the warehouse is at migration {newest_applied}, and this version of aidledger knows only "
            f"{newest_known}: use the newer version that wrote it, or another --home"
        )


def refuse_newer(con: duckdb.DuckDBPyConnection) -> None:
    """MigrationError where a newer version of aidledger wrote the file: its columns may mean something else there."""
    try:
        row = con.execute("SELECT max(number) FROM ops.migration").fetchone()
    except duckdb.CatalogException:
        return
    _assert_known(int((row or (0,))[0] or 0), scripts("migrations"))


def pending_in(con: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Names of the migrations that a file still lacks. Raises as `pending`."""
    return tuple(script.name for script in _pending_in(con))


def _pending_in(con: duckdb.DuckDBPyConnection) -> tuple[Script, ...]:
    try:
        rows = con.execute("SELECT number, name, sha256_key FROM ops.migration").fetchall()
    except duckdb.CatalogException:
        rows = []
    applied = {number: (name, sha256_key) for number, name, sha256_key in rows}
    return pending(applied, scripts("migrations"))


def migrate(con: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Apply what is pending, each migration in one transaction with its record, then create the views anew.

    Gives the names of what it applied. The views stay where this version made them and nobody touched them since:
    making them takes as long as copying a file of 100 MB.
    """
    con.execute(BOOTSTRAP)
    lacking = _pending_in(con)
    for script in lacking:
        con.begin()
        try:
            con.execute(script.sql)
            con.execute(
                "INSERT INTO ops.migration VALUES (?, ?, ?, current_timestamp AT TIME ZONE 'UTC')",
                [script.number, script.name, script.sha256_key],
            )
            con.commit()
        except duckdb.Error as error:
            con.rollback()
            raise MigrationError(f"migration {script.name} failed and was undone: {error}") from error
    if not _has_our_views(con):
        recreate_views(con)
    return tuple(script.name for script in lacking)


def program_shape_key() -> str:
    """A hash over all that gives a warehouse its shape."""
    told = "\n".join(script.sql for folder in ("migrations", "views") for script in scripts(folder))
    return hashlib.sha256(told.encode()).hexdigest()


def _has_our_views(con: duckdb.DuckDBPyConnection) -> bool:
    try:
        made = con.execute("SELECT shape_key, definitions_key FROM ops.views_made").fetchall()
    except duckdb.CatalogException:
        return False
    return made == [(program_shape_key(), _definitions_key(con))]


def _definitions_key(con: duckdb.DuckDBPyConnection) -> str:
    (key,) = con.execute(DEFINITIONS_KEY, [list(OWN_SCHEMAS)]).fetchall()[0]
    return str(key)


def recreate_views(con: duckdb.DuckDBPyConnection) -> None:
    """Drop the views of our schemas and create those of warehouse/views anew, in one transaction."""
    con.begin()
    try:
        existing = con.execute(
            "SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal AND list_contains(?, schema_name)",
            [list(OWN_SCHEMAS)],
        ).fetchall()
        for schema_name, view_name in existing:
            con.execute(f'DROP VIEW "{schema_name}"."{view_name}"')
        for script in scripts("views"):
            con.execute(script.sql)
        con.execute(VIEWS_MADE)
        inherit_comments(con)
        con.execute("INSERT INTO ops.views_made VALUES (?, ?)", [program_shape_key(), _definitions_key(con)])
        con.commit()
    except duckdb.Error as error:
        con.rollback()
        raise MigrationError(f"the views could not be created: {error}") from error


def inherit_comments(con: duckdb.DuckDBPyConnection) -> None:
    """Give each column of a view that has no comment the one of the table's column of the same name.

    One idea has one name everywhere, so a view comments only on what it adds. Of several tables that have the column,
    the one nearest to a fact speaks.
    """
    con.execute(
        """
        WITH own AS (
            SELECT schema_name, table_name, column_name, comment,
                (schema_name, table_name) IN (SELECT (schema_name, view_name) FROM duckdb_views()) AS of_view
            FROM duckdb_columns() WHERE NOT internal AND list_contains(?, schema_name)
        ), said AS (
            SELECT column_name,
                arg_min(comment, coalesce(list_position(?, schema_name || '.' || table_name), 99)) AS text
            FROM own WHERE NOT of_view AND comment IS NOT NULL GROUP BY column_name
        )
        SELECT own.schema_name, own.table_name, own.column_name, said.text
        FROM own JOIN said USING (column_name) WHERE own.of_view AND own.comment IS NULL
        """,
        [list(OWN_SCHEMAS), list(COMMENT_SOURCES)],
    )
    for schema_name, view_name, column_name, text in con.fetchall():
        quoted = text.replace("'", "''")
        con.execute(f'COMMENT ON COLUMN "{schema_name}"."{view_name}"."{column_name}" IS \'{quoted}\'')
