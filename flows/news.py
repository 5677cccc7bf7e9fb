"""What is new: the files of a survey against what the warehouse has read already.

A document is its bytes. Known bytes are not read again, wherever they lie; a file that could not be read is not told
again as news until it changes or the extractor does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from flows.holding import held_documents
from flows.sources import Seen, Unread
from warehouse.load import known_documents
from warehouse.publish import PUBLISHED_NAME, connect_published


@dataclass(frozen=True, slots=True)
class News:
    """A survey, sorted. Every file surveyed is in exactly one field, or counted in `known`."""

    new: tuple[Seen, ...]
    returned: tuple[str, ...]
    """Keys of known versions to which their address went back."""
    unread: tuple[Unread, ...]
    still_unread: tuple[Unread, ...]
    """Not read, as the last run said already."""
    known: int
    held: int = 0
    """Documents among the known ones that a check set aside whole."""

    @property
    def is_nothing(self) -> bool:
        """Whether a run would change nothing."""
        return not (self.new or self.returned or self.unread)

    @property
    def found(self) -> int:
        """Files surveyed."""
        return len(self.new) + len(self.returned) + len(self.unread) + len(self.still_unread) + self.known


def against_published(survey: Sequence[Seen | Unread], home: Path, extractor_version: str) -> News:
    """What is new to the published warehouse of `home`; everything, where there is none."""
    if not (home / PUBLISHED_NAME).exists():
        return _sorted(survey, frozenset(), frozenset(), frozenset())
    con = connect_published(home)
    try:
        return against(survey, con, extractor_version)
    finally:
        con.close()


def against(survey: Sequence[Seen | Unread], con: duckdb.DuckDBPyConnection, extractor_version: str) -> News:
    """What is new to the warehouse behind `con`."""
    known = known_documents(con)
    moved = [
        (each.document_key, each.candidate.address)
        for each in survey
        if isinstance(each, Seen) and known.current.get(each.candidate.address, each.document_key) != each.document_key
    ]
    earlier = {pair for pair in moved if _held(con, *pair)}
    failed = con.execute(
        "SELECT DISTINCT outcome.address, outcome.document_key, outcome.reason FROM ops.document_outcome AS outcome "
        "JOIN ops.run AS run USING (run_key) WHERE outcome.outcome = 'failed' AND run.extractor_version = ?",
        [extractor_version],
    ).fetchall()
    held = {each.document_key for each in survey if isinstance(each, Seen)} & held_documents(con)
    return replace(_sorted(survey, known.keys, frozenset(earlier), frozenset(failed)), held=len(held))


def _held(con: duckdb.DuckDBPyConnection, document_key: str, address: str) -> bool:
    """Whether these bytes are an earlier version of this very address."""
    row = con.execute(
        "SELECT count(*) FROM raw.document WHERE document_key = ? AND address = ?", [document_key, address]
    )
    return bool((row.fetchone() or (0,))[0])


def _sorted(
    survey: Sequence[Seen | Unread],
    known: frozenset[str],
    earlier: frozenset[tuple[str, str]],
    failed: frozenset[tuple[str, str | None, str]],
) -> News:
    new: dict[str, Seen] = {}
    returned: list[str] = []
    unread: list[Unread] = []
    still_unread: list[Unread] = []
    # Bytes that could not be read as a document, by the reason that was found then.
    hopeless = {document_key: reason for _, document_key, reason in failed if document_key is not None}
    for each in survey:
        if isinstance(each, Unread):
            told = (each.address, each.document_key, each.reason) in failed
            (still_unread if told else unread).append(each)
        elif each.document_key in hopeless:
            candidate = each.candidate
            reason = hopeless[each.document_key]
            still_unread.append(Unread(candidate.name, candidate.address, reason, each.document_key))
        elif (each.document_key, each.candidate.address) in earlier:
            returned.append(each.document_key)
        elif each.document_key not in known:
            new.setdefault(each.document_key, each)
    told_apart = len(new) + len(returned) + len(unread) + len(still_unread)
    return News(
        new=tuple(new.values()),
        returned=tuple(returned),
        unread=tuple(unread),
        still_unread=tuple(still_unread),
        known=len(survey) - told_apart,
    )
