"""Numerals as written, Arabic or Chinese, to exact values.

`place` is the place value of the last non-zero digit as written: 4200 has 100, 1.5 has 0.1, 一百二十 has 10. The
width of 余 and 多 hangs on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
SMALL = {"十": 10, "百": 100, "千": 1000}
LARGE = {"万": 10_000, "亿": 100_000_000}
MAGNITUDES = {**SMALL, **LARGE}
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，", "0123456789.,")
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
MAX_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Numeral:
    """A value, or an interval where two digits stand side by side (三四十 is 30 to 40)."""

    low: Decimal
    high: Decimal
    place: Decimal

    def scaled(self, factor: Decimal) -> Numeral:
        """The numeral times a magnitude."""
        return Numeral(self.low * factor, self.high * factor, self.place * factor)


def _exact(value: Decimal) -> Numeral:
    return Numeral(value, value, place_value(value))


def place_value(value: Decimal) -> Decimal:
    """Place value of the last non-zero digit: 4200 → 100, 0.31 → 0.01, 0 → 1."""
    if value == 0:
        return Decimal(1)
    exponent = value.normalize().as_tuple().exponent
    return Decimal(1).scaleb(int(exponent))


def parse_arabic(written: str) -> Numeral | None:
    """`written` in Arabic digits, full width, thousands separators and inner spaces allowed; None where it is too long.

    >>> parse_arabic("125,012").low
    Decimal('125012')
    """
    plain = "".join(written.translate(_FULL_WIDTH).replace(",", "").split())
    if len(plain) > MAX_DIGITS:
        return None
    return _exact(Decimal(plain))


def _section(tokens: list[str]) -> int | None:
    """Value under 万 of 三千二百零五 and of the colloquial 三千二 (3200); None where the order is broken."""
    total, pending, last, zero = 0, None, 10_000, False
    for token in tokens:
        if token in SMALL:
            if SMALL[token] >= last:
                return None
            last = SMALL[token]
            total += (1 if pending is None else pending) * last
            pending, zero = None, False
        else:
            if pending is not None:
                return None
            if DIGITS[token] == 0:
                zero = True
            else:
                pending = DIGITS[token]
    if pending is None:
        return total
    colloquial = not zero and total > 0 and last >= 100
    return total + pending * (last // 10 if colloquial else 1)


def _positional(tokens: list[str]) -> int | None:
    """Value of a whole numeral with 万 and 亿 (一亿两千万, 三万五 is 35000)."""
    if not tokens:
        return None
    for large in ("亿", "万"):
        if large in tokens:
            at = tokens.index(large)
            head = _positional(tokens[:at]) if at else 1
            rest = tokens[at + 1 :]
            if head is None or (large in rest and large == "亿"):
                return None
            if not rest:
                return head * LARGE[large]
            if len(rest) == 1 and rest[0] in DIGITS and DIGITS[rest[0]]:
                return head * LARGE[large] + DIGITS[rest[0]] * LARGE[large] // 10
            tail = _positional(rest)
            return None if tail is None else head * LARGE[large] + tail
    return _section(tokens)


def _digit_pair(tokens: list[str]) -> int | None:
    """Index of the first of two digits side by side that span a range (七八, 三五), or None."""
    for at in range(len(tokens) - 1):
        first, second = DIGITS.get(tokens[at], 0), DIGITS.get(tokens[at + 1], 0)
        if first and second:
            ascending = second == first + 1 or (first, second) == (3, 5)
            return at if ascending else -1
    return None


def parse_chinese(written: str) -> Numeral | None:
    """`written` in Chinese numerals; None where it is no numeral (五四, 百千).

    二〇二三 reads as digits, 叁佰贰拾万 as 3200000, 三四十 and 十五六 as a range, 一点五 as a decimal.
    """
    if len(written) > MAX_DIGITS or not written:
        return None
    whole, _, fraction = written.translate(_FORMAL).partition("点")
    tokens = list(whole)
    if fraction:
        head = _positional(tokens)
        if head is None or any(token not in DIGITS for token in fraction):
            return None
        return _exact(Decimal(f"{head}." + "".join(str(DIGITS[token]) for token in fraction)))
    if len(tokens) > 2 and all(token in DIGITS for token in tokens):
        return _exact(Decimal("".join(str(DIGITS[token]) for token in tokens)))
    pair = _digit_pair(tokens)
    if pair == -1:
        return None
    if pair is not None:
        low, high = (
            _positional(tokens[: pair + 1] + tokens[pair + 2 :]),
            _positional(tokens[:pair] + tokens[pair + 1 :]),
        )
        if low is None or high is None or not low < high:
            return None
        return Numeral(Decimal(low), Decimal(high), place_value(Decimal(low)))
    value = _positional(tokens)
    return None if value is None else _exact(Decimal(value))
