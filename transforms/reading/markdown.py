"""Markdown to text: headings, emphasis, links, lists, quotations and tables without their marks.

Text is taken for Markdown where it has headings, front matter, or several marked links and words; a stray asterisk or
an image mark in plain text makes none.
"""

from __future__ import annotations

import re

from transforms.reading.content import Content, cleaned_line, paragraphs_of
from transforms.reading.dates import published_date

_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.+?)[ \t]*#*$")
_UNDERLINE = re.compile(r"^ {0,3}(?:={3,}|-{3,})[ \t]*$")
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n((?:[A-Za-z_]{1,30}:[^\n]{0,500}\n){1,40})---[ \t]*\n")
_FIELD = re.compile(r"([A-Za-z_]+):[ \t]*[\"']?(.*?)[\"']?[ \t]*$")
_LINK = re.compile(r"(?<!!)\[([^\[\]\n]{1,300})\]\([^()\n]{0,500}\)")
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,200}\]\([^()\n]{0,500}\)")
_STRONG = re.compile(r"(?<!\*)(\*\*\*|\*\*|\*)(?=[^\s*])([^*\n]{1,400}?)(?<=[^\s*])\1(?!\*)")
_LIST = re.compile(r"^[ \t]{0,12}(?:[-*+]|[0-9]{1,3}[.)])[ \t]+")
_QUOTE = re.compile(r"^(?: {0,3}>[ \t]?)+")
_RULE = re.compile(r"^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_TABLE_ROW = re.compile(r"^[ \t]*\|(.+)\|[ \t]*$")
_TABLE_RULE = re.compile(r"^[ \t|:\-]+$")
_LONGEST_HEADING = 300
_BULLET = re.compile(r"^[ \t]{0,12}[-*+][ \t]+")


def is_markdown(text: str) -> bool:
    """Whether `text` is marked up: "# 标题" or front matter, or two links or strong words."""
    if _FRONT_MATTER.match(text):
        return True
    head = text[:100_000]
    if any(_heading(line) for line in head.split("\n")):
        return True
    return len(_LINK.findall(head)) + len(re.findall(r"\*\*[^*\n]{1,200}\*\*", head)) >= 2


def read_markdown(text: str, charset: str, damaged_chars: int = 0) -> Content:
    """The text without its marks, a heading a paragraph of its own; title, date and outlet from front matter.

    "# 医疗队抵达\\n\\n接诊**3200**人次。" gives the title 医疗队抵达 and the text 接诊3200人次。
    """
    fields: dict[str, str] = {}
    if front := _FRONT_MATTER.match(text):
        fields = {found[1].lower(): found[2] for line in front[1].splitlines() if (found := _FIELD.match(line))}
        text = text[front.end() :]
    blocks, headings = _blocks(_without_comments(text))
    title = cleaned_line(fields.get("title")) or (headings[0] if headings and blocks[:1] == headings[:1] else None)
    published = published_date(fields.get("date") or fields.get("published"))
    outlet = cleaned_line(fields.get("outlet") or fields.get("source"))
    return Content(
        paragraphs_of(blocks, title), "text/markdown", charset, damaged_chars, title, outlet, published_on=published
    )


def _without_comments(text: str) -> str:
    pieces = text.split("<!--")
    return "".join([pieces[0], *(piece.partition("-->")[2] for piece in pieces[1:])])


def _blocks(text: str) -> tuple[list[str], list[str]]:
    """Paragraphs, and those of them that are headings."""
    blocks: list[str] = []
    headings: list[str] = []
    lines: list[str] = []

    def close() -> None:
        if lines:
            blocks.append("\n".join(lines))
            lines.clear()

    for raw in text.split("\n"):
        line = _QUOTE.sub("", raw)
        heading = _heading(line)
        if heading or (len(lines) == 1 and _UNDERLINE.match(line)):
            title = _plain(heading[1]) if heading else lines.pop()
            close()
            blocks.append(title)
            headings.append(title)
        elif not line.strip() or _RULE.match(line):
            close()
        elif (row := _TABLE_ROW.match(line)) is not None:
            if not _TABLE_RULE.match(line):
                lines.append(_plain(" ".join(cell.strip() for cell in row[1].split("|"))))
        else:
            if _LIST.match(line):
                close()
            lines.append(_plain(_BULLET.sub("", line)))
    close()
    return blocks, headings


def _heading(line: str) -> re.Match[str] | None:
    return _HEADING.match(line) if len(line) <= _LONGEST_HEADING else None


def _plain(line: str) -> str:
    """One line without images, links and emphasis."""
    line = _LINK.sub(r"\1", _IMAGE.sub("", line))
    for _ in range(3):
        line = _STRONG.sub(r"\2", line)
    return line
