"""What people ask a warehouse most: how the last runs went, how much there is, and what is worth reading first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import duckdb


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One run with what it did. `figures` = facts loaded + `set_aside` + ignored + unknown."""

    run_key: str
    mode: str
    status: str
    started_at: datetime
    finished_at: datetime | None
    documents_found: int
    documents_known: int
    documents_read: int
    documents_failed: int
    articles: int
    figures: int
    facts: int
    set_aside: int
    ignored: int
    unknown: int
    checks_passed: int
    checks_failed: int
    checks_error: int
    checks_not_applicable: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What the warehouse holds in current document versions, and the newest date of publication."""

    documents: int
    articles: int
    stories: int
    facts: int
    set_aside: int
    newest_published_on: date | None


@dataclass(frozen=True, slots=True)
class FactOfInterest:
    """One fact worth reading: the figure as printed, who gave, who received, and its sentence."""

    metric: str
    metric_zh: str
    figure: str
    value: Decimal
    unit: str
    donor: str | None
    recipient: str | None
    articles: int
    mentions: int
    sentence: str
    document: str


@dataclass(frozen=True, slots=True)
class ArticleText:
    """A current article, for grouping stories."""

    article_key: int
    story_key: int
    kind: str
    headline: str | None
    text: str
    published_on: date | None


RUNS = """
WITH outcome AS (
    SELECT run_key,
        count(*) FILTER (outcome = 'read') AS documents_read,
        count(*) FILTER (outcome = 'failed') AS documents_failed,
        CAST(sum(articles) AS BIGINT) AS articles, CAST(sum(figures) AS BIGINT) AS figures
    FROM ops.document_outcome GROUP BY run_key
), facts AS (
    SELECT run_key, count(*) AS facts FROM core.fact_figure GROUP BY run_key
), unclaimed AS (
    SELECT run_key, count(*) FILTER (disposition = 'ignored') AS ignored,
        count(*) FILTER (disposition = 'unknown') AS unknown
    FROM core.unclaimed_figure GROUP BY run_key
), aside AS (
    SELECT run_key, count(*) AS set_aside FROM ops.quarantine
    WHERE table_name IN ('core.fact_figure', 'core.unclaimed_figure') AND released_in_run_key IS NULL GROUP BY run_key
), checks AS (
    SELECT run_key,
        count(*) FILTER (status = 'passed') AS passed, count(*) FILTER (status = 'failed') AS failed,
        count(*) FILTER (status = 'error') AS error, count(*) FILTER (status = 'not_applicable') AS not_applicable
    FROM ops.check_result GROUP BY run_key
)
SELECT run.run_key, run.mode, run.status, run.started_at, run.finished_at, run.documents_found, run.documents_known,
    coalesce(outcome.documents_read, 0), coalesce(outcome.documents_failed, 0), coalesce(outcome.articles, 0),
    coalesce(outcome.figures, 0), coalesce(facts.facts, 0), coalesce(aside.set_aside, 0),
    coalesce(unclaimed.ignored, 0), coalesce(unclaimed.unknown, 0), coalesce(checks.passed, 0),
    coalesce(checks.failed, 0), coalesce(checks.error, 0), coalesce(checks.not_applicable, 0)
FROM ops.run AS run
LEFT JOIN outcome USING (run_key)
LEFT JOIN facts USING (run_key)
LEFT JOIN unclaimed USING (run_key)
LEFT JOIN aside USING (run_key)
LEFT JOIN checks USING (run_key)
"""

# Rates and sums of money interest few at first sight; people reached do. Two facts a metric leave room for the others.
WIDEST = """
WITH candidate AS (
    SELECT fact.*, metric.metric_code, metric.name_zh,
        row_number() OVER (
            PARTITION BY fact.metric_key
            ORDER BY fact.articles DESC, fact.mentions DESC, fact.value DESC, fact.figure_key
        ) AS place_in_metric
    FROM core.story_fact AS fact
    JOIN core.dim_metric AS metric USING (metric_key)
    WHERE fact.aspect = 'level' AND fact.status = 'actual' AND fact.sector = 'health' AND fact.kind = 'news'
        AND NOT fact.is_part AND NOT fact.is_annual
)
SELECT candidate.metric_code, candidate.name_zh, candidate.figure, candidate.value, candidate.unit,
    donor.name, recipient.name, candidate.articles, candidate.mentions, candidate.sentence, article.document
FROM candidate
JOIN core.current_article AS article USING (article_key)
LEFT JOIN core.dim_place AS donor ON donor.place_key = candidate.donor_key
LEFT JOIN core.dim_place AS recipient ON recipient.place_key = candidate.recipient_key
WHERE candidate.place_in_metric <= 2
ORDER BY
    candidate.unit IN ('person_time', 'person', 'operation', 'household', 'case') DESC,
    candidate.articles * candidate.mentions * log10(greatest(candidate.value, 1) + 1) DESC,
    candidate.figure_key
LIMIT ?
"""


def last_runs(con: duckdb.DuckDBPyConnection, limit: int = 5) -> list[RunSummary]:
    """The last runs, newest first."""
    rows = con.execute(f"{RUNS} ORDER BY run.started_at DESC, run.run_key LIMIT ?", [limit]).fetchall()
    return [RunSummary(*row) for row in rows]


def run_summary(con: duckdb.DuckDBPyConnection, run_key: str) -> RunSummary | None:
    """One run, or None where the warehouse does not know it."""
    row = con.execute(f"{RUNS} WHERE run.run_key = ?", [run_key]).fetchone()
    return RunSummary(*row) if row else None


def counts(con: duckdb.DuckDBPyConnection) -> Counts:
    """What there is now: older versions of a document are not counted."""
    row = con.execute(
        "SELECT (SELECT count(*) FROM core.current_document), (SELECT count(*) FROM core.current_article), "
        "(SELECT count(DISTINCT story_key) FROM core.current_article), (SELECT count(*) FROM mart.metrics), "
        "(SELECT count(*) FROM ops.quarantine WHERE released_in_run_key IS NULL), "
        "(SELECT max(published_on) FROM core.current_article)"
    ).fetchone()
    assert row is not None
    return Counts(*row)


def widest_interest(con: duckdb.DuckDBPyConnection, limit: int = 10) -> list[FactOfInterest]:
    """Facts to read first: levels that are actual, in health news, whole; those on people and told most often lead."""
    return [FactOfInterest(*row) for row in con.execute(WIDEST, [limit]).fetchall()]


def article_texts(con: duckdb.DuckDBPyConnection) -> list[ArticleText]:
    """The current articles with their texts, for grouping stories over all documents."""
    rows = con.execute(
        "SELECT article_key, current.story_key, current.kind, current.headline, article.text, current.published_on "
        "FROM core.current_article AS current JOIN core.dim_article AS article USING (article_key) ORDER BY article_key"
    ).fetchall()
    return [ArticleText(*row) for row in rows]
