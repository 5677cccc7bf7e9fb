"""DOCX to text: paragraphs, tables and text boxes in their order, headings as lines of their own.

The archive is measured before anything of it is unpacked: a few kilobytes can declare gigabytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from transforms.reading.content import MOST_CHARS, Content, Unreadable, cleaned_line, paragraphs_of

MOST_MEMBERS = 5_000
MOST_UNPACKED = 200_000_000
MOST_TEXT_PART = 40_000_000
MOST_RATIO = 300
"""Text packs about 10 to 1, seldom 30 to 1; a part of more than a megabyte that packs better is made to do harm."""
_RATIO_FROM = 1_000_000
_MOST_DEPTH = 150
_MAIN = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def read_docx(data: bytes) -> Content:
    """The text of a DOCX file. Raises Unreadable: no DOCX, damaged, or unpacking it would do harm."""
    _measure(data)
    import docx

    try:
        document = docx.Document(io.BytesIO(data))
        blocks = list(_blocks(document.element.body))
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable("the DOCX file is damaged: its document cannot be opened") from error
    if sum(len(text) for _, text in blocks) > MOST_CHARS:
        raise Unreadable(f"the DOCX file has more than {MOST_CHARS:,} characters of text")
    titles = _heading_styles(document)
    first = blocks[0] if blocks else None
    title = cleaned_line(first[1]) if first and first[0] in titles else None
    return Content(paragraphs_of([text for _, text in blocks], title), MEDIA_TYPE, "utf-8", title=title)


def _measure(data: bytes) -> None:
    """Refuse an archive by what its directory declares; a member is never unpacked beyond what it declares."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
        raise Unreadable("the file is a damaged ZIP archive or Office file") from error
    named = {member.filename for member in members}
    if _MAIN not in named:
        raise Unreadable("the file is a ZIP archive or an Office file, and no DOCX document")
    if len(members) > MOST_MEMBERS:
        raise Unreadable(f"the DOCX file has {len(members):,} parts, more than the limit of {MOST_MEMBERS:,}")
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        raise Unreadable(f"the DOCX file would unpack to more than {MOST_UNPACKED:,} bytes")
    for member in members:
        ratio = member.file_size / max(1, member.compress_size)
        if member.file_size > _RATIO_FROM and ratio > MOST_RATIO:
            raise Unreadable("a part of the DOCX file is packed too tightly to be a document: it may do harm")
        if member.filename.endswith((".xml", ".rels")) and member.file_size > MOST_TEXT_PART:
            raise Unreadable(f"a part of the DOCX file would unpack to more than {MOST_TEXT_PART:,} bytes")


def _heading_styles(document: Any) -> frozenset[str]:
    """Identifiers of the styles that headings and titles have."""
    found = set()
    for style in document.styles:
        name = (style.name or "").lower()
        if name == "title" or name.startswith(("heading", "标题")):
            found.add(style.style_id)
    return frozenset(found)


def _blocks(parent: Any, depth: int = 0) -> Iterator[tuple[str, str]]:
    """(style, text) of each paragraph below `parent`; a table's row of short cells is one line."""
    if depth > _MOST_DEPTH:
        raise Unreadable("the DOCX file is nested too deeply")
    for child in parent:
        if child.tag == f"{_W}p":
            yield from _paragraph(child, depth)
        elif child.tag == f"{_W}tbl":
            yield from _table(child, depth)
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml"):
            yield from _blocks(child, depth + 1)


def _paragraph(paragraph: Any, depth: int) -> Iterator[tuple[str, str]]:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    pieces: list[str] = []
    boxes: list[Any] = []
    _collect(paragraph, pieces, boxes, depth)
    yield (style.get(f"{_W}val") if style is not None else ""), "".join(pieces)
    for box in boxes:
        yield from _blocks(box, depth + 1)


def _collect(element: Any, pieces: list[str], boxes: list[Any], depth: int) -> None:
    """The runs of a paragraph in order; text boxes are kept apart, deleted text and fallbacks left out."""
    if depth > _MOST_DEPTH:
        raise Unreadable("the DOCX file is nested too deeply")
    for child in element:
        if child.tag == f"{_W}t":
            pieces.append(child.text or "")
        elif child.tag == f"{_W}tab":
            pieces.append(" ")
        elif child.tag in (f"{_W}br", f"{_W}cr"):
            pieces.append("\n")
        elif child.tag == f"{_W}noBreakHyphen":
            pieces.append("-")
        elif child.tag == f"{_W}txbxContent":
            boxes.append(child)
        elif child.tag not in (_FALLBACK, f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr"):
            _collect(child, pieces, boxes, depth + 1)


def _table(table: Any, depth: int) -> Iterator[tuple[str, str]]:
    for row in table.findall(f"{_W}tr"):
        cells = [list(_blocks(cell, depth + 1)) for cell in row.findall(f"{_W}tc")]
        if all(len(cell) <= 1 and len("".join(text for _, text in cell)) <= 40 for cell in cells):
            yield "", " ".join(text for cell in cells for _, text in cell if text.strip())
        else:
            for cell in cells:
                yield from cell
