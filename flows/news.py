"""What is new: the files of a survey against what the warehouse has read already.

A document is its bytes. Known bytes are not read again, wherever they lie; a file that could not be read is not told
again as news until it changes or the extractor does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from flows.sources import Listing, Seen, Unread
from warehouse.load import Standing, standing_of
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
    settled: tuple[Seen, ...] = ()
    """The known ones that the next run need not look at while they stay as they are."""

    @property
    def is_nothing(self) -> bool:
        """Whether a run would change nothing."""
        return not (self.new or self.returned or self.unread)

    @property
    def found(self) -> int:
        """Files surveyed."""
        return len(self.new) + len(self.returned) + len(self.unread) + len(self.still_unread) + self.known


def against_published(survey: Sequence[Seen | Unread], listing: Listing, home: Path, extractor_version: str) -> News:
    """What is new to the published warehouse of `home`; everything, where there is none."""
    if not survey or not (home / PUBLISHED_NAME).exists():
        return _sorted(survey, _settled(listing), {}, frozenset())
    con = connect_published(home)
    try:
        return against(survey, listing, con, extractor_version)
    finally:
        con.close()


def against(
    survey: Sequence[Seen | Unread], listing: Listing, con: duckdb.DuckDBPyConnection, extractor_version: str
) -> News:
    """What is new to the warehouse behind `con`."""
    seen = sorted({(each.document_key, each.candidate.address) for each in survey if isinstance(each, Seen)})
    failed = con.execute(
        "SELECT DISTINCT outcome.address, outcome.document_key, outcome.reason FROM ops.document_outcome AS outcome "
        "JOIN ops.run AS run USING (run_key) WHERE outcome.outcome = 'failed' AND run.extractor_version = ?",
        [extractor_version],
    ).fetchall()
    return _sorted(survey, _settled(listing), standing_of(con, seen), frozenset(failed))


def _settled(listing: Listing) -> int:
    return listing.known.settled if listing.known is not None else 0


def _sorted(
    survey: Sequence[Seen | Unread],
    settled: int,
    standing: Mapping[tuple[str, str], Standing],
    failed: frozenset[tuple[str, str | None, str]],
) -> News:
    new: dict[str, Seen] = {}
    returned: list[str] = []
    unread: list[Unread] = []
    still_unread: list[Unread] = []
    known: list[Seen] = []
    held: set[str] = set()
    # Bytes that could not be read as a document, by the reason that was found then.
    hopeless = {document_key: reason for _, document_key, reason in failed if document_key is not None}
    for each in survey:
        if isinstance(each, Unread):
            told = (each.address, each.document_key, each.reason) in failed
            (still_unread if told else unread).append(each)
            continue
        stands = standing.get((each.document_key, each.candidate.address))
        if stands == "held":
            held.add(each.document_key)
        if each.document_key in hopeless:
            candidate = each.candidate
            reason = hopeless[each.document_key]
            still_unread.append(Unread(candidate.name, candidate.address, reason, each.document_key))
        elif stands == "earlier":
            returned.append(each.document_key)
        elif stands is None:
            new.setdefault(each.document_key, each)
        elif stands == "known":
            known.append(each)
    told_apart = len(new) + len(returned) + len(unread) + len(still_unread)
    return News(
        new=tuple(new.values()),
        returned=tuple(returned),
        unread=tuple(unread),
        still_unread=tuple(still_unread),
        known=settled + len(survey) - told_apart,
        held=len(held),
        settled=tuple(known),
    )


def settle(
    listing: Listing, survey: Sequence[Seen | Unread], news: News, loaded: frozenset[str] | set[str] = frozenset()
) -> None:
    """Remember the files of which every document is known now, those of keys `loaded` by this run among them.

    To be called once the run is over: what is remembered is true of the state that is published then.
    """
    if listing.known is None:
        return
    known = {id(each) for each in news.settled}
    documents: dict[Path, list[Seen]] = {}
    unsettled = set()
    for each in survey:
        if isinstance(each, Seen) and (id(each) in known or each.document_key in loaded):
            documents.setdefault(each.candidate.path, []).append(each)
        else:
            unsettled.add(each.candidate.path if isinstance(each, Seen) else None)
    unread = {each.address for each in survey if isinstance(each, Unread)}
    listing.known.settle(
        (path, seen[0].state, len(seen))
        for path, seen in documents.items()
        if path not in unsettled and seen[0].state is not None and _file_address(seen[0]) not in unread
    )


def _file_address(seen: Seen) -> str:
    """The address of the file itself, that of an export where the document is a line of one."""
    return replace(seen.candidate, record=None).address
