"""Lines that say where and when a text was printed: how a story opens, and a page's own date line."""

from __future__ import annotations

import re

OPENER = re.compile(
    r"(?:本报|本台|本网|本刊)[^，。]{0,12}讯"
    r"|(?:新华社|中新[网社]|人民网|新华网|中国网)[^，。]{0,14}(?:[电讯]|报道)(?=[ 　（(:：0-9])"
    r"|[一-鿿]{2,6}(?:网|在线|客户端|日报)[^，。]{0,10}(?:[0-9]{1,2}月[0-9]{1,2}日)?[电讯](?=[ 　（(0-9])"
)
"""The first words of a story's first paragraph, as far as 电 or 讯: 本报讯, 新华社北京6月1日电."""

DATE_LINE = re.compile(
    r"(?P<before>[^，。；：！？0-9]{0,12}[:：]?) ?(?P<year>(?:19|20)[0-9]{2}) ?[年./-] ?"
    r"(?P<month>[0-9]{1,2}) ?[月./-] ?(?P<day>[0-9]{1,2})日?(?P<after>[^，。；：！？]{0,20})"
)
"""A whole date on a line of its own, with the paper's name, weekday or page number: 2024年6月18日 星期二 第2版."""

_WEEKDAY = re.compile(
    r"星期|第[0-9一二三四五六七八九十]+[版期]|[A-Z]?[0-9]+版|版$|要闻|综合|责编|编辑|农历|[0-9:： ]{4,}|来源|公众号"
)
_PROSE = re.compile(r"[在于从到起至了的将被]|成立|启用|以来|期间")


def is_date_line(text: str) -> bool:
    """Whether a line is a date line: "藏北日刊 2023年11月2日 星期四" is, "2020年8月4日正式投入使用" is not."""
    match = DATE_LINE.fullmatch(text)
    if match is None or _PROSE.search(match["before"]):
        return False
    after = match["after"].strip()
    return not after or match["after"].startswith(" ") or bool(_WEEKDAY.match(after))
