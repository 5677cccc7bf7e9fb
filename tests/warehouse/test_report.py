"""The report without a browser: what it embeds, how it is escaped, and what it tells of the page before it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.builders import article, document, extracted, figure, frames, loaded
from tests.many_articles import publish_record
from tests.warehouse.conftest import WRITTEN_AT
from warehouse.load import load_frames
from warehouse.report import Telling, build, told_by
from warehouse.report.coding import Coder, exact, packed, safe_json


def page_of(con: duckdb.DuckDBPyConnection, **told: Any) -> str:
    return build(con, generated_at=WRITTEN_AT, timezone="Asia/Shanghai", **told)


def data_of(page: str) -> Any:
    return json.loads(re.search(r'id="ledger-data">(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]


def texts_of(page: str) -> list[str]:
    chunks = json.loads(re.search(r'id="ledger-texts">(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]
    return [text for chunk in chunks for text in json.loads(gzip.decompress(base64.b64decode(chunk)))]


@pytest.mark.parametrize(
    ("amount", "written"),
    [("160000000.0000", "160000000"), ("4.8500", "4.85"), ("-12.5", "-12.5"), ("0.0000", "0"), ("1E+3", "1000")],
)
def test_amounts_are_digits(amount: str, written: str) -> None:
    assert exact(Decimal(amount)) == written


def test_a_value_is_written_once() -> None:
    coder = Coder()
    assert [coder.code(value) for value in ("泉州市", None, "昌吉市", "泉州市")] == [0, -1, 1, 0]
    assert coder.values() == ["泉州市", "昌吉市"]


@pytest.mark.parametrize(
    "text", ["</script><script>alert(1)</script>", "<!--", "]]>", "&lt;", "\u2028\u2029", "a\x00b"]
)
def test_json_cannot_leave_its_element(text: str) -> None:
    written = safe_json({"text": text})
    assert not set(written) & set("<>&\u2028\u2029\x00")
    assert json.loads(written) == {"text": text}


def test_half_a_surrogate_pair_does_not_stop_the_page() -> None:
    assert json.loads(safe_json("数\ud83d字")) == "数\ufffd字"


def test_texts_are_packed_in_chunks_and_found_again() -> None:
    texts = [f"{number}" * 20_000 for number in range(7)]
    chunks, places = packed(texts)
    assert len(chunks) == 3
    held = [json.loads(gzip.decompress(base64.b64decode(chunk))) for chunk in chunks]
    assert [held[chunk][place] for chunk, place in places] == texts


def test_the_policy_allows_the_two_scripts_and_the_style_alone() -> None:
    page = page_of(loaded())
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1]  # type: ignore[index]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for script in re.findall(r"<script>(.*?)</script>", page, re.DOTALL):
        assert f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" in policy
    assert not re.search(r"\son\w+=|javascript:|(?:src|href)=\"(?!data:,|#)", page.split('id="ledger-data"')[0])


def test_no_script_of_ours_parses_text_as_markup() -> None:
    program = re.findall(r"<script>(.*?)</script>", page_of(loaded()), re.DOTALL)[-1]
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", program)


def test_a_fact_is_embedded_with_its_place_in_the_text() -> None:
    page = page_of(loaded())
    data = data_of(page)
    columns, lists = data["facts"]["columns"], data["facts"]["lists"]
    texts = texts_of(page)
    assert len(columns["key"]) == 3
    for fact, key in enumerate(columns["key"]):
        assert isinstance(key, str), "JavaScript's numbers would round it"
        text = texts[columns["article"][fact]]
        printed = lists["figure"][columns["figure"][fact]]
        assert text[columns["char_start"][fact] : columns["char_end"][fact]] == printed
        assert text[columns["sentence_start"][fact] :].startswith(lists["sentence"][columns["sentence"][fact]])


def test_what_is_counted_is_what_the_scorecard_sums(examples: duckdb.DuckDBPyConnection) -> None:
    data = data_of(page_of(examples))
    columns = data["facts"]["columns"]
    counted = {int(key) for key, is_counted in zip(columns["key"], columns["is_counted"], strict=True) if is_counted}
    assert counted == {key for (key,) in examples.execute("SELECT figure_key FROM mart.scorecard_fact").fetchall()}
    assert len(columns["key"]) == examples.execute("SELECT count(*) FROM mart.story_metrics").fetchall()[0][0]


def test_contradictions_lead_to_the_facts_shown(examples: duckdb.DuckDBPyConnection) -> None:
    pairs = data_of(page_of(examples))["contradictions"]
    assert len(pairs) == examples.execute("SELECT count(*) FROM mart.contradictions").fetchall()[0][0] > 0
    assert all(pair["first_fact"] >= 0 and pair["second_fact"] >= 0 for pair in pairs)
    assert all(pair["first_figure"] in pair["first_sentence"] for pair in pairs)


def test_a_total_stands_against_all_its_parts(examples: duckdb.DuckDBPyConnection) -> None:
    pairs = data_of(page_of(examples))["contradictions"]
    parts = {pair["first_value"]: [part["value"] for part in pair["parts"]] for pair in pairs if pair["parts"]}
    assert parts["52"] == ["18", "16", "20"]


def test_an_empty_warehouse_has_a_page_too() -> None:
    con = loaded(
        extracted(document("empty.txt", "题\n没有数字。\n"), figure(article(document()), "16名", article_key=0))
    )
    con.execute("DELETE FROM core.fact_figure")
    data = data_of(page_of(con))
    assert data["facts"]["columns"]["key"] == []
    assert data["run"] is None
    assert data["changes"] is None


def test_a_page_says_which_run_it_tells_of() -> None:
    con = loaded()
    publish_record(con, "run-a")
    assert told_by(page_of(con)) == Telling("run-a", None)
    assert told_by("<html>another page</html>") == Telling(None, None)


def test_what_is_new_is_told_against_the_page_before() -> None:
    con = loaded()
    publish_record(con, "run-a")
    first = told_by(page_of(con))
    later = extracted(
        document("b.txt", "新一批医疗队出发\n泉州市选派16名医生到昌吉市，完成手术120台，其中白内障手术30台。又来了。\n")
    )
    load_frames(con, frames(later, run_key="run-b"))
    publish_record(con, "run-b", started_at=datetime(2026, 11, 2, tzinfo=UTC))
    second = page_of(con, previous=first)
    assert data_of(second)["changes"]["runs"] == ["run-b"]
    assert data_of(second)["changes"]["since"]["run_key"] == "run-a"
    # Written again with nothing published meanwhile, the page still tells of the same news.
    assert data_of(page_of(con, previous=told_by(second)))["changes"]["runs"] == ["run-b"]


def test_a_page_of_a_run_that_is_not_here_is_no_comparison() -> None:
    con = loaded()
    publish_record(con, "run-a")
    assert data_of(page_of(con, previous=Telling("run-of-another-home", None)))["changes"] is None


def test_the_page_of_the_real_documents_is_small(seeds: duckdb.DuckDBPyConnection) -> None:
    assert len(page_of(seeds).encode()) < 5_000_000
