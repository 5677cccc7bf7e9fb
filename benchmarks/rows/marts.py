"""The twenty questions of docs/questions.md on a million facts, each beside a bare scan of the columns it names.

The million is made of real rows: those of the job's own warehouse, again and again with new keys, later or earlier
dates, other values. Their texts are cut, for no question reads a text; sentences stay whole.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from time import perf_counter

import duckdb

from benchmarks.results import ROOT, Row
from benchmarks.workspace import Workspace
from warehouse.folding import fold
from warehouse.load import extend_dates, refresh_stories
from warehouse.publish import PUBLISHED_NAME

FACTS = 1_000_000
QUESTION = re.compile(r"^### (\d+)\. ([^\n]+)\n```sql\n(.*?)```", re.DOTALL | re.MULTILINE)
_SLOW_SECONDS = 2.0

_MACROS = """
CREATE OR REPLACE TEMP MACRO again(key, copy) AS CASE WHEN key IS NOT NULL THEN (hash(key, copy) >> 1)::BIGINT END;
CREATE OR REPLACE TEMP MACRO days(copy) AS (copy * 373) % 3650;
CREATE OR REPLACE TEMP MACRO shifted(day, copy) AS CASE
    WHEN day IS NULL THEN NULL
    WHEN day >= DATE '2015-01-01' + CAST(days(copy) AS INTEGER) THEN day - CAST(days(copy) AS INTEGER)
    ELSE day + 3650 - CAST(days(copy) AS INTEGER)
END;
CREATE OR REPLACE TEMP MACRO other(amount, key, copy) AS CASE
    WHEN amount >= 20 AND amount = trunc(amount)
        THEN round(amount * (80 + CAST(hash(key, copy) % 41 AS INTEGER)) / 100)::DECIMAL(22, 4)
    ELSE amount
END;
"""
_CHANGES: Mapping[str, str] = {
    "raw.document": """
        sha256(document_key || copy) AS document_key, copy || '_' || name AS name, copy || '_' || address AS address,
        left(text, 40) AS text, shifted(published_on, copy) AS published_on""",
    "core.dim_article": """
        again(article_key, copy) AS article_key, sha256(document_key || copy) AS document_key,
        again(story_key, copy) AS story_key, left(text, 40) AS text, shifted(published_on, copy) AS published_on""",
    "core.fact_figure": """
        again(figure_key, copy) AS figure_key, again(article_key, copy) AS article_key,
        again(part_of_key, copy) AS part_of_key, other(value, figure_key, copy) AS value,
        other(value_low, figure_key, copy) AS value_low, other(value_high, figure_key, copy) AS value_high,
        shifted(period_start, copy) AS period_start, shifted(period_end, copy) AS period_end""",
    "core.unclaimed_figure": "again(figure_key, copy) AS figure_key, again(article_key, copy) AS article_key",
    "ops.finding": """
        again(finding_key, copy) AS finding_key, again(first_figure_key, copy) AS first_figure_key,
        again(second_figure_key, copy) AS second_figure_key,
        [again(key, copy) FOR key IN figure_keys] AS figure_keys""",
    "ops.document_outcome": """
        again(outcome_key, copy) AS outcome_key, sha256(document_key || copy) AS document_key,
        copy || '_' || name AS name, copy || '_' || address AS address""",
}
"""Table → what each copy of its rows has of its own."""

_STANDS_FOR = {
    "metric": "metric_key",
    "metric_zh": "metric_key",
    "donor": "donor_key",
    "donor_code": "donor_key",
    "donor_province": "donor_key",
    "recipient": "recipient_key",
    "recipient_code": "recipient_key",
    "recipient_province": "recipient_key",
    "organisation": "organisation_key",
    "programme": "programme_key",
    "document": "name",
    "total": "value",
    "total_low": "value_low",
    "total_high": "value_high",
    "first_value": "value",
    "first_sentence": "sentence",
    "year": "period_end",
    "ignored": "disposition",
}
"""Column of a mart → column of a table that holds it."""


def multiply(con: duckdb.DuckDBPyConnection, facts: int) -> int:
    """Copy the rows of a warehouse until `mart.metrics` has so many facts; gives how many it has."""
    ((held,),) = con.execute("SELECT count(*) FROM mart.metrics").fetchall()
    copies = -(-facts // held)
    con.execute(_MACROS)
    con.begin()
    for table, changes in _CHANGES.items():
        con.execute(
            f"INSERT INTO {table} BY NAME SELECT held.* REPLACE ({changes}) "
            f"FROM {table} AS held, range(1, {copies}) AS copies(copy)"
        )
    refresh_stories(con)
    extend_dates(con)
    con.commit()
    fold(con)
    con.execute("CHECKPOINT")
    ((made,),) = con.execute("SELECT count(*) FROM mart.metrics").fetchall()
    return int(made)


def million_facts(space: Workspace, facts: int) -> tuple[Path, int]:
    """A warehouse of so many facts, made anew of the rows of this run's job; its file, and the facts in it."""
    path = space.folder / f"facts-{facts}.duckdb"
    path.unlink(missing_ok=True)
    shutil.copyfile(space.filled_home() / PUBLISHED_NAME, path)
    with duckdb.connect(str(path)) as con:
        return path, multiply(con, facts)


def seconds(con: duckdb.DuckDBPyConnection, sql: str) -> float:
    """Seconds of the clock for all rows of a query, the middle of three after a first; of a slow one, the first."""
    taken = []
    for _ in range(4):
        began = perf_counter()
        con.execute(sql).to_arrow_table()
        taken.append(perf_counter() - began)
        if taken[0] > _SLOW_SECONDS:
            return taken[0]
    return median(taken[1:])


def bare_scan(con: duckdb.DuckDBPyConnection, sql: str) -> str:
    """A query that does no more than read the columns that `sql` names, where they are stored."""
    words = {_STANDS_FOR.get(word, word) for word in re.findall(r"[a-z_]+", sql)}
    columns = con.execute(
        "SELECT schema_name || '.' || table_name, column_name FROM duckdb_columns() WHERE NOT internal AND "
        "schema_name || '.' || table_name IN ('core.fact_figure', 'core.dim_story', 'core.unclaimed_figure', "
        "'raw.document')"
    ).fetchall()
    read: dict[str, list[str]] = {}
    for table, column in columns:
        # A column that the facts hold is read there, and once.
        if column in words and column not in [each for held in read.values() for each in held]:
            read.setdefault(table, []).append(column)
    read = read or {"core.fact_figure": ["figure_key"]}
    scans = [f"SELECT bit_xor(hash({', '.join(names)})) FROM {table}" for table, names in read.items()]
    return " UNION ALL ".join(scans)


def questions(space: Workspace, facts: int = FACTS) -> list[Row]:
    """The slowest question, and all of them in the note."""
    path, made = million_facts(space, facts)
    asked = QUESTION.findall((ROOT / "docs" / "questions.md").read_text(encoding="utf-8"))
    with duckdb.connect(str(path), read_only=True) as con:
        taken = {number: (seconds(con, sql) * 1e3, seconds(con, bare_scan(con, sql)) * 1e3) for number, _, sql in asked}
    path.unlink()
    slowest = max(taken, key=lambda number: taken[number][0])
    quick = sum(spent < 100 for spent, _ in taken.values())
    told = ", ".join(f"{number}: {spent:.0f} ({scan:.0f})" for number, (spent, scan) in taken.items())
    row = Row(
        "questions",
        f"slowest of {len(taken)} questions on {made:,} facts",
        taken[slowest][0],
        "ms",
        "bare scan of its columns",
        taken[slowest][1],
        ratio=taken[slowest][0] / taken[slowest][1],
        goal="≤ 100",
        judged="value",
        note=f"question {slowest}; {quick} of {len(taken)} take less than 100 ms. Each in ms, its scan beside: {told}",
    )
    return [row]
