"""Numbers as the news writes them, for property tests: each with the value and interval that its wording allows.

The interval is worked out here from the digits as written, apart from the code that is tested.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from hypothesis import strategies as st

DIGITS = "零一二三四五六七八九"
FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")
UNITS = ("名", "人次", "台", "例", "场次", "项", "元", "人", "个", "张", "家")
LARGE = {"": 1, "万": 10_000, "亿": 100_000_000}
BEFORE = {"": None, "近": "at_most", "约": "about", "超": "at_least", "逾": "at_least", "不足": "at_most"}
BEFORE |= {"超过": "at_least", "至少": "at_least", "将近": "at_most", "大约": "about", "突破": "at_least"}
AFTER = {"左右": "about", "以上": "at_least", "上下": "about"}


@dataclass(frozen=True)
class Written:
    """A figure in writing and what must be read out of it."""

    figure: str
    value: Decimal
    low: Decimal
    high: Decimal | None
    approximation: str
    unit: str


def chinese(number: int) -> str:
    """A whole number below 10¹² in Chinese numerals: 120500 → 十二万零五百."""
    if number == 0:
        return "零"
    groups = [(number // 10**8, "亿"), (number // 10**4 % 10**4, "万"), (number % 10**4, "")]
    said = ""
    for value, name in groups:
        if value:
            said += ("零" if said and value < 1000 else "") + _below_ten_thousand(value) + name
    return said.removeprefix("一") if said.startswith("一十") else said


def _below_ten_thousand(number: int) -> str:
    digits = f"{number:04d}"
    said = ""
    for is_zero, run in groupby(zip(digits, "千百十 ", strict=True), key=lambda pair: pair[0] == "0"):
        said += "零" if is_zero else "".join(DIGITS[int(digit)] + name.strip() for digit, name in run)
    return said.strip("零")


def place_of(digits: str) -> Decimal:
    """Place value of the last digit that is not zero: 4200 → 100, 1.50 → 0.1."""
    whole, _, fraction = digits.partition(".")
    fraction = fraction.rstrip("0")
    if fraction:
        return Decimal(1).scaleb(-len(fraction))
    return Decimal(10) ** (len(whole) - len(whole.rstrip("0")))


@st.composite
def _body(draw: st.DrawFn) -> tuple[str, Decimal, Decimal, str]:
    """Digits, their value and place, and the magnitude that may follow them."""
    notation = draw(st.sampled_from(["plain", "thousands", "full_width", "decimal", "spaced", "chinese"]))
    if notation == "decimal":
        digits = f"{draw(st.integers(1, 999))}.{draw(st.integers(1, 99)):02d}"
        return digits, Decimal(digits), place_of(digits), draw(st.sampled_from(["万", "亿"]))
    magnitude = draw(st.sampled_from(["", "", "万", "亿"]))
    number = draw(st.integers(2, 9999 if magnitude else 9_999_999))
    value, place = Decimal(number), place_of(str(number))
    if notation == "chinese":
        said = chinese(number)
        said = said.replace("二千", "两千").replace("二百", "两百") if draw(st.booleans()) else said
        return said, value, place, magnitude if number < 10_000 else ""
    written = f"{number:,}" if notation == "thousands" else str(number)
    if notation == "full_width":
        written = written.translate(FULL_WIDTH)
    if notation == "spaced":
        written = " ".join(written)
    return written, value, place, magnitude


@st.composite
def written_numbers(draw: st.DrawFn) -> Written:
    """A number in any notation, with at most one word of approximation."""
    digits, value, place, magnitude = draw(_body())
    value, place = value * LARGE[magnitude], place * LARGE[magnitude]
    unit = draw(st.sampled_from(UNITS))
    gap = draw(st.sampled_from(["", "", " ", "\u3000"])) if digits[0].isdecimal() else ""
    style = draw(st.sampled_from(["exact", "more", "before", "after"]))
    if style == "more":
        more = draw(st.sampled_from("余多"))
        figure = digits + gap + (more + magnitude if draw(st.booleans()) else magnitude + more) + gap + unit
        return Written(figure, value, value, value + place, "at_least", unit)
    figure = digits + magnitude + gap + unit
    if style == "exact":
        return Written(figure, value, value, value, "exact", unit)
    words = BEFORE if style == "before" else AFTER
    word = draw(st.sampled_from([word for word in words if word]))
    figure = word + figure if style == "before" else figure + word
    approximation = words[word] or "exact"
    low, high = {
        "at_least": (value, None),
        "at_most": (value - min(place, value / 10), value),
        "about": (value - place / 2, value + place / 2),
    }[approximation]
    return Written(figure, value, low, high, approximation, unit)
