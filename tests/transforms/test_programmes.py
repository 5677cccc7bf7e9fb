"""Channels and batches of aid."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.transforms.texts import any_text
from transforms.lexicons import read_csv
from transforms.programmes import FOREIGN, find_programmes, main_channel


def named(text: str) -> list[str]:
    return [f"{one.kind}={one.name}" for one in find_programmes(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第九批医疗卫生援疆工作队", ["batch=第九批", "channel=援疆"]),
        ("第10批援藏医疗队", ["batch=第10批", "channel=援藏"]),
        ("首批援青专家", ["batch=首批", "channel=援青"]),
        ("东西协作医疗组", ["channel=东西部协作"]),
        ("闽宁协作", ["channel=东西部协作"]),
        ("援贵医疗队", ["channel=援黔"]),
        ("第25批援几内亚医疗队援外任务", ["batch=第25批", "channel=援外"]),
        ("对口支援昌吉州", ["channel=对口支援"]),
        ("第十批第二批援疆人才", ["batch=第十批第二批", "channel=援疆"]),
        ("门诊量大幅增长", []),
    ],
)
def test_channels_and_batches(text: str, expected: list[str]) -> None:
    assert named(text) == expected


def test_a_channel_implies_the_region_that_receives() -> None:
    provinces = {one.name: one.province for one in find_programmes("援疆、援藏、援外、对口帮扶")}
    assert provinces == {"援疆": "65", "援藏": "54", "援外": FOREIGN, "对口帮扶": None}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("援疆援疆援藏", "援疆"),
        ("对口支援对口支援对口支援援疆", "援疆"),
        ("对口支援", "对口支援"),
        ("第九批医疗队", None),
        ("", None),
    ],
)
def test_the_main_channel_is_the_most_frequent_that_says_most(text: str, expected: str | None) -> None:
    assert main_channel(find_programmes(text)) == expected


def test_every_channel_of_the_lexicon_is_found() -> None:
    for surface, channel, _province, _source in read_csv("channels.csv", ("surface", "channel", "province", "source")):
        assert f"channel={channel}" in named(f"参加{surface}工作")


@given(any_text())
def test_any_text_gives_mentions_that_stand_in_it(text: str) -> None:
    found = find_programmes(text)
    assert [one.char_start for one in found] == sorted(one.char_start for one in found)
    assert all(0 <= one.char_start < one.char_end <= len(text) for one in found)
