"""How much two texts of one page speak of the same thing: shared places and bodies, shared character pairs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from operator import add

from transforms.characters import HAN

_STEM = re.compile(rf"(?=([{HAN}]{{2}})(?:省|市|县|州|区|镇|乡|村|师|团|旗|医院|卫生院))")
_RUN = re.compile(rf"[{HAN}]{{2,}}")
_COMMON_STEMS = frozenset(("自治", "各族", "人民", "地区", "城市", "我省", "本省", "全省", "全县", "全市", "中医"))
_LEAD_WORDS = re.compile(
    r"近日|日前|近期|连日来|昨[日天]|今[日天]，|[0-9]{1,2}月[0-9]{1,2}日|(?:19|20)[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日"
)
_LEAD_SHARE = 0.2
_TEXT_SHARE = 0.08
"""Measured: sections of one story share 0.09 to 0.32 of their character pairs, stories of two pages 0.14 (median)."""
_LATER_WEIGHT = 0.5
_NOWHERE_WEIGHT = 0.5
_LEAD = 400
_SAMPLE = 1600


def stems(text: str) -> Counter[str]:
    """The two characters before 县, 市, 医院…: one place gives the same pair wherever the page names it."""
    found = Counter(_STEM.findall(text[:_SAMPLE]))
    for stem in _COMMON_STEMS:
        found.pop(stem, None)
    return found


def pairs(text: str) -> set[str]:
    """Pairs of neighbouring Han characters."""
    found: set[str] = set()
    for run in _RUN.findall(text):
        found.update(map(add, run, run[1:]))
    return found


def coheres(before: str, after: str) -> bool:
    """Whether `after`, which stands below a title, goes on with the story of `before`.

    A subhead's text goes on where it names any place or body of the story, or shares some of its words. Text that
    starts as stories do (近日, 10月15日) must name the story's main place and share more.
    """
    left, right = stems(before), stems(after)
    left_pairs, right_pairs = pairs(before[:_SAMPLE]), pairs(after[:_SAMPLE])
    if not left_pairs or not right_pairs:
        return True
    shared_words = len(left_pairs & right_pairs) / min(len(left_pairs), len(right_pairs))
    if _LEAD_WORDS.match(after):
        main = {stem for stem, _ in left.most_common(2)} & {stem for stem, _ in right.most_common(2)}
        return shared_words >= _LEAD_SHARE and (bool(main) or min(len(left), len(right)) == 0)
    if sum(left.values()) >= 3 and sum(right.values()) >= 3:
        return bool(left.keys() & right.keys()) or shared_words >= _LEAD_SHARE
    return shared_words >= _TEXT_SHARE


def names_the_same(before: str, after: str) -> bool:
    """Whether `after` names a place or body of `before`, or none at all: the stricter question, where no title parts
    them."""
    right = stems(after)
    return not right or bool(stems(before).keys() & right.keys())


class Wording:
    """The words of a page's stories, to tell which one a title speaks of."""

    def __init__(self, stories: Sequence[str]) -> None:
        self._leads = [pairs(text[:_LEAD]) for text in stories]
        self._wholes = [pairs(text) for text in stories]

    def affinity(self, title: str) -> list[float]:
        """How well `title` fits each story, 0 to 1: its character pairs found there, rare ones on the page more.

        A story's first sentences say what its headline says, so a pair found there counts whole, one later half.
        """
        scores = [0.0] * len(self._wholes)
        total = 0.0
        for pair in sorted(pairs(title)):
            holders = [at for at, whole in enumerate(self._wholes) if pair in whole]
            weight = 1.0 / len(holders) if holders else _NOWHERE_WEIGHT
            total += weight
            for at in holders:
                scores[at] += weight * (1.0 if pair in self._leads[at] else _LATER_WEIGHT)
        return [score / total for score in scores] if total else scores
