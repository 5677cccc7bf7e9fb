"""How figures are written: the regular expressions of the number grammar, and the words that only hold a numeral.

A candidate is found from left to right; all repeats are possessive, so that time is linear in the text's length
whatever the text.
"""

from __future__ import annotations

import re
from functools import cache

from transforms.gazetteer import all_places
from transforms.lexicons import load_numeral_words, load_units
from transforms.lexicons.words import Words

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
AFTER_UNIT = re.compile(
    rf"(?P<longer>[多余](?=$|[来的时间以后前，。、；：）\s]))?+{_GAP}(?P<post>左右|上下|有余|以上|之上|以下|以内|之内|开外)?+"
)
"""What may follow the unit: 3年多, 20人左右."""
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
RANGE_MARK = re.compile(r"[ ]?(?:—{1,2}|[至到–－~～-])[ ]?")
"""Between the two ends of 5至8名."""
YEAR = re.compile(rf"(?:19|20)\d\d|[一二][九〇零]{_CN_DIGIT}{{2}}")
"""What a year looks like, before 年."""
_NUMERALS = frozenset("一二三四五六七八九十百千万")


@cache
def _units() -> str:
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
def candidate_pattern() -> re.Pattern[str]:
    """Where a figure begins, the approximation before it included; its groups say which kind of figure."""
    fan = _FAN.pattern.replace("(?P<", "(?P<f_")
    number = rf"(?=(?:{_VAGUE})?+(?:{_D}|{_CN})|{_VAGUE_DIGITS})(?P<number>)"
    figure = rf"(?P<half>{_HALF})|{_PERCENT}|{_FRACTION}|{_RATIO}|{number}"
    return re.compile(rf"(?={_D}|[{_STARTS}])(?:(?P<fan>{fan})|(?:{_BEFORE})?+(?:{figure}))")


@cache
def number_pattern() -> re.Pattern[str]:
    """One number: digits, magnitude and 余 or 多 after either, with what follows 亿 or 万 in 1亿2000万."""
    return re.compile(
        rf"(?P<digits>{_VAGUE_DIGITS}|{_ARABIC}|{_CHINESE})(?P<loose>几[十百](?![一二三四五六七八九]))?+(?:个(?=[多余]?亿))?+{_GAP}(?P<small>[百千](?=[余多][万亿]))?+(?P<more1>{_MORE})?+{_GAP}(?P<magnitude>{_MAGNITUDE})?+"
        rf"(?:(?P<tail>(?<=亿){_D}++(?=[百千]?万)|(?<=万){_D}(?=千)|(?<=千){_D}(?=百))(?P<tail_magnitude>[百千]?万|[百千]))?+"
        rf"{_GAP}(?P<more2>{_MORE})?+"
    )


@cache
def unit_pattern() -> re.Pattern[str]:
    """The unit that follows a number, as the group `unit`."""
    return re.compile(rf"{_GAP}(?P<unit>{_units()})")


@cache
def _words() -> Words[None]:
    places = (place.name for place in all_places() if not _NUMERALS.isdisjoint(place.name))
    return Words(dict.fromkeys((*load_numeral_words(), *places)))


def word_spans(text: str) -> dict[int, int]:
    """Every position that a numeral word covers → the end of the longest such word."""
    covered: dict[int, int] = {}
    for start, end, _ in _words().outermost(text):
        for at in range(start, end):
            covered[at] = end
    return covered
