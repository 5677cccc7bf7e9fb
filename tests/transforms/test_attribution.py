"""Whose a figure is, and when: small articles that name it nearby, far off, in short, by alias, or not at all."""

from __future__ import annotations

from datetime import date

import pytest

from tests.transforms.news import PUBLISHED, fact, facts
from tests.transforms.timing import LINEAR, growth
from transforms.attribution import Attributor
from transforms.scene import Scene

UNKNOWN = None


@pytest.mark.parametrize(
    ("text", "figure", "donor", "recipient"),
    [
        # in the clause and the sentence
        ("浙江省第十批援疆医疗队抵达阿克苏地区，完成手术120台。", "120台", "浙江省", "阿克苏地区"),
        ("去年，南京市选派15名医生赴克州，完成手术120台。", "15名", "南京市", "克孜勒苏柯尔克孜自治州"),
        ("上海市闵行区选派医生6名到云南省保山市隆阳区人民医院。", "6名", "闵行区", "隆阳区"),
        ("宁夏固原市接受福建省帮扶专家15名。", "15名", "福建省", "固原市"),
        ("“十四五”以来，天津市投入援青资金3000万元，支持黄南州人民医院建设。", "3000万元", "天津市", "黄南藏族自治州"),
        # the most exact place that is meant
        ("江苏省援助克州。南京市选派医生12名到阿图什市人民医院，完成手术30台。", "30台", "南京市", "阿图什市"),
        ("福建省漳州市、龙岩市选派16名医生援助昌吉州木垒县、奇台县。", "16名", "福建省", "昌吉回族自治州"),
        ("深圳市对口帮扶广西河池市、百色市，选派专家30名。", "30名", "深圳市", "广西壮族自治区"),
        # short forms
        ("“闽昌”携手，福建省选派专家20名到昌吉州，完成手术35台。", "35台", "福建省", "昌吉回族自治州"),
        ("豫哈情深，河南援疆医疗队在哈密地区接诊患者3000人次。", "3000人次", "河南省", "哈密市"),
        # yesterday's names, and bodies of the XPCC
        ("库车县人民医院在宁波市援疆医疗队帮助下完成手术88台。", "88台", "宁波市", "库车市"),
        ("哈密地区中心医院接受河南省援疆专家12名。", "12名", "河南省", "哈密市"),
        ("第十三师红星医院接收河南援疆医生5名，完成手术60台。", "60台", "河南省", "新星市"),
        ("第十三师新星市接收河南援疆医生5名。", "5名", "河南省", "新星市"),
        # places where people only meet or leave
        ("在广州举行的座谈会上，广东省宣布向林芝市捐赠救护车3辆。", "3辆", "广东省", "林芝市"),
        ("从长沙黄花机场出发，湖南省第九批援疆医疗队25名队员赴吐鲁番市。", "25名", "湖南省", "吐鲁番市"),
        # abroad and nowhere
        ("湖南省选派第25批援塞拉利昂医疗队队员18名。", "18名", "湖南省", UNKNOWN),
        ("医疗队完成手术120台。", "120台", UNKNOWN, UNKNOWN),
    ],
)
def test_who_gives_and_who_receives(text: str, figure: str, donor: str | None, recipient: str | None) -> None:
    found = fact(text, figure)
    assert (found.donor, found.recipient) == (donor, recipient)


@pytest.mark.parametrize(
    ("text", "figure", "step"),
    [
        ("浙江省援疆医疗队在沙雅县完成手术120台。", "120台", "clause"),
        ("浙江省援疆医疗队来到沙雅县。队员完成手术120台。", "120台", "paragraph"),
        ("浙江省援疆医疗队来到沙雅县。\n队员完成手术120台。", "120台", "story"),
        ("队员完成手术120台。", "120台", None),
    ],
)
def test_each_answer_keeps_the_step_that_gave_it(text: str, figure: str, step: str | None) -> None:
    found = fact(text, figure)
    assert (found.donor_step, found.recipient_step) == (step, step)
    assert (found.recipient is None) == (step is None)


def test_the_headline_speaks_where_the_text_does_not() -> None:
    found = fact("半年里，队员完成手术186台。", "186台", headline="闽清县援疆小分队情牵奇台")
    assert (found.donor, found.recipient) == ("闽清县", "奇台县")


def test_each_sentence_keeps_its_own_places() -> None:
    text = "杭州市选派专家12名赴阿克苏市。湖州市选派专家8名赴柯坪县。"
    assert [(one.donor, one.recipient) for one in facts(text)] == [("杭州市", "阿克苏市"), ("湖州市", "柯坪县")]


def test_an_alias_that_the_article_introduces_is_known_after_it() -> None:
    text = "喀什地区第一人民医院（以下简称喀地一院）迎来广东省援疆医生5名。喀地一院完成手术210台。"
    found = fact(text, "210台")
    assert (found.recipient, found.organisation) == ("喀什地区", "喀什地区第一人民医院")


def test_the_donors_own_hospital_is_not_the_place_of_the_figure() -> None:
    text = "泉州市第一医院（以下简称泉州一院）选派8名专家到昌吉州人民医院。泉州一院专家完成手术46台。"
    found = fact(text, "46台")
    assert (found.donor, found.recipient) == ("泉州市", "昌吉回族自治州")
    assert found.organisation != "泉州市第一医院"


@pytest.mark.parametrize(
    ("text", "programme"),
    [
        ("河南省第九批援疆医疗队完成手术120台。", "援疆 第九批"),
        ("北京市援藏医疗队完成手术120台。", "援藏"),
        ("医疗队完成手术120台。", None),
        pytest.param(
            "湖南省第25批援塞拉利昂医疗队完成手术120台。",
            "援外 第25批",
        ),
    ],
)
def test_programme_and_batch(text: str, programme: str | None) -> None:
    assert fact(text, "120台").programme == programme


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("去年，医疗队完成手术120台。", date(2023, 1, 1), date(2023, 12, 31)),
        ("今年3月，医疗队完成手术120台。", date(2024, 3, 1), date(2024, 3, 31)),
        ("2010年以来，医疗队完成手术120台。", date(2010, 1, 1), PUBLISHED),
        ("“十四五”以来，医疗队完成手术120台。", date(2021, 1, 1), PUBLISHED),
        ("截至目前，医疗队完成手术120台。", None, PUBLISHED),
        ("2010年以来开展援疆，截至目前，医疗队完成手术120台。", date(2010, 1, 1), PUBLISHED),
        ("截至2023年底，医疗队完成手术120台。", None, date(2023, 12, 31)),
        ("2022年9月，医疗队抵达霍尔果斯市。一年多来，完成手术120台。", date(2022, 9, 1), PUBLISHED),
        ("一年多来，医疗队完成手术120台。", None, None),
        ("医疗队完成手术120台。", None, None),
    ],
)
def test_when(text: str, start: date | None, end: date | None) -> None:
    found = fact(text, "120台")
    assert (found.period_start, found.period_end) == (start, end)
    assert (found.period_step is None) == (start is None and end is None)


def test_relative_times_wait_for_a_publication_date() -> None:
    found = fact("去年，医疗队完成手术120台。", "120台", published_on=None)
    assert (found.period_start, found.period_end) == (None, None)


@pytest.mark.parametrize(
    "unit", ["昌吉州", "昌吉州人民医院，", "在昌吉州，", "援疆", "第九批", "2023年，", "泉州市第一医院（以下简称泉一）"]
)
def test_what_an_article_names_is_found_in_linear_time(unit: str) -> None:
    assert growth(lambda text: Attributor(Scene(text), None, PUBLISHED), unit, 20_000) < LINEAR
