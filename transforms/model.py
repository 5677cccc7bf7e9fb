"""The words of the house: what each step hands to the next.

Everything here is frozen data. Offsets are half-open and count characters (Unicode code points) in
`Article.text`, the repaired text that the warehouse stores. Amounts are `Decimal`: exact, never floating point.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Literal

Approximation = Literal["exact", "about", "at_least", "at_most"]
Aspect = Literal["level", "yoy_pct", "yoy_abs", "change_pct", "change_pp", "multiple", "share"]
Status = Literal["actual", "planned"]
Disposition = Literal["fact", "ignored", "unknown"]
ArticleKind = Literal["news", "caption", "notice"]
PlaceLevel = Literal["province", "prefecture", "county"]


class ReadError(Exception):
    """A document that cannot be read. `name` is the file's name, `reason` one plain sentence without its content."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason

    def __reduce__(self) -> tuple[type[ReadError], tuple[str, str]]:
        return ReadError, (self.name, self.reason)


def hash64(*parts: object) -> int:
    """A signed 64-bit key over `parts`, the same on every machine and in every process."""
    joined = "\x1f".join(str(part) for part in parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(joined, digest_size=8).digest(), "big", signed=True)


@dataclass(frozen=True, slots=True)
class Document:
    """One version of one document, read: decoded, personal numbers masked, not yet repaired."""

    document_key: str
    """SHA-256 of the bytes, 64 hexadecimal digits."""
    name: str
    """File name, or the last part of an address."""
    address: str
    """Where it was found: a path or a URL."""
    media_type: str
    charset: str
    size_bytes: int
    text: str
    damaged_chars: int = 0
    """Characters that the bytes did not give back whole."""
    masked_numbers: int = 0
    """Identity, phone and certificate numbers that were masked."""
    title: str | None = None
    """Title from metadata, where the format carries one."""
    outlet: str | None = None
    published_on: date | None = None
    published_origin: str | None = None
    """Where `published_on` comes from: metadata, name, feed."""


@dataclass(frozen=True, slots=True)
class Repair:
    """How often one repair acted on one document."""

    code: str
    count: int


@dataclass(frozen=True, slots=True)
class Article:
    """One story in one document. `text` starts with the headline, where there is one; paragraphs end in newlines."""

    article_key: int
    document_key: str
    ordinal: int
    kind: ArticleKind
    headline: str | None
    text: str
    outlet: str | None = None
    byline: str | None = None
    published_on: date | None = None
    published_origin: str | None = None
    """text, metadata, name or feed."""
    sector: str = "health"
    sector_words: tuple[str, ...] = ()
    """The words that decided the sector."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number as printed, with what its wording allows.

    `value`, `value_low` and `value_high` are in the printed unit after the magnitude is applied (4200余万元 is
    42000000 with unit 元); `value_high` None means open. `text[char_start:char_end]` is the figure as printed, its
    approximation words and unit included.
    """

    value: Decimal
    value_low: Decimal
    value_high: Decimal | None
    approximation: Approximation
    unit: str
    """The classifier or unit as written; empty where there is none."""
    char_start: int
    char_end: int
    form: str = "count"
    """What the number's own shape says: count, ordinal, date, time, duration, age, percent, points, multiple, …"""


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place named in a text. `code` is the six-digit administrative-division code."""

    code: str
    name: str
    level: PlaceLevel
    char_start: int
    char_end: int
    surface: str
    is_abbreviation: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure mention in one article, with what was decided about it: the row of the ledger.

    A quantity becomes one Figure, or several where it states several metrics (门急诊人次、床位使用率均翻一番). What
    only facts have is None, or false, for the others.
    """

    figure_key: int
    article_key: int
    document_key: str
    disposition: Disposition
    reason: str | None = None
    """Why it is ignored or unknown; None for a fact."""
    metric: str | None = None
    aspect: Aspect | None = None
    value: Decimal
    value_low: Decimal | None
    value_high: Decimal | None
    approximation: Approximation
    unit: str | None
    """Canonical unit of the catalogue; for a figure that is not a fact, the unit as printed."""
    status: Status = "actual"
    qualifier: str | None = None
    is_annual: bool = False
    is_part: bool = False
    donor_code: str | None = None
    donor: str | None = None
    recipient_code: str | None = None
    recipient: str | None = None
    organisation: str | None = None
    channel: str | None = None
    """援疆, 援藏, 援青, 援外, 对口帮扶, …"""
    batch: str | None = None
    """第九批, …"""
    period_start: date | None = None
    period_end: date | None = None
    sector: str
    sentence: str
    sentence_start: int
    char_start: int
    char_end: int
    figure: str
    """`Article.text[char_start:char_end]`."""
    rule_code: str
    """Which rule of the lexicon decided the metric, or why there is none."""
    donor_step: str | None = None
    """Where the donor came from: clause, sentence, paragraph, story, headline."""
    recipient_step: str | None = None
    period_step: str | None = None
    part_of: int | None = None
    """figure_key of the total that this figure is a part of, where the text says which."""

    def __getstate__(self) -> tuple[object, ...]:
        # Figures come back from workers by the hundred thousand. What a frozen dataclass does by itself takes twice the
        # time: it looks every field up by name.
        return _values_of_figure(self)

    def __setstate__(self, values: tuple[object, ...]) -> None:
        for put, value in zip(_PUT_FIGURE, values, strict=True):
            put(self, value)

    @property
    def programme(self) -> str | None:
        """Channel and batch in one string: 援疆 第九批."""
        return " ".join(part for part in (self.channel, self.batch) if part) or None


_FIGURE_FIELDS = tuple(each.name for each in fields(Figure))
_values_of_figure = attrgetter(*_FIGURE_FIELDS)
_PUT_FIGURE = tuple(vars(Figure)[name].__set__ for name in _FIGURE_FIELDS)


@dataclass(frozen=True, slots=True)
class ExtractedDocument:
    """All that one document gave. `accepted + ignored + unknown` figures make `figures`."""

    document: Document
    repairs: tuple[Repair, ...] = ()
    articles: tuple[Article, ...] = ()
    figures: tuple[Figure, ...] = field(default=())
