"""Decoded plain text made clean: line ends, control and invisible characters, radicals; dates in file names."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache

from transforms.lexicons import read_csv

_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029\x0b\x0c]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe00-\ufe0f\ufff9-\ufffb]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\t]")
_RADICALS = re.compile("[\u2e80-\u2fdf]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_NAME_DATE = re.compile(
    r"(?<![0-9A-Za-z])((?:19|20)[0-9]{2})([-_.年]?)(0?[1-9]|1[0-2])(?:\2|月)(0?[1-9]|[12][0-9]|3[01])日?(?![0-9A-Za-z])"
)


@dataclass(frozen=True, slots=True)
class Cleaned:
    text: str
    removed_controls: int


def clean_line_ends(text: str) -> str:
    """`text` with \\n at the end of every line, whatever stood there."""
    return _LINE_ENDS.sub("\n", text)


def clean(text: str) -> Cleaned:
    """`text` with \\n line ends, NFC, no control or invisible characters; control characters are counted.

    "医\\x00院\\r\\n" gives Cleaned("医院\\n", 1).
    """
    text = clean_line_ends(text)
    text, controls = _CONTROLS.subn("", text)
    text, surrogates = _SURROGATES.subn("\ufffd", text)
    text = _SPACES.sub(" ", _INVISIBLE.sub("", text))
    text = _RADICALS.sub(lambda match: _characters().get(match[0], match[0]), text)
    return Cleaned(unicodedata.normalize("NFC", text), controls + surrogates)


@cache
def _characters() -> dict[str, str]:
    return {row[0]: row[1] for row in read_csv("radicals.csv", ("radical", "character"))}


def date_in_name(name: str) -> date | None:
    """The one whole date that a file name states: "2024-11-14_健康报.txt" gives date(2024, 11, 14)."""
    found = set()
    for year, mark, month, day in _NAME_DATE.findall(name):
        if not mark and (len(month) < 2 or len(day) < 2):
            continue
        try:
            found.add(date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return found.pop() if len(found) == 1 else None
