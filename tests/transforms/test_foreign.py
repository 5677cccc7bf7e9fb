"""Countries abroad: a recipient there has no code."""

from __future__ import annotations

from itertools import pairwise

import pytest

from transforms.places import find_foreign


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第三十批援塞内加尔医疗队", ["塞内加尔"]),
        ("派往坦桑尼亚桑给巴尔", ["坦桑尼亚", "坦桑尼亚"]),
        ("援贝宁医疗队启程，这是第三支援贝医疗队", ["贝宁", "贝宁"]),
        ("赤道几内亚与几内亚", ["赤道几内亚", "几内亚"]),
        ("援南苏丹医疗队", ["南苏丹"]),
        ("近日本报记者获悉", []),
        ("延边朝鲜族自治州、内蒙古自治区", []),
        ("上海地区的专家", []),
    ],
)
def test_countries(text: str, expected: list[str]) -> None:
    found = find_foreign(text)
    assert [country for country, _, _ in found] == expected
    assert all(first[2] <= second[1] for first, second in pairwise(found))


def test_a_first_character_shared_by_two_countries_stays_open() -> None:
    assert [country for country, _, _ in find_foreign("贝宁与贝尔格莱德无关；马里、马耳他；援马医疗队")] == [
        "贝宁",
        "马里",
        "马耳他",
    ]
