"""Kinds of characters that reading, repair and splitting share: Han, sentence marks, display width."""

from __future__ import annotations

import re

HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002fa1f〇"
"""Inside a regular expression's brackets: any Han character."""

OPENING = "“‘（《【「『〈〔"
CLOSING = "”’）》】」』〉〕"
MID_MARKS = "，、；："
END_MARKS = "。！？…"

_ENDS_SENTENCE = re.compile(rf"[{END_MARKS}][{CLOSING}]*$")
_HAN = re.compile(f"[{HAN}]")
_HALF_WIDTH = re.compile(r"[\x00-\x7f]")


def ends_sentence(text: str) -> bool:
    """True where `text` ends in 。！？… with any closing quotes after it."""
    return bool(_ENDS_SENTENCE.search(text[-8:]))


def count_han(text: str) -> int:
    """How many Han characters `text` holds."""
    return len(_HAN.findall(text))


def display_width(text: str) -> float:
    """Width in full-width cells: a Han character is 1, an ASCII one 0.5."""
    return len(text) - 0.5 * len(_HALF_WIDTH.findall(text))
