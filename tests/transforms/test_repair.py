"""Each repair on text of our own, alone and together; repairing twice is repairing once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.timing import LINEAR, growth
from transforms.repair import repair
from transforms.repair.script import to_simplified
from transforms.repair.spacing import tidy


def counts(text: str) -> dict[str, int]:
    return {done.code: done.count for done in repair(text)[1]}


@pytest.mark.parametrize(
    ("printed", "repaired"),
    [
        ("總 建 築 面 積", "總建築面積"),
        ("培 训 骨 干 3 6 人 ， 开 展", "培训骨干36人，开展"),
        ("总投资 1.6 亿元，其中 7400 万元", "总投资1.6亿元，其中7400万元"),
        ("增长 20 . 5 %", "增长20.5%"),
        ("住 院 12 34 人 次", "住院12 34人次"),
        ("雪域情深 医者仁心", "雪域情深 医者仁心"),
        ("学思想 强党性 重实践", "学思想 强党性 重实践"),
        ("开展 ESD 手术", "开展 ESD 手术"),
        ("□本报记者 王 芳摄", "□本报记者 王芳摄"),
        ("人 次 ，同 比 增 长", "人次，同比增长"),
    ],
)
def test_blanks_inside_a_line(printed: str, repaired: str) -> None:
    assert tidy(printed)[0] == repaired


@pytest.mark.parametrize(
    ("printed", "repaired"),
    [
        pytest.param(
            "三年来，医疗队走遍全县各乡\n镇卫生院，先后派出六批专家\n驻点帮扶，当地群众看病不再\n\n跑远路，满意度不断提高。\n",
            "三年来，医疗队走遍全县各乡镇卫生院，先后派出六批专家驻点帮扶，当地群众看病不再跑远路，满意度不断提高。",
            id="a paragraph over a column break",
        ),
        pytest.param(
            "医疗队全年共培训医护人员9\n000余人次，投入援青资金40\n0余万元，自196\n4年起累计派出队员79批，\n惠及当地群众无数。",
            "医疗队全年共培训医护人员9000余人次，投入援青资金400余万元，自1964年起累计派出队员79批，惠及当地群众无数。",
            id="digits over line ends",
        ),
        pytest.param(
            "县医院的病房里住满了前来就\n诊的牧民群众，医生忙个不停\n。患者们都说专家来了以后好\n多了，不用再去省城看病。",
            "县医院的病房里住满了前来就诊的牧民群众，医生忙个不停。患者们都说专家来了以后好多了，不用再去省城看病。",
            id="a full stop at a line's start",
        ),
        pytest.param(
            "专家们走进牧区为群众送医送\n药，让牧民在家门口看上病。\n\n今年以来又开展义诊十六场次\n，受益群众达到三千多人。\n提升服务能力\n县医院在专家的帮助下新建\n了重症监护室和血液透析中心\n，填补了当地的空白。",
            "专家们走进牧区为群众送医送药，让牧民在家门口看上病。\n\n今年以来又开展义诊十六场次，受益群众达到三千多人。\n"
            "提升服务能力\n县医院在专家的帮助下新建了重症监护室和血液透析中心，填补了当地的空白。",
            id="paragraphs and a subhead stay apart",
        ),
        pytest.param(
            "高原医疗队凯旋\n2015年10月14日\n由8名队员组成的医疗队在高原工作一年半后返回，累计接诊8600人次，实施手术460台，举办讲座98次。",
            "高原医疗队凯旋\n2015年10月14日\n由8名队员组成的医疗队在高原工作一年半后返回，累计接诊8600人次，实施手术460台，举办讲座98次。",
            id="whole paragraphs are left alone",
        ),
        pytest.param(
            "截至目前，新楼已接诊患者近5万人次，极大地提升了这家基层医院在突发事件中的\n\n"
            "医路同行 山海情深\n\n应急能力和救治能力，缓解了看病难的问题，群众十分满意。",
            "医路同行 山海情深\n\n"
            "截至目前，新楼已接诊患者近5万人次，极大地提升了这家基层医院在突发事件中的应急能力和救治能力，缓解了看病难的问题，群众十分满意。",
            id="a headline inside a sentence is lifted out",
        ),
        pytest.param(
            "两地携手开展交流\n\n共建高原健康之家\n\n县卫生健康系统赴外学习\n\n民生新闻",
            "两地携手开展交流\n\n共建高原健康之家\n\n县卫生健康系统赴外学习\n\n民生新闻",
            id="headlines read together are not one line",
        ),
    ],
)
def test_lines(printed: str, repaired: str) -> None:
    assert repair(printed)[0] == repaired


def test_glosses_go_and_traditional_becomes_simplified() -> None:
    text, done = repair("援疆醫(yī)療隊(duì)支援當(dāng)?shù)蒯t(yī)院,成效顯著,懷著熱情開設(shè)課堂。")
    assert text == "援疆医疗队支援当地医院，成效显著，怀着热情开设课堂。"
    by_code = {repair.code: repair.count for repair in done}
    assert by_code["byte_break"] == 1
    assert by_code["gloss"] == 5
    assert by_code["width"] == 2


def test_glosses_without_tones_go_where_a_site_writes_them_all_so() -> None:
    repaired, _ = repair("醫療隊為(wei) 當地儲(chu) 備人才,舉(ju) 辦20次義(yi) 診,接診近4萬(wan) 人次。\n")
    assert repaired.strip() == "医疗队为当地储备人才，举办20次义诊，接诊近4万人次。"
    kept, _ = repair("医院开展内镜(esd) 手术、超声(eus) 检查和血管(dsa) 造影。\n")
    assert "esd" in kept


def test_a_bracket_without_a_tone_is_no_gloss() -> None:
    assert repair("内镜(esd)手术")[0] == "内镜（esd）手术"


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("為當?shù)鼗颊叩木歪t(yī)體驗(yàn)。", "为当地患者的就医体验。"),
        ("這是一串?dāng)?shù)字,學習。", "这是一串数字，学习。"),
        ("與當(dāng)?shù)蒯t(yī)護(hù)團隊", "与当地医护团队"),
    ],
)
def test_a_break_is_restored_where_the_gloss_proves_it(broken: str, whole: str) -> None:
    """The text that GBK shows after 數(shù) was inserted into the bytes of 當地."""
    assert repair(broken)[0] == whole
    assert counts(broken)["byte_break"] == 1


def test_a_break_in_doubt_is_marked_and_counted() -> None:
    text = "為當?pāng)赝馈,學習。"
    assert "\ufffd" in repair(text)[0]
    assert counts(text)["damage"] == 1
    assert "byte_break" not in counts(text)


def test_simplified_text_is_never_converted() -> None:
    text = "覆盖全县的著名专家支援医疗工作，显著提升著作数量。"
    assert to_simplified(text) == (text, 0)


def test_words_stay_words_in_traditional_text() -> None:
    assert to_simplified("著名專家支援醫療，顯著提升，看著病人。")[0] == "著名专家支援医疗，显著提升，看着病人。"


@pytest.mark.parametrize(
    ("printed", "repaired"),
    [
        ("11月6日,在国家卫健委指导下,派出50名(含6名)队员.", "11月6日，在国家卫健委指导下，派出50名（含6名）队员。"),
        ("完成讲座1,596场,比例1:3,时间5:30", "完成讲座1,596场，比例1:3，时间5:30"),
        ("接诊１２５０人次，增长２０．５％", "接诊1250人次，增长20.5%"),
    ],
)
def test_width(printed: str, repaired: str) -> None:
    assert repair(printed)[0] == repaired


def test_site_marks_go() -> None:
    printed = "医疗队抵达县城。\n![](a.png)\n![]()\n特别声明：本平台仅提供信息存储服务。\n受到欢迎。"
    assert repair(printed)[0] == "医疗队抵达县城。\n\n受到欢迎。"
    assert counts(printed) == {"image": 2, "disclaimer": 1}


PIECES = st.sampled_from(
    [
        *"医疗队援疆县市院了的，。、；：！？“”（）《》12 90.%",
        "\n",
        "\n\n",
        "\n　　",
        "醫(yī)",
        "?shù)",
        "當",
        "![]()",
        "本报讯 ",
        "●",
        "——",
        "摄",
        "共 4 8 人",
        "，\n",
        ", ",
        "（健康县）",
        "2024年3月5日",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=120).map("".join))
def test_repairing_twice_is_repairing_once(text: str) -> None:
    once, _ = repair(text)
    again, done = repair(once)
    assert again == once
    assert done == ()


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_repaired(text: str) -> None:
    once, _ = repair(text)
    assert repair(once)[0] == once


@pytest.mark.parametrize(
    "unit", ["（", "(", "“", "1", "1 ", "\n", "医 ", "医疗队来了，\n", "?shù)", "![](", "标题 文字\n\n"]
)
def test_long_hostile_text_is_repaired_in_time(unit: str) -> None:
    assert growth(lambda text: repair("医院" + text), unit, 150_000, repeats=5) < LINEAR


@pytest.mark.parametrize(
    "text",
    [
        "该 医 院 项 目 总 投 资 7 .\n5 亿 元 ， 床 位 6 5 0 张 。",
        "该 医 院 项 目 总 投 资 7\n. 5 亿 元 ， 床 位 6 5 0 张 。",
        "该 医 院 项 目 总 投 资 7 . 5\n亿 元 ， 床 位 6 5 0 张 。",
    ],
)
def test_a_letter_spaced_line_may_break_at_a_decimal_point(text: str) -> None:
    assert repair(text)[0].replace("\n", "") == "该医院项目总投资7.5亿元，床位650张。"


def test_the_digits_of_a_decimal_at_the_end_of_a_letter_spaced_line_close_up() -> None:
    assert repair("医 疗 队 累 计 接 诊 1 . 4 8\n万 人 次 ， 手 术 3 2 0 台 。")[0].replace("\n", "") == (
        "医疗队累计接诊1.48万人次，手术320台。"
    )
