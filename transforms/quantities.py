"""The number grammar: every figure in a text, with its interval, approximation, unit and span.

A regular expression finds candidates from left to right; its repeats are possessive, so that time is linear in the
text's length whatever the text. What the wording allows: 4200余万元 is at least 42000000 and at most 43000000,
近20万人次 is 180000 to 200000, 三四十名 is 30 to 40, 翻一番 is the multiple 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from transforms.gazetteer import all_places
from transforms.lexicons import load_numeral_words, load_units
from transforms.lexicons.words import Words
from transforms.model import Approximation, Quantity
from transforms.numerals import DIGITS, LARGE, MAGNITUDES, SMALL, Numeral, parse_arabic, parse_chinese

NOT_QUANTITIES = frozenset({"ordinal", "name", "date", "time", "code", "grade"})
"""Forms that `scan` tells apart and `find_quantities` leaves out: they number or name, and count nothing."""

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

_D = "[0-9０-９]"
_CN_DIGIT = "[〇零一二三四五六七八九两]"
_CN = "[〇零一二三四五六七八九两十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]"
_GAP = r"[ \t\u3000\u00a0]?+\n?+[ \t\u3000\u00a0]?+"
_SPACED = rf"{_D}(?:[ \u3000]{_D}){{1,9}}+(?![ \u3000]?{_D})"
_THOUSANDS = rf"{_D}{{1,3}}(?:[,，]{_D}{{3}}){{1,5}}+(?![,，]?{_D})|[1-9]{_D}{{0,2}}(?: {_D}{{3}}){{1,4}}+(?! ?{_D})"
_ARABIC = rf"(?:{_SPACED}|{_THOUSANDS}|{_D}++(?:\n{_D}++)?+)(?:[.．]{_D}++)?+"
_VAGUE = r"(?:(?<![人例次总个台指度系参函倍少多])数|几)(?=[十百千万亿])"
_CHINESE = rf"(?:{_VAGUE})?+{_CN}++(?:点{_CN_DIGIT}++)?+"
_VAGUE_DIGITS = r"(?:(?<![人例次总个台指度系参函倍少多])数|几)10{1,4}(?![0-9０-９.．])"
_MAGNITUDE = r"[十百千万]?亿|[十百千]?万|[百千](?![克米瓦卡伏])"
_MORE = r"余|多(?!元化|学科|中心|部门|方位|渠道|层次|维|媒体|样|次性|年来的|方)|来(?![自到源了回])|几"

_LEAST = (
    r"[≥≧＞]|超过|超出|突破|高于|多于|大于|不少于|不低于|不下于|不下|至少|最少|起码|(?<![BbＢ彩心腹高])超(?![声级出])|逾"
    r"|(?<!突)破(?=[百千万亿])|(?<![通经超不])过(?=[百千万亿半])|(?<![以之加赶])上(?=[百千万亿])"
)
_MOST = r"将近|接近|近乎|不足|(?<![看达得见听做找感想])不到|未到|不满|未满|(?<![最附靠邻亲临贴就新远晋])近"
_UP_TO = r"[≤≦＜]|不超过|不多于|不高于|至多|最多|少于|低于|小于"
_ABOUT = r"大约|大概|大致|(?<![预签合节条契履违邀制简相])约|估计"
_BEFORE = (
    rf"(?:(?P<up_to>{_UP_TO})|(?P<least>{_LEAST})|(?P<most>{_MOST})|(?P<about>{_ABOUT}))(?:了|有|为|占|达到|达)?+{_GAP}"
)
_AFTER = re.compile(
    rf"(?P<longer>[多余](?=$|[来的时间以后前，。、；：）\s]))?+{_GAP}(?P<post>左右|上下|有余|以上|之上|以下|以内|之内|开外)?+"
)
_FAN = re.compile(
    rf"翻了?(?P<pre>近|将近|超|逾|约)?(?P<n>[一二两三四五]|{_D}++)?(?P<more>多)?番(?P<over>还多|多|以上)?"
    rf"|翻(?P<times>[一两二三四五六七八九十]|{_D}++)倍"
)
_HALF = r"半数|一半|(?<=[过近])半(?![年月天日夜个身径边岛])"
_PERCENT = rf"百分之(?P<pct>[〇零一二三四五六七八九两十百点]++|{_D}++(?:[.．]{_D}++)?+)"
_FRACTION = (
    rf"(?P<den>[二三四五六七八九十]{{1,2}}+|{_D}{{1,3}}+)分之(?P<nom>[一二两三四五六七八九十]{{1,2}}+|{_D}{{1,3}}+)"
    r"|(?<![0-9/.])(?P<over>[1-9])/(?P<under>[2-9]|10)(?=[的强弱多，。；、]|以上|左右)"
)
_RATIO = rf"(?P<left>{_D}++(?:\.{_D}++)?+)[:：∶](?P<right>{_D}++(?:\.{_D}++)?+)"
_TO = re.compile(r"[ ]?(?:—{1,2}|[至到–－~～-])[ ]?")
_NAME_AFTER = re.compile(r"[A-Za-z+＋＆&]|[-_/][A-Za-z0-9]|〕|医院|急救|热线")
_YEAR = re.compile(rf"(?:19|20)\d\d|[一二][九〇零]{_CN_DIGIT}{{2}}")
_OPEN_AS_PRINTED = ("以上", "之上", "有余", "开外")
_QUANTUM = Decimal("0.0001")
_NUMERALS = frozenset("一二三四五六七八九十百千万")


class _Number(NamedTuple):
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


@cache
def _unit_pattern() -> str:
    """All units, longest first; a Latin unit must not run into another letter, nor 个乡镇 into 卫生院."""
    patterns = []
    for unit in sorted(load_units(), key=len, reverse=True):
        guard = r"(?![A-Za-z0-9])" if unit[-1].isascii() and unit[-1].isalnum() else ""
        if load_units()[unit] == "region":
            guard = r"(?!卫生|医院|医疗|中心|干部|学校|级|镇)"
        patterns.append(re.escape(unit) + guard)
    return "|".join(patterns)


_STARTS = (
    "翻半一〇零二三四五六七八九两十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟数几"
    "≥≧＞≤≦＜大超突高多不至最起逾破过上将接近未少低小约估"
)
"""Every character that a figure, or an approximation before it, can begin with."""


@cache
def _candidate() -> re.Pattern[str]:
    fan = _FAN.pattern.replace("(?P<", "(?P<f_")
    number = rf"(?=(?:{_VAGUE})?+(?:{_D}|{_CN})|{_VAGUE_DIGITS})(?P<number>)"
    figure = rf"(?P<half>{_HALF})|{_PERCENT}|{_FRACTION}|{_RATIO}|{number}"
    return re.compile(rf"(?={_D}|[{_STARTS}])(?:(?P<fan>{fan})|(?:{_BEFORE})?+(?:{figure}))")


@cache
def _number() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<digits>{_VAGUE_DIGITS}|{_ARABIC}|{_CHINESE})(?P<loose>几[十百](?![一二三四五六七八九]))?+(?:个(?=[多余]?亿))?+{_GAP}(?P<small>[百千](?=[余多][万亿]))?+(?P<more1>{_MORE})?+{_GAP}(?P<magnitude>{_MAGNITUDE})?+"
        rf"(?:(?P<tail>(?<=亿){_D}++(?=[百千]?万)|(?<=万){_D}(?=千)|(?<=千){_D}(?=百))(?P<tail_magnitude>[百千]?万|[百千]))?+"
        rf"{_GAP}(?P<more2>{_MORE})?+"
    )


@cache
def _unit() -> re.Pattern[str]:
    return re.compile(rf"{_GAP}(?P<unit>{_unit_pattern()})")


@cache
def _words() -> Words[None]:
    places = (place.name for place in all_places() if not _NUMERALS.isdisjoint(place.name))
    return Words(dict.fromkeys((*load_numeral_words(), *places)))


def _word_spans(text: str) -> dict[int, int]:
    """Every position that a numeral word covers → the end of the longest such word."""
    covered: dict[int, int] = {}
    for start, end, _ in _words().outermost(text):
        for at in range(start, end):
            covered[at] = end
    return covered


def find_quantities(text: str) -> list[Quantity]:
    """Every quantity in `text`, in order, spans apart. Ordinals, dates, grades and names with numbers are left out.

    Units are as written (台次, 元, %); `value` is scaled by the magnitude, so that 1.6亿元 is 160000000 with unit 元.
    成 and fractions are in percent. Never raises; linear time.
    """
    return [quantity for quantity in scan(text) if quantity.form not in NOT_QUANTITIES]


def scan(text: str) -> Iterator[Quantity]:
    """As `find_quantities`, with what only looks like a quantity kept and told apart by its form."""
    pattern, covered, at = _candidate(), _word_spans(text), 0
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
        return _finish(text, match, _Number(numeral, False, "", True, False), match.end(), "share", "")
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
    number = _Number(Numeral(value, value, Decimal(1)), False, more, True, False)
    post = "以上" if match["f_over"] else ""
    words = {"most": "近" in pre, "least": pre in ("超", "逾"), "about": pre == "约", "up_to": False}
    low, high, approximation = _interval(number, words, post)
    return Quantity(value, low, high, approximation, "番", match.start(), match.end(), "multiple")


def _read_percent(text: str, match: re.Match[str]) -> tuple[Quantity | None, int]:
    numeral = parse_arabic(match["pct"]) if match["pct"][0].isdecimal() else parse_chinese(match["pct"])
    if numeral is None:
        return None, match.end()
    end = match.end()
    more = text[end] if text[end : end + 1] in ("多", "余") else ""
    return _finish(text, match, _Number(numeral, False, more, True, False), end + len(more), "percent", "%")


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
    return _finish(text, match, _Number(numeral, False, "", True, False), match.end(), "share", "")


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


def _read_number(text: str, at: int) -> tuple[_Number, int] | None:
    """The number that starts at `at` with its magnitude and 余, and its end; None where there is none."""
    match = _number().match(text, at)
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
    if match["more1"] and match["more2"]:
        end = match.end("more1")
    factor = Decimal(1)
    if match["small"]:
        numeral = numeral.scaled(_factor(match["small"]))
    if match["magnitude"] and not (match["more1"] and match["more2"]):
        factor = _factor(match["magnitude"])
        numeral = numeral.scaled(factor)
        if match["tail"]:
            tail = parse_arabic(match["tail"])
            if tail is not None:
                extra = tail.scaled(_factor(match["tail_magnitude"]))
                numeral = Numeral(numeral.low + extra.low, numeral.high + extra.high, extra.place)
    return _Number(numeral, vague, more, spoken, body in MAGNITUDES, factor), end


def _factor(magnitude: str) -> Decimal:
    factor = Decimal(1)
    for character in magnitude:
        factor *= SMALL.get(character) or LARGE[character]
    return factor


def _read_count(text: str, match: re.Match[str], covered: dict[int, int]) -> tuple[Quantity | None, int]:
    start = match.start("number")
    read = _read_number(text, start)
    if read is None:
        digits = _number().match(text, start)
        return None, digits.end("digits") if digits else start + 1
    number, end = read
    word_end = covered.get(start, 0)
    if word_end and number.spoken and (word_end >= end or text[start - 1 : start] == "第"):
        return None, word_end
    unit_match = _unit().match(text, end)
    unit = unit_match["unit"] if unit_match else ""
    if unit == "成" and (tenths := _with_hundredths(text, number, unit_match.end() if unit_match else end)) is not None:
        number, after = tenths
        return _finish(text, match, number, after, "share", unit)
    if not unit and number.factor >= 10_000 and _is_money(text, match.start(), end):
        unit = "元"
    if not unit and "个" in text[start:end]:
        unit = "元"  # only money is counted so: 1.6个亿
    if number.more in ("来", "几") and not _allows_loose(number, unit):
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
    form = _form(text, start, end, after, number, unit)
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


def _with_hundredths(text: str, number: _Number, at: int) -> tuple[_Number, int] | None:
    """九成五 is 95 percent, 七成半 75: the number in tenths and its end; None where no digit follows 成."""
    found = _HUNDREDTHS.match(text, at)
    if found is None or number.more or number.vague or number.numeral.low != number.numeral.high:
        return None
    if found[0].isdecimal() == number.spoken:
        return None
    digit = Decimal(5) if found[0] == "半" else Decimal(DIGITS.get(found[0]) or int(found[0]))
    value = number.numeral.low + digit / 10
    return number._replace(numeral=Numeral(value, value, Decimal("0.1"))), found.end()


_MONEY_BEFORE = re.compile(
    r"(?:投入|投资|斥资|耗资|出资|拨款|捐款|捐资|资金|经费|善款|造价)(?:了|共|共计|达|达到|为)?$"
)
_MONEY_AFTER = re.compile(r"(?:援[疆藏青滇黔]|帮扶|援助|协作|财政|专项|扶贫|爱心)?(?:资金|经费|善款|捐款|投资)")


def _is_money(text: str, start: int, end: int) -> bool:
    """Whether the words beside a number in 万 or 亿 say that it is money: 投入的400万援藏资金, 投资2000万."""
    return bool(_MONEY_BEFORE.search(text, max(0, start - 6), start) or _MONEY_AFTER.match(text, end))


def _allows_loose(number: _Number, unit: str) -> bool:
    """Whether 来 and 几 belong to the number: 十来个, 二十几名, but not 3来."""
    if number.more == "几":
        return number.numeral.place / number.factor == 10 and bool(unit)
    return number.numeral.place >= 10 and bool(unit)


def _form(text: str, start: int, end: int, after: int, number: _Number, unit: str) -> str:
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
    if unit_class == "duration" and unit == "年" and _YEAR.fullmatch("".join(written.split())) and not number.more:
        return "date"
    return UNIT_FORMS.get(unit_class, "count")


def _only_looks_spoken(number: _Number, written: str, before: str, unit: str) -> bool:
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


def _read_range(text: str, end: int, after: int, number: _Number, unit: str) -> tuple[_Number, str, int] | None:
    """The upper end of 5至8名, 30%—40%, 1个月至3个月; None where what follows is no range."""
    if number.more or number.vague or number.numeral.low != number.numeral.high:
        return None
    to = _TO.match(text, after)
    if to is None:
        return None
    read = _read_number(text, to.end())
    if read is None:
        return None
    upper, upper_end = read
    unit_match = _unit().match(text, upper_end)
    upper_unit = unit_match["unit"] if unit_match else ""
    if unit_match is None or (unit and unit != upper_unit) or upper.numeral.low != upper.numeral.high:
        return None
    if UNIT_FORMS.get(load_units()[upper_unit]) in NOT_QUANTITIES:
        return None
    low, high = number.numeral.low, upper.numeral.high
    if not unit and number.factor == 1 and low < high / upper.factor:
        low *= upper.factor
    if not low < high or (upper_unit == "年" and _YEAR.match(str(high))):
        return None
    numeral = Numeral(low, high, number.numeral.place)
    return number._replace(numeral=numeral, more=upper.more), upper_unit, unit_match.end()


def _finish(
    text: str, match: re.Match[str], number: _Number, end: int, form: str, unit: str
) -> tuple[Quantity | None, int]:
    """Add the words after the unit, and give the quantity with its interval."""
    after = _AFTER.match(text, end)
    post, longer = "", ""
    if after is not None:
        longer = after["longer"] or ""
        if longer and load_units().get(unit, "") not in ("duration", "age", "multiple", "length", "money", "tenth"):
            longer, after = "", _AFTER.match(text, end)
        post = (after["post"] or "") if after and (longer or not after["longer"]) else ""
        if post:
            end = after.end("post") if after else end
        elif longer and after:
            end = after.end("longer")
    if text[end : end + 1] in ("+", "＋") and not unit:
        post, end = "以上", end + 1
        unit_match = _unit().match(text, end)
        if unit_match:
            unit, end = unit_match["unit"], unit_match.end()
    if longer:
        number = number._replace(more=number.more or longer)
    words = {name: bool(match[name]) for name in ("up_to", "least", "most", "about")}
    if load_units().get(unit) == "tenth":
        number = number._replace(numeral=number.numeral.scaled(Decimal(10)))
    low, high, approximation = _interval(number, words, post)
    loose = number.vague or number.more.startswith("几")
    value = low if loose else number.numeral.low
    bounds = _plain(low), None if high is None else _plain(high)
    return Quantity(_plain(value), *bounds, approximation, unit, match.start(), end, form), end


def _plain(value: Decimal) -> Decimal:
    """The same value without trailing zeros or exponent: 13000.0 → 13000."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _interval(number: _Number, words: dict[str, bool], post: str) -> tuple[Decimal, Decimal | None, Approximation]:
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
