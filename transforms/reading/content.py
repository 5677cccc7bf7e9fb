"""What a reader makes of one form of document, before numbers are masked: text, and what the form says of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


class Unreadable(Exception):
    """A reader's refusal: one plain sentence that quotes nothing of the content."""


@dataclass(frozen=True, slots=True)
class Content:
    """The text of one document as its form gives it; a title from metadata is its first line."""

    text: str
    media_type: str
    charset: str
    damaged_chars: int = 0
    title: str | None = None
    outlet: str | None = None
    published_on: date | None = None


MOST_CHARS = 5_000_000
"""A longer text is refused after its form is taken off: a year of one paper has fewer characters."""


def paragraphs_of(blocks: list[str], title: str | None) -> str:
    """Paragraphs apart by blank lines, the title first unless the text begins with it.

    paragraphs_of(["北山县迎来援疆医疗队", "近日……"], "北山县迎来援疆医疗队") has the title once.
    """
    kept = [block.strip("\n") for block in blocks if block.strip()]
    if title:
        kept = [title, *(kept[1:] if kept and squeezed(kept[0]) == squeezed(title) else kept)]
    return "\n\n".join(kept)


def squeezed(text: str) -> str:
    """`text` without blanks: two exports of one title differ in nothing else."""
    return "".join(text.split())


def cleaned_line(text: str | None) -> str | None:
    """`text` on one line without blanks around it; None for nothing."""
    return " ".join((text or "").split()) or None
