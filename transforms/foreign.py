"""Countries and foreign cities that a text names: a recipient among them is abroad and has no administrative code."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from transforms.gazetteer import rows
from transforms.lexicons.words import Words

_SIGNS = "援赴抵驻"


def find_foreign(text: str) -> list[tuple[str, int, int]]:
    """(country, start, end) in reading order, never overlapping, `text[start:end]` as printed.

    援桑给巴尔医疗队 gives 坦桑尼亚. A country that the text names in full is also found by its first character after
    援, 赴, 抵 or 驻: 援贝医疗队 where 贝宁 is named.
    """
    found: list[tuple[str, int, int]] = []
    for start, end, country in _words().longest(text):
        if country:
            found.append((country, start, end))
    found.extend(_by_first_character(text, found))
    return sorted(found, key=lambda one: one[1])


def _by_first_character(text: str, found: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    meanings: dict[str, set[str]] = defaultdict(set)
    for country, start, _ in found:
        meanings[text[start]].add(country)
    letters = "".join(letter for letter, countries in meanings.items() if len(countries) == 1)
    if not letters:
        return []
    starts = {start for _, start, _ in found}
    return [
        (next(iter(meanings[match[0]])), match.start(), match.end())
        for match in re.finditer(f"(?<=[{_SIGNS}])[{re.escape(letters)}]", text)
        if match.start() not in starts
    ]


@cache
def _words() -> Words[str]:
    return Words({row["name"]: row["country"] for row in rows("foreign_places.csv")})
