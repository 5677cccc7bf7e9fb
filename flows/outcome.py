"""What became of a run, as plain data that the terminal, Prefect's artifact and the tests read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import duckdb

from checks.results import CheckResult, blocking
from flows.news import News
from flows.sources import Unread

Ending = Literal["published", "blocked", "nothing_new"]

FACTS_SHOWN = 10

# Facts that more articles state come first, then those that say who gave and who received, then the greatest. An amount
# of one unit cannot be weighed against another's, so the metrics take turns, and no story speaks more than three times.
WIDEST_INTEREST = """
WITH facts AS (
    SELECT *,
        count(DISTINCT article_key) OVER (PARTITION BY story_key, metric, aspect, value) AS articles,
        (donor IS NOT NULL)::INT + (recipient IS NOT NULL)::INT AS ends_known
    FROM mart.metrics
    WHERE run_key = ? AND sector = 'health' AND status = 'actual' AND aspect = 'level'
),
one_a_story AS (
    SELECT * FROM facts
    QUALIFY row_number() OVER (
        PARTITION BY story_key, metric, value ORDER BY published_on, article_key, char_start
    ) = 1
),
turns AS (
    SELECT *, row_number() OVER (
        PARTITION BY metric ORDER BY is_part, articles DESC, ends_known DESC, value DESC, article_key, char_start
    ) AS turn
    FROM one_a_story
),
shared_out AS (
    SELECT * FROM turns
    QUALIFY row_number() OVER (
        PARTITION BY story_key ORDER BY turn, is_part, articles DESC, ends_known DESC, value DESC, metric
    ) <= 3
)
SELECT metric_zh, metric, value, approximation, unit, donor, recipient, sentence, document
FROM shared_out
ORDER BY turn, is_part, articles DESC, ends_known DESC, value DESC, metric
LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """What a run's rows are, counted in the tables."""

    documents: int = 0
    articles: int = 0
    facts: int = 0
    ignored: int = 0
    unknown: int = 0
    set_aside: int = 0
    """Rows of every table."""
    set_aside_figures: int = 0
    """Rows among them that are figures."""

    @property
    def figures(self) -> int:
        """Every figure that was extracted, whatever became of it."""
        return self.facts + self.ignored + self.unknown + self.set_aside_figures


@dataclass(frozen=True, slots=True)
class RunReport:
    """A run, told. `facts` holds rows of `WIDEST_INTEREST` by column name."""

    ending: Ending
    warehouse: str
    """The published file; of a lake its address."""
    found: int
    known: int
    run_key: str | None = None
    seconds: float = 0.0
    counts: Counts = Counts()
    unread: tuple[Unread, ...] = ()
    still_unread: tuple[Unread, ...] = ()
    left_out: tuple[str, ...] = ()
    held: int = 0
    """Documents that are known and still set aside whole."""
    checks: tuple[CheckResult, ...] = ()
    findings: tuple[str, ...] = ()
    """What this run was the first to find: facts that do not fit each other, a sentence each."""
    facts: tuple[dict[str, Any], ...] = ()

    @property
    def checks_by_status(self) -> dict[str, int]:
        """passed, failed, not_applicable, error → how many checks."""
        return dict(Counter(result.status for result in self.checks))

    @property
    def blocking(self) -> list[CheckResult]:
        """The checks that held the batch back."""
        return blocking(self.checks)


class RunBlocked(Exception):
    """A blocking check held a run's batch back. `report` tells the rest."""

    def __init__(self, report: RunReport) -> None:
        super().__init__(f"held back by {', '.join(result.check_name for result in report.blocking)}")
        self.report = report


def counts_of(con: duckdb.DuckDBPyConnection, run_key: str) -> Counts:
    """The rows of one run, counted in the tables where they stand."""
    tables = {
        "documents": "raw.document WHERE run_key = $run",
        "articles": "core.dim_article WHERE run_key = $run",
        "facts": "core.fact_figure WHERE run_key = $run",
        "ignored": "core.unclaimed_figure WHERE disposition = 'ignored' AND run_key = $run",
        "unknown": "core.unclaimed_figure WHERE disposition = 'unknown' AND run_key = $run",
        "set_aside": "ops.quarantine WHERE run_key = $run",
        "set_aside_figures": "ops.quarantine WHERE table_name LIKE 'core.%_figure' AND run_key = $run",
    }
    union = ", ".join(f"(SELECT count(*) FROM {where}) AS {name}" for name, where in tables.items())
    return Counts(**_rows(con, f"SELECT {union}", {"run": run_key})[0])


def facts_of_interest(con: duckdb.DuckDBPyConnection, run_key: str) -> tuple[dict[str, Any], ...]:
    """The facts of one run that most readers would want to see first, at most `FACTS_SHOWN`."""
    return tuple(_rows(con, WIDEST_INTEREST, [run_key, FACTS_SHOWN]))


def new_findings(con: duckdb.DuckDBPyConnection, run_key: str) -> tuple[str, ...]:
    """Findings that no earlier run had and no rule explains, with the document of the first fact."""
    rows = _rows(
        con,
        "SELECT document, message FROM mart.findings WHERE first_run_key = ? AND explanation IS NULL ORDER BY ALL",
        [run_key],
    )
    return tuple(f"{row['document']}: {row['message']}" for row in rows)


def nothing_new(warehouse: str, news: News, left_out: Iterable[str]) -> RunReport:
    """The report of a run that had nothing to do."""
    return RunReport(
        ending="nothing_new",
        warehouse=warehouse,
        found=news.found,
        known=news.known,
        still_unread=news.still_unread,
        held=news.held,
        left_out=tuple(left_out),
    )


def _rows(con: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Any] | dict[str, Any]) -> list[dict[str, Any]]:
    cursor = con.execute(sql, parameters)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
