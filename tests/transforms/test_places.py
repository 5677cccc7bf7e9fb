"""Places in text: goldens, traps, names that the article settles, and what always holds."""

from __future__ import annotations

import pytest

from transforms.places import common_parent, find_places, full_name, is_within, place, resolve


def named(text: str, *context: str) -> list[str]:
    return [f"{one.surface}={one.name}" for one in find_places(text, frozenset(context))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("医疗队抵达昌吉州。", ["昌吉州=昌吉回族自治州"]),
        ("驰援喀什的专家", ["喀什=喀什地区"]),
        ("喀什市人民医院", ["喀什市=喀什市"]),
        ("福建省泉州市南安市", ["福建省=福建省", "泉州市=泉州市", "南安市=南安市"]),
        ("哈密地区与库车县", ["哈密地区=哈密市", "库车县=库车市"]),
        ("兵团第十三师医院", ["兵团第十三师=新星市"]),
        ("乌什县亚曼苏乡卫生院", ["乌什县=乌什县", "亚曼苏乡=乌什县"]),
        ("青海海南州", ["青海=青海省", "海南州=海南藏族自治州"]),
        ("吉林派出的医疗队", ["吉林=吉林省"]),
    ],
)
def test_a_name_means_its_place(text: str, expected: list[str]) -> None:
    assert named(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "全国示范县",
        "其中卫生院两所",
        "确保定期随访",
        "一块和田玉",
        "送平安义诊",
        "住在中山路",
        "黄河南岸",
        "大丰镇卫生院",
    ],
)
def test_a_word_that_looks_like_a_place_is_none(text: str) -> None:
    assert named(text) == []


def test_the_article_settles_a_pair() -> None:
    assert named("闽昌两地携手。昌吉州卫健委") == ["闽=福建省", "昌=昌吉回族自治州", "昌吉州=昌吉回族自治州"]
    assert named("闽昌两地携手。昌都市卫健委")[1] == "昌=昌都市"
    assert named("闽昌两地携手") == ["闽=福建省"]
    assert named("闽昌两地携手", "540300") == ["闽=福建省", "昌=昌都市"]


def test_places_nest() -> None:
    assert place("652328").name == "木垒哈萨克自治县"
    assert full_name("652301") == "新疆维吾尔自治区昌吉回族自治州昌吉市"
    assert is_within("652301", "650000")
    assert not is_within("650000", "652301")
    assert common_parent(["652301", "652325"]) == "652300"
    assert common_parent(["350500", "652300"]) is None
    assert common_parent([]) is None
    assert resolve(["110105", "220104"], ["220100"]) == "220104"
    assert resolve(["110105", "220104"], []) is None
    with pytest.raises(KeyError):
        place("999999")
