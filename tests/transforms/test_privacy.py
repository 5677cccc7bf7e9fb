"""Personal numbers go, figures of the news stay. Every number here is made up."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.timing import LINEAR, growth
from transforms.privacy import MASK, is_identity_number, mask

VALID = "11010119900101001"
"""Seventeen digits of a made-up number; the check digit follows from them."""


def with_check_digit(first_17: str) -> str:
    return next(first_17 + last for last in "0123456789X" if is_identity_number(first_17 + last))


IDENTITY = with_check_digit(VALID)
WRONG = IDENTITY[:17] + ("0" if IDENTITY[17] != "0" else "1")


@pytest.mark.parametrize(
    "text",
    [
        f"（身份证号：{IDENTITY}）",
        f"（身份证号：{WRONG}）增加曾用名",
        f"遗失居民身份证 {WRONG}，声明作废。",
        f"（身份证号：{IDENTITY[:6]}\n{IDENTITY[6:]}）",
        f"（身 份 证 号 ：\n{' '.join(IDENTITY)}）",
        f"号码{IDENTITY[:6]} {IDENTITY[6:14]} {IDENTITY[14:]}。",
        f"遗失1999651416{IDENTITY}号医师资格证书",
        "身份证号：110101900101001",
        "身份证号：" + "".join(chr(ord(char) + 0xFEE0) for char in IDENTITY[:17]) + "１",
        "法人身份证 11010119900101001x 遗失",
    ],
)
def test_identity_numbers_are_masked_in_every_form(text: str) -> None:
    masked = mask(text)
    assert masked.count >= 1
    assert len(masked.text) == len(text)
    assert not re.search(r"[0-9０-９]", masked.text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("联系电话：13912345678。", "联系电话：***********。"),
        ("手机 139 1234 5678", "手机 *** **** ****"),
        ("热线0991-2345678", "热线****-*******"),
        ("咨询电话：2345678", "咨询电话：*******"),
        ("致电400-123-4567", "致电***-***-****"),
        ("统一代码：91652300ABCDEF123X", "统一代码：******************"),
        ("统一社会信用代码 52652301MJX0000000 的单位", "统一社会信用代码 ****************** 的单位"),
        ("开具的 1016422 号收据，金额：30000元", "开具的 ******* 号收据，金额：30000元"),
        ("住建B060058号执法证", "住建*******号执法证"),
        ("护士执业证书，编号 202365001234", "护士执业证书，编号 ************"),
    ],
)
def test_phone_and_certificate_numbers_are_masked_in_place(text: str, expected: str) -> None:
    assert mask(text).text == expected


@pytest.mark.parametrize(
    "text",
    [
        "累计接诊患者125012人次，完成手术7360台。",
        "总建筑面积28289.17平方米，总投资1.6亿元。",
        "门诊接诊量提升至 83286 人次，同比增长20.54%",
        "投入13800000000元建设医院，覆盖人口13912345678人次",
        "热线接听1250126人次，电话随访23456780人次",
        "2023年10月20日至2024年11月15日",
        "2019 2020 2021 2022 2023 五年分别为 1200 1300 1400 1500 1600 人次",
        "国发〔2024〕12号文件、住院楼3号楼、第27批",
        "0.31天、12.5%、1,596场",
        "金额：409000 元",
    ],
)
def test_figures_of_news_stay(text: str) -> None:
    assert mask(text) == mask(text).__class__(text, 0)


@given(st.text(alphabet="0123456789Xx \n号证电话（）：身份-.", max_size=80))
def test_masking_keeps_length_and_is_done_once(text: str) -> None:
    once = mask(text)
    assert len(once.text) == len(text)
    assert mask(once.text).text == once.text
    assert all(old == new or new == MASK for old, new in zip(text, once.text, strict=True))


@pytest.mark.parametrize("unit", ["1", "1 ", "身份证", "电话1", "A1", "1-1 ", "统一代码 ", "1\n\n\n", "１"])
def test_a_megabyte_of_anything_is_masked_in_time(unit: str) -> None:
    assert growth(mask, unit, 500_000, repeats=5) < LINEAR
