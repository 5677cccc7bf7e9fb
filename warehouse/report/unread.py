"""Why a file could not be read, in Chinese. The warehouse keeps the sentence that the program gave, in English."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

SLOT = "{}"


def in_chinese(reason: str) -> str | None:
    """The Chinese of one such sentence, or None where `unread.toml` has none: the English stands in for it.

    Example: "the PDF has 900 pages, more than the limit of 500" gives "PDF有900页，超过上限500".
    """
    for pattern, chinese in _table():
        if found := pattern.fullmatch(reason):
            first, *rest = chinese.split(SLOT)
            return first + "".join(
                (in_chinese(filled) or filled) + after for filled, after in zip(found.groups(), rest, strict=True)
            )
    return None


@cache
def _table() -> tuple[tuple[re.Pattern[str], str], ...]:
    text = resources.files("warehouse.report").joinpath("unread.toml").read_text(encoding="utf-8")
    return tuple(
        (re.compile("(.+)".join(re.escape(part) for part in english.split(SLOT)), re.DOTALL), chinese)
        for english, chinese in tomllib.loads(text).items()
    )
