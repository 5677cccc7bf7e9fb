"""Text as it was printed, out of text as it was exported: each repair counts itself and a second run changes nothing.

The order matters: broken bytes before the glosses that prove them, glosses before the script, punctuation before the
lines whose ends it marks.
"""

from __future__ import annotations

from collections import Counter

from transforms.model import Repair
from transforms.repair import byte_breaks, lines, marks, script

_MOST_ROUNDS = 8


def repair(text: str) -> tuple[str, tuple[Repair, ...]]:
    """`text` as paragraphs, one a line, blank lines between blocks; and how often each repair acted.

    "援疆醫(yī)療隊培訓 9\\n000 餘人次" in a column gives "援疆医疗队培训9000余人次". Codes: byte_break, damage, gloss,
    image, disclaimer, script, width, line, space. Runs until nothing changes, so repairing twice is repairing once.
    """
    counts: Counter[str] = Counter()
    for _ in range(_MOST_ROUNDS):
        repaired = _once(text, counts)
        if repaired == text:
            break
        text = repaired
    return text, tuple(Repair(code, count) for code, count in sorted(counts.items()) if count)


def _once(text: str, counts: Counter[str]) -> str:
    text, restored, damaged = byte_breaks.restore(text)
    counts.update(byte_break=restored, damage=damaged)
    for code, step in (
        ("gloss", marks.remove_glosses),
        ("image", marks.remove_images),
        ("disclaimer", marks.remove_disclaimers),
        ("script", script.to_simplified),
        ("width", marks.normalise_width),
    ):
        text, count = step(text)
        counts[code] += count
    text, joined, blanks = lines.join(text)
    counts.update(line=joined, space=blanks)
    return text


__all__ = ["repair"]
