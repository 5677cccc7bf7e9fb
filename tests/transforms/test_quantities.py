"""The number grammar: golden wordings and traps, numbers that a generator writes, any text at all, linear time."""

from __future__ import annotations

import json
import unicodedata
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.transforms.texts import any_text
from tests.transforms.timing import LINEAR, growth
from tests.transforms.written_numbers import Written, written_numbers
from transforms.model import Article, Quantity
from transforms.number_shapes import NOT_QUANTITIES
from transforms.pipeline import article_figures
from transforms.quantities import find_quantities, scan

GOLDEN = Path(__file__).parents[1] / "golden" / "quantities.jsonl"
CASES = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
HOSTILE = {
    "digits": "1",
    "full-width digits": "１",
    "thousands": "1,",
    "spaced digits": "1 ",
    "digits a line": "1\n",
    "decimal points": "1.",
    "dashes": "1—",
    "ranges": "1至",
    "lists": "1、",
    "余 and 多": "余多",
    "近": "近",
    "brackets": "（",
    "ten": "十",
    "vague": "几",
    "units": "个",
    "spaces": " ",
    "newlines": "\n",
    "percent": "百分之",
    "fractions": "三分之",
    "doubling": "翻",
    "words": "万一",
    "magnitudes": "1万2",
    "news": "三年来，闽清县先后派出3批17名医疗骨干赴奇台，投入帮扶资金230万元，培训医务人员600多人次。",
}


def params(trap: bool) -> list[Any]:
    """The golden cases; those with a `fault` are known to fail, and must be freed of the mark once they do not."""
    marks = {case["id"]: [pytest.mark.xfail(strict=True, reason=case["fault"])] for case in CASES if "fault" in case}
    return [
        pytest.param(case, id=case["id"], marks=marks.get(case["id"], []))
        for case in CASES
        if case.get("trap", False) is trap
    ]


def expected(quantity: dict[str, Any]) -> tuple[Any, ...]:
    """What a golden quantity says; low and high of an exact one are its value."""
    value = Decimal(quantity["value"])
    low, high = quantity.get("low", value), quantity.get("high", value)
    return (
        quantity["figure"],
        value,
        Decimal(low),
        None if high is None else Decimal(high),
        quantity.get("approximation", "exact"),
        quantity["unit"],
        quantity.get("form", "count"),
    )


def told(text: str, quantity: Quantity) -> tuple[Any, ...]:
    figure = text[quantity.char_start : quantity.char_end]
    bounds = quantity.value_low, quantity.value_high
    return figure, quantity.value, *bounds, quantity.approximation, quantity.unit, quantity.form


@pytest.mark.parametrize("case", params(trap=False))
def test_a_wording_gives_its_quantities(case: dict[str, Any]) -> None:
    found = [told(case["text"], quantity) for quantity in find_quantities(case["text"])]
    assert found == [expected(quantity) for quantity in case["quantities"]]


@pytest.mark.parametrize("case", params(trap=True))
def test_a_trap_gives_nothing_that_counts(case: dict[str, Any]) -> None:
    figures = article_figures(Article(0, "0" * 64, 0, "news", None, case["text"]))
    assert [(figure.figure, figure.metric) for figure in figures if figure.disposition != "ignored"] == []


def test_the_golden_file_is_sound() -> None:
    assert len({case["id"] for case in CASES}) == len({case["text"] for case in CASES}) == len(CASES)
    for case in CASES:
        assert unicodedata.normalize("NFC", case["text"]) == case["text"]
        assert case["id"][0] == ("t" if case.get("trap") else "q")
        assert all(quantity["figure"] in case["text"] for quantity in case.get("quantities", []))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("第九批", "ordinal"),
        ("第1至3批", "ordinal"),
        ("2024年", "date"),
        ("5月", "date"),
        ("9点", "time"),
        ("5G网络", "name"),
        ("270号", "code"),
        ("三级甲等", "grade"),
    ],
)
def test_what_only_looks_like_a_quantity_is_told_apart(text: str, form: str) -> None:
    forms = [quantity.form for quantity in scan(text)]
    assert forms == [form]
    assert form in NOT_QUANTITIES
    assert find_quantities(text) == []


@given(written_numbers(), st.sampled_from(["", "完成手术", "共", "培训医务人员", "（", "累计\n"]))
@example(Written("2千余万元", Decimal("2e7"), Decimal("2e7"), Decimal("3e7"), "at_least", "元"), "")
def test_any_number_reads_back_to_its_value_and_interval(written: Written, before: str) -> None:
    text = f"{before}{written.figure}。"
    found = [told(text, quantity)[:-1] for quantity in find_quantities(text)]
    assert found == [
        (written.figure, written.value, written.low, written.high, written.approximation, written.unit),
    ]


@given(st.lists(written_numbers(), min_size=1, max_size=6))
def test_numbers_in_one_sentence_are_read_apart(written: list[Written]) -> None:
    text = "，".join(f"工作{number}为{one.figure}" for number, one in zip("甲乙丙丁戊己", written, strict=False))
    found = find_quantities(text)
    assert [(text[q.char_start : q.char_end], q.value) for q in found] == [(one.figure, one.value) for one in written]


@given(any_text())
def test_any_text_gives_sound_quantities(text: str) -> None:
    found = list(scan(text))
    assert all(0 <= q.char_start < q.char_end <= len(text) for q in found)
    assert all(first.char_end <= second.char_start for first, second in pairwise(found))
    for quantity in found:
        assert text[quantity.char_start : quantity.char_end].strip("\n \u3000")
        assert quantity.value_high is None or quantity.value_low <= quantity.value_high
        assert quantity.value_low <= quantity.value
    assert find_quantities(text) == [quantity for quantity in found if quantity.form not in NOT_QUANTITIES]


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_time_is_linear_in_the_length(unit: str) -> None:
    assert growth(find_quantities, unit, 30_000) < LINEAR


@pytest.mark.slow
@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_time_is_linear_in_a_megabyte(unit: str) -> None:
    assert growth(find_quantities, unit, 500_000) < LINEAR
