"""The twenty questions of docs/questions.md run on the examples, read-only, and each has an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from flows.job import Request, run_job
from flows.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"^### (\d+)\. ([^\n]+)\n```sql\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    home = tmp_path_factory.mktemp("examples")
    run_job(Request(home=home, sources=(str(ROOT / "examples"),)), Settings(lock_wait_seconds=0))
    with duckdb.connect(str(home / "aidledger.duckdb"), read_only=True) as con:
        yield con


def test_there_are_twenty_questions() -> None:
    assert [int(number) for number, _, _ in QUESTIONS] == list(range(1, 21))
    assert PAGE.count("```sql") == 20


@pytest.mark.parametrize(("number", "question", "sql"), QUESTIONS)
def test_a_question_has_an_answer(warehouse: duckdb.DuckDBPyConnection, number: str, question: str, sql: str) -> None:
    cursor = warehouse.execute(sql)
    assert cursor.fetchall(), question
    assert len({column[0] for column in cursor.description}) == len(cursor.description), "two columns have one name"
    assert len(warehouse.extract_statements(sql)) == 1
