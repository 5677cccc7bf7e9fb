"""Why a figure was read as it was: its sentence, the words weighed beside it, the rules it met, and what decided.

Built from the very steps that the extraction takes, so that an explanation cannot say other than what was done.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from transforms.claims import Candidate, Reading, Zone
from transforms.metrics import read_figures
from transforms.model import Article, ExtractedDocument, Figure, Quantity
from transforms.pipeline import article_figures
from transforms.scene import Scene
from transforms.sentences import tokens
from transforms.zones import zones_of

CARRIED = {
    "indicator": "the metric named before a percentage, a multiple or a change",
    "words": "the metric that the words before it would give a count",
    "carried": "the figure before it in the sentence, whose change it tells",
    "from_to": "the figure before it, of which it is the end (from … to …)",
    "list": "the figure before it in the same list",
    "total": "the change before it, of which it is the level reached",
    "part": "the whole that stands before it, of which it is a part",
}
"""How a figure that met no rule of its own came by its metric: the last part of its rule_code → in words."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the lexicon in the figure's zone: `distance` characters off, before the figure where negative."""

    words: str
    concepts: tuple[str, ...]
    distance: int


@dataclass(frozen=True, slots=True)
class Weighed:
    """A rule whose conditions hold, and whether it decided."""

    rule_code: str
    priority: int
    distance: int
    anchor: str
    """The concept that anchors it; empty where the rule needs none."""
    decided: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """One figure of one article, with everything that was weighed."""

    number: int
    """Its place among the document's figures, from 1."""
    headline: str | None
    sentence: str
    tokens: tuple[str, ...]
    quantity: Quantity
    figure: str
    figure_start: int
    """Where the figure stands in the sentence."""
    zone: str
    words: tuple[Word, ...]
    weighed: tuple[Weighed, ...]
    decided: str
    """What decided, in one sentence."""
    figures: tuple[Figure, ...]
    """What it became: one row of the ledger, or several where it states several metrics."""


def explain_document(document: ExtractedDocument) -> list[Explanation]:
    """One explanation a figure, in the order of the document.

    `一行15人，完成手术120台` gives two: 15人 by personnel_sent.member, 120台 by surgeries.unit.
    """
    explained: list[Explanation] = []
    for article in document.articles:
        explained.extend(explain_article(article, first=len(explained) + 1))
    return explained


def explain_article(article: Article, first: int = 1) -> list[Explanation]:
    """One explanation a figure of one article, numbered from `first`."""
    scene = Scene(article.text)
    rows: dict[tuple[int, int], list[Figure]] = {}
    for figure in article_figures(article):
        rows.setdefault((figure.char_start, figure.char_end), []).append(figure)
    return [
        _explanation(article, scene, zone, reading, rows, first + index)
        for index, (reading, zone) in enumerate(zip(read_figures(scene), zones_of(scene), strict=True))
    ]


def _explanation(
    article: Article,
    scene: Scene,
    zone: Zone,
    reading: Reading,
    rows: dict[tuple[int, int], list[Figure]],
    number: int,
) -> Explanation:
    quantity = reading.quantity
    start, end = quantity.char_start, quantity.char_end
    sentence, figures = scene.sentence_at(start), tuple(rows[start, end])
    written = scene.text[sentence.start : sentence.end]
    return Explanation(
        number=number,
        headline=article.headline,
        sentence=written,
        tokens=tuple(tokens(written)),
        quantity=quantity,
        figure=scene.text[start:end],
        figure_start=start - sentence.start,
        zone=scene.text[zone.left : zone.right].strip(),
        words=tuple(_words(scene, quantity, zone.left, zone.right)),
        weighed=tuple(_weighed(reading.candidates, figures)),
        decided=_decided(figures, reading.candidates),
        figures=figures,
    )


def _words(scene: Scene, quantity: Quantity, left: int, right: int) -> Iterable[Word]:
    for hit in scene.hits.within(left, right):
        if hit.end <= quantity.char_start:
            distance = hit.end - quantity.char_start
        elif hit.start >= quantity.char_end:
            distance = hit.start - quantity.char_end
        else:
            continue
        yield Word(scene.text[hit.start : hit.end], tuple(sorted(hit.concepts)), distance)


def _weighed(candidates: Sequence[Candidate], figures: Sequence[Figure]) -> Iterable[Weighed]:
    decided = {figure.rule_code for figure in figures}
    for one in candidates:
        yield Weighed(one.rule.code, one.rule.priority, one.distance, one.anchor, one.rule.code in decided)


def _decided(figures: Sequence[Figure], candidates: Sequence[Candidate]) -> str:
    """What decided, in words."""
    row = figures[0]
    if row.disposition == "ignored":
        return f"ignored: {row.reason}"
    if row.disposition == "unknown":
        return "no rule's conditions hold; kept as unknown and counted" + (f" ({row.reason})" if row.reason else "")
    if candidates and candidates[0].rule.code == row.rule_code:
        return _why_first(candidates)
    how = CARRIED.get(row.rule_code.rpartition(".")[2])
    return f"taken from {how}" if how else f"decided by {row.rule_code}"


def _why_first(candidates: Sequence[Candidate]) -> str:
    first = candidates[0]
    if len(candidates) == 1:
        return f"{first.rule.code} is the only rule whose conditions hold"
    second = candidates[1]
    if first.rule.priority > second.rule.priority:
        return f"{first.rule.code} has the highest priority: {first.rule.priority} before {second.rule.priority}"
    if first.distance < second.distance:
        return f"{first.rule.code} and {second.rule.code} have equal priority, and its anchor stands nearer"
    return f"{first.rule.code} and {second.rule.code} are equal in priority and distance, and its name comes first"
