"""JSON Lines exports: one article a line, with title, text, published, url and outlet.

A line is a document of its own: its key is the hash of the line's bytes, so an export that grew gives only its new
lines.
"""

from __future__ import annotations

import json
import re
from typing import Any

from transforms.reading.content import Content, Unreadable, cleaned_line, paragraphs_of
from transforms.reading.dates import published_date

_JSON = re.compile(r"\s*(?:\[\s*)?\{\s*(?:\"|\})")
MEDIA_TYPE = "application/jsonl"


def is_record(text: str) -> bool:
    """Whether `text` is one JSON object with a text: {"title": "…", "text": "…"}."""
    return _parsed(text) is not None


def is_json(text: str) -> bool:
    """Whether `text` is meant as JSON: it begins as an object or an array of objects does."""
    return bool(_JSON.match(text))


def address_of(text: str) -> str | None:
    """The url that a record gives, or None."""
    record = _parsed(text)
    return cleaned_line(record["url"])[:2000] if record and isinstance(record.get("url"), str) else None  # type: ignore[index]


def read_record(text: str, charset: str, damaged_chars: int = 0) -> Content:
    """One line of an export. Raises Unreadable where it has no text, or a field has a wrong type."""
    record = _parsed(text)
    if record is None:
        raise Unreadable("the line is not a JSON object with a 'text'")
    for field in ("title", "url", "outlet"):
        if not isinstance(record.get(field), str | None):
            raise Unreadable(f"the record's {field!r} is not text")
    title = cleaned_line(record.get("title"))
    return Content(
        text=paragraphs_of([record["text"]] if record["text"].strip() else [], title),
        media_type=MEDIA_TYPE,
        charset=charset,
        damaged_chars=damaged_chars,
        title=title,
        outlet=cleaned_line(record.get("outlet")),
        published_on=published_date(record.get("published")),
    )


def _parsed(text: str) -> dict[str, Any] | None:
    if not text.lstrip().startswith("{"):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and isinstance(value.get("text"), str) else None
