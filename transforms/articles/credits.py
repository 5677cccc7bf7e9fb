"""Outlet, byline and date that a story's own lines state."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from transforms.articles.paragraphs import Paragraph
from transforms.datelines import DATE_LINE

_OUTLET = re.compile(
    r"日报|晚报|早报|晨报|日刊|都市报|时报|商报|青年报|健康报|卫生报|新华社|中新[网社]|人民网|新华网|新闻网|\S网$"
    r"|客户端|电视台|广播|融媒|在线|公众号|发布$|^健康[一-鿿]{2,4}$"
)
_AGENCY = re.compile(r"(新华社|中新网|中新社|人民网|新华网|[一-鿿]{2,6}(?:新闻网|在线|客户端|日报))")
_REPORTERS = re.compile(
    r"^(?:本报讯|本台讯)[ （(]*((?:记者|通讯员|本报记者|特约记者)[^，。）)]{2,30}?)(?:报道)?(?:[:：）)，。]|$)"
)
_DATELINE = re.compile(
    r"((?:19|20)[0-9]{2})年([0-9]{1,2})月([0-9]{1,2})日[电讯]"
    r"|(?:[电讯]|报道)[ 　]?(?:[（(][^（）()]{2,30}[）)])?[ 　:：]{0,2}"
    r"((?:19|20)[0-9]{2})年([0-9]{1,2})月([0-9]{1,2})日"
)
"""新华社拉萨2024年6月18日电, and the day on which a report begins right after its opening: 本报讯 2024年6月18日，…"""
_SOURCE = re.compile(r"来源 ?[:：] ?([^\s　|｜:：]{2,16}?)(?=发布时间|[\s　|｜]|$)")
_TAIL_CREDIT = re.compile(r"[。！？”][（(]([^（）()]{2,40})[）)]$")


def credit_of(paragraphs: Iterable[Paragraph]) -> tuple[str | None, str | None]:
    """Outlet and byline: （福建日报·新福建客户端） is an outlet, （县医院 张三） and 记者李四报道 are bylines."""
    outlet = byline = None
    for paragraph in paragraphs:
        text = paragraph.text
        tail = _TAIL_CREDIT.search(text)
        if paragraph.kind == "credit" or tail:
            inside = tail[1] if tail else text.strip("（）()")
            if _OUTLET.search(inside):
                outlet = outlet or inside
            else:
                byline = byline or inside
        elif paragraph.kind == "date":
            outlet = outlet or _outlet_of_date_line(text)
        elif paragraph.kind == "byline" and not paragraph.has_photo_credit:
            byline = byline or text.lstrip("□■●◎ ")
        elif paragraph.opens_story:
            reporters, agency = _REPORTERS.match(text), _AGENCY.match(text)
            byline = byline or (reporters[1].strip() if reporters else None)
            outlet = outlet or (agency[1] if agency else None)
    return outlet, byline


def _outlet_of_date_line(text: str) -> str | None:
    """昌吉日报 2024年6月18日 names its paper, 发布时间：2024-06-18 来源：新华网 its source."""
    named, source = DATE_LINE.fullmatch(text), _SOURCE.search(text)
    if source is not None:
        return source[1]
    before = named["before"].strip() if named else ""
    return before if _OUTLET.search(before) else None


def date_of(paragraphs: Iterable[Paragraph]) -> date | None:
    """The first whole date that stands on its own line or in a dateline; a date without a year is none."""
    for paragraph in paragraphs:
        found = paragraph.date_parts
        if found is None and paragraph.opens_story and (match := _DATELINE.search(paragraph.text[:40])):
            year, month, day = (int(part) for part in match.groups() if part)
            found = year, month, day
        if found is not None:
            try:
                return date(*found)
            except ValueError:
                continue
    return None
