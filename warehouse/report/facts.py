"""What the page tells of facts: a row a fact of a story, so that a repost counts once, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from warehouse.report.coding import Coder, exact, packed

# Grain: one fact of one story. `is_counted` says that the scorecard sums it. A place or period that the mention shown
# does not state itself comes from another mention of the fact, and its step says so.
FACTS = """
SELECT
    story.figure_key, story.story_key, story.article_key, metric.metric_code AS metric, story.aspect,
    story.value, story.value_low, story.value_high, story.approximation, story.unit, story.status, story.qualifier,
    story.is_annual, story.is_part, donor.place_code AS donor, recipient.place_code AS recipient,
    organisation.name AS organisation, programme.channel, programme.name AS programme,
    story.period_start, story.period_end, story.sector, story.sentence, story.figure, story.articles, story.mentions,
    mention.char_start, mention.char_end, mention.sentence_start, mention.rule_code, mention.run_key,
    CASE WHEN mention.donor_key IS DISTINCT FROM story.donor_key THEN 'mention'
        ELSE mention.donor_step END AS donor_step,
    CASE WHEN mention.recipient_key IS DISTINCT FROM story.recipient_key THEN 'mention'
        ELSE mention.recipient_step END AS recipient_step,
    CASE WHEN mention.period_end IS DISTINCT FROM story.period_end THEN 'mention'
        ELSE mention.period_step END AS period_step,
    story.figure_key IN (SELECT figure_key FROM mart.scorecard_fact) AS is_counted,
    told.first_published_on
FROM core.story_fact AS story
JOIN core.fact_figure AS mention USING (figure_key)
JOIN core.dim_story AS told ON told.story_key = story.story_key
JOIN core.dim_metric AS metric ON metric.metric_key = story.metric_key
LEFT JOIN core.dim_place AS donor ON donor.place_key = story.donor_key
LEFT JOIN core.dim_place AS recipient ON recipient.place_key = story.recipient_key
LEFT JOIN core.dim_organisation AS organisation ON organisation.organisation_key = story.organisation_key
LEFT JOIN core.dim_programme AS programme ON programme.programme_key = story.programme_key
"""

# Grain: one article that is current and states a fact, or is news.
ARTICLES = """
SELECT article.article_key, article.story_key, article.document, article.headline, article.outlet, article.published_on,
    article.kind, article.sector, article.run_key, held.text, document.damaged_chars > 0 AS is_damaged, document.address
FROM core.current_article AS article
JOIN core.dim_article AS held USING (article_key)
JOIN core.current_document AS document ON document.document_key = article.document_key
WHERE article.kind = 'news' OR article.article_key IN (SELECT article_key FROM core.fact_figure)
ORDER BY article.published_on DESC NULLS LAST, article.document, article.ordinal
"""

METRICS = """
SELECT metric_code, name_zh, name_en, unit, metric_group, is_additive, counts, excludes, counts_zh, excludes_zh
FROM core.dim_metric
ORDER BY metric_code
"""

PLACES = "SELECT place_code, name FROM core.dim_place WHERE list_contains(?, place_code) ORDER BY place_code"

# fmt: off
TEXT_COLUMNS = [
    "aspect", "approximation", "unit", "status", "qualifier", "organisation",
    "channel", "programme", "sector", "sentence", "figure", "rule_code",
    "run_key", "donor_step", "recipient_step", "period_step", "metric", "donor",
    "recipient",
]
# fmt: on
NUMBER_COLUMNS = ["articles", "mentions", "char_start", "char_end", "sentence_start"]
FLAG_COLUMNS = ["is_annual", "is_part", "is_counted"]
AMOUNT_COLUMNS = ["value", "value_low", "value_high"]
DAY_COLUMNS = ["period_start", "period_end", "first_published_on"]


@dataclass(frozen=True, slots=True)
class Told:
    """Facts and articles as the page embeds them. `by_figure`: figure_key → place of its fact."""

    facts: dict[str, Any]
    articles: dict[str, Any]
    metrics: dict[str, Any]
    places: dict[str, str]
    texts: list[str]
    by_article: dict[int, int]
    by_figure: dict[int, int]


def rows(con: duckdb.DuckDBPyConnection, sql: str, parameters: Any = None) -> list[dict[str, Any]]:
    """The rows of a query by column name."""
    cursor = con.execute(sql, parameters)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def told(con: duckdb.DuckDBPyConnection) -> Told:
    """Every fact and article of a warehouse, in columns."""
    articles, texts, by_article = _articles(con)
    # In the order of the articles, the newest first, and of their texts.
    found = sorted(
        rows(con, FACTS), key=lambda row: (by_article[row["article_key"]], row["char_start"], row["figure_key"])
    )
    lists = {name: Coder() for name in (*TEXT_COLUMNS, "amount", "day")}
    columns: dict[str, list[Any]] = {
        "key": [str(row["figure_key"]) for row in found],
        "article": [by_article[row["article_key"]] for row in found],
    }
    stories = Coder()
    columns["story"] = [stories.code(row["story_key"]) for row in found]
    for name in TEXT_COLUMNS:
        columns[name] = [lists[name].code(row[name]) for row in found]
    for name in AMOUNT_COLUMNS:
        columns[name] = [lists["amount"].code(exact(row[name])) for row in found]
    for name in DAY_COLUMNS:
        columns[name] = [lists["day"].code(row[name]) for row in found]
    for name in NUMBER_COLUMNS:
        columns[name] = [row[name] for row in found]
    for name in FLAG_COLUMNS:
        columns[name] = [int(row[name]) for row in found]
    coded = {name: coder.values() for name, coder in lists.items()}
    return Told(
        facts={"columns": columns, "lists": coded},
        articles=articles,
        metrics={row.pop("metric_code"): row for row in rows(con, METRICS)},
        places=_places(con, {*coded["donor"], *coded["recipient"]}),
        texts=texts,
        by_article=by_article,
        by_figure=_by_figure(con, [row["figure_key"] for row in found]),
    )


def _articles(con: duckdb.DuckDBPyConnection) -> tuple[dict[str, Any], list[str], dict[int, int]]:
    found = rows(con, ARTICLES)
    chunks, places = packed(row["text"] for row in found)
    names = ("document", "headline", "outlet", "published_on", "kind", "sector", "is_damaged", "address", "run_key")
    columns = {name: [row[name] for row in found] for name in names}
    columns["key"] = [str(row["article_key"]) for row in found]
    columns["story"] = [str(row["story_key"]) for row in found]
    columns["text"] = places
    return columns, chunks, {row["article_key"]: place for place, row in enumerate(found)}


def _places(con: duckdb.DuckDBPyConnection, codes: set[str]) -> dict[str, str]:
    """Code → name of these places, and of the provinces that they lie in."""
    wanted = sorted({*codes, *(f"{code[:2]}0000" for code in codes), *(f"{code[:4]}00" for code in codes)})
    return dict(con.execute(PLACES, [wanted]).fetchall())


def _by_figure(con: duckdb.DuckDBPyConnection, shown: list[int]) -> dict[int, int]:
    """Every mention → the place of the fact that shows it: itself, or the first of its story that says the same."""
    places = {figure_key: place for place, figure_key in enumerate(shown)}
    mentions = con.execute(
        """
        SELECT mention.figure_key, fact.figure_key
        FROM core.fact_figure AS mention
        JOIN core.current_article AS article USING (article_key)
        JOIN core.story_fact AS fact
            ON fact.story_key = article.story_key AND fact.metric_key = mention.metric_key
            AND fact.aspect = mention.aspect AND fact.value = mention.value AND fact.unit = mention.unit
            AND fact.status = mention.status AND fact.sector = mention.sector
        ORDER BY fact.figure_key
        """
    ).fetchall()
    for mention, fact in mentions:
        places.setdefault(mention, places[fact])
    return places
