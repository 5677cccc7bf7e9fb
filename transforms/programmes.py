"""Channels and batches of counterpart aid: 援疆, 援藏, 对口帮扶; 第九批."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from transforms.lexicons import LexiconError, read_csv

FOREIGN = "foreign"
"""The channel's receiver is abroad."""
SAME = "same"
"""The channel's receiver lies in the donor's own province."""
_BATCH = re.compile(r"第[一二三四五六七八九十百〇零\d]{1,4}[批轮](?:第[一二三四五六七八九十\d]{1,3}批)?|首批")
_SPECIFIC_FIRST = ("对口支援", "对口帮扶")


@dataclass(frozen=True, slots=True)
class ProgrammeMention:
    """A channel or a batch named in the text."""

    kind: str
    """channel or batch"""
    name: str
    province: str | None
    """Code of the receiving province that the channel implies, `foreign`, or None."""
    char_start: int
    char_end: int


@cache
def _channels() -> dict[str, tuple[str, str | None]]:
    channels: dict[str, tuple[str, str | None]] = {}
    for surface, channel, province, _source in read_csv("channels.csv", ("surface", "channel", "province", "source")):
        if surface in channels:
            raise LexiconError(f"channels.csv: {surface} stands twice")
        channels[surface] = channel, province or None
    return channels


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _channels()), key=len, reverse=True)))


def find_programmes(text: str) -> list[ProgrammeMention]:
    """Channels and batches in `text`, in order: 第九批医疗卫生援疆工作队 gives 第九批 and 援疆."""
    found = [
        ProgrammeMention("channel", *_channels()[match[0]], match.start(), match.end())
        for match in _pattern().finditer(text)
    ]
    found += [ProgrammeMention("batch", m[0], None, m.start(), m.end()) for m in _BATCH.finditer(text)]
    return sorted(found, key=lambda mention: mention.char_start)


def main_channel(mentions: list[ProgrammeMention]) -> str | None:
    """The channel that a text is about: the most frequent one, 对口支援 only where nothing says more."""
    counts: dict[str, int] = {}
    for mention in mentions:
        if mention.kind == "channel":
            counts[mention.name] = counts.get(mention.name, 0) + 1
    if not counts:
        return None
    return max(counts, key=lambda name: (name not in _SPECIFIC_FIRST, counts[name], name))
