"""PDF with a text layer to text, page by page, each in reading order."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

from transforms.reading.content import MOST_CHARS, Content, Unreadable
from transforms.reading.layout import Glyph, page_text

MOST_PAGES = 500
_FEWEST_CHARS = 10
_MOST_UNKNOWN = 0.3
_DROPPED = frozenset((0x02, 0xAD, 0xFFFE))
"""How PDFium writes the hyphen of a word that a line end cuts."""
MEDIA_TYPE = "application/pdf"


def read_pdf(data: bytes) -> Content:
    """The text of a PDF. Raises Unreadable: a scan, protected, damaged, or with more pages than a document may have."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        protected = "password" in str(error).lower() or "security" in str(error).lower()
        reason = "the PDF is protected by a password" if protected else "the PDF is damaged: it cannot be opened"
        raise Unreadable(reason) from None
    if len(document) > MOST_PAGES:
        raise Unreadable(f"the PDF has {len(document):,} pages, more than the limit of {MOST_PAGES}")
    pages, size = [], 0
    for number in range(len(document)):
        pages.append(_page(document, number))
        size += len(pages[-1])
        if size > MOST_CHARS:
            raise Unreadable(f"the PDF has more than {MOST_CHARS:,} characters of text")
    text = "\n\n".join(page for page in pages if page)
    return _checked(text, len(pages))


def _checked(text: str, pages: int) -> Content:
    shown = sum(not char.isspace() for char in text)
    if shown < _FEWEST_CHARS:
        what = "its page is a picture" if pages == 1 else "its pages are pictures"
        raise Unreadable(f"the PDF has no text layer: {what} (a scan)")
    unknown = text.count("\ufffd")
    if unknown > _MOST_UNKNOWN * shown:
        raise Unreadable("the PDF does not say which characters its fonts show: its text cannot be read")
    return Content(text, MEDIA_TYPE, "utf-8", unknown)


def _page(document: Any, number: int) -> str:
    """One page's text; a page that PDFium cannot open has none."""
    import pypdfium2

    try:
        page = document[number]
        text_page = page.get_textpage()
    except pypdfium2.PdfiumError:
        return ""
    try:
        return page_text(_glyphs(text_page))
    finally:
        text_page.close()
        page.close()


def _glyphs(text_page: Any) -> Iterator[Glyph]:
    """The characters that a page paints, in the order of painting; what PDFium adds between them is left out."""
    import pypdfium2.raw as raw

    box = raw.FS_RECTF()
    count = raw.FPDFText_CountChars(text_page)
    if count > MOST_CHARS:
        raise Unreadable(f"the PDF has more than {MOST_CHARS:,} characters of text")
    for at in range(count):
        if raw.FPDFText_IsGenerated(text_page, at) == 1:
            continue
        code = raw.FPDFText_GetUnicode(text_page, at)
        if code in _DROPPED or not raw.FPDFText_GetLooseCharBox(text_page, at, ctypes.byref(box)):
            continue
        yield Glyph(_char(code), box.left, box.right, min(box.bottom, box.top), max(box.bottom, box.top))


def _char(code: int) -> str:
    """The character of a code; a font's private codes and halves of pairs say nothing."""
    if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF or 0xE000 <= code <= 0xF8FF or code >= 0xF0000:
        return "\ufffd"
    return chr(code)
