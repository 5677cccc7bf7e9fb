"""What a number's shape and neighbours say it is: a count, a measure, money, or only a name, a date or an idiom."""

from __future__ import annotations

import re

from transforms.intervals import Number
from transforms.lexicons import load_units
from transforms.number_wording import YEAR

NOT_QUANTITIES = frozenset({"ordinal", "name", "date", "time", "code", "grade"})
"""Forms that `quantities.scan` tells apart and `find_quantities` leaves out: they number or name, and count nothing."""

UNIT_FORMS = {
    "percent": "percent",
    "permille": "permille",
    "points": "points",
    "multiple": "multiple",
    "tenth": "share",
    "age": "age",
    "duration": "duration",
    "date": "date",
    "time": "time",
    "code": "code",
    "grade": "grade",
    "length": "measure",
    "land": "measure",
    "weight": "measure",
    "volume": "measure",
    "degree": "measure",
}
"""Unit class → form; every other class is a count."""

_NAME_AFTER = re.compile(r"[A-Za-z+＋＆&]|[-_/][A-Za-z0-9]|〕|医院|急救|热线")
_MONEY_BEFORE = re.compile(
    r"(?:投入|投资|斥资|耗资|出资|拨款|捐款|捐资|资金|经费|善款|造价|价值|总值|市值|折合|货值)(?:了|共|共计|达|达到|为)?$"
)
_MONEY_AFTER = re.compile(r"(?:援[疆藏青滇黔]|帮扶|援助|协作|财政|专项|扶贫|爱心)?(?:资金|经费|善款|捐款|投资)")


def is_money(text: str, start: int, end: int) -> bool:
    """Whether the words beside a number in 万 or 亿 say that it is money: 投入的400万援藏资金, 投资2000万."""
    return bool(_MONEY_BEFORE.search(text, max(0, start - 6), start) or _MONEY_AFTER.match(text, end))


def takes_loose_end(number: Number, unit: str) -> bool:
    """Whether 来 and 几 belong to the number: 十来个, 二十几名, but not 3来."""
    if number.more == "几":
        return number.numeral.place / number.factor == 10 and bool(unit)
    return number.numeral.place >= 10 and bool(unit)


def form_of(text: str, start: int, end: int, after: int, number: Number, unit: str) -> str:
    """What the number's own shape says; "none" where Chinese numerals only happen to stand together."""
    unit_class = load_units().get(unit, "")
    before = text[start - 1 : start]
    written = text[start:end]
    if before == "第" or (before in (" ", "\n") and text[start - 2 : start - 1] == "第"):
        return "ordinal"
    if before == "前" and unit_class == "batch":
        return "ordinal"  # 前两批队员: those who came before
    if number.spoken:
        if _only_looks_spoken(number, written, before, unit):
            return "none"
    elif _is_name(text, start, after, unit):
        return "name"
    if unit_class == "duration" and unit == "年" and YEAR.fullmatch("".join(written.split())) and not number.more:
        return "date"
    return UNIT_FORMS.get(unit_class, "count")


def _only_looks_spoken(number: Number, written: str, before: str, unit: str) -> bool:
    """Whether Chinese numerals stand together by chance, or as an idiom: 一二 without a unit, a bare 千 or 万."""
    if number.more or number.vague:
        return False
    approximate = bool(before) and before in "近超逾过破上约足到"
    if number.bare and number.numeral.low >= 1000 and not approximate:
        return True
    too_short = len(written) < 3 or number.bare or written[0] == "十"
    return not unit and too_short and not (approximate and number.numeral.place >= 10)


def _is_name(text: str, start: int, after: int, unit: str) -> bool:
    """5G, COVID-19, “5+1”, 1016422号: digits that belong to a name or a code."""
    before = text[start - 1 : start]
    if before.isascii() and before.isalpha() and not unit:
        return True
    if (
        before
        and before in "-_./+＋×*#&@"
        and (text[start - 2 : start - 1].isascii() and text[start - 2 : start - 1].isalnum())
    ):
        return True
    if not unit and _NAME_AFTER.match(text, after):
        following = text[after + 1 : after + 2]
        return not (text[after] in "+＋" and not (following.isascii() and following.isalnum()))
    return False
