"""What a site put into the text: glosses, image marks, disclaimers; and punctuation in the wrong width."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from transforms.characters import CLOSING, HAN, OPENING
from transforms.lexicons import read_csv
from transforms.repair.byte_breaks import PINYIN

# Patterns begin with the character that they look for: the engine skips to it, where a leading look-behind is tried at
# every character of the text.
_GLOSS = re.compile(rf"[(（](?<=[{HAN}].)({PINYIN})[)）]")
_TONE = re.compile("[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ]")
_SYLLABLE = re.compile(
    r"(?:[bpmf]|[dtnl]|[gkh]|[jqx]|[zcs]h?|[ryw])?"
    r"(?:a|o|e|ai|ei|ao|ou|an|en|ang|eng|ong|er|i|ia|ie|iao|iu|ian|in|iang|ing|iong|u|ua|uo|uai|ui|uan|un|uang|ue|v|ve)"
)
"""A syllable of pinyin without its tone."""
_PLAIN_GLOSS = re.compile(rf"[(（](?<=[{HAN}].)([a-z]{{1,6}})[)）] ")
_FEWEST = 3
"""How many glosses without tone marks prove that a site writes them: 仪(yi) 式, 举(ju) 办, 为(wei) 期."""
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,200}\]\([^()\n]{0,500}\)")

_FULL_WIDTH = re.compile("[０-９Ａ-Ｚａ-ｚ％]")
_POINT = re.compile(r"．(?<=[0-9].)(?=[0-9])")
_CHINESE = HAN + OPENING + CLOSING + "，。、；：！？…—"
_TO_CHINESE = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？", "(": "（", ")": "）"}
_ASCII_MARK = re.compile(rf"[,;:!?()](?:(?<=[{_CHINESE}].)|(?=[{_CHINESE}]))")
_ASCII_STOP = re.compile(rf"\.(?<=[{HAN}”’）】》].)(?=[{HAN}“‘（《\s]|$)")


def remove_glosses(text: str) -> tuple[str, int]:
    """醫(yī)院 becomes 醫院; brackets without a tone mark, as in 内镜(esd), stay, but where a site writes all its
    glosses so, each with a space behind it: 舉(ju) 辦義(yi) 診."""
    count = 0
    plain = [match for match in _PLAIN_GLOSS.finditer(text) if _SYLLABLE.fullmatch(match[1])]
    if len({match[1] for match in plain}) >= _FEWEST:
        text, count = _without(text, plain), len(plain)

    def replace(match: re.Match[str]) -> str:
        nonlocal count
        if not _TONE.search(match[1]):
            return match[0]
        count += 1
        return ""

    return _GLOSS.sub(replace, text), count


def _without(text: str, spans: Sequence[re.Match[str]]) -> str:
    """`text` without the spans, which stand in order."""
    ends = [0, *(match.end() for match in spans)]
    starts = [*(match.start() for match in spans), len(text)]
    return "".join(text[low:high] for low, high in zip(ends, starts, strict=True))


def remove_images(text: str) -> tuple[str, int]:
    """The marks ![]() of pictures that a Markdown export left."""
    return _IMAGE.subn("", text)


def remove_disclaimers(text: str) -> tuple[str, int]:
    """Whole lines in which a platform speaks, not the paper: every phrase of a disclaimer stands in the line."""
    phrases = [parts for parts in _disclaimers() if all(part in text for part in parts)]
    if not phrases:
        return text, 0
    kept, count = [], 0
    for line in text.split("\n"):
        if any(all(part in line for part in parts) for parts in phrases):
            count += 1
        else:
            kept.append(line)
    return "\n".join(kept), count


@cache
def _disclaimers() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(phrases.split("|")) for phrases, _source in read_csv("disclaimers.csv", ("phrases", "source")))


def normalise_width(text: str) -> tuple[str, int]:
    """Full-width digits and letters to ASCII, and ASCII punctuation beside Han characters to full width.

    "援疆,２０名(含5名)。" becomes "援疆，20名（含5名）。"; 1,596 and 5:30 stay.
    """
    plain = _POINT.sub(".", _FULL_WIDTH.sub(lambda match: chr(ord(match[0]) - 0xFEE0), text))
    plain, marks = _ASCII_MARK.subn(lambda match: _TO_CHINESE[match[0]], plain)
    plain, stops = _ASCII_STOP.subn("。", plain)
    return plain, marks + stops
