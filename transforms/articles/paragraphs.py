"""What each paragraph of a page is: running text, title, credit, byline, date or notice."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from transforms.characters import count_han, display_width, ends_sentence
from transforms.datelines import OPENER, WHOLE_DATE, is_date_line, is_page_line

ParagraphKind = Literal["text", "title", "credit", "byline", "date", "notice", "caption"]

WIDEST_TITLE = 44

_CREDIT = re.compile(r"[（(][^（）()]{2,40}[）)]")
_BYLINE = re.compile(
    r"[□■●◎]? ?(?:本报|本刊|本网|特约|实习)?(?:全媒体)?"
    r"(?:记者|通讯员|见习记者|特约记者|文/图|图/文|文|图|摄影|撰文|作者|来源|供稿|编辑|责编)"
    r"(?:[ /:：][^。，；！？]{1,40}|[^。，；！？]{0,2})"
)
_PHOTO_CREDIT = re.compile(r"(?:[□■（(][^。，；□（(]{0,24}|(?:记者|通讯员)[^。，；]{1,16})(?:摄|摄影|供图|/图)[）)]?$")
_NOTICE = re.compile(
    r"遗失|声明作废|特此(?:声明|公告|通告)|登报|挂失|(?:变更|注销|搬迁|拍卖|招标|清算|减资|送达|催告)(?:公告|启事|声明)"
    r"|(?:遗失|其他|证件[^，。]{0,4})声明|公告$|启事$|声明$"
)
_NOTICE_MARK = re.compile(r"[●◆■▲★]")
_CAPTION = re.compile(
    r"^(?:图为|图片为|上图|下图|左图|右图|图[一二三四1-9]?[:：])|正在|合影|现场$|(?:^|[^，。])在[^，。]{3,24}(?:义诊|问诊|查房|授课|调试设备)$"
    r"|^[^，。“]{2,12}为[^，。“]{1,10}(?:实施|进行|讲解|检查|诊治|测量|做)[^，。]{2,24}$"
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of the repaired text: its place among them, and how many blank lines stand before it."""

    text: str
    position: int
    block: int
    kind: ParagraphKind

    @property
    def opens_story(self) -> bool:
        """本报讯, 新华社北京6月1日电: what only a story's first paragraph starts with."""
        return bool(OPENER.match(self.text))

    @property
    def has_photo_credit(self) -> bool:
        return bool(_PHOTO_CREDIT.search(self.text))

    @property
    def ends_with_credit(self) -> bool:
        """（健康昌吉） after the last full stop."""
        return bool(re.search(r"[。！？”][（(][^（）()]{2,40}[）)]$", self.text))

    @property
    def is_two_part_title(self) -> bool:
        """Two halves with a blank between: 仁心仁术 造福患者."""
        return bool(re.fullmatch(r"[^，。；]*\S{3,} \S{3,}[^，。；]*", self.text))

    @property
    def date_parts(self) -> tuple[int, int, int] | None:
        match = WHOLE_DATE.search(self.text) if self.kind == "date" else None
        return (int(match["year"]), int(match["month"]), int(match["day"])) if match else None

    @property
    def is_notice_heading(self) -> bool:
        """证件遗失声明, 搬迁公告: the title of a notice or of a wall of them."""
        return self.kind == "notice" and len(self.text) <= 12 and not re.search(r"[，。；：●]|^特此", self.text)


def parse_page(repaired: str, *, headed: bool = False) -> list[Paragraph]:
    """The paragraphs of a repaired page in reading order; `headed`: the first is a title, whatever it looks like."""
    found: list[Paragraph] = []
    block = 0
    for line in repaired.split("\n"):
        text = line.strip()
        if text:
            kind = "title" if headed and not found else kind_of(text)
            found.append(Paragraph(text, len(found), block, kind))
        else:
            block += 1
    return found


def kind_of(text: str) -> ParagraphKind:
    """The kind of one paragraph: "2024年11月15日" is a date, "证件遗失声明" a notice, "（健康昌吉）" a credit."""
    width = display_width(text[:400])
    if is_page_line(text):
        return "date"
    if width <= WIDEST_TITLE:
        if is_date_line(text):
            return "date"
        if _CREDIT.fullmatch(text):
            return "credit"
        if _BYLINE.fullmatch(text) or (_PHOTO_CREDIT.fullmatch(text) and not ends_sentence(text)):
            return "byline"
    if _NOTICE.search(text[:400]) and (width <= 160 or _NOTICE_MARK.match(text)) and not OPENER.match(text):
        return "notice"
    if _PHOTO_CREDIT.search(text[-40:]):
        return "caption"
    if ends_sentence(text) or width > WIDEST_TITLE or OPENER.match(text) or count_han(text) < 2:
        return "text"
    if re.search(r"[。！？”][（(][^（）()]{2,40}[）)]$", text):
        return "text"
    if _CAPTION.search(text) and not re.search(r"\S{3,} \S{3,}", text):
        return "caption"
    return "title"
