"""How a story opens: 本报讯, 新华社北京6月1日电, 记者某某报道."""

from __future__ import annotations

import re

OPENER = re.compile(
    r"(?:本报|本台|本网|本刊)[^，。]{0,12}讯|(?:新华社|中新[网社]|人民网|新华网|中国网)[^，。]{0,14}(?:[电讯]|报道)(?=[ 　（(:：])"
    r"|[一-鿿]{2,6}(?:网|在线|客户端|日报)[^，。]{0,10}(?:[0-9]{1,2}月[0-9]{1,2}日)?[电讯](?=[ 　（(])"
)
"""The first words of a story's first paragraph, as far as the blank after 电 or 讯."""
