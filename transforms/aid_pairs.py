"""Who is paired with whom in counterpart aid: a hint for context and for checks, never a substitute for the text."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache

from transforms.gazetteer import chain, is_within, rows


@dataclass(frozen=True, slots=True)
class AidPair:
    """One row of `lexicons/aid_pairs.csv`: 福建省 → 昌都市, 援藏, since 2016. Years are None while open or unknown."""

    donor_code: str
    recipient_code: str | None
    """None for a country abroad."""
    recipient: str
    programme: str
    valid_from: int | None
    valid_to: int | None
    source: str


@cache
def aid_pairs() -> tuple[AidPair, ...]:
    """Every pair, by programme and donor."""
    return tuple(
        AidPair(
            donor_code=row["donor_code"],
            recipient_code=row["recipient_code"] or None,
            recipient=row["recipient"],
            programme=row["programme"],
            valid_from=int(row["valid_from"]) if row["valid_from"] else None,
            valid_to=int(row["valid_to"]) if row["valid_to"] else None,
            source=row["source"],
        )
        for row in rows("aid_pairs.csv")
    )


@lru_cache(maxsize=10_000)
def are_paired(donor_code: str, recipient_code: str, year: int | None = None) -> bool:
    """Whether the plans link the two, or places that contain or lie in them, in `year` where it is given.

    泉州市 and 昌吉市 are linked, and so are 福建省 and 奇台县.
    """
    return any(
        pair.recipient_code is not None
        and _touch(pair.donor_code, donor_code)
        and _touch(pair.recipient_code, recipient_code)
        and (year is None or (pair.valid_from or year) <= year <= (pair.valid_to or year))
        for pair in aid_pairs()
    )


def _touch(one: str, other: str) -> bool:
    return is_within(one, other) or is_within(other, one)


def recipients_of(donor_code: str) -> frozenset[str]:
    """Codes linked with a donor or with a place in it, and all that contain them: 河南省 → 哈密市, 新星市, 新疆."""
    return _recipients().get(donor_code, frozenset())


@cache
def _recipients() -> dict[str, frozenset[str]]:
    linked: dict[str, set[str]] = defaultdict(set)
    for pair in aid_pairs():
        if pair.recipient_code:
            for code in chain(pair.donor_code):
                linked[code].update(chain(pair.recipient_code))
    return {code: frozenset(codes) for code, codes in linked.items()}
