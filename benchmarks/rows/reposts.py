"""The search for reposts: linear in articles."""

from __future__ import annotations

from time import process_time

from benchmarks.results import Row, beside
from benchmarks.workspace import Workspace
from transforms.stories import story_keys


def linear(space: Workspace) -> list[Row]:
    """Processor time of the search over all news of the warehouse beside that over a tenth of it."""
    from flows.inspection import ask

    asked = ask(space.filled_home(), "SELECT article_key, text FROM core.dim_article WHERE kind = 'news'")
    articles = [(int(key), str(text)) for key, text in asked.rows]
    tenth = articles[: max(1, len(articles) // 10)]
    spent = []
    for held in (tenth, articles):
        began = process_time()
        stories = story_keys(held)
        spent.append(process_time() - began)
    reposts = len(stories) - len(set(stories.values()))
    row = beside(
        "reposts",
        f"repost search, {len(articles):,} articles",
        spent[1],
        "s",
        f"{len(tenth):,} articles",
        spent[0],
        goal="≤ 10.5",
        note=f"{reposts:,} reposts found",
    )
    return [row]
