"""The facts of single files, with the fields of `mart.metrics` and no warehouse on disk.

The very tables and view of a warehouse are made in memory, so that there is one definition of these fields.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import duckdb
import pandas as pd

from checks.quarantine import set_aside_all
from flows.extraction import Work, extract_one
from flows.inspection import Answer, answer
from flows.sources import Candidate, Seen, Unread, look, read_bytes
from transforms.gazetteer import all_places
from transforms.lexicons import load_metrics
from transforms.model import ExtractedDocument
from transforms.pipeline import extractor_version
from warehouse.folding import fold
from warehouse.load import load_dimensions, load_frames
from warehouse.migrate import migrate
from warehouse.rows import to_frames

FACTS = "SELECT * FROM mart.metrics ORDER BY document, article_key, char_start, metric, aspect"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What files say. `set_aside` counts the rows that failed a check of their own."""

    facts: Answer
    unread: tuple[Unread, ...]
    set_aside: int


def facts_of(candidates: Sequence[Candidate], max_bytes: int) -> FileFacts:
    """The facts of these files, and those that could not be read with the reason."""
    surveyed = list(look(candidates, max_bytes))
    work = [(each.candidate, read_bytes(each.candidate)) for each in surveyed if isinstance(each, Seen)]
    readable: list[Work] = [(candidate, data) for candidate, data in work if isinstance(data, bytes)]
    results = [extract_one(each) for each in readable]
    unread = [each for each in (*surveyed, *(data for _, data in work), *results) if isinstance(each, Unread)]
    frames = to_frames(
        [each for each in results if isinstance(each, ExtractedDocument)],
        run_key="extract",
        extractor_version=extractor_version(),
        fetched_at=datetime.now(UTC),
        source="files",
    )
    with duckdb.connect(":memory:") as con:
        migrate(con)
        load_catalogue(con)
        good = set_aside_all(frames, run_key="extract")
        load_frames(con, good)
        fold(con)
        return FileFacts(answer(con, FACTS), tuple(unread), len(good["ops.quarantine"]))


def load_catalogue(con: duckdb.DuckDBPyConnection) -> None:
    """The metric catalogue and the table of places into their dimensions, as this version of the code has them."""
    metrics = pd.DataFrame([asdict(metric) | {"not": metric.not_} for metric in load_metrics().values()])
    load_dimensions(con, metrics, pd.DataFrame([asdict(place) for place in all_places()]))
