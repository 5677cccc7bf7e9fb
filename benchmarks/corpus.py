"""A corpus for the benchmarks: files of the newspaper that `benchmarks.newsroom` writes, the same for the same seed.

    python -m benchmarks.corpus FOLDER ARTICLES [--seed N] [--first N]

Files lie in sub-folders of at most 1,000; one in twenty-five or so holds several stories. Nine in a hundred are reposts
of one of the last 200 files: whole, shortened, or with one digit changed. File N is the same in a corpus of any size.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.newsroom.articles import Story, reprint, write_story
from benchmarks.newsroom.pages import print_page

SEED = 8
FILES_A_FOLDER = 1_000
REPOST_SHARE = 0.09
_BACK = 200
_REPRINTED_ONE_IN = 4
"""Only one file in four is ever reprinted, so that some stories have three, four or five printings."""


@dataclass(frozen=True, slots=True)
class NewsFile:
    """One file of the corpus: `name` with its folder, `repost_of` the number of the file that it reprints."""

    number: int
    name: str
    text: str
    encoding: str
    stories: int
    repost_of: int | None


@dataclass
class CorpusFacts:
    """What a corpus holds. `bytes_utf8`: the text's own size, whatever encoding a file is in."""

    files: int = 0
    stories: int = 0
    reposts: int = 0
    characters: int = 0
    bytes_utf8: int = 0

    @property
    def megabytes(self) -> float:
        """Size of the text, millions of bytes of UTF-8."""
        return self.bytes_utf8 / 1e6

    def count(self, file: NewsFile) -> None:
        """Add one file."""
        self.files += 1
        self.stories += file.stories
        self.reposts += file.repost_of is not None
        self.characters += len(file.text)
        self.bytes_utf8 += len(file.text.encode())


def original_of(number: int, seed: int) -> int | None:
    """The file that this one reprints, or None: it is an original."""
    dice = random.Random(f"{seed}/{number}/repost")
    if number % _REPRINTED_ONE_IN == 0 or dice.random() >= REPOST_SHARE * _REPRINTED_ONE_IN / (_REPRINTED_ONE_IN - 1):
        return None
    back = number // _REPRINTED_ONE_IN - dice.randrange(_BACK // _REPRINTED_ONE_IN)
    return back * _REPRINTED_ONE_IN if back >= 0 else None


def _stories(number: int, seed: int) -> list[Story]:
    """The stories of an original: most files hold one."""
    dice = random.Random(f"{seed}/{number}/text")
    kind = dice.random()
    if kind < 0.05 and number % _REPRINTED_ONE_IN:
        lengths = [dice.randint(300, 800) for _ in range(dice.randint(2, 4))]
        return [
            write_story(dice, length=each, health=at == 0 or dice.random() < 0.5) for at, each in enumerate(lengths)
        ]
    return [write_story(dice, health=kind < 0.95)]


def news_file(number: int, seed: int = SEED) -> NewsFile:
    """File `number` of the corpus of this seed."""
    dice = random.Random(f"{seed}/{number}/page")
    original = original_of(number, seed)
    stories = _stories(number if original is None else original, seed)
    if original is not None:
        stories = [reprint(story, dice) for story in stories]
    text = print_page(stories, dice, notices=dice.random() < 0.04)
    folder = f"{number // FILES_A_FOLDER:03}"
    return NewsFile(
        number=number,
        name=f"{folder}/{stories[0].scene.day}_{number:06}.txt",
        text=text,
        encoding="gb18030" if dice.random() < 0.02 else "utf-8",
        stories=len(stories),
        repost_of=original,
    )


def write_corpus(folder: Path, articles: int, *, seed: int = SEED, first: int = 0) -> CorpusFacts:
    """Write so many files from number `first` on into sub-folders of `folder`, one at a time; gives what they hold."""
    facts = CorpusFacts()
    for number in range(first, first + articles):
        file = news_file(number, seed)
        path = folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.text.encode(file.encoding))
        facts.count(file)
    return facts


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("articles", type=int)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--first", type=int, default=0, help="number of the first file")
    options = parser.parse_args()
    facts = write_corpus(options.folder, options.articles, seed=options.seed, first=options.first)
    print(json.dumps(asdict(facts)))


if __name__ == "__main__":
    main()
