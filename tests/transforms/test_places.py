"""Places in text: goldens, traps, names that the article settles, and what always holds."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.timing import LINEAR, growth
from transforms.places import all_places, find_places, resolve


def named(text: str, *context: str) -> list[str]:
    return [f"{one.surface}={one.name}" for one in find_places(text, frozenset(context))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("医疗队抵达昌吉州。", ["昌吉州=昌吉回族自治州"]),
        ("驰援喀什的专家", ["喀什=喀什地区"]),
        ("专家赴那曲、和田、哈密、阿克苏", ["那曲=那曲市", "和田=和田地区", "哈密=哈密市", "阿克苏=阿克苏地区"]),
        ("喀什市人民医院", ["喀什市=喀什市"]),
        ("福建省泉州市南安市", ["福建省=福建省", "泉州市=泉州市", "南安市=南安市"]),
        ("西藏自治区昌都市洛隆县", ["西藏自治区=西藏自治区", "昌都市=昌都市", "洛隆县=洛隆县"]),
        ("哈密地区与库车县", ["哈密地区=哈密市", "库车县=库车市"]),
        ("原那曲地区那曲县", ["那曲地区=那曲市", "那曲县=色尼区"]),
        ("第十三师新星市", ["第十三师=新星市", "新星市=新星市"]),
        ("新疆生产建设兵团第一师医院", ["新疆生产建设兵团=新疆维吾尔自治区", "第一师=阿拉尔市"]),
        ("乌什县亚曼苏乡卫生院", ["乌什县=乌什县", "亚曼苏乡=乌什县"]),
        ("亚曼苏乡卫生院", ["亚曼苏乡=乌什县"]),
        ("呼图壁县大丰镇", ["呼图壁县=呼图壁县", "大丰镇=呼图壁县"]),
        ("青海海南州", ["青海=青海省", "海南州=海南藏族自治州"]),
        ("青海海南与海南", ["青海=青海省", "海南=海南藏族自治州", "海南=海南省"]),
        ("吉林派出的医疗队、吉林市", ["吉林=吉林省", "吉林市=吉林市"]),
        ("和田皮山县", ["和田=和田地区", "皮山县=皮山县"]),
        ("云南怒江州兰坪县", ["云南=云南省", "怒江州=怒江傈僳族自治州", "兰坪县=兰坪白族普米族自治县"]),
        ("三明医改", ["三明=三明市"]),
        ("准东经济技术开发区", ["准东=昌吉回族自治州"]),
        ("昌吉街头的义诊", ["昌吉=昌吉回族自治州"]),
        ("广东医疗队对口支援汶川", ["广东=广东省", "汶川=汶川县"]),
        ("医生们赴张北义诊", ["张北=张北县"]),
        ("宁夏的隆德、海原", ["宁夏=宁夏回族自治区", "隆德=隆德县", "海原=海原县"]),
        ("凉山州的美姑、布拖两县", ["凉山州=凉山彝族自治州", "美姑=美姑县", "布拖=布拖县"]),
        ("援疆医生在第三师医院坐诊", ["疆=新疆维吾尔自治区", "第三师=图木舒克市"]),
        ("江苏援伊前方指挥部", ["江苏=江苏省", "伊=伊犁哈萨克自治州"]),
    ],
)
def test_a_name_means_its_place(text: str, expected: list[str]) -> None:
    assert named(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "全国示范县",
        "从澜沧江边来",
        "武警第三师的军医",
        "对口支援工作会",
        "一批强县、富县",
        "提高县级医院水平",
        "建成县域医共体",
        "其中卫生院两所",
        "确保定期随访",
        "一块和田玉",
        "送平安义诊",
        "创新和发展、比如这一次、互助共和",
        "住在中山路，途经建国路、北京东路",
        "送来公益阳光",
        "沟通化解",
        "巩固原有成果",
        "建设美丽水乡",
        "河南岸、湖北岸",
        "天山南北",
        "大丰镇卫生院",
        "朝阳区医院",
        "当地同仁、复杂多变、职称多样",
        "疆内外专家，全疆首例",
        "在青年医生中，在晋升时，援藏族群众",
        "主城区与郊区的城区医院",
        "第一师范学校",
    ],
)
def test_a_word_that_looks_like_a_place_is_none(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("闽昌两地携手。昌吉州卫健委", (), ["闽=福建省", "昌=昌吉回族自治州", "昌吉州=昌吉回族自治州"]),
        ("闽昌两地携手。昌都市卫健委", (), ["闽=福建省", "昌=昌都市", "昌都市=昌都市"]),
        ("闽昌两地携手", (), ["闽=福建省"]),
        ("闽昌两地携手", ("540300",), ["闽=福建省", "昌=昌都市"]),
        ("泉昌情", ("652301",), ["泉=泉州市", "昌=昌吉回族自治州"]),
        ("豫哈协作", (), ["豫=河南省", "哈=哈密市"]),
        (
            "闽宁、沪滇、苏陕",
            (),
            ["闽=福建省", "宁=宁夏回族自治区", "沪=上海市", "滇=云南省", "苏=江苏省", "陕=陕西省"],
        ),
        ("36人赴昌开展帮扶", ("652300",), ["昌=昌吉回族自治州"]),
        ("在闽举办培训班", (), ["闽=福建省"]),
        ("援藏、援青、援疆、援滇", (), ["藏=西藏自治区", "青=青海省", "疆=新疆维吾尔自治区", "滇=云南省"]),
        ("支援青海、支援宁夏、赴宁德", (), ["青海=青海省", "宁夏=宁夏回族自治区", "宁德=宁德市"]),
        ("北京市朝阳区", (), ["北京市=北京市", "朝阳区=朝阳区"]),
        ("朝阳区的医生来自北京", (), ["朝阳区=朝阳区", "北京=北京市"]),
        ("安溪的医生", (), ["安溪=安溪县"]),
        ("永春的医生", (), []),
        ("泉州永春的医生", (), ["泉州=泉州市", "永春=永春县"]),
        ("永春的医生", ("350500",), ["永春=永春县"]),
        ("双湖的牧民", ("540000",), ["双湖=双湖县"]),
        ("大丰镇", ("652323",), ["大丰镇=呼图壁县"]),
        ("六工镇分院", ("652300",), ["六工镇=昌吉市"]),
        ("六工镇分院", ("540300",), []),
        ("西藏的比如县", (), ["西藏=西藏自治区", "比如县=比如县"]),
        ("和县、马鞍山市", (), ["和县=和县", "马鞍山市=马鞍山市"]),
        ("昌吉市和县医院", (), ["昌吉市=昌吉市"]),
    ],
)
def test_the_article_settles_an_open_name(text: str, context: tuple[str, ...], expected: list[str]) -> None:
    assert named(text, *context) == expected


def test_one_character_names_are_marked() -> None:
    assert [one.is_abbreviation for one in find_places("福建援疆，在闽")] == [False, True, True]


def test_resolve_picks_what_the_context_supports() -> None:
    assert resolve(["110105", "220104"], ["220100"]) == "220104"
    assert resolve(["110105", "220104"], ["110105", "220100"]) == "110105"
    assert resolve(["110105", "220104"], ["110000", "220000"]) is None
    assert resolve(["110105", "220104"], []) is None
    assert resolve([], ["110000"]) is None


WORDS = ["闽昌", "援疆", "十三师", "比如", "级", "路", "，", "示范县", "县", "昌吉"]
NAMES = [*(one.name for one in all_places()[::17]), *WORDS]


@given(st.lists(st.one_of(st.sampled_from(NAMES), st.text(max_size=3)), max_size=12).map("".join))
def test_spans_are_ordered_and_equal_their_surfaces(text: str) -> None:
    found = find_places(text)
    assert all(text[one.char_start : one.char_end] == one.surface != "" for one in found)
    assert all(first.char_end <= second.char_start for first, second in pairwise(found))


@pytest.mark.parametrize("unit", ["县", "昌吉", "十三师", "新疆维吾尔自治", "闽昌", "1", "和", "（", "援", "朝阳区"])
def test_time_is_linear_whatever_the_text(unit: str) -> None:
    assert growth(find_places, unit, 180_000) < LINEAR
