"""What the rules of facts against facts say of the real documents beside the repository."""

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from checks.audit import audit
from tests.checks.extracted_news import RUN, add, new_warehouse
from tests.checks.news_grammar import News

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"

pytestmark = [
    pytest.mark.skipif(os.environ.get("CI") == "true", reason="CI has the repository alone, without ../shared"),
    pytest.mark.skipif(not SEEDS.is_dir(), reason="../shared/seeds is not there"),
]


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    made = new_warehouse(tmp_path_factory.mktemp("real") / "real.duckdb")
    add(made, [News(path.name, path.read_text(encoding="utf-8", errors="replace")) for path in sorted(SEEDS.iterdir())])
    audit(made, RUN)
    yield made
    made.close()


def test_the_total_that_its_parts_miss_is_the_only_contradiction(con: duckdb.DuckDBPyConnection) -> None:
    found = con.execute("SELECT check_name, message, first_value, len(figure_keys) FROM mart.contradictions").fetchall()
    assert found == [
        ("parts_do_not_add_up", "The parts 108人、51人、44人、7人 make 210, and the total is 211名.", 211, 5)
    ]


def test_parts_that_make_their_total_were_looked_at(con: duckdb.DuckDBPyConnection) -> None:
    """37 = 20 + 8 + 7 + 2 is silent because it adds up, not because it was not read."""
    parts = con.execute(
        "SELECT list(part.value::INT ORDER BY part.char_start) FROM core.fact_figure AS part "
        "JOIN core.fact_figure AS whole ON whole.figure_key = part.part_of_key WHERE whole.value = 37"
    ).fetchall()
    assert parts == [([20, 8, 7, 2],)]


def test_seven_who_are_led_and_eight_in_all_are_explained(con: duckdb.DuckDBPyConnection) -> None:
    found = con.execute("SELECT message, explanation FROM mart.findings WHERE explanation IS NOT NULL").fetchall()
    assert found == [
        (
            "One story says 7名 and 8位 of one thing.",
            "Who leads the group is not counted in the first figure and is in the second.",
        )
    ]


def test_two_wordings_of_one_story_are_one_story(con: duckdb.DuckDBPyConnection) -> None:
    stories = con.execute(
        "SELECT count(*) FROM core.dim_story WHERE articles = 2 AND story_key IN (SELECT story_key FROM mart.metrics)"
    ).fetchone()
    assert stories == (1,)
