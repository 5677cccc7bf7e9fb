"""Paragraphs, sentences, clauses and tokens."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given

from tests.transforms.texts import any_text
from tests.transforms.timing import LINEAR, growth
from transforms.sentences import CLAUSE_END, SEGMENT_END, Cuts, Span, paragraphs, sentences, tokens


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text, Span(0, len(text)))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("今年派出3批。去年2批。", ["今年派出3批。", "去年2批。"]),
        ("“真好！”他说。", ["“真好！”", "他说。"]),
        ("投入1.6亿元，建成3.5万平方米。", ["投入1.6亿元，建成3.5万平方米。"]),
        ("什么？！手术120台…", ["什么？！", "手术120台…"]),
        ("（完成手术3台。）随后返回。", ["（完成手术3台。）", "随后返回。"]),
        ("没有句号", ["没有句号"]),
        ("  ", []),
        ("", []),
    ],
)
def test_sentences_keep_their_marks_and_closing_quotes(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


def test_paragraphs_are_the_lines_that_hold_anything() -> None:
    text = "标题\n\n  \n第一段。\n第二段"
    assert [text[start:end] for start, end in paragraphs(text)] == ["标题", "第一段。", "第二段"]


@pytest.mark.parametrize(
    ("mark", "before", "after"),
    [(CLAUSE_END, "接诊120人", "接诊120人"), (SEGMENT_END, "去年，接诊120人", "接诊120人，手术3台")],
)
def test_cuts_tell_what_lies_around_a_place(mark: object, before: str, after: str) -> None:
    text = "上午到达；去年，接诊120人，手术3台；随后返回。"
    at = text.index("120")
    cuts = Cuts(text, mark)  # type: ignore[arg-type]
    assert text[cuts.before(at) : text.index("人") + 1] == before
    assert text[text.index("接诊") : cuts.after(at)] == after


def test_the_ends_of_a_text_close_its_clauses() -> None:
    cuts = Cuts("无标点的一行", CLAUSE_END)
    assert (cuts.before(3), cuts.after(3)) == (0, 6)


def test_tokens_know_the_words_of_the_house() -> None:
    words = tokens("医疗队开展教学查房92次，带教学员36名。")
    assert "教学查房" in words
    assert "".join(words) == "医疗队开展教学查房92次，带教学员36名。"


@given(any_text())
def test_sentences_hold_all_that_is_written_and_none_of_it_twice(text: str) -> None:
    spans = [span for paragraph in paragraphs(text) for span in sentences(text, paragraph)]
    assert all(first.end <= second.start for first, second in pairwise(spans))
    outside = set(range(len(text))) - {at for span in spans for at in range(*span)}
    assert not "".join(text[at] for at in outside).strip()


@given(any_text())
def test_clauses_lie_around_every_place(text: str) -> None:
    cuts = Cuts(text, CLAUSE_END)
    for at in range(len(text)):
        assert 0 <= cuts.before(at) <= at <= cuts.after(at) <= len(text)


@pytest.mark.parametrize("unit", ["。", "”", "接诊120人。", "字", "\n", "。”", "，"])
def test_time_is_linear_in_the_length(unit: str) -> None:
    def cut_all(text: str) -> None:
        for paragraph in paragraphs(text):
            sentences(text, paragraph)
        Cuts(text, CLAUSE_END)

    assert growth(cut_all, unit, 100_000) < LINEAR
