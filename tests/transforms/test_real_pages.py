"""Every figure of the gold lists can be found in the repaired articles. Needs ../shared; CI does not have to."""

import json
import os
import re
from functools import cache
from pathlib import Path

import pytest

from tests.transforms.grouped_stories import shared_paragraphs, story_keys
from transforms.articles import split
from transforms.model import Article
from transforms.reading import read
from transforms.repair import repair

SHARED = Path(__file__).parents[3] / "shared"
LISTS = (
    (SHARED / "gold/seeds.jsonl", SHARED / "seeds"),
    (SHARED / "gold/more/gold.jsonl", SHARED / "gold/more/documents"),
)
PERSONAL = re.compile(r"[0-9]{14,}|[0-9]{17}[Xx]|1[3-9][0-9]{9}")

pytestmark = pytest.mark.skipif(
    not SHARED.is_dir() or bool(os.environ.get("CI")), reason="the real documents are not here"
)


@cache
def articles(path: Path) -> tuple[Article, ...]:
    document = read(path.read_bytes(), name=path.name, address=path.name)
    return split(document, repair(document.text)[0])


def documents() -> list[Path]:
    return [path for _, folder in LISTS for path in sorted(folder.glob("*.txt"))]


def squeeze(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("gold", [gold for gold, _ in LISTS], ids=["seeds", "more"])
def test_every_quotation_stands_in_a_health_article(gold: Path) -> None:
    folder = dict(LISTS)[gold]
    rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert rows
    missing = [
        (row["document"], row["quote"])
        for row in rows
        if not any(
            squeeze(row["quote"]) in squeeze(article.text)
            for article in articles(folder / row["document"])
            if article.sector == "health" and article.kind != "notice"
        )
    ]
    assert missing == []


def test_the_stories_of_each_page() -> None:
    """Counts read by people: captions and stray lines aside, what is on each of the five pages."""
    found = {path.name[:3]: articles(path) for path in documents() if path.parent.name == "seeds"}
    stories = {name: [article for article in page if article.kind == "news"] for name, page in found.items()}
    assert {name: len(page) for name, page in stories.items()} == {"000": 1, "001": 3, "002": 4, "003": 2, "004": 1}
    assert [article.sector for article in stories["002"]] == [
        "health",
        "construction",
        "human_resources",
        "culture_tourism",
    ]
    assert [sum(article.kind == "notice" for article in page) for page in found.values()] == [0, 0, 1, 0, 0]


def test_no_personal_number_survives() -> None:
    for path in documents():
        document = read(path.read_bytes(), name=path.name, address=path.name)
        for text in (document.text, repair(document.text)[0]):
            assert not PERSONAL.search(squeeze(text)), path.name


def test_repairing_real_pages_twice_changes_nothing() -> None:
    for path in documents():
        document = read(path.read_bytes(), name=path.name, address=path.name)
        once, _ = repair(document.text)
        assert repair(once) == (once, ()), path.name


def test_the_shortened_repost_folds_and_nothing_else() -> None:
    pages = {path: articles(path) for path in documents()}
    keys = story_keys(
        (article.article_key, article.text) for page in pages.values() for article in page if article.kind == "news"
    )
    folded: dict[int, list[str]] = {}
    for path, page in pages.items():
        for article in page:
            if article.article_key in keys:
                folded.setdefault(keys[article.article_key], []).append(path.name[:3])
    assert [sorted(names) for names in folded.values() if len(names) > 1] == [["002", "003"]]


def test_the_repost_shares_23_paragraphs_and_no_other_story_shares_one() -> None:
    stories = {
        path.name[:3]: [article for article in articles(path) if article.kind == "news"]
        for path in documents()
        if path.parent.name == "seeds"
    }
    long, short = (max(stories[name], key=lambda article: len(article.text)) for name in ("002", "003"))
    assert shared_paragraphs(short.text, long.text)[0] == 23
    others = [article for page in stories.values() for article in page if article not in (long, short)]
    assert sum(shared_paragraphs(short.text, other.text)[0] for other in others) == 0
    assert sum(shared_paragraphs(long.text, other.text)[0] for other in others) == 0
