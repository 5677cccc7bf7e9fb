"""News through the real extraction into a warehouse with the real catalogue, as a run has it before its audit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from checks.quarantine import set_aside_all
from flows.facts import load_catalogue
from flows.reposts import find_stories
from tests.checks.news_grammar import News
from transforms.pipeline import extract
from transforms.reading import read
from warehouse.folding import fold
from warehouse.load import RunRecord, load_frames, record_run
from warehouse.migrate import migrate
from warehouse.rows import to_frames

RUN = "run-now"
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def new_warehouse(path: Path) -> duckdb.DuckDBPyConnection:
    """An empty one with the real dimensions."""
    con = duckdb.connect(str(path))
    migrate(con)
    load_catalogue(con)
    record_run(con, RunRecord(RUN, "direct", "running", NOW, "v", sources="news"))
    return con


def add(con: duckdb.DuckDBPyConnection, news: Iterable[News], run_key: str = RUN) -> None:
    """Extract, check the rows, load, and group into stories."""
    documents = [extract(read(each.text.encode(), name=each.name, address=each.name)) for each in news]
    frames = to_frames(documents, run_key=run_key, extractor_version="v", fetched_at=NOW, source="news")
    load_frames(con, set_aside_all(frames, run_key=run_key))
    find_stories(con)
    fold(con)
