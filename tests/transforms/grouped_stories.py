"""All articles grouped into stories at once, in plain Python: what the warehouse comes to step by step."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from transforms.paragraph_matches import repeated
from transforms.stories import MEASURES, Pair, joined_by, long_paragraphs, prints, told_by_share, told_by_words


def story_keys(articles: Iterable[tuple[int, str]]) -> dict[int, int]:
    """Story key of each of `articles`, given as (article key, text): the smallest key among those that tell one story.

    The order of `articles` does not matter. An article alone is its own story.
    """
    texts = dict(articles)
    probes, shingles = {}, {}
    for key, text in texts.items():
        probes[key], shingles[key] = (frozenset(each.tolist()) for each in prints(text))
    links = [pair for pair in proposals(probes) if _is_one_story(pair, texts, shingles)]
    return {key: key for key in texts} | joined_by(links)


def proposals(probes: Mapping[int, frozenset[int]]) -> list[Pair]:
    """The pairs of articles that are worth a look, in order."""
    holders: dict[int, list[int]] = defaultdict(list)
    for key in sorted(probes):
        for probe in probes[key]:
            holders[probe].append(key)
    shared = Counter(pair for keys in holders.values() if len(keys) > 1 for pair in _met(keys))
    return sorted(
        (left, right)
        for (left, right), common in shared.items()
        if common >= max(1, min(len(probes[left]), len(probes[right])) // MEASURES.one_probe_in)
    )


def _met(keys: Sequence[int]) -> Iterator[Pair]:
    """The pairs that a probe proposes among its holders, which are in order."""
    reach = len(keys) if len(keys) <= MEASURES.few_holders else MEASURES.reach
    for at, left in enumerate(keys):
        for right in keys[at + 1 : at + 1 + reach]:
            yield left, right


def _is_one_story(pair: Pair, texts: Mapping[int, str], shingles: Mapping[int, frozenset[int]]) -> bool:
    left, right = (shingles[key] for key in pair)
    shorter = min(len(left), len(right))
    told = told_by_share(len(left & right), shorter)
    return told_by_words(texts[pair[0]], texts[pair[1]], shorter) if told is None else told


def shared_paragraphs(left: str, right: str) -> tuple[int, int]:
    """How many paragraphs of `left` stand in `right`, and how many it has, of 20 characters and more."""
    ours, theirs = long_paragraphs(left), long_paragraphs(right)
    return len(repeated(ours, theirs)), len(ours)
