"""Small articles made of a text, and what is read out of them."""

from __future__ import annotations

from datetime import date

from transforms.model import Article, Figure, hash64
from transforms.pipeline import article_figures

PUBLISHED = date(2024, 6, 20)


def news(text: str, *, headline: str | None = None, published_on: date | None = PUBLISHED) -> Article:
    """One article whose headline, where it has one, is its first line."""
    whole = f"{headline}\n{text}" if headline else text
    return Article(hash64(whole), "0" * 64, 0, "news", headline, whole, published_on=published_on)


def facts(text: str, *, headline: str | None = None, published_on: date | None = PUBLISHED) -> list[Figure]:
    """The facts of one article, in order."""
    figures = article_figures(news(text, headline=headline, published_on=published_on))
    return [figure for figure in figures if figure.disposition == "fact"]


def fact(text: str, figure: str, *, headline: str | None = None, published_on: date | None = PUBLISHED) -> Figure:
    """The one fact that `figure` states."""
    found = [one for one in facts(text, headline=headline, published_on=published_on) if one.figure == figure]
    assert len(found) == 1, [(one.figure, one.metric) for one in found]
    return found[0]
