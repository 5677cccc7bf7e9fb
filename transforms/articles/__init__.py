"""A page into its stories: headline, outlet, byline, date, kind and sector of each.

Here belongs what a page's own paragraphs say about its stories. What does not: repair of the text (repair), and the
same story in several documents (stories).
"""

from __future__ import annotations

from datetime import date

from transforms.articles.credits import credit_of, date_of
from transforms.articles.paragraphs import Paragraph, parse_page
from transforms.articles.sectors import sector_of
from transforms.articles.segments import Segment, segment
from transforms.model import Article, ArticleKind, Document, hash64


def split(document: Document, repaired: str) -> tuple[Article, ...]:
    """The stories of one document, in the order of their text; every paragraph of `repaired` stands in one.

    An article's text is its headline, where it has one, and then its paragraphs, one a line.
    """
    page = parse_page(repaired, headed=document.title is not None)
    page_date, origin = _page_date(document, page)
    stories = segment(page)
    if document.title is not None:
        _head_with_first(stories, page)
    stories = [_with_kind(story, page) for story in stories]
    articles = []
    for ordinal, story in enumerate(stories):
        headline = " ".join(part.text for part in story.headline) or None
        text = "\n".join([*([headline] if headline else []), *(part.text for part in story.body)])
        outlet, byline = credit_of(story.body)
        own_date = date_of([*story.headline, *story.body])
        sector, words = sector_of(headline, story.text)
        articles.append(
            Article(
                article_key=hash64(document.document_key, "article", ordinal),
                document_key=document.document_key,
                ordinal=ordinal,
                kind=story.kind,
                headline=headline,
                text=text,
                outlet=outlet or document.outlet,
                byline=byline,
                published_on=own_date or page_date,
                published_origin="text" if own_date else origin,
                sector=sector,
                sector_words=words,
            )
        )
    return tuple(articles)


def _head_with_first(stories: list[Segment], page: list[Paragraph]) -> None:
    """The title that the document's metadata gives, its first line, above the first story, wherever it was put."""
    title = page[0]
    first = next((story for story in stories if story.kind == "news"), stories[0])
    if title in first.headline:
        return
    for story in stories:
        story.headline = [part for part in story.headline if part.position != title.position]
        story.body = [part for part in story.body if part.position != title.position]
    first.body = [*first.headline, *first.body]
    first.headline = [title]
    stories[:] = [story for story in stories if story.headline or story.body]


def _page_date(document: Document, page: list[Paragraph]) -> tuple[date | None, str | None]:
    """The date of the page: metadata or file name, else the one whole date that stands on lines of its own."""
    if document.published_on is not None:
        return document.published_on, document.published_origin
    dates = {found for part in page if part.kind == "date" and (found := date_of([part]))}
    return (dates.pop(), "text") if len(dates) == 1 else (None, None)


def _with_kind(story: Segment, page: list[Paragraph]) -> Segment:
    """One short paragraph without headline, opener or credit beside real stories is a caption or a note."""
    if story.kind != "news" or story.headline or len(story.body) != 1:
        return story
    only = story.body[0]
    kind: ArticleKind = "news" if only.opens_story or len(page) <= 2 else "caption"
    return Segment(kind, story.position, story.headline, story.body, story.closed)
