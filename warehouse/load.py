"""Rows into the tables: Arrow in, one transaction a batch, and loading twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import duckdb
import pandas as pd
import pyarrow as pa

from warehouse.columns import AMOUNT, COLUMNS, DAY, FLAG, KEY, KEYS, MOMENT, TEXT
from warehouse.rows import dimension_frames, naive_utc

ARROW_TYPES = {
    TEXT: pa.string(),
    KEY: pa.int64(),
    FLAG: pa.bool_(),
    DAY: pa.date32(),
    MOMENT: pa.timestamp("us"),
    AMOUNT: pa.decimal128(22, 4),
}


OF_DOCUMENTS = frozenset({"raw.document", "core.dim_article", "core.fact_figure", "core.unclaimed_figure"})
"""Tables whose rows come from one document each, and with it."""
STORIES = (
    "INSERT INTO core.dim_story BY NAME "
    "SELECT story_key, arg_min(headline, (coalesce(published_on, DATE '9999-12-31'), article_key)) AS headline, "
    "min(published_on) AS first_published_on, count(*) AS articles FROM core.dim_article {where} GROUP BY story_key"
)


Standing = Literal["known", "held", "earlier"]
"""What a document that is not new is: see `standing_of`."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run, for `ops.run`. `mode` is flow, direct or backfill; the moments carry their time zone."""

    run_key: str
    mode: str
    status: str
    started_at: datetime
    extractor_version: str
    finished_at: datetime | None = None
    sources: str | None = None
    documents_found: int = 0
    documents_known: int = 0


def to_arrow(table: str, frame: pd.DataFrame) -> pa.Table:
    """A frame as Arrow, with exactly the table's columns and types; an amount that would be rounded raises."""
    columns = COLUMNS[table]
    arrays = []
    for name, dtype in columns.items():
        series = frame[name]
        if dtype == DAY:
            arrays.append(pa.array(series.to_numpy().astype("datetime64[D]"), type=ARROW_TYPES[dtype]))
        elif dtype == MOMENT:
            arrays.append(pa.array(series.to_numpy().astype("datetime64[us]"), type=ARROW_TYPES[dtype]))
        else:
            arrays.append(pa.array(series, type=ARROW_TYPES[dtype], from_pandas=True))
    return pa.table(arrays, names=list(columns))


def insert_new(con: duckdb.DuckDBPyConnection, table: str, frame: pd.DataFrame, *, may_be_held: bool = True) -> int:
    """Insert the rows whose key the table does not hold yet, once each; gives how many. Types as in `COLUMNS`.

    `may_be_held` is False where no row can be there already: then the table's keys are not looked through.
    """
    if frame.empty:
        return 0
    key = KEYS[table]
    once = "" if frame[key].is_unique else f"DISTINCT ON ({key})"
    unheld = f"WHERE NOT EXISTS (FROM {table} AS held WHERE held.{key} = incoming.{key})" if may_be_held else ""
    con.register("incoming", to_arrow(table, frame))
    try:
        con.execute(f"INSERT INTO {table} BY NAME SELECT {once} * FROM incoming {unheld}")
        row = con.fetchone()
    finally:
        con.unregister("incoming")
    return int(row[0]) if row else 0


def load_frames(con: duckdb.DuckDBPyConnection, frames: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    """Load a checked batch in one transaction; gives the rows added to each table.

    A document that the warehouse holds from an earlier run is left alone with all that it gave: the document is the
    unit of idempotence. An error undoes the whole batch. The work grows with the batch, not with the warehouse.
    """
    unknown = set(frames) - set(KEYS)
    if unknown:
        raise ValueError(f"no such tables to load: {sorted(unknown)}")
    added = {}
    con.begin()
    try:
        held = _held_documents(con, frames)
        fresh = without_documents(frames, {key for key, is_of_earlier_run in held.items() if is_of_earlier_run})
        for table in KEYS:
            if table in fresh:
                may_be_held = bool(held) or table not in OF_DOCUMENTS or "raw.document" not in frames
                added[table] = insert_new(con, table, fresh[table], may_be_held=may_be_held)
        if "core.dim_article" in fresh:
            _add_stories(con, fresh["core.dim_article"])
        _add_years(con, _years_of(fresh))
        con.commit()
    except BaseException:
        con.rollback()
        raise
    return added


def _held_documents(con: duckdb.DuckDBPyConnection, frames: Mapping[str, pd.DataFrame]) -> dict[str, bool]:
    """The documents of `frames` that the warehouse holds → whether an earlier run loaded them."""
    documents = frames.get("raw.document")
    if documents is None or documents.empty:
        return {}
    con.register("incoming", to_arrow("raw.document", documents).select(["document_key", "run_key"]))
    try:
        rows = con.execute(
            "SELECT document_key, NOT list_contains((SELECT list(DISTINCT run_key) FROM incoming), run_key) "
            "FROM raw.document SEMI JOIN incoming USING (document_key)"
        ).fetchall()
    finally:
        con.unregister("incoming")
    return dict(rows)


def without_documents(frames: Mapping[str, pd.DataFrame], known: Set[str]) -> dict[str, pd.DataFrame]:
    """`frames` less every row of the documents with these keys."""
    fresh = dict(frames)
    if not known:
        return fresh
    articles = frames.get("core.dim_article", pd.DataFrame({"document_key": [], "article_key": []}))
    known_articles = set(articles.loc[articles["document_key"].isin(known), "article_key"])
    for table, rows in frames.items():
        if "document_key" in rows:
            fresh[table] = rows[~rows["document_key"].isin(known)]
        elif "article_key" in rows:
            fresh[table] = rows[~rows["article_key"].isin(known_articles)]
    return fresh


def _add_stories(con: duckdb.DuckDBPyConnection, articles: pd.DataFrame) -> None:
    """Bring the stories that these articles tell into `core.dim_story`."""
    con.register("incoming", to_arrow("core.dim_article", articles).select(["story_key"]))
    try:
        con.execute("DELETE FROM core.dim_story WHERE story_key IN (SELECT story_key FROM incoming)")
        con.execute(STORIES.format(where="WHERE story_key IN (SELECT story_key FROM incoming)"))
    finally:
        con.unregister("incoming")


def _years_of(frames: Mapping[str, pd.DataFrame]) -> set[int]:
    """The years that the days of these rows lie in."""
    days = [
        frame[name].dropna()
        for table, frame in frames.items()
        for name in ("published_on", "period_start", "period_end")
        if name in COLUMNS[table]
    ]
    return {int(year) for series in days if not series.empty for year in series.dt.year.unique()}


def load_dimensions(con: duckdb.DuckDBPyConnection, metrics: pd.DataFrame, places: pd.DataFrame) -> dict[str, int]:
    """Bring `core.dim_metric` and `core.dim_place` to what the catalogue and the table of places say now.

    Columns as in `warehouse.rows.dimension_frames`. A member that left them stays, for facts may refer to it. Gives the
    rows written; a second call gives zeros.
    """
    written = {}
    con.begin()
    try:
        for table, frame in dimension_frames(metrics, places).items():
            written[table] = _merge(con, table, frame)
        con.commit()
    except BaseException:
        con.rollback()
        raise
    return written


def _merge(con: duckdb.DuckDBPyConnection, table: str, frame: pd.DataFrame) -> int:
    key = KEYS[table]
    columns = [name for name in COLUMNS[table] if name != key]
    differs = " OR ".join(f"held.{name} IS DISTINCT FROM incoming.{name}" for name in columns)
    assign = ", ".join(f"{name} = incoming.{name}" for name in columns)
    con.register("incoming", to_arrow(table, frame))
    try:
        con.execute(
            f"MERGE INTO {table} AS held USING incoming ON held.{key} = incoming.{key} "
            f"WHEN MATCHED AND ({differs}) THEN UPDATE SET {assign} "
            f"WHEN NOT MATCHED THEN INSERT BY NAME"
        )
        row = con.fetchone()
    finally:
        con.unregister("incoming")
    return int(row[0]) if row else 0


def assign_stories(con: duckdb.DuckDBPyConnection, stories: Mapping[int, int]) -> int:
    """Say which story each article tells, and rebuild `core.dim_story`.

    `stories` maps an article's key to its story's; an article that it does not name is a story of its own. Gives how
    many articles changed their story.
    """
    named = {"article_key": [*stories], "story_key": [*stories.values()]}
    con.register("incoming", pa.table({name: pa.array(keys, type=pa.int64()) for name, keys in named.items()}))
    con.begin()
    try:
        con.execute(
            "UPDATE core.dim_article AS article SET story_key = wanted.story_key FROM ("
            "SELECT article_key, coalesce(incoming.story_key, article_key) AS story_key "
            "FROM core.dim_article LEFT JOIN incoming USING (article_key)) AS wanted "
            "WHERE article.article_key = wanted.article_key AND article.story_key <> wanted.story_key"
        )
        row = con.fetchone()
        refresh_stories(con)
        con.commit()
    except BaseException:
        con.rollback()
        raise
    finally:
        con.unregister("incoming")
    return int(row[0]) if row else 0


def refresh_stories(con: duckdb.DuckDBPyConnection) -> None:
    """Rebuild `core.dim_story` from the articles; the first is the earliest published, then the lowest key."""
    con.execute("DELETE FROM core.dim_story")
    con.execute(STORIES.format(where=""))


def extend_dates(con: duckdb.DuckDBPyConnection) -> None:
    """Let `core.dim_date` hold every day of the years that articles and facts touch."""
    rows = con.execute(
        "SELECT DISTINCT year(day) FROM ("
        "  SELECT published_on AS day FROM core.dim_article UNION SELECT published_on FROM raw.document "
        "  UNION SELECT period_start FROM core.fact_figure UNION SELECT period_end FROM core.fact_figure) "
        "WHERE day IS NOT NULL"
    ).fetchall()
    _add_years(con, {year for (year,) in rows})


def _add_years(con: duckdb.DuckDBPyConnection, years: set[int]) -> None:
    """Every day of these years into `core.dim_date`, where it lacks them."""
    if not years:
        return
    con.execute(
        "INSERT INTO core.dim_date BY NAME "
        "WITH missing AS (SELECT unnest(?::BIGINT[]) AS year EXCEPT SELECT DISTINCT year FROM core.dim_date), "
        "days AS (SELECT unnest(generate_series(make_date(year, 1, 1), make_date(year, 12, 31), INTERVAL 1 DAY))::DATE "
        "  AS day FROM missing) "
        "SELECT day, year(day) * 10000 + month(day) * 100 + day(day) AS date_key, year(day) AS year, "
        "quarter(day) AS quarter, month(day) AS month, "
        # The ninth plan began in 1996, and a plan lasts five years.
        "['九五', '十五', '十一五', '十二五', '十三五', '十四五', '十五五', '十六五']"
        "[CASE WHEN year(day) >= 1996 THEN (year(day) - 1996) // 5 + 1 END] AS five_year_plan FROM days",
        [sorted(years)],
    )


def standing_of(con: duckdb.DuckDBPyConnection, seen: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Standing]:
    """What the warehouse knows of documents, each given as its key and the address where it lies now.

    One that is not named is new: not loaded, nor set aside whole and kept so. `held` are set aside whole, `earlier` an
    older version of their address than the current one. One that was put away for good counts as known.
    """
    columns = zip(*seen, strict=True) if seen else ((), ())
    names = ("document_key", "address")
    arrays = [pa.array(column, pa.string()) for column in columns]
    con.register("seen", pa.table(arrays, names=list(names)))
    try:
        rows = con.execute(
            """
            WITH aside AS (
                SELECT document_key, bool_or(discarded_in_run_key IS NULL) AS is_held
                FROM ops.quarantine
                WHERE table_name = 'raw.document' AND released_in_run_key IS NULL AND document_key IS NOT NULL
                GROUP BY document_key
            ), held AS (
                SELECT document_key, list(address) AS addresses
                FROM raw.document
                WHERE document_key IN (SELECT document_key FROM seen)
                GROUP BY document_key
            ), current AS (
                SELECT address, document_key
                FROM raw.document
                WHERE address IN (SELECT address FROM seen)
                QUALIFY row_number() OVER (
                    PARTITION BY address ORDER BY current_since DESC, fetched_at DESC, document_key
                ) = 1
            )
            SELECT
                seen.document_key, seen.address,
                CASE
                    WHEN current.document_key <> seen.document_key AND list_contains(held.addresses, seen.address)
                        THEN 'earlier'
                    WHEN aside.is_held THEN 'held'
                    ELSE 'known'
                END
            FROM seen
            LEFT JOIN held USING (document_key)
            LEFT JOIN aside USING (document_key)
            LEFT JOIN current ON current.address = seen.address
            WHERE held.document_key IS NOT NULL OR aside.document_key IS NOT NULL
            """
        ).fetchall()
    finally:
        con.unregister("seen")
    return {(document_key, address): standing for document_key, address, standing in rows}


def documents_of_run(con: duckdb.DuckDBPyConnection, run_key: str) -> set[str]:
    """Keys of the documents that a run loaded."""
    rows = con.execute("SELECT document_key FROM raw.document WHERE run_key = ?", [run_key]).fetchall()
    return {key for (key,) in rows}


def mark_current(con: duckdb.DuckDBPyConnection, document_keys: Iterable[str], seen_at: datetime) -> int:
    """Make known versions current again, where an address went back to bytes that it had before; gives how many."""
    con.execute(
        "UPDATE raw.document SET current_since = ? WHERE document_key IN (SELECT unnest(?::VARCHAR[]))",
        [naive_utc(seen_at), list(document_keys)],
    )
    row = con.fetchone()
    return int(row[0]) if row else 0


def record_run(con: duckdb.DuckDBPyConnection, run: RunRecord) -> None:
    """Write a run to `ops.run`, in place of what it said before."""
    con.begin()
    try:
        con.execute("DELETE FROM ops.run WHERE run_key = ?", [run.run_key])
        con.execute(
            "INSERT INTO ops.run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                run.run_key,
                run.mode,
                run.status,
                naive_utc(run.started_at),
                None if run.finished_at is None else naive_utc(run.finished_at),
                run.extractor_version,
                run.sources,
                run.documents_found,
                run.documents_known,
            ],
        )
        con.commit()
    except BaseException:
        con.rollback()
        raise
