"""Questions that a run asks of the warehouse before it writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb


@dataclass(frozen=True, slots=True)
class ArticleText:
    """A current article, for grouping reposts into stories."""

    article_key: int
    story_key: int
    kind: str
    headline: str | None
    text: str
    published_on: date | None


def article_texts(con: duckdb.DuckDBPyConnection) -> list[ArticleText]:
    """The current articles with their texts, in the order of their keys: stories span documents and runs."""
    rows = con.execute(
        "SELECT article_key, current.story_key, current.kind, current.headline, article.text, current.published_on "
        "FROM core.current_article AS current JOIN core.dim_article AS article USING (article_key) ORDER BY article_key"
    ).fetchall()
    return [ArticleText(*row) for row in rows]
