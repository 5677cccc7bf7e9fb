"""Bytes to a Document: decoded, cleaned, personal numbers masked.

Here belongs what depends on the form in which a text arrives. What does not: repairing what the text itself
suffered (repair) and finding its stories (articles).
"""

from __future__ import annotations

import hashlib

from transforms import privacy
from transforms.model import Document, ReadError
from transforms.reading import encoding, plain

MAX_BYTES = 20_000_000
"""A larger text is refused: a newspaper page has 10,000 bytes, a year of one paper far less than this."""

_MOST_CONTROLS = 0.02
_SIGNATURES = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP archive or an Office file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file"),
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

    Raises ReadError with one plain sentence, which quotes none of the content, where the bytes are too many, none,
    or no text. Example: the bytes of "支援新疆。" in GB18030 give Document(text="支援新疆。", charset="gb18030").
    """
    if len(data) > MAX_BYTES:
        raise ReadError(name, f"the file has {len(data):,} bytes, more than the limit of {MAX_BYTES:,}")
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise ReadError(name, "the file is empty")
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            raise ReadError(name, f"the file is not plain text but {kind}")
    decoded = encoding.decode(data)
    if decoded is None:
        raise ReadError(name, "the file is binary, or in an encoding that is not known")
    cleaned = plain.clean(decoded.text)
    if cleaned.removed_controls > max(8, _MOST_CONTROLS * len(decoded.text)):
        raise ReadError(name, "the file is binary: too many of its characters are control characters")
    if not cleaned.text.strip():
        raise ReadError(name, "the file is empty")
    masked = privacy.mask(cleaned.text)
    published_on = plain.date_in_name(name)
    return Document(
        document_key=hashlib.sha256(data).hexdigest(),
        name=name,
        address=address,
        media_type="text/plain",
        charset=decoded.charset,
        size_bytes=len(data),
        text=masked.text,
        damaged_chars=decoded.damaged_chars + cleaned.removed_controls,
        masked_numbers=masked.count,
        published_on=published_on,
        published_origin="name" if published_on else None,
    )


__all__ = ["MAX_BYTES", "read"]
