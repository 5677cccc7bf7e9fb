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


_DATE = r"(?P<year>(?:19|20)[0-9]{2}) ?[年./-] ?(?P<month>[0-9]{1,2}) ?[月./-] ?(?P<day>[0-9]{1,2})(?![0-9])日?"
WHOLE_DATE = re.compile(rf"(?<![0-9]){_DATE}")
_TIME = r"[0-9]{1,2}[:：][0-9]{2}(?:[:：][0-9]{2})?"
_FIELD = re.compile(
    r"(?:添加时间|上传时间|录入时间|所属分类|所属栏目|文章分类|类别|频道|发布者|发布人|发布机构|发布时间|发表时间|发布日期|更新时间|成文日期|时间|日期|来源|信息来源|文章来源|稿件来源|出处|作者|记者|编辑|责编|责任编辑|审核|校对|供稿"
    r"|浏览次数|浏览量|浏览|点击数|点击量|点击率|点击|阅读量|阅读次数|阅读|访问量|访问次数|字号|字体|标签|分类|栏目|分享到?|打印|评论|大|中|小"
    r"|查看原文|我来说两句|纠错|收藏|关键词)"
)
_FIELD_START = re.compile(rf"{_FIELD.pattern} ?[:：]")
_NAMES = re.compile(r"(?:[一-鿿]{2,4}[ 　]+){1,3}")
"""Reporters' names before the first label."""
_COUNTER = re.compile(
    r"(?:浏览|点击|阅读|访问|评论)(?:次数|数|量|率)? ?[:：]? ?[0-9]*次?|[0-9]{1,7}|字号.{0,12}|分享到?[:：]?|打印|纠错"
)
_OF_OUTLET = re.compile(
    rf"{_DATE} ?(?:{_TIME})?[ 　·|｜-]{{0,4}}[^，。；：！？0-9]{{2,20}}"
    r"(?:网|报|社|台|办|委|局|卫视|新闻|发布|在线|客户端|公众号|融媒体?中心|广播|电视)"
)
_LABEL = re.compile(r"(?:发布|发表|更新|成文|添加|上传)?(?:时间|日期)|来源|作者|(?:责任)?编辑|点击|浏览|阅读")
_LONGEST_LINE = 120


def is_page_line(text: str) -> bool:
    """Whether a line holds what a site prints below its headlines, a date among it: 发布时间：2024-07-25 来源：新华网.

    Every part of it is a date, a time, or a label with its value; running text has other marks or no label.
    """
    if len(text) > _LONGEST_LINE:
        return False
    if _COUNTER.fullmatch(text) or _OF_OUTLET.fullmatch(text):
        return True
    date = WHOLE_DATE.search(text)
    if date is None or re.search(r"[，。；！？]", text) or not _LABEL.search(text):
        return False
    names = _NAMES.match(text)
    labelled = _FIELD.match(text) or (names and _FIELD.match(text, names.end()))
    if text[: date.start()].strip() and not labelled:
        return False
    rest = re.sub(_TIME, " ", WHOLE_DATE.sub(" ", text, count=1))
    parts = [part for part in re.split(rf"[ 　|｜]+|(?={_FIELD_START.pattern})", rest) if part]
    return all(len(part) <= 24 for part in parts)


def is_date_line(text: str) -> bool:
    """Whether a line is a date line: "藏北日刊 2023年11月2日 星期四" is, "2020年8月4日正式投入使用" is not."""
    if is_page_line(text):
        return True
    match = DATE_LINE.fullmatch(text)
    if match is None or _PROSE.search(match["before"]):
        return False
    after = match["after"].strip()
    return not after or match["after"].startswith(" ") or bool(_WEEKDAY.match(after))
