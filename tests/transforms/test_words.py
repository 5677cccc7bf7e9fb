"""Words of a lexicon in a text: the same as looking for each word at each place, in linear time."""

from __future__ import annotations

from itertools import pairwise
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.timing import LINEAR, growth
from transforms.lexicons.words import Words
from transforms.place_names import place_words

TEXTS = st.text(alphabet="医院人民省-]^\\a", max_size=30)
WORD = st.text(alphabet="医院人民省-]^\\a", min_size=1, max_size=4)
LEXICONS = st.lists(WORD, max_size=8) | st.lists(WORD, min_size=30, max_size=60, unique=True)
"""Few words and many."""


@given(LEXICONS, TEXTS, st.integers(0, 10), st.integers(0, 30), st.sampled_from([0, 1_000]))
def test_every_word_is_found_at_every_place(words: list[str], text: str, start: int, end: int, large: int) -> None:
    end = min(end, len(text))
    by_hand = [
        (at, at + len(word), word)
        for at in range(start, end)
        for word in sorted(set(words), key=len, reverse=True)
        if at + len(word) <= end and text.startswith(word, at)
    ]
    with patch("transforms.lexicons.words._LARGE", large):
        assert Words({word: word for word in words}).find(text, start, end) == by_hand


@given(LEXICONS, TEXTS)
def test_what_hides_what(words: list[str], text: str) -> None:
    lexicon = Words(dict.fromkeys(words))
    found = {(start, end) for start, end, _ in lexicon.find(text)}
    outermost = [(start, end) for start, end, _ in lexicon.outermost(text)]
    assert outermost == sorted(
        (start, end)
        for start, end in found
        if not any((a, b) != (start, end) and a <= start and end <= b for a, b in found)
    )
    longest = [(start, end) for start, end, _ in lexicon.longest(text)]
    assert all(first[1] <= second[0] for first, second in pairwise(longest))
    assert all(any(a < end and start < b for a, b in longest) for start, end in found)


def test_a_longer_word_hides_what_it_covers() -> None:
    lexicon = Words({"教学查房": 1, "查房": 2, "房间": 3})
    text = "教学查房间"
    assert lexicon.outermost(text) == [(0, 4, 1), (3, 5, 3)]
    assert lexicon.longest(text) == [(0, 4, 1)]


@pytest.mark.parametrize("unit", ["新疆维吾尔自治", "中", "和田", "县"])
def test_time_is_linear(unit: str) -> None:
    assert growth(place_words().find, unit, 300_000) < LINEAR
