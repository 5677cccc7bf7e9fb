"""The benchmarks' corpus: the same for the same seed, and as newspapers are in length, figures and reposts."""

from __future__ import annotations

import random
import statistics
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.corpus import NewsFile, news_file, original_of, write_corpus
from benchmarks.newsroom.articles import LONGEST, SHORTEST, Story, reprint, write_story
from tests.transforms.grouped_stories import story_keys
from transforms.pipeline import extract
from transforms.reading import read

NUMBER = 400


@pytest.fixture(scope="module")
def files() -> list[NewsFile]:
    return [news_file(number) for number in range(NUMBER)]


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.txt")}


def test_a_corpus_is_the_same_for_the_same_seed_and_grows_without_changing(tmp_path: Path) -> None:
    facts = write_corpus(tmp_path / "whole", 30)
    write_corpus(tmp_path / "grown", 20)
    write_corpus(tmp_path / "grown", 10, first=20)
    write_corpus(tmp_path / "other", 30, seed=9)
    whole = _contents(tmp_path / "whole")
    assert whole == _contents(tmp_path / "grown")
    assert not set(whole.values()) & set(_contents(tmp_path / "other").values())
    assert (facts.files, len(whole)) == (30, 30)
    assert facts.bytes_utf8 > 2.5 * facts.characters > 30 * SHORTEST


def test_folders_hold_at_most_a_thousand_files() -> None:
    assert [news_file(number).name.split("/")[0] for number in (0, 999, 1_000, 123_456)] == ["000", "000", "001", "123"]


def test_articles_are_as_long_as_those_of_papers() -> None:
    dice = random.Random(1)
    sizes = [write_story(dice).size for _ in range(200)]
    assert min(sizes) >= SHORTEST
    assert max(sizes) <= LONGEST + 150
    assert sum(600 <= size <= 1_500 for size in sizes) > 120


def test_figures_stand_as_close_as_in_papers(files: list[NewsFile]) -> None:
    apart = []
    for file in files[:60]:
        document = extract(read(file.text.encode(), name=file.name, address=file.name))
        characters = sum(len(article.text) for article in document.articles)
        apart.append(characters / max(1, len(document.figures)))
    assert 60 <= statistics.median(apart) <= 120


def test_one_file_in_twelve_is_a_repost_and_groups_stay_small() -> None:
    originals = [original_of(number, 8) for number in range(20_000)]
    reposts = Counter(original for original in originals if original is not None)
    assert 0.08 <= sum(reposts.values()) / len(originals) <= 0.10
    assert max(reposts.values()) <= 6
    assert all(original_of(original, 8) is None for original in reposts)


def test_the_product_finds_the_reposts_and_hardly_anything_else(files: list[NewsFile]) -> None:
    alone = [file for file in files if file.stories == 1]
    stories = story_keys((file.number, file.text) for file in alone)
    reposts = [file for file in alone if file.repost_of is not None]
    found = [file for file in reposts if stories[file.number] == stories[file.repost_of or 0]]
    assert len(found) >= 0.9 * len(reposts) > 15
    originals = [file for file in alone if file.repost_of is None]
    assert len({stories[file.number] for file in originals}) >= 0.99 * len(originals)


def test_a_misprint_changes_one_digit() -> None:
    dice = random.Random(3)
    stories = [write_story(dice, length=1_500) for _ in range(30)]
    changes = [_changed(story, reprint(story, dice)) for story in stories]
    assert 0 in changes
    assert 1 in changes
    assert set(changes) <= {0, 1}


def _changed(story: Story, again: Story) -> int:
    """Characters that differ, of two printings with the same paragraphs; 0 where one is shortened."""
    if len(story.paragraphs) != len(again.paragraphs):
        return 0
    pairs = zip("".join(story.paragraphs), "".join(again.paragraphs), strict=True)
    return sum(one != other for one, other in pairs)
