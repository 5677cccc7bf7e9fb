"""Which documents a backfill takes: what a person asks for, checked, and the documents that it means."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

import duckdb
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from flows.settings import BadUsage
from transforms.lexicons import load_metrics
from transforms.model import Document

DOCUMENT_FIELDS = (
    *("document_key", "name", "address", "media_type", "charset", "size_bytes", "text", "damaged_chars"),
    *("masked_numbers", "title", "outlet", "published_on", "published_origin"),
)
KEPT = ("fetched_at", "current_since", "source")
"""What a document keeps when it is extracted anew: when and where it was had."""


class Selection(BaseModel):
    """Which documents to re-extract. Conditions add up; without any, it is every document that the warehouse holds."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="Documents to re-extract")

    first: date | None = Field(default=None, title="From", description="first day, inclusive")
    last: date | None = Field(default=None, title="To", description="last day, inclusive")
    by: Literal["published", "ingested"] = Field(
        default="published", title="Days of", description="publication of an article, or first reading of a document"
    )
    source: str | None = Field(default=None, title="Source", description="the source that offered it; a glob")
    document: str | None = Field(default=None, title="Document", description="file name; a glob: 2024-03*.txt")
    metric: str | None = Field(
        default=None, title="Metric", description="only documents with a fact of this metric, before or after"
    )
    changed_only: bool = Field(
        default=False, title="Changed only", description="leave out documents whose rows would stay as they are"
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.first and self.last and self.first > self.last:
            raise ValueError(f"from {self.first} is after to {self.last}")
        if self.metric is not None and self.metric not in load_metrics():
            raise ValueError(f"the catalogue has no metric {self.metric!r}")
        return self

    @property
    def described(self) -> str:
        """One line: `published 2024-03-01…2024-03-31, document 2024*`."""
        days = f"{self.by} {self.first or ''}…{self.last or ''}" if self.first or self.last else ""
        named = {"source": self.source, "document": self.document, "metric": self.metric}
        parts = [days, *(f"{name} {value}" for name, value in named.items() if value)]
        parts.append("changed only" if self.changed_only else "")
        return ", ".join(part for part in parts if part) or "everything"


def select(**asked: Any) -> Selection:
    """A selection from a person's words. BadUsage, in one line, where it makes no sense."""
    try:
        return Selection(**asked)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadUsage(str(first["msg"]).removeprefix("Value error, ")) from error


def chosen_documents(con: duckdb.DuckDBPyConnection, selection: Selection, zone: ZoneInfo) -> list[str]:
    """Keys of the documents that a selection means, the first that was had first.

    `metric` and `changed_only` are not looked at: they depend on what the documents give now.
    """
    conditions, values = ["true"], []
    if selection.source:
        conditions.append("document.source GLOB ?")
        values.append(selection.source)
    if selection.document:
        conditions.append("document.name GLOB ?")
        values.append(selection.document)
    days, moments = _days(selection, zone)
    rows = con.execute(
        f"SELECT document_key FROM raw.document AS document WHERE {' AND '.join([*conditions, *days])} "
        "ORDER BY fetched_at, name, document_key",
        [*values, *moments],
    ).fetchall()
    return [key for (key,) in rows]


def stored_documents(
    con: duckdb.DuckDBPyConnection, document_keys: Sequence[str]
) -> tuple[list[Document], dict[str, dict[str, Any]]]:
    """The documents with these keys, in their order, and what the warehouse alone knows of them, by key."""
    cursor = con.execute(
        f"SELECT {', '.join((*DOCUMENT_FIELDS, *KEPT))} FROM raw.document "
        "WHERE document_key IN (SELECT unnest(?::VARCHAR[]))",
        [list(document_keys)],
    )
    names = [column[0] for column in cursor.description or ()]
    rows = {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}
    documents = [Document(**{name: rows[key][name] for name in DOCUMENT_FIELDS}) for key in document_keys]
    return documents, {key: {name: row[name] for name in KEPT} for key, row in rows.items()}


def _days(selection: Selection, zone: ZoneInfo) -> tuple[list[str], list[Any]]:
    """Conditions in SQL on the selection's days, and their values; a day of ingestion is one of the time zone."""
    conditions: list[str] = []
    values: list[Any] = []
    if selection.by == "ingested":
        if selection.first:
            conditions.append("document.fetched_at >= ?")
            values.append(_midnight(selection.first, zone))
        if selection.last:
            conditions.append("document.fetched_at < ?")
            values.append(_midnight(selection.last + timedelta(days=1), zone))
        return conditions, values
    if selection.first or selection.last:
        conditions.append(
            "EXISTS (SELECT 1 FROM core.dim_article AS article WHERE article.document_key = document.document_key "
            "AND coalesce(article.published_on, document.published_on) BETWEEN ? AND ?)"
        )
        values += [selection.first or date.min, selection.last or date(9999, 12, 31)]
    return conditions, values


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day in the time zone, as the warehouse keeps moments."""
    return datetime.combine(day, time(), zone).astimezone(UTC).replace(tzinfo=None)
