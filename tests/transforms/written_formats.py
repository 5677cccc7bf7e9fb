"""One self-written article in every form that news arrives in: bytes by the name of the form."""

from __future__ import annotations

import html
import io
import json
import random
from collections.abc import Iterator
from typing import Any

TITLE = "千里医路 山海同心"
PARAGRAPHS = (
    "2024年6月，福建省第九批援疆医疗队在昌吉州人民医院开展帮扶。一年来，医疗队累计诊治患者8600余人次，完成手术132台，"
    "其中三四级手术56台。",
    "为了带好当地医生，专家们采取“一对一”的办法结对带教，已结对带徒23名，开展教学查房48次，举办培训班12期，培训医务人员"
    "450人次。",
    "“过去看病要去乌鲁木齐，现在家门口就能做手术。”患者家属说。今年以来，医院开展新技术15项，门诊量同比增长21.5%，平均住院日"
    "下降0.8天。",
    "医疗队还深入牧区义诊16场，服务各族群众3200余人次，免费发放药品价值4.5万元。",
)
OUTLET = "边疆健康报"
PUBLISHED = "2024-11-14"
PLAIN = "\n\n".join((TITLE, *PARAGRAPHS)) + "\n"


def plain(charset: str, mark: bytes = b"") -> bytes:
    return mark + PLAIN.encode(charset)


def wrapped(width: int) -> bytes:
    """The article in lines of `width` characters, as a column has them."""
    blocks = [TITLE]
    for paragraph in PARAGRAPHS:
        first, rest = paragraph[: width - 2], paragraph[width - 2 :]
        blocks.append("\n".join([first, *(rest[at : at + width] for at in range(0, len(rest), width))]))
    return "\n\n".join(blocks).encode()


def markdown() -> bytes:
    marked = [
        part.replace("8600余人次", "**8600余人次**").replace("福建省", "[福建省](https://a.test/fj)")
        for part in PARAGRAPHS
    ]
    marked[1] = "> " + marked[1]
    return (
        f"---\ndate: {PUBLISHED}\noutlet: {OUTLET}\n---\n# {TITLE}\n\n![](a.jpg)\n\n".encode()
        + "\n\n".join(marked).encode()
    )


def record(**fields: Any) -> bytes:
    """One line of a JSON Lines export."""
    whole = {"title": TITLE, "text": "\n".join(PARAGRAPHS), "published": PUBLISHED, "outlet": OUTLET} | fields
    return json.dumps(whole, ensure_ascii=False).encode()


def page(charset: str = "utf-8", declared: str | None = None) -> bytes:
    """A web page of a publisher, with what stands around an article."""
    body = "\n".join(f"<p>　　{html.escape(part)}</p>" for part in PARAGRAPHS)
    return f"""<!DOCTYPE html>
<html><head><meta charset="{declared or charset}"><title>{TITLE}_{OUTLET}网</title>
<meta name="publishdate" content="{PUBLISHED}"><meta name="source" content="{OUTLET}">
<script>var tracker = "完成手术999台";</script></head>
<body><div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/y">援疆</a></li></ul></div>
<div class="article"><h1>{TITLE}</h1><div class="info"><span>{PUBLISHED} 10:32</span> <span>来源：{OUTLET}</span></div>
<div id="content">{body}</div></div>
<div class="footer"><p>版权所有 未经授权不得转载</p></div></body></html>""".encode(charset)


def wechat() -> bytes:
    """An article saved from WeChat: every paragraph a section of spans, the date only in a script."""
    body = "".join(
        f'<section style="a"><span>{part[:20]}</span><span>{part[20:]}</span></section><p><br></p>'
        for part in PARAGRAPHS
    )
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><meta property="og:title" content="{TITLE}">
<script>var ct = "1731542400"; var nickname = "{OUTLET}";</script></head><body>
<div id="page-content"><h1 id="activity-name">
  {TITLE}
</h1><a id="js_name"> {OUTLET} </a><em id="publish_time"></em>
<div id="js_content" style="visibility: hidden;">{body}</div></div>
<div id="js_pc_qr_code">微信扫一扫 关注该公众号</div></body></html>""".encode()


def docx() -> bytes:
    import docx as python_docx

    document = python_docx.Document()
    document.add_heading(TITLE, 0)
    for part in PARAGRAPHS[:-1]:
        paragraph = document.add_paragraph(part[:15])
        paragraph.add_run(part[15:]).bold = True
    table = document.add_table(rows=1, cols=1)
    table.cell(0, 0).text = PARAGRAPHS[-1]
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf(columns: int, painting: str = "natural", *, pages: tuple[tuple[str, ...], ...] = (PARAGRAPHS,)) -> bytes:
    """The article as PDF pages of `columns` columns, painted `natural`, in `rows` across columns, or `shuffled`."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen import canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    sheet = canvas.Canvas(out, invariant=True)
    for paragraphs in pages:
        for size, x, y, line in _painted(list(_placed(paragraphs, columns)), painting):
            sheet.setFont("STSong-Light", size)
            sheet.drawString(x, y, line)
        sheet.showPage()
    sheet.save()
    return out.getvalue()


Line = tuple[int, float, float, str]


def _placed(paragraphs: tuple[str, ...], columns: int) -> Iterator[Line]:
    """Size, place and text of each line: the title across the page, the columns below it."""
    yield 22, 60, 760, TITLE
    size, gutter, left, top = 10, 18, 50, 720
    width = (500 - gutter * (columns - 1)) / columns
    lines = [line for part in paragraphs for line in wrap("　　" + part, int(width / size))]
    height = -(-len(lines) // columns)
    for at, line in enumerate(lines):
        column, row = divmod(at, height)
        yield size, left + column * (width + gutter), top - row * 16, line


def wrap(text: str, cells: int) -> Iterator[str]:
    """`text` in lines of `cells` full-width cells; a mark that may not begin a line hangs at the end of the last."""
    line, used = "", 0.0
    for char in text:
        wide = 0.5 if char.isascii() else 1.0
        if used + wide > cells and char not in "，。、；：”":
            yield line
            line, used = "", 0.0
        line, used = line + char, used + wide
    yield line


def _painted(lines: list[Line], painting: str) -> list[Line]:
    if painting == "rows":
        return sorted(lines, key=lambda line: -line[2])
    if painting == "shuffled":
        random.Random(7).shuffle(lines)
    return lines
