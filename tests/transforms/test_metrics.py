"""What a figure counts: heads, lists, shared verbs, from–to pairs, changes, parts, and what no rule may claim."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given

from tests.transforms.news import facts, news
from tests.transforms.texts import any_text
from transforms.lexicons import load_metrics
from transforms.lexicons.rules import load_rules
from transforms.metrics import read_figures
from transforms.pipeline import article_figures
from transforms.scene import Scene


def stated(text: str) -> list[str]:
    """Each fact as `figure metric aspect value`, the aspect of a level left out."""
    return [
        " ".join(
            [one.figure, one.metric or "", *([one.aspect or ""] if one.aspect != "level" else []), f"{one.value:f}"]
        )
        for one in facts(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("选派37批次、211名专家援疆。", ["37批次 batches_sent 37", "211名 personnel_sent 211"]),
        ("先后派出8批次36人援藏。", ["8批次 batches_sent 8", "36人 personnel_sent 36"]),
        ("累计诊治、体检8600人次，实施手术460台。", ["8600人次 patient_visits 8600", "460台 surgeries 460"]),
        ("开展义诊12场，惠及群众3000余人次。", ["12场 free_clinics 12", "3000余人次 free_clinic_beneficiaries 3000"]),
        ("举办专题讲座23场，教学查房48次。", ["23场 lectures 23", "48次 teaching_rounds 48"]),
        ("手术812台、1035台和1270台。", ["812台 surgeries 812", "1035台 surgeries 1035", "1270台 surgeries 1270"]),
        ("门诊1.2万、住院3500人次。", ["1.2万 outpatient_visits 12000", "3500人次 inpatient_admissions 3500"]),
        ("总投资1.6亿元，建筑面积2.1万平方米。", ["1.6亿元 funds_invested 160000000", "2.1万平方米 floor_area 21000"]),
        ("捐赠价值130万元的设备。", ["130万元 goods_donated_value 1300000"]),
        ("免费发放药品12万多元。", ["12万多元 goods_donated_value 120000"]),
        ("募集善款30多万元。", ["30多万元 donations_raised 300000"]),
        ("接诊患者3000人次，包括儿童600人次。", ["3000人次 patient_visits 3000", "600人次 patient_visits 600"]),
    ],
)
def test_levels(text: str, expected: list[str]) -> None:
    assert stated(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "门诊量83286人次，同比增长20.54%。",
            ["83286人次 outpatient_visits 83286", "20.54% outpatient_visits yoy_pct 20.54"],
        ),
        ("平均住院日同比减少0.31天。", ["0.31天 average_length_of_stay yoy_abs -0.31"]),
        ("平均住院日由9.2天降到7.8天。", ["9.2天 average_length_of_stay 9.2", "7.8天 average_length_of_stay 7.8"]),
        ("手术量较去年同期增加120台。", ["120台 surgeries yoy_abs 120"]),
        ("门诊量下降3.5%。", ["3.5% outpatient_visits change_pct -3.5"]),
        ("床位使用率提高16个百分点。", ["16个百分点 bed_occupancy change_pp 16"]),
        ("床位使用率较上年翻一番。", ["翻一番 bed_occupancy multiple 2"]),
        (
            "门急诊人次、床位使用率均翻一番。",
            ["翻一番 outpatient_visits multiple 2", "翻一番 bed_occupancy multiple 2"],
        ),
        ("手术量增长1.3倍。", ["1.3倍 surgeries multiple 1.3"]),
        ("手术量中，近六成为三四级手术。", ["近六成 surgeries share 60"]),
        ("执业医师首考通过率从20%提升至92%。", ["20% exam_pass_rate 20", "92% exam_pass_rate 92"]),
        ("抢救成功率达98.8%。", ["98.8% rescue_success_rate 98.8"]),
    ],
)
def test_changes_shares_and_rates(text: str, expected: list[str]) -> None:
    assert stated(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "68岁的牧民从200公里外赶来。",
        "手术历时12小时。",
        "医院海拔4500米。",
        "挂号费50元。",
        "视频播放120万次。",
        "捐赠5000只口罩。",
        "全县人口12万人。",
        "一名患者接受手术。",
        "覆盖12个县。",
        "“百名专家”行动启动。",
        "获评先进个人20名。",
        "投入300万美元。",
    ],
)
def test_what_no_rule_may_claim(text: str) -> None:
    assert stated(text) == []


def test_a_negative_change_turns_its_interval_too() -> None:
    (fall,) = facts("平均住院日同比减少近2天。")
    assert (fall.value, fall.value_low, fall.value_high) == (Decimal(-2), Decimal(-2), Decimal("-1.8"))


def test_what_is_in_scope_and_unclaimed_is_unknown_not_lost() -> None:
    (figure,) = article_figures(news("医院安装电梯12部。"))
    assert (figure.disposition, figure.reason, figure.value) == ("unknown", "no rule claims it", 12)


def test_candidates_come_best_first_and_decide() -> None:
    scene = Scene("为69名白内障患者实施复明手术。")
    (reading,) = read_figures(scene)
    order = [(-one.rule.priority, one.distance, one.rule.code) for one in reading.candidates]
    assert len(order) > 1
    assert order == sorted(order)
    assert reading.claims[0].rule_code == reading.candidates[0].rule.code


def test_the_order_of_the_rules_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["选派37批次、211名专家援疆，完成手术120台，接诊患者3000人次。", "为69名患者实施手术，培训医务人员30名。"]
    before = [stated(text) for text in texts]
    turned = tuple(reversed(load_rules()))
    for module in ("transforms.candidates", "transforms.relative", "transforms.carried", "transforms.metrics"):
        monkeypatch.setattr(f"{module}.load_rules", lambda: turned, raising=False)
    assert [stated(text) for text in texts] == before


@given(any_text())
def test_any_text_gives_one_reading_a_quantity(text: str) -> None:
    scene = Scene(text)
    readings = read_figures(scene)
    assert [one.quantity for one in readings] == scene.quantities
    for reading in readings:
        assert (reading.disposition == "fact") == bool(reading.claims) == (reading.reason is None)
        assert all(claim.metric in load_metrics() for claim in reading.claims)
