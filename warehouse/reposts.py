"""The search for reposts, over sets: fingerprints in, candidate pairs out, verdicts kept.

What makes two texts one story is decided in `transforms.stories`; here its numbers are arguments. Each step works on
the whole warehouse and fetches keys alone, so that no text is held.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

AT_ONCE = 500
"""Texts that are held together."""

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Proposing:
    """How candidates are found: see `transforms.stories.Measures`."""

    few_holders: int
    reach: int
    one_probe_in: int


def unprinted(con: duckdb.DuckDBPyConnection) -> Iterator[list[tuple[int, str]]]:
    """Keys and texts of the news articles without a fingerprint, so many at once."""
    reader = con.cursor()
    try:
        # A cursor begins in the database that was opened, which is not the one in use where that is a lake.
        reader.execute(f'USE "{con.execute("SELECT current_database()").fetchall()[0][0]}"')
        reader.execute(
            "SELECT article_key, text FROM core.dim_article AS article WHERE kind = 'news' "
            "AND NOT EXISTS (FROM core.article_print AS print WHERE print.article_key = article.article_key)"
        )
        while rows := reader.fetchmany(AT_ONCE):
            yield rows
    finally:
        reader.close()


def keep_prints(con: duckdb.DuckDBPyConnection, keys: Sequence[int], prints: Sequence[Sequence[np.ndarray]]) -> None:
    """Write fingerprints: the probes and shingles of each article of `keys`."""
    columns = {"article_key": pa.array(keys, pa.int64())}
    for place, name in enumerate(("probes", "shingles")):
        lists = [each[place] for each in prints]
        offsets = np.concatenate([[0], np.cumsum([len(each) for each in lists])])
        values = np.concatenate(lists) if lists else np.empty(0, np.uint32)
        columns[name] = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(values, pa.uint32()))
    con.register("told", pa.table(columns))
    try:
        con.execute("INSERT INTO core.article_print BY NAME FROM told")
    finally:
        con.unregister("told")


def forget_gone(con: duckdb.DuckDBPyConnection) -> None:
    """Let go of fingerprints and verdicts of articles that the warehouse holds no more."""
    con.execute(
        "DELETE FROM core.article_print AS print "
        "WHERE NOT EXISTS (FROM core.dim_article AS article WHERE article.article_key = print.article_key)"
    )
    for end in ("first_article_key", "second_article_key"):
        con.execute(
            f"DELETE FROM core.article_pair AS pair "
            f"WHERE NOT EXISTS (FROM core.article_print AS print WHERE print.article_key = pair.{end})"
        )


def propose(con: duckdb.DuckDBPyConnection, proposing: Proposing) -> None:
    """Make the temporary table `proposed`: each pair of articles that is worth a look, the smaller key first.

    A pair shares one in `one_probe_in` of the shorter one's probes. A probe of up to `few_holders` articles is shared
    by all of them, another one by each with the `reach` that follow it by key.
    """
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE holder AS
        WITH posting AS (
            SELECT unnest(probes) AS probe, article_key FROM core.article_print
        ), common AS (
            SELECT probe, count(*) AS holders FROM posting GROUP BY probe HAVING count(*) > 1
        )
        SELECT
            posting.probe, posting.article_key, common.holders,
            row_number() OVER (PARTITION BY posting.probe ORDER BY posting.article_key) AS place
        FROM posting
        JOIN common USING (probe)
        """
    )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE proposed AS
        WITH met AS (
            SELECT first.article_key AS first_key, second.article_key AS second_key
            FROM holder AS first
            JOIN holder AS second ON second.probe = first.probe AND second.place > first.place
            WHERE first.holders <= $few_holders AND second.holders <= $few_holders
            UNION ALL
            SELECT first.article_key, second.article_key
            FROM (
                SELECT *, unnest(generate_series(place + 1, place + $reach)) AS next_place
                FROM holder
                WHERE holders > $few_holders
            ) AS first
            JOIN holder AS second ON second.probe = first.probe AND second.place = first.next_place
        ), shared AS (
            SELECT first_key, second_key, count(*) AS probes FROM met GROUP BY ALL
        )
        SELECT shared.first_key, shared.second_key
        FROM shared
        JOIN core.article_print AS first ON first.article_key = shared.first_key
        JOIN core.article_print AS second ON second.article_key = shared.second_key
        WHERE shared.probes >= greatest(1, least(len(first.probes), len(second.probes)) // $one_probe_in)
        """,
        {
            "few_holders": proposing.few_holders,
            "reach": proposing.reach,
            "one_probe_in": proposing.one_probe_in,
        },
    )
    con.execute("DROP TABLE holder")


def unjudged(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """The proposed pairs without a verdict, in order: first_key, second_key, and of shingles `common` and `shorter`."""
    return con.execute(
        """
        SELECT
            first_key, second_key,
            len(list_intersect(first.shingles, second.shingles)) AS common,
            least(len(first.shingles), len(second.shingles)) AS shorter
        FROM proposed
        JOIN core.article_print AS first ON first.article_key = first_key
        JOIN core.article_print AS second ON second.article_key = second_key
        WHERE NOT EXISTS (
            FROM core.article_pair AS held
            WHERE held.first_article_key = proposed.first_key AND held.second_article_key = proposed.second_key
        )
        ORDER BY first_key, second_key
        """
    ).to_arrow_table()


def texts_of_pairs(con: duckdb.DuckDBPyConnection, pairs: Sequence[Pair]) -> Iterator[tuple[int, int, str, str]]:
    """Each pair with its two texts, a few pairs at a time."""
    for start in range(0, len(pairs), AT_ONCE):
        asked = pairs[start : start + AT_ONCE]
        keys = pa.table({"article_key": pa.array(sorted({key for pair in asked for key in pair}), pa.int64())})
        con.register("asked", keys)
        try:
            texts = dict(
                con.execute(
                    "SELECT article_key, text FROM core.dim_article SEMI JOIN asked USING (article_key)"
                ).fetchall()
            )
        finally:
            con.unregister("asked")
        for first, second in asked:
            yield first, second, texts[first], texts[second]


def keep_verdicts(con: duckdb.DuckDBPyConnection, pairs: Sequence[Pair], verdicts: Sequence[bool]) -> None:
    """Write what was decided of each pair."""
    told = pa.table(
        {
            "first_article_key": pa.array([first for first, _ in pairs], pa.int64()),
            "second_article_key": pa.array([second for _, second in pairs], pa.int64()),
            "is_one_story": pa.array(verdicts, pa.bool_()),
        }
    )
    con.register("told", told)
    try:
        con.execute("INSERT INTO core.article_pair BY NAME FROM told")
    finally:
        con.unregister("told")


def links(con: duckdb.DuckDBPyConnection) -> Iterable[Pair]:
    """The proposed pairs that tell one story."""
    rows: list[Pair] = con.execute(
        "SELECT first_key, second_key FROM proposed JOIN core.article_pair AS held "
        "ON held.first_article_key = first_key AND held.second_article_key = second_key WHERE is_one_story"
    ).fetchall()
    return rows
