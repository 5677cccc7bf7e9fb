"""Reposts under one story: what is kept of earlier runs, and only what is new compared.

All news is grouped: a new article may shorten an old one, or join two stories. Captions and notices are stories of
their own: a caption repeats its story's words, and a notice is printed again and again.
"""

from __future__ import annotations

import duckdb

from transforms.stories import MEASURES, joined_by, prints, told_by_share, told_by_words
from warehouse.load import assign_stories
from warehouse.reposts import (
    Proposing,
    forget_gone,
    keep_prints,
    keep_verdicts,
    links,
    propose,
    texts_of_pairs,
    unjudged,
    unprinted,
)

PROPOSING = Proposing(MEASURES.few_holders, MEASURES.reach, MEASURES.one_probe_in)


def find_stories(con: duckdb.DuckDBPyConnection) -> int:
    """Group the warehouse's articles into stories, by the measures of `transforms.stories`; how many changed theirs."""
    forget_gone(con)
    for rows in unprinted(con):
        keep_prints(con, [key for key, _ in rows], [prints(text) for _, text in rows])
    propose(con, PROPOSING)
    _judge(con)
    return assign_stories(con, joined_by(links(con)))


def _judge(con: duckdb.DuckDBPyConnection) -> None:
    """A verdict on each proposed pair that has none."""
    asked = unjudged(con)
    pairs = list(zip(asked["first_key"].to_pylist(), asked["second_key"].to_pylist(), strict=True))
    sizes = dict(zip(pairs, asked["shorter"].to_pylist(), strict=True))
    shares = zip(pairs, asked["common"].to_pylist(), strict=True)
    told = {pair: told_by_share(common, sizes[pair]) for pair, common in shares}
    undecided = [pair for pair, verdict in told.items() if verdict is None]
    for first, second, left, right in texts_of_pairs(con, undecided):
        told[first, second] = told_by_words(left, right, sizes[first, second])
    keep_verdicts(con, pairs, [bool(told[pair]) for pair in pairs])
