"""Bytes that a pinyin gloss broke, given back where the gloss itself proves them.

Some web sites insert glosses (數(shù)) into GBK bytes without minding where a character starts. A match that begins
in the middle of one character cuts the next: its lead byte meets the bracket, both become "?", and the text reads
shifted by one byte until the next ASCII character: 當?shù)蒯t(yī). The lost lead byte is the one that, after the last
byte of the character before, makes a character with the gloss's reading. Where that leaves no doubt the text is
decoded again; elsewhere it is replaced by one U+FFFD rather than guessed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from transforms.characters import HAN
from transforms.lexicons import read_csv

PINYIN = "[a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜńňǹ]{1,6}"
DAMAGE = "\ufffd"

_GLOSSED = re.compile(rf"([{HAN}])\(({PINYIN})\)")
_BREAK = re.compile(
    rf"(?P<before>[{HAN}])(?:\({PINYIN}\))?(?P<sites>(?:\?{PINYIN}\))+)(?P<shifted>[^\x00-\x7f]{{0,400}})"
)
_REST = re.compile(rf"(?:[A-Za-z]|[!?,.:;][^\x00-\x7f]{{1,40}}[A-Za-z])?(?:(?<=[A-Za-z])\({PINYIN}\))?")
"""What else of a break reads wrong where it is not restored: the ASCII trail byte of its last character."""
_SITE = re.compile(rf"\?({PINYIN})\)")
_PLAIN = re.compile(rf"[{HAN}，。、；：！？“”‘’（）《》…—·]*")
_TONES = set("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ")


def restore(text: str) -> tuple[str, int, int]:
    """`text` with broken bytes restored, how many places were restored, and how many marked as damaged."""
    if "?" not in text:
        return text, 0, 0
    readings = _readings(text)
    pieces: list[str] = []
    at = restored = damaged = 0
    for match in _BREAK.finditer(text):
        if not _TONES.intersection(match["sites"]):
            continue
        whole, end = _decode(match, readings)
        if whole is None and (rest := _REST.match(text, match.end())):
            end = rest.end()
        pieces += [text[at : match.start("sites")], DAMAGE if whole is None else whole]
        at = end
        restored, damaged = restored + (whole is not None), damaged + (whole is None)
    return "".join([*pieces, text[at:]]), restored, damaged


@cache
def _known_readings() -> Mapping[str, frozenset[str]]:
    return _by_reading(read_csv("glossed_readings.csv", ("character", "reading")))


def _by_reading(pairs: Iterable[Sequence[str]]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for character, reading in pairs:
        found[reading].add(character)
    return {reading: frozenset(characters) for reading, characters in found.items()}


def _readings(text: str) -> Mapping[str, frozenset[str]]:
    """Reading to characters: the lexicon's, and those that the document's whole glosses show."""
    seen = _by_reading(_GLOSSED.findall(text))
    known = _known_readings()
    return {reading: known.get(reading, frozenset()) | seen.get(reading, frozenset()) for reading in {*known, *seen}}


def _decode(match: re.Match[str], readings: Mapping[str, frozenset[str]]) -> tuple[str | None, int]:
    """What stood at a break, or None; and where the broken text ends."""
    text, end = match.string, match.end()
    try:
        before = match["before"].encode("gbk")
        shifted = match["shifted"].encode("gbk")
    except UnicodeEncodeError:
        return None, end
    broken = b""
    for reading in _SITE.findall(match["sites"]):
        lead = _lost_lead((before + broken)[-1:], readings.get(reading, frozenset()))
        if lead is None:
            return None, end
        broken += lead
    broken += shifted
    if len(broken) % 2:
        tail = text[end : end + 1]
        if not "@" <= tail <= "~":
            return None, end
        broken, end = broken + tail.encode("ascii"), end + 1
    try:
        whole = broken.decode("gbk")
    except UnicodeDecodeError:
        return None, end
    return (whole, end) if _PLAIN.fullmatch(whole) else (None, end)


def _lost_lead(trail: bytes, characters: frozenset[str]) -> bytes | None:
    """The one byte that completes `trail` to a GBK character among `characters`; None where none or several do."""
    leads = set()
    for character in characters:
        try:
            encoded = character.encode("gbk")
        except UnicodeEncodeError:
            continue
        if len(encoded) == 2 and encoded[:1] == trail:
            leads.add(encoded[1:])
    return leads.pop() if len(leads) == 1 else None
