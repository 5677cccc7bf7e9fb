"""Folded facts are kept: what changed is folded anew, whoever changed it, as if everything had been."""

from __future__ import annotations

import random
from datetime import date, timedelta

import duckdb
import pytest

from tests.builders import FETCHED_AT, article, document, extracted, figure, frames, open_warehouse
from tests.warehouse.marts import marts_hash
from warehouse import folding
from warehouse.folding import fold
from warehouse.load import assign_stories, load_frames, mark_current

TABLES = (
    *("core.fact", "core.story_fact", "core.document_coverage"),
    *("core.folded_article", "core.folded_story", "core.folded_document"),
)


def kept(con: duckdb.DuckDBPyConnection) -> tuple[str, list[list[tuple[object, ...]]]]:
    return marts_hash(con), [con.execute(f"FROM {table} ORDER BY ALL").fetchall() for table in TABLES]


def from_nothing(con: duckdb.DuckDBPyConnection) -> tuple[str, list[list[tuple[object, ...]]]]:
    """The same with everything folded at once, undone afterwards."""
    before = {table: con.execute(f"FROM {table}").to_arrow_table() for table in TABLES}
    for table in TABLES:
        con.execute(f"DELETE FROM {table}")
    fold(con)
    whole = kept(con)
    for table, rows in before.items():
        con.execute(f"DELETE FROM {table}")
        con.register("before", rows)
        con.execute(f"INSERT INTO {table} FROM before")
    return whole


def load_one(con: duckdb.DuckDBPyConnection, dice: random.Random, number: int) -> None:
    """A document at one of a few addresses: a new version of what may be there."""
    text = f"第{number}号\n选派16名医生，完成手术120台，其中30台。又派16名。\n"
    held = document(f"{number}.txt", text, address=f"in/{dice.randrange(6)}.txt")
    told = article(held, published_on=date(2026, 5, 1) + timedelta(days=dice.randrange(60)))
    facts = [
        figure(told, "16名", donor_code=dice.choice(("350500", "350000", None))),
        figure(told, "16名", char_start=text.rindex("16名"), recipient_code=dice.choice(("652301", None))),
        figure(told, "120台", "surgeries", unit="operation"),
    ]
    moment = FETCHED_AT + timedelta(hours=number)
    load_frames(con, frames(extracted(held, *facts, articles=(told,)), run_key=f"run-{number}", fetched_at=moment))


def regroup(con: duckdb.DuckDBPyConnection, dice: random.Random, number: int) -> None:
    keys = [key for (key,) in con.execute("SELECT article_key FROM core.dim_article ORDER BY 1").fetchall()]
    chosen = dice.sample(keys, min(len(keys), dice.randint(1, 4)))
    assign_stories(con, dict.fromkeys(chosen, min(chosen)))


def correct(con: duckdb.DuckDBPyConnection, dice: random.Random, number: int) -> None:
    change = dice.choice(("value = value + 1", "status = 'planned'", "donor_key = NULL", "sector = 'education'"))
    con.execute(f"UPDATE core.fact_figure SET {change} WHERE article_key % 3 = {number % 3}")


def set_aside(con: duckdb.DuckDBPyConnection, dice: random.Random, number: int) -> None:
    con.execute(f"DELETE FROM core.fact_figure WHERE figure_key % 5 = {dice.randrange(5)}")


def go_back(con: duckdb.DuckDBPyConnection, dice: random.Random, number: int) -> None:
    keys = [key for (key,) in con.execute("SELECT document_key FROM raw.document ORDER BY 1").fetchall()]
    mark_current(con, [dice.choice(keys)], FETCHED_AT + timedelta(days=number))


@pytest.mark.parametrize("seed", range(4))
def test_folding_what_changed_is_folding_everything(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding, "AT_ONCE", 3)
    dice = random.Random(seed)
    con = open_warehouse()
    for number in range(14):
        step = load_one if number < 3 else dice.choice((load_one, load_one, regroup, correct, set_aside, go_back))
        step(con, dice, number)
        fold(con)
        assert kept(con) == from_nothing(con), step.__name__
        assert fold(con) == 0


def test_only_what_changed_is_folded_again() -> None:
    con = open_warehouse()
    dice = random.Random(1)
    for number in range(8):
        load_one(con, dice, number)
    fold(con)
    (figure_key,) = con.execute("SELECT min(figure_key) FROM core.fact").fetchone() or (None,)
    con.execute("UPDATE core.fact_figure SET value = 17 WHERE figure_key = ?", [figure_key])
    # One article, the one story that it tells, and its document.
    assert fold(con) == 3
    assert con.execute("SELECT count(*) FROM core.fact WHERE value = 17").fetchone() == (1,)
    assert con.execute("SELECT count(*) FROM core.story_fact WHERE value = 17").fetchone() == (1,)
