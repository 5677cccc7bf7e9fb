"""Rows as compact columns: a value that occurs often is written once, and columns refer to it by number."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Hashable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

CHUNK_CHARS = 60_000
"""Article texts that are packed together: opening one of them unpacks no more than this."""


class Coder:
    """Numbers for values: `code("泉州市")` is 0 the first time and ever after; NULL is -1."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def code(self, value: Hashable) -> int:
        """The number of `value`, a new one where it was not met yet."""
        if value is None:
            return -1
        return self._numbers.setdefault(value, len(self._numbers))

    def values(self) -> list[Any]:
        """Every value met, by its number."""
        return list(self._numbers)


def exact(value: Decimal | None) -> str | None:
    """An amount as digits without an exponent or idle zeros: 160000000, 4.85. JavaScript's numbers would round it."""
    if value is None:
        return None
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def safe_json(value: Any) -> str:
    """JSON that can stand inside a script element, whatever text it holds: `<`, `>` and `&` are escaped.

    U+2028 and U+2029 are too. A lone half of a surrogate pair, which UTF-8 cannot hold, comes out as U+FFFD.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)
    for char in ("<", ">", "&", "\u2028", "\u2029"):
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return exact(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in the page")


def packed(texts: Iterable[str]) -> tuple[list[str], list[tuple[int, int]]]:
    """Texts in chunks, each a JSON list, gzipped, in base64; and for each text its chunk and its place there."""
    chunks: list[str] = []
    places: list[tuple[int, int]] = []
    waiting: list[str] = []
    for text in texts:
        if waiting and sum(map(len, waiting)) + len(text) > CHUNK_CHARS:
            chunks.append(_pack(waiting))
            waiting = []
        places.append((len(chunks), len(waiting)))
        waiting.append(text)
    if waiting:
        chunks.append(_pack(waiting))
    return chunks, places


def _pack(texts: list[str]) -> str:
    data = json.dumps(texts, ensure_ascii=False).encode("utf-8", "replace")
    return base64.b64encode(gzip.compress(data, 9, mtime=0)).decode("ascii")
