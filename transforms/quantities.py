"""The number grammar: every figure in a text, with its interval, approximation, unit and span.

Candidates are found by `number_wording`, what the wording allows is weighed by `intervals`, and what only looks like a
quantity is told apart by `number_shapes`. 4200余万元 is one quantity of 42000000 to 43000000 元, 翻一番 the multiple 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from transforms.intervals import Number, interval, plain
from transforms.lexicons import load_units
from transforms.model import Quantity
from transforms.number_shapes import NOT_QUANTITIES, UNIT_FORMS, form_of, is_money, takes_loose_end
from transforms.number_wording import (
    AFTER_UNIT,
    RANGE_MARK,
    YEAR,
    candidate_pattern,
    number_pattern,
    unit_pattern,
    word_spans,
)
from transforms.numerals import DIGITS, LARGE, MAGNITUDES, SMALL, Numeral, parse_arabic, parse_chinese

_QUANTUM = Decimal("0.0001")


def find_quantities(text: str) -> list[Quantity]:
    """Every quantity in `text`, in order, spans apart. Ordinals, dates, grades and names with numbers are left out.

    Units are as written (台次, 元, %); `value` is scaled by the magnitude, so that 1.6亿元 is 160000000 with unit 元.
    成 and fractions are in percent. Never raises; linear time.
    """
    return [quantity for quantity in scan(text) if quantity.form not in NOT_QUANTITIES]


def scan(text: str) -> Iterator[Quantity]:
    """As `find_quantities`, with what only looks like a quantity kept and told apart by its form."""
    pattern, covered, at = candidate_pattern(), word_spans(text), 0
    while (match := pattern.search(text, at)) is not None:
        quantity, at = _read(text, match, covered)
        at = max(at, match.start() + 1)
        if quantity is not None:
            yield quantity


def _read(text: str, match: re.Match[str], covered: dict[int, int]) -> tuple[Quantity | None, int]:
    """The quantity at `match`, or None, and where to go on."""
    if match["fan"]:
        return _read_fan(match), match.end()
    if match["half"]:
        numeral = Numeral(Decimal(50), Decimal(50), Decimal(10))
        return _finish(text, match, Number(numeral, False, "", True, False), match.end(), "share", "")
    if match["pct"]:
        return _read_percent(text, match)
    if match["den"] or match["under"]:
        return _read_fraction(text, match)
    if match["left"]:
        return _read_ratio(text, match)
    return _read_count(text, match, covered)


def _read_fan(match: re.Match[str]) -> Quantity:
    """翻一番 is the multiple 2, 翻两番 4, 翻番 2, 翻三倍 3."""
    if match["f_times"]:
        numeral = parse_chinese(match["f_times"]) or parse_arabic(match["f_times"])
        value = numeral.low if numeral else Decimal(2)
    else:
        written = match["f_n"] or "一"
        numeral = parse_chinese(written) if not written[0].isdecimal() else parse_arabic(written)
        value = Decimal(2) ** min(int(numeral.low) if numeral else 1, 20)
    pre = match["f_pre"] or ""
    more = "多" if match["f_more"] or match["f_over"] == "多" else ""
    number = Number(Numeral(value, value, Decimal(1)), False, more, True, False)
    post = "以上" if match["f_over"] else ""
    words = {"most": "近" in pre, "least": pre in ("超", "逾"), "about": pre == "约", "up_to": False}
    low, high, approximation = interval(number, words, post)
    return Quantity(value, low, high, approximation, "番", match.start(), match.end(), "multiple")


def _read_percent(text: str, match: re.Match[str]) -> tuple[Quantity | None, int]:
    numeral = parse_arabic(match["pct"]) if match["pct"][0].isdecimal() else parse_chinese(match["pct"])
    if numeral is None:
        return None, match.end()
    end = match.end()
    more = text[end] if text[end : end + 1] in ("多", "余") else ""
    return _finish(text, match, Number(numeral, False, more, True, False), end + len(more), "percent", "%")


def _read_fraction(text: str, match: re.Match[str]) -> tuple[Quantity | None, int]:
    """三分之一 is 33.3333 percent, half of the last kept digit being the error of writing it so."""
    parts = []
    written_parts = (match["under"], match["over"]) if match["under"] else (match["den"], match["nom"])
    for written in written_parts:
        numeral = parse_arabic(written) if written[0].isdecimal() else parse_chinese(written)
        if numeral is None or numeral.low == 0:
            return None, match.end()
        parts.append(numeral.low)
    value = (parts[1] * 100 / parts[0]).quantize(_QUANTUM).normalize()
    numeral = Numeral(value, value, Decimal(10))
    return _finish(text, match, Number(numeral, False, "", True, False), match.end(), "share", "")


def _read_ratio(text: str, match: re.Match[str]) -> tuple[Quantity | None, int]:
    """1:3 is the ratio 0.3333; 8:30 is a time of day."""
    left, right = match["left"], match["right"]
    is_time = len(right) == 2 and left.isdecimal() and int(left) <= 24 and right.isdecimal() and int(right) < 60
    numerals = parse_arabic(left), parse_arabic(right)
    if numerals[0] is None or numerals[1] is None or numerals[1].low == 0:
        return None, match.end()
    value = (numerals[0].low / numerals[1].low).quantize(_QUANTUM).normalize()
    form = "time" if is_time else "ratio"
    return Quantity(value, value, value, "exact", ":", match.start(), match.end(), form), match.end()


def _read_number(text: str, at: int) -> tuple[Number, int] | None:
    """The number that starts at `at` with its magnitude and 余, and its end; None where there is none."""
    match = number_pattern().match(text, at)
    if match is None:
        return None
    digits = match["digits"]
    spoken = not digits[0].isdecimal()
    vague = digits[0] in "数几"
    body = digits[1:] if vague else digits
    numeral = parse_chinese(body) if spoken and not body[0].isdecimal() else parse_arabic(body)
    if numeral is None:
        return None
    end = match.end()
    more = match["more1"] or match["more2"] or ""
    if match["loose"]:
        if numeral.place != SMALL[match["loose"][1]] * 10:
            return None
        more = match["loose"]
    twice = match["more1"] and match["more2"] and not match["magnitude"]
    if twice:
        end = match.end("more1")
    factor = Decimal(1)
    if match["small"]:
        numeral = numeral.scaled(_factor(match["small"]))
    if match["magnitude"] and not twice:
        factor = _factor(match["magnitude"])
        numeral = numeral.scaled(factor)
        if match["tail"]:
            tail = parse_arabic(match["tail"])
            if tail is not None:
                extra = tail.scaled(_factor(match["tail_magnitude"]))
                numeral = Numeral(numeral.low + extra.low, numeral.high + extra.high, extra.place)
    return Number(numeral, vague, more, spoken, body in MAGNITUDES, factor), end


def _factor(magnitude: str) -> Decimal:
    factor = Decimal(1)
    for character in magnitude:
        factor *= SMALL.get(character) or LARGE[character]
    return factor


def _read_count(text: str, match: re.Match[str], covered: dict[int, int]) -> tuple[Quantity | None, int]:
    start = match.start("number")
    read = _read_number(text, start)
    if read is None:
        digits = number_pattern().match(text, start)
        return None, digits.end("digits") if digits else start + 1
    number, end = read
    word_end = covered.get(start, 0)
    if word_end and number.spoken and (word_end >= end or text[start - 1 : start] == "第"):
        return None, word_end
    unit_match = unit_pattern().match(text, end)
    unit = unit_match["unit"] if unit_match else ""
    if unit == "成" and (tenths := _with_hundredths(text, number, unit_match.end() if unit_match else end)) is not None:
        number, after = tenths
        return _finish(text, match, number, after, "share", unit)
    if not unit and number.factor >= 10_000 and is_money(text, match.start(), end):
        unit = "元"
    if not unit and "个" in text[start:end]:
        unit = "元"  # only money is counted so: 1.6个亿
    if number.more in ("来", "几") and not takes_loose_end(number, unit):
        number, end = number._replace(more=""), end - 1
        unit_match, unit = None, ""
    after = unit_match.end() if unit_match else end
    ranged = _read_range(text, end, after, number, unit)
    if ranged is not None:
        number, unit, after = ranged
        if text[start - 1 : start] == "第":
            low = number.numeral.low
            return Quantity(low, low, low, "exact", unit, start, after, "ordinal"), after
        return _finish(text, match, number, after, UNIT_FORMS.get(load_units()[unit], "count"), unit)
    form = form_of(text, start, end, after, number, unit)
    if form in NOT_QUANTITIES:
        low = number.numeral.low
        return Quantity(low, low, low, "exact", unit, start, after, form), after
    if form == "none":
        return None, max(end, start + 1)
    return _finish(text, match, number, after, form, unit)


_HUNDREDTHS = re.compile(
    r"[一二三四五六七八九半0-9]"
    r"(?![一二三四五六七八九十百千万0-9名位台例个次年月天层级岁成人项所家种类线流方%％])"
)


def _with_hundredths(text: str, number: Number, at: int) -> tuple[Number, int] | None:
    """九成五 is 95 percent, 七成半 75: the number in tenths and its end; None where no digit follows 成."""
    found = _HUNDREDTHS.match(text, at)
    if found is None or number.more or number.vague or number.numeral.low != number.numeral.high:
        return None
    if found[0].isdecimal() == number.spoken:
        return None
    digit = Decimal(5) if found[0] == "半" else Decimal(DIGITS.get(found[0]) or int(found[0]))
    value = number.numeral.low + digit / 10
    return number._replace(numeral=Numeral(value, value, Decimal("0.1"))), found.end()


def _read_range(text: str, end: int, after: int, number: Number, unit: str) -> tuple[Number, str, int] | None:
    """The upper end of 5至8名, 30%—40%, 1个月至3个月; None where what follows is no range."""
    if number.more or number.vague or number.numeral.low != number.numeral.high:
        return None
    to = RANGE_MARK.match(text, after)
    if to is None:
        return None
    read = _read_number(text, to.end())
    if read is None:
        return None
    upper, upper_end = read
    unit_match = unit_pattern().match(text, upper_end)
    upper_unit = unit_match["unit"] if unit_match else ""
    if unit_match is None or (unit and unit != upper_unit) or upper.numeral.low != upper.numeral.high:
        return None
    if UNIT_FORMS.get(load_units()[upper_unit]) in NOT_QUANTITIES:
        return None
    low, high = number.numeral.low, upper.numeral.high
    if not unit and number.factor == 1 and low < high / upper.factor:
        low *= upper.factor
    if not low < high or (upper_unit == "年" and YEAR.match(str(high))):
        return None
    numeral = Numeral(low, high, number.numeral.place)
    return number._replace(numeral=numeral, more=upper.more), upper_unit, unit_match.end()


def _finish(
    text: str, match: re.Match[str], number: Number, end: int, form: str, unit: str
) -> tuple[Quantity | None, int]:
    """Add the words after the unit, and give the quantity with its interval."""
    after = AFTER_UNIT.match(text, end)
    post, longer = "", ""
    if after is not None:
        longer = after["longer"] or ""
        if longer and load_units().get(unit, "") not in ("duration", "age", "multiple", "length", "money", "tenth"):
            longer, after = "", AFTER_UNIT.match(text, end)
        post = (after["post"] or "") if after and (longer or not after["longer"]) else ""
        if post:
            end = after.end("post") if after else end
        elif longer and after:
            end = after.end("longer")
    if text[end : end + 1] in ("+", "＋") and not unit:
        post, end = "以上", end + 1
        unit_match = unit_pattern().match(text, end)
        if unit_match:
            unit, end = unit_match["unit"], unit_match.end()
    if longer:
        number = number._replace(more=number.more or longer)
    words = {name: bool(match[name]) for name in ("up_to", "least", "most", "about")}
    if load_units().get(unit) == "tenth":
        number = number._replace(numeral=number.numeral.scaled(Decimal(10)))
    low, high, approximation = interval(number, words, post)
    loose = number.vague or number.more.startswith("几")
    value = low if loose else number.numeral.low
    bounds = plain(low), None if high is None else plain(high)
    return Quantity(plain(value), *bounds, approximation, unit, match.start(), end, form), end
