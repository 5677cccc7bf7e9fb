"""Text as it was printed, out of text as it was exported: each repair counts itself and a second run changes nothing.

The order matters: broken bytes before the glosses that prove them, glosses before the script, punctuation before the
lines whose ends it marks.
"""

from __future__ import annotations

from collections import Counter

from transforms import privacy
from transforms.model import Document, Repair
from transforms.repair import byte_breaks, lines, marks, script

_MOST_ROUNDS = 8


WRAPPED_FORMS = frozenset(("text/plain", "application/pdf", "application/jsonl"))
"""Media types whose lines may be a column's, and whose blank lines may be a column's end inside a sentence."""


def repair_document(document: Document) -> tuple[str, tuple[Repair, ...]]:
    """`document.text` repaired as its form allows: a title from metadata stays a line of its own, and where the form
    itself parts paragraphs, nothing is joined across them."""
    return repair(document.text, headed=document.title is not None, columns=document.media_type in WRAPPED_FORMS)


def repair(text: str, *, headed: bool = False, columns: bool = True) -> tuple[str, tuple[Repair, ...]]:
    """`text` as paragraphs, one a line, blank lines between blocks; and how often each repair acted.

    "援疆醫(yī)療隊培訓 9\\n000 餘人次" in a column gives "援疆医疗队培训9000余人次". Codes: byte_break, damage, gloss,
    image, disclaimer, script, width, line, space, and mask for personal numbers that a join made whole. Runs until
    nothing changes, so repairing twice is repairing once. `headed`: the first line is a title. `columns`: blank lines
    may stand inside a sentence, as they do at a column's end.
    """
    counts: Counter[str] = Counter()
    for _ in range(_MOST_ROUNDS):
        repaired = _once(text, counts, headed, columns)
        if repaired == text:
            break
        text = repaired
    return text, tuple(Repair(code, count) for code, count in sorted(counts.items()) if count)


def _once(text: str, counts: Counter[str], headed: bool, columns: bool) -> str:
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
    text, joined, blanks = lines.join(text, headed=headed, columns=columns)
    masked = privacy.mask(text)
    counts.update(line=joined, space=blanks, mask=masked.count)
    return masked.text


__all__ = ["repair", "repair_document"]
