"""Bytes to a Document: its form told by its content, decoded, cleaned, personal numbers masked.

Here belongs what depends on the form in which a text arrives. What does not: repairing what the text itself
suffered (repair) and finding its stories (articles).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from transforms import privacy
from transforms.model import Document, ReadError
from transforms.reading import encoding, html, markdown, plain, records
from transforms.reading.content import MOST_CHARS, Content, Unreadable, cleaned_line
from transforms.reading.guard import read_guarded

MAX_BYTES = 20_000_000
"""A larger file is refused: a newspaper page has 10,000 bytes of text, a page with its pictures some millions."""

_MOST_CONTROLS = 0.02
_PDF_MARK, _PDF_WITHIN = b"%PDF-", 1024
_SIGNATURES = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file, or one with a password"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
)


def read(data: bytes, *, name: str, address: str) -> Document:
    """One document's bytes as a Document; `name` is its file name, `address` where it was found.

    The content decides its form: PDF, DOCX, HTML, Markdown, one line of a JSON Lines export, else plain text.
    Raises ReadError with one plain sentence, which quotes none of the content, where the bytes are too many, none,
    or hold no text. Example: the bytes of "支援新疆。" in GB18030 give Document(text="支援新疆。", charset="gb18030").
    """
    shown = privacy.mask_name(name)
    try:
        content = _content(data)
        cleaned = plain.clean(content.text)
        if cleaned.removed_controls > max(8, _MOST_CONTROLS * len(content.text)):
            raise Unreadable("the file is binary: too many of its characters are control characters")
        if not cleaned.text.strip():
            raise Unreadable("the file is empty")
    except Unreadable as refusal:
        raise ReadError(shown, str(refusal)) from None
    masked = privacy.mask(cleaned.text)
    published_on, origin = content.published_on, "metadata"
    if published_on is None:
        published_on, origin = plain.date_in_name(name), "name"
    return Document(
        document_key=hashlib.sha256(data).hexdigest(),
        name=shown,
        address=privacy.mask_name(address),
        media_type=content.media_type,
        charset=content.charset,
        size_bytes=len(data),
        text=masked.text,
        damaged_chars=content.damaged_chars + cleaned.removed_controls,
        masked_numbers=masked.count,
        title=masked.text.lstrip("\n").split("\n", 1)[0].strip() or None if content.title else None,
        outlet=privacy.mask(plain.clean(content.outlet).text).text if content.outlet else None,
        published_on=published_on,
        published_origin=origin if published_on else None,
    )


def read_all(data: bytes, *, name: str, address: str) -> tuple[Document, ...]:
    """Every document of a file: one, or one a line of a JSON Lines export, named `name#line`.

    Raises ReadError as `read`; of an export, for the first line that cannot be read.
    """
    return tuple(
        read(line, name=f"{name}#{number}", address=record_address(line, address)) if number else
        read(line, name=name, address=address)
        for number, line in _lines(data)
    )  # fmt: skip


def _lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines of an export with their numbers, else the whole file as number 0."""
    lines = data.split(b"\n")
    if not is_export(data[: len(lines[0]) + 1]) or not any(line.strip() for line in lines[1:]):
        yield 0, data
        return
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield number, line


def is_export(first_line: bytes) -> bool:
    """Whether a file that begins with `first_line` is a JSON Lines export: the line is a whole record."""
    if not first_line.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return False
    decoded = encoding.decode(first_line)
    return decoded is not None and records.is_record(decoded.text)


def record_address(line: bytes, address: str) -> str:
    """Where a record was found: its url, else the export's address with the hash of the line."""
    decoded = encoding.decode(line)
    url = cleaned_line(records.address_of(decoded.text)) if decoded else None
    return url or f"{address}#{hashlib.sha256(line).hexdigest()[:16]}"


def _content(data: bytes) -> Content:
    """The content of one document, by its form. Raises Unreadable."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"the file has {len(data):,} bytes, more than the limit of {MAX_BYTES:,}")
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise Unreadable("the file is empty")
    if _PDF_MARK in data[:_PDF_WITHIN]:
        return read_guarded("pdf", data)
    if data.startswith(b"PK\x03\x04"):
        return read_guarded("docx", data)
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            raise Unreadable(f"the file is not plain text but {kind}")
    decoded = encoding.decode(data)
    if decoded is None:
        raise Unreadable("the file is binary, or in an encoding that is not known")
    return _formatted(decoded)


def _formatted(decoded: encoding.Decoded) -> Content:
    """Decoded text, by the marks in it."""
    text, charset, damaged = decoded.text, decoded.charset, decoded.damaged_chars
    if records.is_record(text):
        return records.read_record(text, charset, damaged)
    if records.is_json(text):
        raise Unreadable("the JSON is damaged, or is not one object a line with a 'text'")
    if html.is_html(text):
        return read_guarded("html", (text, charset, damaged))
    if _is_feed(text):
        raise Unreadable("the file is an RSS or Atom feed: declare it as a source, and its articles are read")
    if len(text) > MOST_CHARS:
        raise Unreadable(f"the file has {len(text):,} characters, more than the limit of {MOST_CHARS:,}")
    text = plain.clean_line_ends(text)
    if markdown.is_markdown(text):
        return markdown.read_markdown(text, charset, damaged)
    return Content(text, "text/plain", charset, damaged)


def _is_feed(text: str) -> bool:
    head = text[:2000].lstrip("\ufeff \r\n\t")
    return head.startswith("<?xml") and any(mark in head for mark in ("<rss", "<feed", "<rdf:RDF"))


__all__ = ["MAX_BYTES", "is_export", "read", "read_all", "record_address"]
