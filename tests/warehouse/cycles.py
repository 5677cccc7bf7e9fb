"""Runs that a test can kill: each adds a fixed set of documents to a warehouse and publishes, one after another."""

from __future__ import annotations

from multiprocessing.connection import Connection
from pathlib import Path

import duckdb

from tests.builders import METRICS, PLACES, document, extracted, frames
from warehouse.load import load_dimensions, load_frames
from warehouse.publish import Writer

DOCUMENTS = 3
FACTS = 9


def run_key(cycle: int) -> str:
    return f"run-{cycle:04d}"


def cycles_held(con: duckdb.DuckDBPyConnection) -> int:
    """How many cycles a warehouse holds. AssertionError unless each of them is whole and none is left out."""
    documents = con.execute("SELECT run_key, count(*) FROM raw.document GROUP BY run_key ORDER BY run_key").fetchall()
    facts = con.execute("SELECT run_key, count(*) FROM core.fact_figure GROUP BY run_key ORDER BY run_key").fetchall()
    assert documents == [(run_key(cycle), DOCUMENTS) for cycle in range(len(documents))]
    assert facts == [(run_key(cycle), FACTS) for cycle in range(len(documents))]
    return len(documents)


def run_cycle(home: Path) -> int:
    """One run: the next cycle's documents, a batch a document, published; gives its number."""
    with Writer(home, wait_seconds=30) as writer:
        con = writer.connection
        cycle = cycles_held(con)
        load_dimensions(con, METRICS, PLACES)
        for number in range(DOCUMENTS):
            held = extracted(document(f"{cycle}-{number}.txt"))
            load_frames(con, frames(held, run_key=run_key(cycle)))
        writer.publish()
    return cycle


def run_for_ever(home: Path, begun: Connection) -> None:
    """Cycles until the process is killed; `begun` hears when the first one starts."""
    begun.send(True)
    while True:
        run_cycle(home)
