"""Numerals to exact values, and what is no numeral."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.numerals import MAX_DIGITS, parse_arabic, parse_chinese, place_value


@pytest.mark.parametrize(
    ("written", "value", "place"),
    [
        ("7360", "7360", "10"),
        ("4200", "4200", "100"),
        ("125,012", "125012", "1"),
        ("１，２５０", "1250", "10"),
        ("1.5", "1.5", "0.1"),
        ("0.31", "0.31", "0.01"),
        ("28289.17", "28289.17", "0.01"),
        ("2 6", "26", "1"),
        ("1\n230", "1230", "10"),
        ("９５．５", "95.5", "0.1"),
        ("007", "7", "1"),
    ],
)
def test_arabic(written: str, value: str, place: str) -> None:
    numeral = parse_arabic(written)
    assert numeral is not None
    assert (numeral.low, numeral.high, numeral.place) == (Decimal(value), Decimal(value), Decimal(place))


@pytest.mark.parametrize(
    ("written", "value", "place"),
    [
        ("十", 10, 10),
        ("十二", 12, 1),
        ("二十", 20, 10),
        ("两百", 200, 100),
        ("一百二十", 120, 10),
        ("一百零八", 108, 1),
        ("两百五", 250, 10),
        ("三千二", 3200, 100),
        ("三千二百零五", 3205, 1),
        ("一千零二十", 1020, 10),
        ("一万两千", 12000, 1000),
        ("三万五", 35000, 1000),
        ("三万零五", 30005, 1),
        ("三百二十万", 3_200_000, 100_000),
        ("一亿两千万", 120_000_000, 10_000_000),
        ("万", 10_000, 10_000),
        ("百", 100, 100),
        ("叁佰贰拾万", 3_200_000, 100_000),
        ("二〇二三", 2023, 1),
        ("一五一", 151, 1),
    ],
)
def test_chinese(written: str, value: int, place: int) -> None:
    numeral = parse_chinese(written)
    assert numeral is not None
    assert (numeral.low, numeral.high, numeral.place) == (value, value, place)


def test_chinese_decimals_are_exact() -> None:
    numeral = parse_chinese("三十五点六")
    assert numeral is not None
    assert (numeral.low, numeral.place) == (Decimal("35.6"), Decimal("0.1"))


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("三四十", 30, 40),
        ("七八", 7, 8),
        ("三五", 3, 5),
        ("十五六", 15, 16),
        ("十四五", 14, 15),
        ("五六百", 500, 600),
        ("一两", 1, 2),
        ("二三十万", 200_000, 300_000),
        ("一百二三十", 120, 130),
    ],
)
def test_two_digits_side_by_side_are_a_range(written: str, low: int, high: int) -> None:
    numeral = parse_chinese(written)
    assert numeral is not None
    assert (numeral.low, numeral.high) == (low, high)


@pytest.mark.parametrize("written", ["", "五四", "八一", "十百", "百千", "一点百", "亿亿", "十" * 19])
def test_what_is_no_numeral(written: str) -> None:
    assert parse_chinese(written) is None


def test_an_endless_row_of_digits_is_no_amount() -> None:
    assert parse_arabic("9" * MAX_DIGITS) is not None
    assert parse_arabic("9" * (MAX_DIGITS + 1)) is None


@pytest.mark.parametrize(
    ("value", "place"), [("0", "1"), ("1", "1"), ("10", "10"), ("4200", "100"), ("0.31", "0.01"), ("1.50", "0.1")]
)
def test_place_value(value: str, place: str) -> None:
    assert place_value(Decimal(value)) == Decimal(place)


@given(st.decimals(min_value=0, max_value=10**12, places=3))
def test_a_value_is_a_whole_number_of_its_places(value: Decimal) -> None:
    place = place_value(value)
    assert value % place == 0
    assert value == 0 or value % (place * 10) != 0


@given(st.text("〇零一二三四五六七八九两十百千万亿壹贰叁拾佰仟点", max_size=24))
def test_no_chinese_numeral_raises_or_turns_its_ends(written: str) -> None:
    numeral = parse_chinese(written)
    assert numeral is None or 0 <= numeral.low <= numeral.high
