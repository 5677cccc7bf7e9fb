"""The words that names of health bodies are made of, and how far a name reaches to the left."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from transforms.gazetteer import rows

_NUMBER = "一二三四五六七八九十百"
_LEFT_WINDOW = 24
_GAP = 5
_BEFORE_OWN_NAME = ("大学", "医学院", "科学院", "附属")
_NOT_IN_NAMES = re.compile(
    r"[^\u4e00-\u9fff]|[的了在是和与及各家所级等该这那两多为到去从对向由或并把被将让给以为率赴至]"
)


class Vocabulary(NamedTuple):
    """Compiled once from `organisation_words.csv` and `organisations.csv`."""

    head: re.Pattern[str]
    kind_by_head: dict[str, str]
    qualifiers_reversed: re.Pattern[str]
    rejected: re.Pattern[str]
    generic: re.Pattern[str]
    hospitals: dict[str, str]
    schools: dict[str, str]
    named: re.Pattern[str]


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


@cache
def vocabulary() -> Vocabulary:
    """The words by role. Raises ValueError for a role that is none of head, qualifier, reject."""
    by_role: dict[str, dict[str, str]] = {"head": {}, "qualifier": {}, "reject": {}}
    for row in rows("organisation_words.csv"):
        if row["role"] not in by_role:
            raise ValueError(f"{row['word']}: role {row['role']!r} is none of head, qualifier, reject")
        by_role[row["role"]][row["word"]] = row["kind"]
    named: dict[str, dict[str, str]] = {"hospital": {}, "school": {}}
    for row in rows("organisations.csv"):
        named[row["kind"]][row["name"]] = row["place_code"]
    qualifiers = [word[::-1] for word in by_role["qualifier"]]
    parts = rf"第?[{_NUMBER}]{{1,3}}|第?\d{{1,3}}|{_any_of(by_role['qualifier'])}|{_any_of(by_role['head'])}"
    return Vocabulary(
        head=re.compile(rf"(?:{_any_of(by_role['head'])})(?!士)"),
        kind_by_head=by_role["head"],
        qualifiers_reversed=re.compile(rf"(?:[{_NUMBER}]{{1,3}}第|\d{{1,3}}第|{_any_of(qualifiers)})*"),
        rejected=re.compile(_any_of(by_role["reject"])),
        generic=re.compile(rf"(?:{parts})+"),
        hospitals=named["hospital"],
        schools=named["school"],
        named=re.compile(_any_of(named["hospital"])),
    )


def qualifiers_before(text: str, end: int) -> int:
    """Where the run of qualifiers that ends at `end` starts: 昌吉州第二人民|医院 → before 第二."""
    window = text[max(0, end - _LEFT_WINDOW) : end][::-1]
    match = vocabulary().qualifiers_reversed.match(window)
    return end - (match.end() if match else 0)


def own_name_before(text: str, end: int, place_ends: dict[int, int]) -> int | None:
    """Where a proper name that ends at `end` starts, right after a place or a university: 第十三师|红星|医院.

    None where there is no such name: a description (当地, 援建的) is none. `place_ends` maps ends of places to starts.
    """
    for gap in range(1, _GAP + 1):
        start = end - gap
        between = text[max(0, start) : end]
        if start <= 0 or _NOT_IN_NAMES.search(between):
            return None
        if start in place_ends or text.endswith(_BEFORE_OWN_NAME, 0, start):
            return None if vocabulary().rejected.search(between) else start
    return None


def schools_in(text: str) -> dict[int, tuple[int, str]]:
    """Universities that do not carry their place in their name, by end: (start, place code)."""
    schools = vocabulary().schools
    return {match.end(): (match.start(), schools[match[0]]) for match in re.finditer(_any_of(schools), text)}


def is_generic(rest: str) -> bool:
    """Whether a name without its place could be anyone's: 第一人民医院, unlike 红星医院."""
    return vocabulary().generic.fullmatch(rest) is not None
