"""What the page tells besides facts: contradictions, the state of quality, and what is new since the last report."""

from __future__ import annotations

from typing import Any

import duckdb

from warehouse.report.facts import Told, rows
from warehouse.report.unread import in_chinese

LISTED = 200
"""Rows of a list that the page embeds; it says how many there are."""

PARTS = "parts_do_not_add_up"
"""The check that compares a total with more than one figure."""

LAST_RUN = """
SELECT run_key, status, mode, started_at, finished_at, extractor_version
FROM ops.run WHERE status = 'published'
ORDER BY coalesce(finished_at, started_at) DESC LIMIT 1
"""

COUNTS = """
SELECT
    (SELECT count(*) FROM core.current_document) AS documents,
    (SELECT count(*) FROM core.current_article) AS articles,
    (SELECT count(DISTINCT story_key) FROM core.current_article WHERE kind = 'news') AS stories,
    (SELECT count(*) FROM mart.metrics) AS facts,
    (SELECT max(published_on) FROM core.current_article) AS newest_article_on
"""

CONTRADICTIONS = """
SELECT pair.check_name, pair.message, pair.message_zh, pair.metric, pair.recipient, pair.unit, pair.same_article,
    pair.first_document, pair.first_value, pair.first_sentence, pair.second_document, pair.second_value,
    pair.second_sentence, pair.first_figure_key, pair.second_figure_key,
    coalesce(first.figure, first_other.figure) AS first_figure,
    coalesce(second.figure, second_other.figure) AS second_figure,
    first.char_start - first.sentence_start AS first_at,
    second.char_start - second.sentence_start AS second_at,
    finding.first_run_key, finding.figure_keys
FROM mart.contradictions AS pair
JOIN ops.finding AS finding
    ON finding.check_name = pair.check_name AND finding.first_figure_key = pair.first_figure_key
    AND finding.second_figure_key = pair.second_figure_key
LEFT JOIN core.fact_figure AS first ON first.figure_key = pair.first_figure_key
LEFT JOIN core.fact_figure AS second ON second.figure_key = pair.second_figure_key
LEFT JOIN core.unclaimed_figure AS first_other ON first_other.figure_key = pair.first_figure_key
LEFT JOIN core.unclaimed_figure AS second_other ON second_other.figure_key = pair.second_figure_key
ORDER BY pair.check_name, pair.metric, pair.first_figure_key, pair.second_figure_key
"""

FIGURES = """
SELECT figure_key, figure, value, char_start FROM core.fact_figure WHERE list_contains(?, figure_key)
UNION ALL
SELECT figure_key, figure, value, char_start FROM core.unclaimed_figure WHERE list_contains(?, figure_key)
"""

CHECKS = """
SELECT check_name, height, severity, status, previous_status, offenders, detail, reason, reason_zh
FROM mart.quality WHERE run_key = ?
ORDER BY status NOT IN ('failed', 'error'), severity, check_name
"""

COVERAGE = """
SELECT coalesce(sum(figures), 0)::BIGINT AS figures, coalesce(sum(facts), 0)::BIGINT AS facts,
    coalesce(sum(ignored), 0)::BIGINT AS ignored, coalesce(sum(unknown), 0)::BIGINT AS unknown,
    coalesce(sum(set_aside), 0)::BIGINT AS set_aside
FROM mart.coverage
"""

READING = """
SELECT count(*) FILTER (damaged_chars > 0) AS damaged, coalesce(sum(masked_numbers), 0)::BIGINT AS masked
FROM core.current_document
"""

UNREAD = """
SELECT DISTINCT name, reason FROM ops.document_outcome
WHERE outcome = 'failed' AND address NOT IN (SELECT address FROM core.current_document)
ORDER BY name
"""

UNKNOWN = """
SELECT figure.figure, figure.sentence, article.document
FROM core.unclaimed_figure AS figure
JOIN core.current_article AS article USING (article_key)
WHERE figure.disposition = 'unknown'
ORDER BY article.published_on DESC NULLS LAST, article.document, figure.char_start
"""

RUNS_SINCE = """
SELECT run_key FROM ops.run
WHERE status = 'published' AND coalesce(finished_at, started_at) >
    (SELECT coalesce(finished_at, started_at) FROM ops.run WHERE run_key = ?)
"""


def last_run(con: duckdb.DuckDBPyConnection) -> dict[str, Any] | None:
    """The run that published last, or None where there was none."""
    found = rows(con, LAST_RUN)
    return found[0] if found else None


def counts(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """How much a warehouse holds."""
    return rows(con, COUNTS)[0]


def contradictions(con: duckdb.DuckDBPyConnection, told: Told) -> list[dict[str, Any]]:
    """Pairs of facts that cannot both be right, each with the places of the facts that the page shows."""
    pairs = rows(con, CONTRADICTIONS)
    concerned = sorted({key for pair in pairs for key in pair["figure_keys"]})
    figures = {row.pop("figure_key"): row for row in rows(con, FIGURES, [concerned, concerned])}
    for pair in pairs:
        # A total stands first, and its parts are the other figures.
        others = [
            figures[key] | {"fact": told.by_figure.get(key, -1)}
            for key in pair.pop("figure_keys")
            if key != pair["first_figure_key"] and key in figures
        ]
        pair["parts"] = sorted(others, key=lambda part: part["char_start"]) if pair["check_name"] == PARTS else []
        pair["first_fact"] = told.by_figure.get(pair.pop("first_figure_key"), -1)
        pair["second_fact"] = told.by_figure.get(pair.pop("second_figure_key"), -1)
    return pairs


def quality(con: duckdb.DuckDBPyConnection, run_key: str | None) -> dict[str, Any]:
    """What the checks of the last run said, what became of every figure, and what could not be read."""
    unknown, unread = rows(con, UNKNOWN), rows(con, UNREAD)
    return {
        "checks": rows(con, CHECKS, [run_key]),
        "coverage": rows(con, COVERAGE)[0],
        "reading": rows(con, READING)[0],
        "unread": [file | {"reason_zh": in_chinese(file["reason"])} for file in unread[:LISTED]],
        "unread_total": len(unread),
        "unknown": unknown[:LISTED],
        "unknown_total": len(unknown),
        "corrections": con.execute("SELECT count(*) FROM mart.corrections").fetchall()[0][0],
    }


def changes(con: duckdb.DuckDBPyConnection, since: str | None) -> dict[str, Any] | None:
    """What was published after the run `since`; None where there is no such run, so that nothing can be compared."""
    if since is None or not con.execute("SELECT 1 FROM ops.run WHERE run_key = ?", [since]).fetchall():
        return None
    runs = [run_key for (run_key,) in con.execute(RUNS_SINCE, [since]).fetchall()]
    return {
        "since": rows(con, "SELECT run_key, started_at FROM ops.run WHERE run_key = ?", [since])[0],
        "runs": runs,
        "backfilled": dict(
            con.execute(
                "SELECT kind, count(*) FROM ops.change WHERE list_contains(?, run_key) GROUP BY kind", [runs]
            ).fetchall()
        ),
        "gone": con.execute(
            "SELECT count(*) FROM ops.finding WHERE list_contains(?, gone_in_run_key)", [runs]
        ).fetchall()[0][0],
    }
