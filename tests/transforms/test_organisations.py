"""Health bodies in text: names by rule, boundaries, short names that the article implies, and what always holds."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.timing import LINEAR, growth
from transforms.gazetteer import place, rows
from transforms.organisations import find_organisations, link


def named(text: str) -> list[tuple[str, str, str | None]]:
    return [
        (one.surface, one.name, place(one.place_code).name if one.place_code else None)
        for one in find_organisations(text)
    ]


@pytest.mark.parametrize(
    ("text", "surface", "name", "where"),
    [
        ("率泉州市第一医院专家到访", "泉州市第一医院", "泉州市第一医院", "泉州市"),
        ("前往新疆昌吉市人民医院", "新疆昌吉市人民医院", "昌吉市人民医院", "昌吉市"),
        ("来自泉州市南安市医院", "泉州市南安市医院", "南安市医院", "南安市"),
        ("在乌什县亚曼苏乡卫生院", "乌什县亚曼苏乡卫生院", "亚曼苏乡卫生院", "乌什县"),
        ("昌吉州第二人民医院挂牌", "昌吉州第二人民医院", "昌吉州第二人民医院", "昌吉回族自治州"),
        ("福州大学附属福建省立医院", "福州大学附属福建省立医院", "福州大学附属福建省立医院", "福建省"),
        ("福建省级机关医院", "福建省级机关医院", "福建省级机关医院", "福建省"),
        ("福建医科大学孟超肝胆医院", "福建医科大学孟超肝胆医院", "福建医科大学孟超肝胆医院", "福建省"),
        ("复旦大学附属华山医院的专家", "复旦大学附属华山医院", "复旦大学附属华山医院", "上海市"),
        (
            "帮扶新疆医科大学第一附属医院昌吉分院",
            "新疆医科大学第一附属医院昌吉分院",
            "新疆医科大学第一附属医院昌吉分院",
            "昌吉回族自治州",
        ),
        ("河南省人民医院哈密红星分院", "河南省人民医院哈密红星分院", "河南省人民医院哈密红星分院", "哈密市"),
        ("新疆生产建设兵团第十三师红星医院", "新疆生产建设兵团第十三师红星医院", "第十三师红星医院", "新星市"),
        ("由昌吉州卫健委牵头", "昌吉州卫健委", "昌吉州卫健委", "昌吉回族自治州"),
        ("喀什地区疾控中心", "喀什地区疾控中心", "喀什地区疾控中心", "喀什地区"),
        ("木垒县妇幼保健院", "木垒县妇幼保健院", "木垒县妇幼保健院", "木垒哈萨克自治县"),
        ("中国中医科学院西苑医院", "中国中医科学院西苑医院", "中国中医科学院西苑医院", "北京市"),
        ("湘雅医院专家", "湘雅医院", "湘雅医院", "湖南省"),
        ("北医三院派出", "北医三院", "北医三院", "北京市"),
        ("来自广安门医院", "广安门医院", "广安门医院", "北京市"),
        ("川北医学院附属医院", "川北医学院附属医院", "川北医学院附属医院", "南充市"),
        ("宁德闽东医院", "宁德闽东医院", "宁德闽东医院", "宁德市"),
        ("县人民医院", "县人民医院", "县人民医院", None),
    ],
)
def test_a_body_and_where_it_stands(text: str, surface: str, name: str, where: str | None) -> None:
    assert named(text) == [(surface, name, where)]


@pytest.mark.parametrize(
    "text",
    [
        "呼图壁县各乡镇卫生院",
        "果洛州11家乡镇卫生院",
        "新疆当地医院",
        "福建省15家省属医院",
        "福建医院的专家",
        "全省卫健委系统",
        "两县人民医院",
        "中国科学院院士",
        "这家医院、该院",
        "医院",
    ],
)
def test_a_description_is_no_body(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize(
    ("text", "surface", "name"),
    [
        ("泉州市第一医院的专家说，泉州一院将继续", "泉州一院", "泉州市第一医院"),
        ("泉州市第一医院迎来客人。“泉一”专家团", "“泉一”", "泉州市第一医院"),
        ("泉州市第一医院（以下简称“一院”）说，一院将继续", "一院", "泉州市第一医院"),
        ("河南省人民医院派人，省医专家说", "省医", "河南省人民医院"),
        ("喀什地区第一人民医院与喀地一院", "喀地一院", "喀什地区第一人民医院"),
        ("第十三师红星医院，红星医院院长", "红星医院", "第十三师红星医院"),
        ("边坝县人民医院缺人，专家指导县人民医院", "县人民医院", "边坝县人民医院"),
        ("边坝县人民医院缺人，专家来到县医院", "县医院", "边坝县人民医院"),
        ("吉木萨尔县中医医院，吉木萨尔县中医院", "吉木萨尔县中医院", "吉木萨尔县中医医院"),
        ("上海市第六人民医院即上海市六医院", "上海市六医院", "上海市第六人民医院"),
        ("昌吉回族自治州人民医院，昌吉州人民医院", "昌吉州人民医院", "昌吉回族自治州人民医院"),
        ("福建省和省卫健委", "省卫健委", "福建省卫健委"),
    ],
)
def test_a_short_name_is_the_body_it_stands_for(text: str, surface: str, name: str) -> None:
    last = named(text)[-1]
    assert last[:2] == (surface, name)


def test_a_short_name_that_two_bodies_claim_is_none() -> None:
    text = "泉州市第一医院与漳州市第一医院，市一院"
    assert [one.surface for one in find_organisations(text)] == ["泉州市第一医院", "漳州市第一医院"]


def test_a_short_name_inside_a_longer_word_is_none() -> None:
    assert [one.surface for one in find_organisations("河南省人民医院派出省医疗队、省医保局")][:1] == ["河南省人民医院"]
    assert all(one.surface != "省医" for one in find_organisations("河南省人民医院派出省医疗队、省医保局"))


def test_link_folds_the_mentions_of_a_body() -> None:
    linked = link(find_organisations("泉州市第一医院帮扶昌吉市人民医院，泉州一院派人到新疆昌吉市人民医院"))
    assert [(one.name, one.place_code, len(one.mentions)) for one in linked] == [
        ("泉州市第一医院", "350500", 2),
        ("昌吉市人民医院", "652301", 2),
    ]


def test_every_listed_body_stands_in_a_place() -> None:
    listed = list(rows("organisations.csv"))
    assert [row["name"] for row in listed if place(row["place_code"]).code != row["place_code"]] == []
    alone = [row for row in listed if row["kind"] == "hospital"]
    found = {row["name"]: [one.place_code for one in find_organisations(row["name"])] for row in alone}
    assert [row["name"] for row in alone if found[row["name"]] != [row["place_code"]]] == []


PIECES = [
    "泉州市",
    "昌吉州",
    "第一",
    "人民",
    "医院",
    "附属",
    "大学",
    "县",
    "省医",
    "（以下简称“",
    "”）",
    "红星",
    "，",
    "的",
    "一院",
]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=2)), max_size=14).map("".join))
def test_spans_are_ordered_and_equal_their_surfaces(text: str) -> None:
    found = find_organisations(text)
    assert all(text[one.char_start : one.char_end] == one.surface != "" for one in found)
    assert all(first.char_end <= second.char_start for first, second in pairwise(found))


@pytest.mark.parametrize("unit", ["医院", "人民医院", "泉州市第一医院", "县医院，", "第一", "大学附属", "（以下简称"])
def test_time_is_linear_whatever_the_text(unit: str) -> None:
    assert growth(find_organisations, unit, 120_000) < LINEAR
