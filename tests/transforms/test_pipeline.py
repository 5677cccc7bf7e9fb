"""The whole extraction: the ledger adds up, spans are the figures, keys are stable, any text is fine."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import document
from tests.transforms.news import PUBLISHED, news
from tests.transforms.texts import any_text
from tests.transforms.timing import LINEAR, growth
from transforms.model import ExtractedDocument, Figure
from transforms.pipeline import article_figures, extract, extractor_version
from transforms.quantities import find_quantities
from transforms.reading import read
from transforms.scene import Scene

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.txt"))
TEXT = (
    "2023年3月，浙江省第十批援疆医疗队抵达阿克苏地区。一年来，队员接诊患者3000余人次，完成手术120台，其中三四级手术35台；"
    "门诊量同比增长20.54%，门急诊人次、床位使用率均翻一番。68岁的牧民从200公里外赶来，送上锦旗12面。"
)


@pytest.fixture(scope="module", params=EXAMPLES, ids=lambda path: path.stem)
def extracted(request: pytest.FixtureRequest) -> ExtractedDocument:
    path: Path = request.param
    return extract(read(path.read_bytes(), name=path.name, address=str(path)))


def check(figures: list[Figure], text: str) -> None:
    """What holds of the figures of one article, whatever it says."""
    assert all(text[one.char_start : one.char_end] == one.figure for one in figures)
    assert all(text[one.sentence_start :].startswith(one.sentence) for one in figures)
    assert all(one.sentence_start <= one.char_start < one.sentence_start + len(one.sentence) for one in figures)
    keys = {one.figure_key for one in figures}
    assert len(keys) == len(figures)
    assert {one.part_of for one in figures if one.part_of is not None} <= keys
    for one in figures:
        assert (one.metric is not None) == (one.aspect is not None) == (one.disposition == "fact")
        assert (one.reason is None) == (one.disposition == "fact")
        assert one.rule_code
        for name, code, step in (
            ("donor", one.donor_code, one.donor_step),
            ("recipient", one.recipient_code, one.recipient_step),
        ):
            # A step without an answer is an answer: places that have no common parent.
            assert (getattr(one, name) is None) == (code is None)
            assert code is None or step is not None


def test_the_figures_of_an_example_hold(extracted: ExtractedDocument) -> None:
    texts = {article.article_key: article.text for article in extracted.articles}
    assert extracted.figures
    for key, text in texts.items():
        check([figure for figure in extracted.figures if figure.article_key == key], text)
    assert {figure.article_key for figure in extracted.figures} <= texts.keys()


def test_every_quantity_of_an_example_is_fact_ignored_or_unknown(extracted: ExtractedDocument) -> None:
    dispositions = Counter(figure.disposition for figure in extracted.figures)
    assert sum(dispositions.values()) == len(extracted.figures)
    assert set(dispositions) <= {"fact", "ignored", "unknown"}
    for article in extracted.articles:
        read_out = {(f.char_start, f.char_end) for f in extracted.figures if f.article_key == article.article_key}
        assert read_out == {(q.char_start, q.char_end) for q in Scene(article.text).quantities}


def test_extracting_twice_gives_the_same(extracted: ExtractedDocument) -> None:
    assert extract(extracted.document) == extracted


def test_keys_hang_on_the_article_the_span_and_the_metric() -> None:
    article = news(TEXT)
    figures = article_figures(article)
    moved = article_figures(replace(article, article_key=article.article_key + 1))
    assert [one.figure_key for one in article_figures(article)] == [one.figure_key for one in figures]
    assert not {one.figure_key for one in figures} & {one.figure_key for one in moved}
    apart_from_keys = {"figure_key": 0, "article_key": 0, "part_of": None}
    assert [replace(one, **apart_from_keys) for one in figures] == [replace(one, **apart_from_keys) for one in moved]


def test_one_figure_that_states_two_metrics_is_two_facts_with_one_span() -> None:
    doubled = [one for one in article_figures(news(TEXT)) if one.figure == "翻一番"]
    assert [one.metric for one in doubled] == ["outpatient_visits", "bed_occupancy"]
    assert len({(one.char_start, one.char_end) for one in doubled}) == 1


def test_a_notice_gives_no_fact_and_loses_no_figure() -> None:
    told, noticed = article_figures(news(TEXT)), article_figures(replace(news(TEXT), kind="notice"))
    assert [one for one in told if one.disposition == "fact"]
    assert {one.disposition for one in noticed} == {"ignored"}
    assert {(one.char_start, one.char_end) for one in noticed} == {(one.char_start, one.char_end) for one in told}


def test_a_text_without_figures_is_an_article_without_figures() -> None:
    assert article_figures(news("医疗队受到各族群众欢迎。")) == []


def test_a_document_that_holds_nothing_gives_nothing() -> None:
    nothing = extract(document(text="\n \n"))
    assert nothing.figures == ()


def test_the_version_changes_with_the_code_and_the_lexicons_alone() -> None:
    version = extractor_version()
    assert len(version) == 16
    assert int(version, 16) >= 0
    extractor_version.cache_clear()
    assert extractor_version() == version


@given(any_text(), st.sampled_from([None, "援疆医疗队抵达昌吉州", "2023年"]), st.sampled_from([None, PUBLISHED]))
def test_any_text_gives_figures_that_hold(text: str, headline: str | None, published_on: object) -> None:
    article = news(text, headline=headline, published_on=published_on)  # type: ignore[arg-type]
    figures = article_figures(article)
    check(figures, article.text)
    lines = article.text.split("\n")
    assert len({(one.char_start, one.char_end) for one in figures}) == sum(len(find_quantities(line)) for line in lines)


@given(st.randoms(use_true_random=False), st.integers(1, 12))
def test_sentences_of_the_examples_in_any_order_are_fine(chance: random.Random, many: int) -> None:
    texts = [path.read_bytes().decode("utf-8", "replace") for path in EXAMPLES]
    pieces = [piece for text in texts for piece in text.replace("\n", "").split("。")]
    article = news("。".join(chance.choice(pieces) for _ in range(many)))
    check(article_figures(article), article.text)


ENDLESS = (
    "1,",
    "1 ",
    "1、",
    "1至",
    "12台、",
    "手术12台，",
    "手术12台；",
    "手术12台。",
    "手术12台\n",
    "昌吉州人民医院手术3台，",
)
"""Units that make one endless sentence."""
HOSTILE = (
    "1",
    "多",
    "十",
    "近",
    "（",
    "“",
    "\n",
    " ",
    "，",
    "数",
    "万一",
    "2023年",
    "昌吉州",
    "援疆",
    "翻一番",
    "增长3%，",
)


@pytest.mark.slow
@pytest.mark.parametrize("unit", [*HOSTILE, *ENDLESS])
def test_time_is_linear_in_a_hostile_text(unit: str) -> None:
    assert growth(lambda text: article_figures(news(text)), unit, 4_000, repeats=5) < LINEAR


@pytest.mark.slow
@pytest.mark.parametrize("cut", ["", "\n"], ids=["one paragraph", "a line each"])
def test_time_is_linear_in_the_length_of_news(cut: str) -> None:
    assert growth(lambda text: article_figures(news(text)), TEXT + cut, 50_000, repeats=5) < LINEAR
