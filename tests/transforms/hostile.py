"""Files made to do harm, by name: what a reader must refuse, or read, in little time and memory.

Run as a program, it reads one of them and prints what came of it with the seconds and the megabytes that it took.
"""

from __future__ import annotations

import io
import json
import sys
import time
import zipfile
import zlib
from collections.abc import Callable


def _deep_html(tag: str, count: int = 300_000) -> bytes:
    return b"<html><body>" + f"<{tag}>".encode() * count + "医院".encode()


def _pdf(objects: dict[int, bytes]) -> bytes:
    """A PDF of these objects, 1 the catalogue."""
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for number in sorted(places):
        out += b"%010d 00000 n \n" % places[number]
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return bytes(out)


def _stream(data: bytes, extra: bytes = b"") -> bytes:
    packed = zlib.compress(data, 9)
    return b"<< /Length %d /Filter /FlateDecode %s >>\nstream\n" % (len(packed), extra) + packed + b"\nendstream"


_PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
_CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"


def pdf_bomb() -> bytes:
    """One page whose content unpacks to 2 GB: packed twice."""
    once = zlib.compress(b"q Q " * 50_000_000, 9)
    twice = zlib.compress(once, 9)
    content = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n" % len(twice) + twice + b"\nendstream"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents [" + b"4 0 R " * 10 + b"] >>"
    return _pdf({1: _CATALOGUE, 2: _PAGES, 3: page, 4: content})


def pdf_forms() -> bytes:
    """Forms that each draw the next ten times, twelve deep: a million million drawings."""
    drawn = b"/Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] " + drawn + b" >>"
    objects = {1: _CATALOGUE, 2: _PAGES, 3: page, 4: _stream(b"/F Do " * 10)}
    for level in range(12):
        inner = b"/Resources << /XObject << /F %d 0 R >> >>" % (6 + level) if level < 11 else b""
        objects[5 + level] = _stream(b"/F Do " * 10, b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] " + inner)
    return _pdf(objects)


def pdf_pages() -> bytes:
    """A hundred thousand pages."""
    count = 100_000
    kids = b" ".join(b"3 0 R" for _ in range(count))
    return _pdf(
        {
            1: _CATALOGUE,
            2: b"<< /Type /Pages /Kids [" + kids + b"] /Count %d >>" % count,
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] >>",
        }
    )


def pdf_circle() -> bytes:
    """A tree of pages that contains itself."""
    return _pdf({1: _CATALOGUE, 2: b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 100 >>"})


def _docx(document: bytes, **more: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        packed.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/word/document.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        )
        packed.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
        )
        packed.writestr("word/document.xml", document)
        for name, data in more.items():
            packed.writestr(name, data)
    return out.getvalue()


_W = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx_bomb() -> bytes:
    """A document of 600 MB in less than one."""
    return _docx(b"<w:document>" + b" " * 600_000_000)


def docx_many() -> bytes:
    """Three pictures of 100 MB each."""
    return _docx(b"<a/>", **{f"word/media/{n}.bin": bytes(100_000_000) for n in range(3)})


def docx_lie() -> bytes:
    """A document that declares 100 bytes and has 60 MB."""
    data = bytearray(_docx(b"<w:document>" + b" " * 60_000_000))
    size = (60_000_012).to_bytes(4, "little")
    return bytes(data).replace(size, (100).to_bytes(4, "little"))


def docx_laughs() -> bytes:
    """Entities that name each other ten times, ten deep."""
    entities = b'<!ENTITY a0 "ha">' + b"".join(
        b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 11)
    )
    body = b"<w:body><w:p><w:r><w:t>&a10;</w:t></w:r></w:p></w:body>"
    return _docx(b"<!DOCTYPE d [" + entities + b"]><w:document " + _W + b">" + body + b"</w:document>")


def docx_deep() -> bytes:
    """Tables in tables, ten thousand deep."""
    open_, close = b"<w:tbl><w:tr><w:tc>", b"</w:tc></w:tr></w:tbl>"
    return _docx(
        b"<w:document " + _W + b"><w:body>" + open_ * 10_000 + b"<w:p/>" + close * 10_000 + b"</w:body></w:document>"
    )


HOSTILE: dict[str, Callable[[], bytes]] = {
    "html of nested div": lambda: _deep_html("div"),
    "html of nested b": lambda: _deep_html("b"),
    "html of nested tables": lambda: _deep_html("table><tr><td", 60_000),
    "html of open comments": lambda: b"<html>" + b"<!-- " * 900_000,
    "html of open scripts": lambda: b"<html>" + b"<script " * 600_000,
    "html of quotes": lambda: b"<html><div " + b"a='" * 1_500_000,
    "html of brackets": lambda: b"<html>" + b"<" * 4_900_000,
    "html of paragraphs": lambda: b"<html><body>" + "<p>完成手术86台。".encode() * 150_000,
    "pdf bomb": pdf_bomb,
    "pdf of forms": pdf_forms,
    "pdf of pages": pdf_pages,
    "pdf in a circle": pdf_circle,
    "docx bomb": docx_bomb,
    "docx of large parts": docx_many,
    "docx that lies": docx_lie,
    "docx of entities": docx_laughs,
    "docx of tables": docx_deep,
    "json nested": lambda: b'{"text": ' + b"[" * 3_000_000,
    "json array": lambda: json.dumps([{"text": "x"}] * 100_000).encode(),
    "markdown of comments": lambda: b"# x\n" + b"<!--" * 1_200_000,
    "markdown of headings": lambda: b"# x\n# " + b"#" * 4_000_000 + b"x",
    "markdown of stars": lambda: b"# x\n" + b"*a " * 1_500_000,
    "markdown of brackets": lambda: b"# x\n" + b"[a" * 2_000_000,
    "100 MB of one line": lambda: "完成手术86台，".encode() * 5_000_000,
    "15 MB of one line": lambda: "完成手术86台，".encode() * 750_000,
    "5 MB of one line": lambda: "完成手术86台，".encode() * 240_000,
    "zeros": lambda: bytes(19_000_000),
    "line ends": lambda: b"\n" * 19_000_000,
}


def main() -> None:
    import resource

    from transforms.model import ReadError
    from transforms.reading import guard, read

    data = HOSTILE[sys.argv[1]]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    try:
        result = f"read {len(read(data, name='hostile', address='hostile').text)} characters"
    except ReadError as error:
        result = error.reason
    seconds = time.monotonic() - began
    guard._end()
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    sys.stdout.write(
        json.dumps({"result": result, "seconds": seconds, "own_mb": grown / 1024, "reader_mb": child / 1024})
    )


if __name__ == "__main__":
    main()
