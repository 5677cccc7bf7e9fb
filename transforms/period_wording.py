"""How times are written: the regular expressions of dates, of spans of time, and of what stands for one."""

from __future__ import annotations

import re

_YEAR_WRITTEN = r"(?:19|20)\d\d|[一二][九〇零][〇零一二三四五六七八九]{2}|今|去|前|当|同|明|这一(?=年[，,：:的里])"
_MONTH_WRITTEN = r"1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]"
_DAY_WRITTEN = r"[12]\d|3[01]|0?[1-9]|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九]"
_YEAR = rf"(?P<y>{_YEAR_WRITTEN})年度?"
_YEAR_OR_MONTH = rf"(?:{_YEAR_WRITTEN})年度?|(?:{_MONTH_WRITTEN})月"
_TO = r"(?:至|到|[—–－~～-]{1,2})"
_BEGINS_DATE = r"\d今去前当同明这一二三四五六七八九十"


def _partial(suffix: str) -> str:
    """A date, as much of it as is written, in groups whose names end in `suffix`; never the empty match."""
    year = rf"(?P<y{suffix}>{_YEAR_WRITTEN})年度?"
    month = rf"(?P<m{suffix}>{_MONTH_WRITTEN})月"
    day = rf"(?P<d{suffix}>{_DAY_WRITTEN})[日号]"
    half = rf"(?P<half{suffix}>上半年|下半年|[第前]?[一二三四]季度|年?[初底末])"
    written = rf"(?:{year})?+(?:{half}|(?:{month})?(?:{day})?)(?P<part{suffix}>[初底末]|[上中下]旬)?"
    return rf"(?=[{_BEGINS_DATE}]){written}"


# Each pattern first asks whether the character may begin it: nearly all may not, and the rest of it is then not tried.
DATE_RANGE = re.compile(
    rf"(?=[自从{_BEGINS_DATE}])(?<![\d.])[自从]?{_partial('1')}{_TO}(?:(?P<now>今(?!年))|{_partial('2')})"
)
"""从2017年至2023年, 2010年至今."""
MONTH_RANGE = re.compile(
    rf"(?=[，,{_BEGINS_DATE}])(?:{_YEAR})?+[，,]?(?<!\d)(?P<a>1[0-2]|[1-9])(?:月份?)?{_TO}(?P<b>1[0-2]|[1-9])月"
)
"""今年1至10月."""
FIRST_MONTHS = re.compile(rf"(?:{_YEAR})?+前(?P<b>1[0-2]|[2-9]|[两二三四五六七八九]|十[一二]?)个月")
"""今年前10个月."""
YEAR_RANGE = re.compile(rf"(?<![\d.])(?P<a>(?:19|20)\d\d){_TO}(?P<b>(?:19|20)\d\d)年度?")
"""2018—2020年度."""
SINGLE = re.compile(
    rf"(?=[截至到自从{_BEGINS_DATE}])(?P<until>截至|截止到?|至|到)?(?P<from>[自从])?(?<![\d.比较])(?={_YEAR_OR_MONTH}){_partial('1')}(?P<share>份)?"
    r"(?P<tail>以来|至今|起(?!来|步|点|伏)|开始|以后|之后|到现在|到目前|[^，。；、：\d]{0,4}?算起|[^，。；、：\d]{1,8}?以来)?"
)
"""2018年, 2021年11月, 2010年以来, 截至2023年底."""
NOW = re.compile(
    r"(?=[截至到迄目])(?:截至目前|(?<![年月日])至今|截至今|截止目前|截至发稿|到目前为止|迄今为止|迄今|目前)"
)
"""截至目前."""
STINT = re.compile(
    r"(?=[近这过在短\d一二两三四五六七八九十半援支帮任服驻工期])"
    r"(?:(?:近|这|过去|在|短短)?(?P<n>\d{1,2}|[一二两三四五六七八九十]{1,3})(?P<half>半|多)?个?(?P<u>年|月)(?P<more>多|半)?(?:来|间|以来|里|的时间里|时间里|中|内)"
    r"|半年(?:多)?(?:来|间|以来|里|的时间里|时间里|中|内|多)"
    r"|援[疆藏青滇黔川甘宁桂外]期间|支援期间|帮扶期间|任期内|服务期间|驻[^，。]{1,6}期间|工作期间|(?<![年月日号底初旬])期间)"
)
"""一年多来, 援疆期间."""
RELATIVE = re.compile(
    r"(?=[上下第一二三四])(?:(?P<month>上个?月)(?!球)|(?<![年前])(?P<half>第?[一二三四]季度|上半年|下半年))"
)
"""上月, 三季度."""
WHOLE_YEAR = re.compile(r"全年(?!龄)")
"""全年: of the year named last, or of the one under review."""
REFERENCE = re.compile(r"(?:全年|同期)?的[\d.一二三四五六七八九两十]+倍")
"""2023年的1.3倍: a comparison, not when."""
BEFORE_IT = re.compile(r"(?:以|之)?前(?![往后一二三四两十0-9半期段])")
"""2015年8月前: the time before it, not the month."""
REVIEW = re.compile(r"年终盘点|年终总结|年度成绩单|年度答卷|年度盘点|年度总结|年报")
"""What looks back on a year."""
TO_AFTER_DATE = re.compile(r"[至到—–－~～-](?<=[年月日号度底初末旬份季半\d].)")
"""What every span of two dates holds; where it is not found, they are not looked for."""
