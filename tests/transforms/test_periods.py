"""Spans of time: every wording against one publication date, stints against the day of departure, any text at all."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.texts import any_text
from tests.transforms.timing import LINEAR, growth
from transforms.periods import Period, find_periods
from transforms.stints import resolve_stints

PUBLISHED = date(2024, 6, 20)


def read(text: str, published_on: date | None = PUBLISHED) -> list[Period]:
    return resolve_stints(text, find_periods(text, published_on), published_on)


def told(text: str, published_on: date | None = PUBLISHED) -> list[str]:
    """Each span as `words=start…end kind`."""
    return [
        f"{text[p.char_start : p.char_end]}={p.start or ''}…{p.end or ''} {p.kind}" for p in read(text, published_on)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023年完成手术120台", "2023年=2023-01-01…2023-12-31 span"),
        ("2023年度接诊", "2023年度=2023-01-01…2023-12-31 span"),
        ("二〇二三年", "二〇二三年=2023-01-01…2023-12-31 span"),
        ("一九九八年", "一九九八年=1998-01-01…1998-12-31 span"),
        ("2021年11月", "2021年11月=2021-11-01…2021-11-30 span"),
        ("2021年11月8日", "2021年11月8日=2021-11-08…2021-11-08 named_day"),
        ("2021年11月8号", "2021年11月8号=2021-11-08…2021-11-08 named_day"),
        ("2023年底", "2023年底=2023-12-01…2023-12-31 span"),
        ("2023年初", "2023年初=2023-01-01…2023-01-31 span"),
        ("2023年上半年", "2023年上半年=2023-01-01…2023-06-30 span"),
        ("2023年第三季度", "2023年第三季度=2023-07-01…2023-09-30 span"),
        ("从2017年至2023年", "从2017年至2023年=2017-01-01…2023-12-31 span"),
        ("2018—2020年度", "2018—2020年度=2018-01-01…2020-12-31 span"),
        ("2018-2020年", "2018-2020年=2018-01-01…2020-12-31 span"),
        ("2021年3月至2022年9月", "2021年3月至2022年9月=2021-03-01…2022-09-30 span"),
        ("2022年3月1日至5月31日", "2022年3月1日至5月31日=2022-03-01…2022-05-31 span"),
        ("2023年1-9月", "2023年1-9月=2023-01-01…2023-09-30 span"),
        ("今年1—5月", "今年1—5月=2024-01-01…2024-05-31 span"),
        ("1至5月", "1至5月=2024-01-01…2024-05-31 span"),
        ("11月至12月", "11月至12月=2023-11-01…2023-12-31 span"),
        ("去年10月至今年3月", "去年10月至今年3月=2023-10-01…2024-03-31 span"),
        ("去年", "去年=2023-01-01…2023-12-31 span"),
        ("前年", "前年=2022-01-01…2022-12-31 span"),
        ("明年", "明年=2025-01-01…2025-12-31 span"),
        ("去年8月", "去年8月=2023-08-01…2023-08-31 span"),
        ("去年下半年", "去年下半年=2023-07-01…2023-12-31 span"),
        ("今年3月", "今年3月=2024-03-01…2024-03-31 span"),
        ("今年4月21日", "今年4月21日=2024-04-21…2024-04-21 named_day"),
        ("上个月", "上个月=2024-05-01…2024-05-31 span"),
        ("上半年", "上半年=2024-01-01…2024-06-30 span"),
        ("四季度", "四季度=2023-10-01…2023-12-31 span"),
        ("2月份", "2月份=2024-02-01…2024-02-29 span"),
        ("4月12日上午", "4月12日=2024-04-12…2024-04-12 named_day"),
        ("12月30日", "12月30日=2023-12-30…2023-12-30 named_day"),
        ("2010年以来", "2010年以来=2010-01-01…2024-06-20 since"),
        ("自2019年7月以来", "自2019年7月以来=2019-07-01…2024-06-20 since"),
        ("2010年至今", "2010年至今=2010-01-01…2024-06-20 since"),
        ("2021年3月8日至今", "2021年3月8日至今=2021-03-08…2024-06-20 since"),
        ("5月进疆以来", "5月进疆以来=2024-05-01…2024-06-20 since"),
        ("自8月15日进驻以来", "自8月15日进驻以来=2023-08-15…2024-06-20 since"),
        ("自2023年8月进驻以来", "自2023年8月进驻以来=2023-08-01…2024-06-20 since"),
        ("2024年6月1日起", "2024年6月1日起=2024-06-01… since"),
        ("从2019年开始", "从2019年开始=2019-01-01… since"),
        ("“十四五”以来", "“十四五”以来=2021-01-01…2024-06-20 since"),
        ("十四五开局以来", "十四五开局以来=2021-01-01…2024-06-20 since"),
        ("“十三五”期间", "“十三五”期间=2016-01-01…2020-12-31 span"),
        ("党的十八大以来", "党的十八大以来=2012-11-08…2024-06-20 since"),
        ("截至2023年底", "截至2023年底=…2023-12-31 until"),
        ("截至5月底", "截至5月底=…2024-05-31 until"),
        ("截至目前", "截至目前=…2024-06-20 until"),
        ("到2025年", "到2025年=…2025-12-31 until"),
        ("一年多来", "一年多来=… stint"),
        ("半年多来", "半年多来=… stint"),
        ("援藏期间", "援藏期间=… stint"),
    ],
)
def test_a_wording_spans_its_days(text: str, expected: str) -> None:
    assert told(text) == [expected]


@pytest.mark.parametrize(
    "text", ["“十四五”规划", "2月30日", "2023年2月29日", "2023年的3倍", "近年来", "全年", "3至5个月"]
)
def test_what_dates_nothing(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize("text", ["去年", "今年8月", "上个月", "4月12日", "5月进疆以来", "1至5月"])
def test_a_relative_time_needs_a_publication_date(text: str) -> None:
    assert [(p.start, p.end) for p in read(text, None) if p.start or p.end] == []


def test_an_open_end_stays_open_without_a_publication_date() -> None:
    assert told("2010年以来", None) == ["2010年以来=2010-01-01… since"]


def test_the_same_year_is_the_one_named_before() -> None:
    assert told("2019年开工，同年9月投用")[-1] == "同年9月=2019-09-01…2019-09-30 span"
    assert told("2021年挂牌，这一年，完成手术")[-1] == "这一年=2021-01-01…2021-12-31 span"
    assert told("这一年，完成手术") == []
    assert told("2023年，医疗队抵达，全年完成手术120台")[-1] == "全年=2023-01-01…2023-12-31 span"
    assert told("2023年抵达\n甲\n乙\n丙\n丁全年完成手术") == ["2023年=2023-01-01…2023-12-31 span"]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("2022年6月抵达喀什。两年来，完成手术", date(2022, 6, 1)),
        ("2023年9月，队员启程赴喀什。援疆期间，开展手术", date(2023, 9, 1)),
        ("2010年以来，浙江选派9批专家。14年来，接诊患者", date(2010, 1, 1)),
        ("三年来，接诊患者无数。2021年5月，他们踏上高原", date(2021, 5, 1)),
        ("2022年3月出发，一年来，接诊患者", None),
        ("2022年6月，医院挂牌。两年来，完成手术", date(2022, 6, 20)),
        ("2010年以来，浙江选派9批专家。近三年来，接诊患者", date(2021, 6, 20)),
        ("60年间，派出队员", date(1964, 6, 20)),
        ("2018年至2021年，派出医疗队4支。4年来，接诊患者", date(2018, 1, 1)),
        ("一年多来，接诊患者", None),
        ("三年内，接诊患者", None),
    ],
)
def test_a_stint_begins_on_the_departure_that_its_length_allows(text: str, start: date | None) -> None:
    stint = next(period for period in read(text) if period.kind == "stint")
    assert stint.start == start
    assert stint.end == (PUBLISHED if start else None)


@given(any_text(), st.one_of(st.none(), st.dates(date(1950, 1, 1), date(2099, 12, 31))))
def test_any_text_gives_sound_spans(text: str, published_on: date | None) -> None:
    found = read(text, published_on)
    assert all(0 <= p.char_start < p.char_end <= len(text) for p in found)
    assert all(first.char_end <= second.char_start for first, second in pairwise(found))
    for period in found:
        if period.start and period.end and period.kind != "since":
            assert period.start <= period.end


@pytest.mark.parametrize(
    "unit",
    ["2023年", "1月", "2010年以来，", "一年多来", "2023年全年", "3月", "全年", "截至", "自", "1至", "\n", "以来"],
)
def test_time_is_linear_in_the_length(unit: str) -> None:
    assert growth(read, unit, 20_000) < LINEAR
