"""Looking at what is there, changing nothing: a query, the state of the warehouse, the facts of a single file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, tzinfo
from typing import Any

import duckdb

from flows.published import Place, open_published
from flows.settings import BadUsage
from warehouse.lake.connection import Lake, data_path

RUNS_SHOWN = 10

LAST_RUNS = f"""
SELECT run_key, mode, status, started_at, date_diff('millisecond', started_at, finished_at) / 1000 AS seconds,
    documents_found AS found, documents_known AS known,
    (SELECT count(*) FROM raw.document AS document WHERE document.run_key = run.run_key) AS loaded,
    (SELECT count(*) FROM core.fact_figure AS fact WHERE fact.run_key = run.run_key) AS facts,
    (SELECT count(*) FROM ops.check_result AS result
        WHERE result.run_key = run.run_key AND result.status IN ('failed', 'error')) AS failed_checks
FROM ops.run AS run
ORDER BY started_at DESC
LIMIT {RUNS_SHOWN}
"""

COUNTS = """
SELECT (SELECT count(*) FROM raw.document) AS documents,
    (SELECT count(*) FROM core.dim_article) AS articles,
    (SELECT count(DISTINCT story_key) FROM core.dim_article) AS stories,
    (SELECT count(*) FROM mart.metrics) AS facts,
    (SELECT count(*) FROM core.unclaimed_figure WHERE disposition = 'unknown') AS unknown_figures,
    (SELECT count(*) FROM ops.quarantine WHERE released_in_run_key IS NULL) AS rows_set_aside
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows and the names of their columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def as_dicts(self) -> list[dict[str, Any]]:
        """The rows by column name."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def ask(place: Place, sql: str, as_of: str | None = None, zone: tzinfo = UTC) -> Answer:
    """One statement on what is published, or on the state `as_of`, if that is kept, as `open_published` names it.

    It can neither change nor leave the warehouse. The files of a lake must stay open to be read, so there a statement
    that is no query is refused already by its kind.

    Raises:
        BadUsage: no such state is kept, or the statement is no query, is faulty, or reaches for a file, a network or a
            setting.
        WarehouseError: there is no warehouse.
    """
    with open_published(place, as_of, zone) as con:
        if isinstance(place, Lake):
            con.execute("SET allowed_directories = [?]", [data_path(con)])
        return _ask_of(con, sql, queries_only=isinstance(place, Lake))


def _ask_of(con: duckdb.DuckDBPyConnection, sql: str, *, queries_only: bool) -> Answer:
    try:
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
        statements = con.extract_statements(sql)
        if len(statements) != 1:
            raise BadUsage(f"one statement at a time, and this holds {len(statements)}")
        if queries_only and statements[0].type not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
            raise BadUsage("the warehouse is read-only here: a query may read it, not change it")
        return answer(con, sql)
    except duckdb.Error as error:
        raise BadUsage(_why_refused(error)) from error


def answer(con: duckdb.DuckDBPyConnection, sql: str) -> Answer:
    """The rows that a query gives, all of them."""
    cursor = con.execute(sql)
    columns = tuple(column[0] for column in cursor.description or ())
    return Answer(columns, tuple(cursor.fetchall()))


def _why_refused(error: duckdb.Error) -> str:
    # DuckDB's first paragraph says what is wrong; a copy of the query with a caret under it follows.
    told = " ".join(str(error).split("\n\nLINE ")[0].split())
    if "read-only mode" in told:
        return "the warehouse is read-only here: a query may read it, not change it"
    if isinstance(error, duckdb.PermissionException) or "disabled by configuration" in told or "locked" in told:
        return "a query may read the warehouse alone: files, networks, extensions and settings are closed to it"
    return told


@dataclass(frozen=True, slots=True)
class State:
    """How a warehouse stands."""

    runs: Answer
    counts: dict[str, Any]
    newest_article_on: date | None

    def as_dict(self) -> dict[str, Any]:
        """For JSON: times are UTC."""
        return {"runs": self.runs.as_dicts(), "counts": self.counts, "newest_article_on": self.newest_article_on}

    def newest_age_days(self, today: date) -> int | None:
        """How old the newest article is, in days; None where no article has a date."""
        return None if self.newest_article_on is None else (today - self.newest_article_on).days


def state(place: Place) -> State:
    """How what is published stands. Raises WarehouseError where there is nothing."""
    with open_published(place) as con:
        newest = con.execute("SELECT max(published_on) FROM core.dim_article").fetchone()
        counts = answer(con, COUNTS).as_dicts()[0]
        return State(answer(con, LAST_RUNS), counts, newest[0] if newest else None)
