"""One article in every form and encoding says the same; forms that do harm, or hold no text, say so."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import pytest
import written_formats as forms

from transforms.model import ExtractedDocument, ReadError
from transforms.pipeline import extract
from transforms.reading import read, read_all
from transforms.reading.dates import published_date
from transforms.repair import repair

NAME = f"{forms.PUBLISHED}.txt"
Facts = list[tuple[Any, ...]]


def extracted(data: bytes, name: str = NAME) -> ExtractedDocument:
    return extract(read(data, name=name, address=name))


def facts(found: ExtractedDocument) -> Facts:
    """What the ledger keeps of each fact, without what depends on how the lines stood."""
    return [
        (
            fact.metric, fact.aspect, fact.value, fact.value_low, fact.value_high, fact.unit, fact.status, fact.figure,
            fact.qualifier, fact.is_part, fact.donor_code, fact.recipient_code, fact.organisation, fact.programme,
            fact.period_start, fact.period_end, fact.sector,
        )
        for fact in found.figures
        if fact.disposition == "fact"
    ]  # fmt: skip


@cache
def expected() -> Facts:
    return facts(extracted(forms.plain("utf-8")))


ENCODED = {
    "utf-8": forms.plain("utf-8"),
    "utf-8 with mark": forms.plain("utf-8", b"\xef\xbb\xbf"),
    "gb18030": forms.plain("gb18030"),
    "utf-16-le with mark": forms.plain("utf-16-le", b"\xff\xfe"),
    "utf-16-be with mark": forms.plain("utf-16-be", b"\xfe\xff"),
    "utf-16-le": forms.plain("utf-16-le"),
    "utf-16-be": forms.plain("utf-16-be"),
}
FORMS: dict[str, Callable[[], bytes]] = {
    "column of 14": lambda: forms.wrapped(14),
    "column of 22": lambda: forms.wrapped(22),
    "Markdown": forms.markdown,
    "record": forms.record,
    "record with time": lambda: forms.record(published="2024-11-13T20:00:00Z"),
    "HTML": forms.page,
    "HTML in gb18030": lambda: forms.page("gb18030"),
    "HTML in gb18030 that says utf-8": lambda: forms.page("gb18030", "utf-8"),
    "HTML in utf-8 that says gb2312": lambda: forms.page("utf-8", "gb2312"),
    "HTML after much script": lambda: forms.page("gb18030").replace(b"<script>", b"<script>" + b"x=1;" * 40_000, 1),
    "WeChat": forms.wechat,
    "DOCX": forms.docx,
}
PAINTED = [(columns, painting) for columns in (1, 2, 5) for painting in ("natural", "rows", "shuffled")]


def test_the_article_has_facts() -> None:
    assert len(expected()) == 13


@pytest.mark.parametrize("encoding", ENCODED)
def test_every_encoding_gives_the_same_facts(encoding: str) -> None:
    assert facts(extracted(ENCODED[encoding])) == expected()


@pytest.mark.parametrize("charset", ["utf-8", "big5hkscs", "gb18030"])
def test_traditional_script_gives_the_same_facts(charset: str) -> None:
    import opencc

    traditional = opencc.OpenCC("s2tw").convert(forms.PLAIN)
    assert facts(extracted(traditional.encode(charset))) == expected()


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_facts(form: str) -> None:
    found = extracted(FORMS[form]())
    assert facts(found) == expected()
    assert [article.headline for article in found.articles] == [forms.TITLE]


@pytest.mark.parametrize(("columns", "painting"), PAINTED)
def test_every_pdf_gives_the_same_facts(columns: int, painting: str) -> None:
    found = extracted(forms.pdf(columns, painting))
    assert facts(found) == expected()
    assert [article.headline for article in found.articles] == [forms.TITLE]
    assert found.document.media_type == "application/pdf"


@pytest.mark.parametrize("form", ["Markdown", "record", "HTML", "WeChat"])
def test_metadata_gives_title_outlet_and_date(form: str) -> None:
    document = read(FORMS[form](), name="a.txt", address="a")
    assert (document.title, document.outlet) == (forms.TITLE, forms.OUTLET)
    assert (document.published_on, document.published_origin) == (date(2024, 11, 14), "metadata")


def test_what_stands_around_an_article_is_left_out() -> None:
    for form in (forms.page(), forms.wechat()):
        text = read(form, name="a.html", address="a").text
        assert "首页" not in text
        assert "版权所有" not in text
        assert "扫一扫" not in text
        assert "999" not in text


def test_a_page_that_trafilatura_does_not_know_is_read_whole() -> None:
    data = "<html><body><td>接诊患者3200人次。<br>　　完成手术86台。</td></body></html>".encode()
    assert read(data, name="a", address="a").text == "接诊患者3200人次。\n\n完成手术86台。"


def test_a_pdf_of_several_pages_is_read_in_order() -> None:
    first, rest = forms.PARAGRAPHS[:2], forms.PARAGRAPHS[2:]
    text = repair(read(forms.pdf(2, "rows", pages=(first, rest)), name="a", address="a").text)[0]
    places = [text.index(part[:12]) for part in forms.PARAGRAPHS]
    assert places == sorted(places)


def test_a_newspaper_page_of_several_stories_is_read_from_where_its_lines_stand() -> None:
    """A story of three columns under its headline, and below both a second one of two, painted line by line."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen import canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    other = (
        "从2016年7月开始，南河县接受对口支援，南河县人民医院新建产科和内镜室，完成手术77台。南河县牧民说，变化很大。"
        * 3
    )
    lines = [(22, 60.0, 780.0, forms.TITLE), (20, 60.0, 500.0, "南河今昔 医者仁心")]
    for text, columns, top in (("".join(forms.PARAGRAPHS), 3, 740), (other, 2, 470)):
        width = (500 - 18 * (columns - 1)) / columns
        cut = list(forms.wrap(text, int(width / 10)))
        height = -(-len(cut) // columns)
        lines += [
            (10, 50 + (at // height) * (width + 18), top - (at % height) * 15.0, line) for at, line in enumerate(cut)
        ]
    out = io.BytesIO()
    sheet = canvas.Canvas(out)
    for size, x, y, line in sorted(lines, key=lambda item: (-item[2], item[1])):
        sheet.setFont("STSong-Light", size)
        sheet.drawString(x, y, line)
    sheet.save()
    text = repair(read(out.getvalue(), name="a", address="a").text)[0]
    squeezed = text.replace("\n", "")
    assert "".join(forms.PARAGRAPHS) in squeezed
    assert other in squeezed
    places = [squeezed.index(part) for part in (forms.TITLE, forms.PARAGRAPHS[0][:9], "南河今昔 医者仁心", other[:9])]
    assert places == sorted(places)


def test_a_table_is_read_by_its_rows() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen import canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    sheet = canvas.Canvas(out)
    sheet.setFont("STSong-Light", 12)
    for row, (name, amount) in enumerate((("门诊", "3200人次"), ("手术", "86台"), ("义诊", "16场"), ("带教", "23人"))):
        sheet.drawString(60, 700 - 20 * row, name)
        sheet.drawString(260, 700 - 20 * row, amount)
    sheet.save()
    text = read(out.getvalue(), name="a", address="a").text
    assert text.split("\n") == ["门诊 3200人次", "手术 86台", "义诊 16场", "带教 23人"]


def refusal(data: bytes, name: str = "a.txt") -> str:
    with pytest.raises(ReadError) as raised:
        read(data, name=name, address="a")
    assert "\n" not in raised.value.reason
    return raised.value.reason


def picture_pdf() -> bytes:
    from reportlab.pdfgen import canvas

    out = io.BytesIO()
    sheet = canvas.Canvas(out)
    sheet.rect(10, 10, 400, 600, fill=1)
    sheet.save()
    return out.getvalue()


def locked_pdf() -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen import canvas

    out = io.BytesIO()
    sheet = canvas.Canvas(out, encrypt=StandardEncryption("secret", canPrint=0))
    sheet.drawString(50, 700, "text")
    sheet.save()
    return out.getvalue()


def archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (picture_pdf(), "the PDF has no text layer: its page is a picture (a scan)"),
        (locked_pdf(), "the PDF is protected by a password"),
        (b"%PDF-1.7\nnothing more", "the PDF is damaged: it cannot be opened"),
        (archive(data__a_xml=b"x"), "the file is a ZIP archive or an Office file, and no DOCX document"),
        (b"PK\x03\x04" + b"x" * 300, "the file is a damaged ZIP archive or Office file"),
        (archive(word__document_xml=b"<a>"), "the DOCX file is damaged: its document cannot be opened"),
        (b"<html><body><div id=app></div><script>go()</script></body></html>", "the page has no text"),
        (b"<?xml version='1.0'?><rss version='2.0'><channel></channel></rss>", "RSS or Atom feed"),
        (b"{\\rtf1\\ansi text}", "RTF"),
        (json.dumps({"text": " "}).encode(), "the file is empty"),
        (json.dumps({"text": "支援", "title": 5}).encode(), "the record's 'title' is not text"),
    ],
    ids=["scan", "locked", "no pdf", "zip", "no zip", "broken docx", "script", "feed", "rtf", "empty record", "title"],
)
def test_what_holds_no_text_says_so(data: bytes, reason: str) -> None:
    assert reason in refusal(data)


def test_an_export_is_a_document_a_line() -> None:
    lines = [forms.record(url="https://a.test/1"), b"", forms.record(title="第二篇"), b'{"title": "no text"}']
    documents = read_all(b"\n".join(lines[:3]), name="export.jsonl", address="/n/export.jsonl")
    assert [document.name for document in documents] == ["export.jsonl#1", "export.jsonl#3"]
    assert documents[0].address == "https://a.test/1"
    assert documents[1].address.startswith("/n/export.jsonl#")
    assert len({document.document_key for document in documents}) == 2
    with pytest.raises(ReadError, match=r"export\.jsonl#4"):
        read_all(b"\n".join(lines), name="export.jsonl", address="/n/export.jsonl")


@pytest.mark.parametrize("form", ["markdown", "record", "page", "docx", "pdf"])
def test_personal_numbers_are_masked_in_every_form(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = ("110101199001010015", "13912345678")
    told = f"患者身份证号{numbers[0]}，电话{numbers[1]}，已做手术。"
    monkeypatch.setattr(forms, "PARAGRAPHS", (*forms.PARAGRAPHS, told))
    data = forms.pdf(1, pages=(forms.PARAGRAPHS,)) if form == "pdf" else getattr(forms, form)()
    found = extracted(data)
    assert found.document.masked_numbers == 2
    assert not any(number in text for number in numbers for text in (found.document.text, found.articles[0].text))


def test_a_name_with_a_personal_number_is_masked_and_stays_apart() -> None:
    names = [f"证明_11010119900101{last}_13912345678.txt" for last in ("0015", "0023")]
    documents = [read(forms.PLAIN.encode(), name=name, address=f"/n/{name}") for name in names]
    assert all(
        "199001" not in text and "139123" not in text for each in documents for text in (each.name, each.address)
    )
    assert documents[0].address != documents[1].address
    again = read(forms.PLAIN.encode(), name=documents[0].name, address=documents[0].address)
    assert (again.name, again.address) == (documents[0].name, documents[0].address)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2024-11-14", (2024, 11, 14)),
        ("2024-11-13T18:30:00Z", (2024, 11, 14)),
        ("2024年11月4日 10:00", (2024, 11, 4)),
        ("2024/1/4", (2024, 1, 4)),
        ("20241114", (2024, 11, 14)),
        (1731542400, (2024, 11, 14)),
        (1731542400000, (2024, 11, 14)),
        ("发布于 2024-11-14 10:00:00", (2024, 11, 14)),
        ("2024-13-40", None),
        ("yesterday", None),
        (None, None),
        (True, None),
    ],
)
def test_dates_of_publication(value: object, day: tuple[int, int, int] | None) -> None:
    assert published_date(value) == (date(*day) if day else None)


def test_radicals_become_the_characters_they_look_like() -> None:
    assert read("⻓期⽤⼾、⻔诊、⻘海、⻋辆".encode(), name="a", address="a").text == "长期用户、门诊、青海、车辆"
