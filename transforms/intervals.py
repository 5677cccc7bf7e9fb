"""What a number's wording allows: its interval and approximation.

4200余万 is at least 42000000 and at most 43000000, 近20万 is 180000 to 200000, 三四十 is 30 to 40.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from transforms.model import Approximation
from transforms.numerals import SMALL, Numeral

_OPEN_AS_PRINTED = ("以上", "之上", "有余", "开外")


class Number(NamedTuple):
    """One number with its magnitude, before unit and wording."""

    numeral: Numeral
    vague: bool
    """数十, 几百: any number of that many digits."""
    more: str
    """余, 多, 来, 几 or nothing."""
    spoken: bool
    """Written in Chinese numerals."""
    bare: bool
    """A magnitude without a digit: 百, 千, 万."""
    factor: Decimal = Decimal(1)
    """The magnitude that the numeral was scaled by: 10000 in 1.3万."""


def plain(value: Decimal) -> Decimal:
    """The same value without trailing zeros or exponent: 13000.0 → 13000."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def interval(number: Number, words: dict[str, bool], post: str) -> tuple[Decimal, Decimal | None, Approximation]:
    """value_low, value_high and approximation that the wording allows."""
    value, top, place = number.numeral.low, number.numeral.high, number.numeral.place
    if number.vague:
        return value * 2, value * 10 - 1, "at_least"
    if number.more in ("几十", "几百"):
        step = SMALL[number.more[1]] * number.factor
        return value + step * 2, value + step * 10 - number.factor, "at_least"
    if number.more == "几":
        return value + place / 10, value + place - place / 10, "at_least"
    if top > value:
        return value, top, "about"
    if number.more in ("余", "多"):
        return value, value + place, "at_least"
    if number.more == "来" or words["about"] or post in ("左右", "上下"):
        return value - place / 2, value + place / 2, "about"
    if words["least"] or post in _OPEN_AS_PRINTED:
        return value, None, "at_least"
    if words["most"]:
        return value - min(place, value / 10), value, "at_most"
    if words["up_to"] or post in ("以下", "以内", "之内"):
        return Decimal(0), value, "at_most"
    return value, value, "exact"
