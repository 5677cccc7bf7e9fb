"""Bytes of every encoding give one text; what cannot be read says why, and quotes nothing."""

import pickle
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.model import ReadError
from transforms.reading import MAX_BYTES, read

TEXT = (
    "本报讯 记者报道：近日，首批12名医疗队员抵达高原县城，在县人民医院开展为期一年的帮扶工作。\n"
    "队员们接诊患者3200人次，完成手术86台，举办讲座15场，得到当地群众的一致好评。\n"
)
TRADITIONAL = "首批醫療隊員抵達縣城，在人民醫院開展為期一年的幫扶工作，接診患者3200人次，舉辦講座15場。\n"


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        (TEXT.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "utf-8"),
        (TEXT.encode("gb18030"), "gb18030"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.replace("\n", "\r\n").encode("gb18030"), "gb18030"),
    ],
)
def test_every_encoding_gives_the_same_text(data: bytes, charset: str) -> None:
    document = read(data, name="a.txt", address="/tmp/a.txt")
    assert document.text == TEXT
    assert (document.charset, document.damaged_chars, document.size_bytes) == (charset, 0, len(data))


def test_big5_is_told_from_gb18030() -> None:
    document = read(TRADITIONAL.encode("big5hkscs"), name="a.txt", address="a")
    assert (document.text, document.charset) == (TRADITIONAL, "big5hkscs")


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_damaged_bytes_are_counted(charset: str) -> None:
    data = bytearray((TEXT * 3).encode(charset))
    for at in (31, 200, 400):
        data[at] = 0xFF
    document = read(bytes(data), name="a.txt", address="a")
    assert document.charset == charset
    assert 3 <= document.damaged_chars <= 12
    assert "完成手术86台" in document.text


def test_control_characters_go_and_radicals_become_characters() -> None:
    document = read("⼈民\x00医院\u200b，⾼原\xa0县\u2028第二行".encode(), name="a.txt", address="a")
    assert document.text == "人民医院，高原 县\n第二行"
    assert document.damaged_chars == 1


def test_personal_numbers_never_reach_the_document() -> None:
    document = read("声明\n身份证号：110101199001010015 遗失，电话13912345678".encode(), name="a.txt", address="a")
    assert document.masked_numbers == 2
    assert not set("0123456789") & set(document.text)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t\x00 ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"%PDF-1.7 abc", "PDF"),
        (b"PK\x03\x04" + bytes(100), "ZIP"),
        (bytes(range(256)) * 40, "binary"),
        (b"\x00\x01\x02\x03" * 1000, "binary"),
        (b"x" * (MAX_BYTES + 1), "limit"),
    ],
    ids=["empty", "blank", "mark only", "pdf", "zip", "all bytes", "controls", "too large"],
)
def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError) as raised:
        read(data, name="weekly.txt", address="a")
    assert raised.value.name == "weekly.txt"
    assert reason in raised.value.reason
    assert "\n" not in raised.value.reason
    assert pickle.loads(pickle.dumps(raised.value)).reason == raised.value.reason


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2024-11-14_health.txt", date(2024, 11, 14)),
        ("健康报20241114.txt", date(2024, 11, 14)),
        ("page 2024年3月5日.txt", date(2024, 3, 5)),
        ("2024.06.18.txt", date(2024, 6, 18)),
        ("000_20241114ab.txt", None),
        ("2024-13-40.txt", None),
        ("2024-11-14_2024-11-15.txt", None),
        ("12345678.txt", None),
    ],
)
def test_dates_in_file_names(name: str, expected: date | None) -> None:
    document = read(TEXT.encode(), name=name, address="a")
    assert document.published_on == expected
    assert document.published_origin == ("name" if expected else None)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        text = read(data, name="x", address="x").text
    except ReadError:
        return
    assert text.strip()
    assert "\x00" not in text
