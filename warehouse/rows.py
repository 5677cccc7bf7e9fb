"""What the extractor gives, as one pandas frame a table, columns in the table's order.

Amounts stay `Decimal` objects and keys stay `Int64`: a float column would round both. Dates are `datetime64[s]`, texts
`str`. Nothing is judged here: `checks` says which rows may enter.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd

from transforms.model import Article, Document, ExtractedDocument, Figure, hash64
from warehouse.columns import COLUMNS


@dataclass(frozen=True, slots=True)
class FailedRead:
    """A document that could not be read. `document_key` is None where its bytes could not be had."""

    name: str
    address: str
    reason: str
    document_key: str | None = None


def frame(table: str, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows of one table as a frame with its columns and dtypes; no rows give an empty frame of the same shape."""
    listed = list(rows)
    columns = {name: pd.Series([row[name] for row in listed], dtype=dtype) for name, dtype in COLUMNS[table].items()}
    return pd.DataFrame(columns)


def metric_key(code: str) -> int:
    return hash64("metric", code)


def organisation_key(name: str | None) -> int | None:
    return None if name is None else hash64("organisation", name)


def programme_key(channel: str | None, batch: str | None) -> int | None:
    return None if channel is None and batch is None else hash64("programme", channel, batch)


def place_key(code: str | None) -> int | None:
    return None if code is None else int(code)


def naive_utc(moment: datetime) -> datetime:
    """A moment as the warehouse keeps it: UTC without a zone. ValueError where `moment` does not say its zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be stored: pass datetime.now(UTC)")
    return moment.astimezone(UTC).replace(tzinfo=None)


def to_frames(
    documents: Sequence[ExtractedDocument], *, run_key: str, extractor_version: str, fetched_at: datetime, source: str
) -> dict[str, pd.DataFrame]:
    """The rows of a batch, a frame a table, to be checked and loaded together.

    A document given twice counts once. Names of places are left to `core.dim_place`; a fact carries their codes.
    """
    stamp = {"run_key": run_key, "extractor_version": extractor_version}
    fetched = naive_utc(fetched_at)
    once = list({item.document.document_key: item for item in reversed(documents)}.values())[::-1]
    articles = [article for item in once for article in item.articles]
    figures = [figure for item in once for figure in item.figures]
    facts = [figure for figure in figures if figure.disposition == "fact"]
    return {
        "raw.document": frame("raw.document", (_document(item, fetched, source) | stamp for item in once)),
        "core.dim_organisation": frame("core.dim_organisation", _organisations(facts)),
        "core.dim_programme": frame("core.dim_programme", _programmes(facts)),
        "core.dim_article": frame("core.dim_article", (_article(article) | stamp for article in articles)),
        "core.fact_figure": frame("core.fact_figure", (_fact(figure) | stamp for figure in facts)),
        "core.unclaimed_figure": frame(
            "core.unclaimed_figure", (_unclaimed(figure) | stamp for figure in figures if figure.disposition != "fact")
        ),
        "ops.document_outcome": frame("ops.document_outcome", (_outcome(item, run_key) for item in once)),
    }


def failed_frame(failures: Iterable[FailedRead], *, run_key: str) -> pd.DataFrame:
    """Rows of `ops.document_outcome` for documents that could not be read."""
    counts = dict.fromkeys(("articles", "figures", "facts", "ignored", "unknown"), 0)
    return frame(
        "ops.document_outcome",
        (
            {
                "outcome_key": hash64(run_key, failure.address, failure.document_key),
                "run_key": run_key,
                "document_key": failure.document_key,
                "name": failure.name,
                "address": failure.address,
                "outcome": "failed",
                "reason": failure.reason,
            }
            | counts
            for failure in failures
        ),
    )


def dimension_frames(metrics: pd.DataFrame, places: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The catalogue and the civil-affairs table as frames of `core.dim_metric` and `core.dim_place`.

    `metrics` has the catalogue's columns code, zh, en, unit, group, additive, means, not, means_zh and not_zh; `places`
    has code, name, level, parent_code and short_name. Further columns are left out.
    """
    metric_rows = (
        {
            "metric_key": metric_key(row["code"]),
            "metric_code": row["code"],
            "name_zh": row["zh"],
            "name_en": row["en"],
            "unit": row["unit"],
            "metric_group": row["group"],
            "is_additive": bool(row["additive"]),
            "counts": row["means"],
            "excludes": _or_none(row.get("not")),
            "counts_zh": row["means_zh"],
            "excludes_zh": _or_none(row.get("not_zh")),
        }
        for row in metrics.to_dict("records")
    )
    place_rows = (
        {
            "place_key": place_key(str(row["code"])),
            "place_code": str(row["code"]),
            "name": row["name"],
            "level": row["level"],
            "parent_code": _or_none(row["parent_code"]),
            "short_name": _or_none(row["short_name"]),
        }
        for row in places.to_dict("records")
    )
    return {
        "core.dim_metric": frame("core.dim_metric", metric_rows),
        "core.dim_place": frame("core.dim_place", place_rows),
    }


def _or_none(value: Any) -> Any:
    return None if value is None or pd.isna(value) or value == "" else value


def _fits(value: Decimal) -> bool:
    """True where DECIMAL(22,4) holds `value` exactly."""
    return value.is_finite() and abs(value) < 10**18 and value == value.quantize(Decimal("0.0001"))


def _day(value: date | None) -> pd.Timestamp | None:
    return None if value is None else pd.Timestamp(value).as_unit("s")


def _document(item: ExtractedDocument, fetched: datetime, source: str) -> dict[str, Any]:
    document: Document = item.document
    return {
        "document_key": document.document_key,
        "name": document.name,
        "address": document.address,
        "source": source,
        "media_type": document.media_type,
        "charset": document.charset,
        "size_bytes": document.size_bytes,
        "text": document.text,
        "reading_outcome": "damaged" if document.damaged_chars else "whole",
        "damaged_chars": document.damaged_chars,
        "masked_numbers": document.masked_numbers,
        "repairs": json.dumps({repair.code: repair.count for repair in item.repairs}, ensure_ascii=False),
        "title": document.title or None,
        "outlet": document.outlet or None,
        "published_on": _day(document.published_on),
        "published_origin": document.published_origin,
        "fetched_at": fetched,
        "current_since": fetched,
    }


def _article(article: Article) -> dict[str, Any]:
    return {
        "article_key": article.article_key,
        "document_key": article.document_key,
        # Each article is its own story until reposts are found (warehouse.load.assign_stories).
        "story_key": article.article_key,
        "ordinal": article.ordinal,
        "kind": article.kind,
        "headline": article.headline or None,
        "text": article.text,
        "outlet": article.outlet or None,
        "byline": article.byline or None,
        "published_on": _day(article.published_on),
        "published_origin": article.published_origin,
        "sector": article.sector,
        "sector_words": "、".join(article.sector_words) or None,
    }


def _fact(figure: Figure) -> dict[str, Any]:
    return {
        "figure_key": figure.figure_key,
        "article_key": figure.article_key,
        "metric_key": None if figure.metric is None else metric_key(figure.metric),
        "aspect": figure.aspect,
        "value": figure.value,
        "value_low": figure.value_low,
        "value_high": figure.value_high,
        "approximation": figure.approximation,
        "unit": figure.unit,
        "status": figure.status,
        "qualifier": figure.qualifier or None,
        "is_annual": figure.is_annual,
        "is_part": figure.is_part,
        "donor_key": place_key(figure.donor_code),
        "recipient_key": place_key(figure.recipient_code),
        "organisation_key": organisation_key(figure.organisation),
        "programme_key": programme_key(figure.channel, figure.batch),
        "period_start": _day(figure.period_start),
        "period_end": _day(figure.period_end),
        "sector": figure.sector,
        "sentence": figure.sentence,
        "sentence_start": figure.sentence_start,
        "char_start": figure.char_start,
        "char_end": figure.char_end,
        "figure": figure.figure,
        "rule_code": figure.rule_code,
        "donor_step": figure.donor_step,
        "recipient_step": figure.recipient_step,
        "period_step": figure.period_step,
        "part_of_key": figure.part_of,
    }


def _unclaimed(figure: Figure) -> dict[str, Any]:
    return {
        "figure_key": figure.figure_key,
        "article_key": figure.article_key,
        "char_start": figure.char_start,
        "char_end": figure.char_end,
        "figure": figure.figure,
        # What is no amount (a serial number of thirty digits) has no value to keep; its digits stand in the figure.
        "value": figure.value if _fits(figure.value) else None,
        "unit": figure.unit,
        "disposition": figure.disposition,
        "reason": figure.reason,
        "rule_code": figure.rule_code,
        "sentence": figure.sentence,
    }


def _organisations(facts: Sequence[Figure]) -> list[dict[str, Any]]:
    names = sorted({figure.organisation for figure in facts if figure.organisation is not None})
    return [{"organisation_key": organisation_key(name), "name": name} for name in names]


def _programmes(facts: Sequence[Figure]) -> list[dict[str, Any]]:
    found = {programme_key(figure.channel, figure.batch): figure for figure in facts if figure.programme is not None}
    return [
        {"programme_key": key, "channel": figure.channel, "batch": figure.batch, "name": figure.programme}
        for key, figure in found.items()
    ]


def _outcome(item: ExtractedDocument, run_key: str) -> dict[str, Any]:
    document = item.document
    dispositions = [figure.disposition for figure in item.figures]
    return {
        "outcome_key": hash64(run_key, document.address, document.document_key),
        "run_key": run_key,
        "document_key": document.document_key,
        "name": document.name,
        "address": document.address,
        "outcome": "read",
        "reason": None,
        "articles": len(item.articles),
        "figures": len(item.figures),
        "facts": dispositions.count("fact"),
        "ignored": dispositions.count("ignored"),
        "unknown": dispositions.count("unknown"),
    }
