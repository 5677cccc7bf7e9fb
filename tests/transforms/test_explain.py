"""Explanations agree with the extraction, whatever the text."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.transforms.news import news
from tests.transforms.texts import any_text
from transforms.explain import CARRIED, explain_article
from transforms.pipeline import article_figures


@pytest.mark.parametrize(
    ("text", "figure", "decided"),
    [
        ("完成手术120台。", "120台", "surgeries.unit has the highest priority"),
        ("签订合作协议33个。", "33个", "agreements_signed.head is the only rule"),
        ("门诊量83286人次，同比增长20.54%。", "20.54%", CARRIED["carried"]),
        ("抢救成功率达98.8%。", "98.8%", CARRIED["indicator"]),
        ("床位使用率从60%提升至85%。", "85%", CARRIED["from_to"]),
        ("68岁的牧民。", "68岁", "ignored: age"),
        ("医院安装电梯12部。", "12部", "kept as unknown and counted"),
    ],
)
def test_what_decided_is_told(text: str, figure: str, decided: str) -> None:
    (one,) = [one for one in explain_article(news(text)) if one.figure == figure]
    assert decided in one.decided


def test_words_tell_how_far_off_they_stand() -> None:
    (one,) = explain_article(news("为患者完成手术近120台。"))
    assert [(word.words, word.distance) for word in one.words] == [("患者", -4), ("手术", 0)]


@given(any_text(100))
def test_an_explanation_agrees_with_the_extraction(text: str) -> None:
    article = news(text)
    explained = explain_article(article)
    figures = article_figures(article)
    assert [row for one in explained for row in one.figures] == figures
    for number, one in enumerate(explained, start=1):
        assert one.number == number
        assert one.sentence[one.figure_start :].startswith(one.figure)
        assert "".join(one.tokens) == one.sentence
        decided = [rule for rule in one.weighed if rule.decided]
        assert len(decided) <= len(one.figures)
        assert one.decided
