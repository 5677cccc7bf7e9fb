"""Small words that turn a figure: planned or done, yearly, a part, a change, a kind."""

from __future__ import annotations

import pytest

from tests.transforms.news import fact
from transforms.wording import change_before, negative


@pytest.mark.parametrize(
    ("text", "figure", "status"),
    [
        ("计划选派20名专家赴疆。", "20名", "planned"),
        ("医院拟捐赠救护车3辆。", "3辆", "planned"),
        ("今年将培训医务人员200人次。", "200人次", "planned"),
        ("项目建成后可新增床位120张。", "120张", "planned"),
        ("力争开展新技术10项。", "10项", "planned"),
        ("计划投入500万元，目前已投入300万元。", "500万元", "planned"),
        ("计划投入500万元，目前已投入300万元。", "300万元", "actual"),
        ("已完成手术20台，计划再开展手术30台。", "20台", "actual"),
        ("已完成手术20台，计划再开展手术30台。", "30台", "planned"),
        ("项目总投资1.6亿元，今年开工。", "1.6亿元", "actual"),
        ("即将期满的队员完成手术200台。", "200台", "actual"),
        ("计划生育手术完成35台。", "35台", "actual"),
    ],
)
def test_planned_against_done(text: str, figure: str, status: str) -> None:
    assert fact(text, figure).status == status


@pytest.mark.parametrize(
    ("text", "yearly"),
    [
        ("年均完成手术120台。", True),
        ("每年完成手术120台。", True),
        ("年手术量达120台。", True),
        ("今年手术量达120台。", False),
        ("2023年手术量达120台。", False),
        ("三年来完成手术120台。", False),
        ("三年完成手术120台。", False),
    ],
)
def test_yearly_figures(text: str, yearly: bool) -> None:
    assert fact(text, "120台").is_annual is yearly


def test_a_part_stands_after_its_whole() -> None:
    text = "完成手术120台，其中三四级手术35台。"
    assert [fact(text, figure).is_part for figure in ("120台", "35台")] == [False, True]
    assert fact("接诊患者3000人次，包括儿童600人次。", "600人次").is_part


@pytest.mark.parametrize(
    ("text", "figure", "qualifier"),
    [
        ("实施白内障手术123例。", "123例", "白内障"),
        ("开展大骨节病手术57台。", "57台", "大骨节"),
        ("完成三四级手术35台。", "35台", "三四级"),
        ("完成手术120台。", "120台", None),
    ],
)
def test_the_kind_that_narrows_a_metric(text: str, figure: str, qualifier: str | None) -> None:
    assert fact(text, figure).qualifier == qualifier


@pytest.mark.parametrize(
    ("before", "change"),
    [
        ("门诊量同比增长", "同比增长"),
        ("门诊量较去年同期增加了", "较去年同期增加了"),
        ("平均住院日同比减少", "同比减少"),
        ("与去年同期相比，义诊增加", "与去年同期增加"),
        ("较去年多做", "较去年多做"),
        ("完成手术", None),
        ("多做", None),
    ],
)
def test_words_of_change_with_the_base_that_they_compare_with(before: str, change: str | None) -> None:
    assert change_before(before, 0, len(before), 0) == change


@pytest.mark.parametrize(
    ("words", "falls"), [("同比减少", True), ("下降了", True), ("缩短", True), ("同比增长", False), ("翻", False)]
)
def test_decline(words: str, falls: bool) -> None:
    assert negative(words) is falls
