"""extract(document): from one document that was read to its articles and figures. The one function that workers run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from typing import TypedDict

from transforms.articles import split
from transforms.articles.sectors import lean
from transforms.attribution import Attribution, Attributor
from transforms.lexicons import load_metrics, load_units
from transforms.metrics import Claim, Reading, read_figures
from transforms.model import Approximation, Article, Document, ExtractedDocument, Figure, hash64
from transforms.parts import mark_parts
from transforms.places import place
from transforms.repair import repair_document
from transforms.scene import Scene
from transforms.sentences import tokens


def extract(document: Document) -> ExtractedDocument:
    """Everything that one document states: repaired, split into articles, every figure read and attributed."""
    repaired, repairs = repair_document(document)
    articles = split(document, repaired)
    figures = tuple(figure for article in articles for figure in article_figures(article))
    return ExtractedDocument(document=document, repairs=repairs, articles=articles, figures=figures)


def article_figures(article: Article) -> list[Figure]:
    """Every figure of one article, facts and others, in the order of the text. Notices give none but ignored ones."""
    scene = Scene(article.text)
    if not scene.quantities:
        return []
    readings = mark_parts(scene, read_figures(scene))
    if article.kind == "notice":
        readings = [_of_notice(reading) for reading in readings]
    if not any(reading.disposition == "fact" for reading in readings):
        return [_unclaimed(article, scene, reading) for reading in readings]  # nobody asks whose they are, or when
    attributor = Attributor(scene, article.headline, article.published_on)
    figures: list[Figure] = []
    for reading in readings:
        if reading.disposition == "fact":
            figures += _facts(article, scene, attributor, reading, readings)
        else:
            figures.append(_unclaimed(article, scene, reading))
    return figures


def _of_notice(reading: Reading) -> Reading:
    if reading.disposition == "ignored":
        return reading
    return Reading(reading.quantity, "ignored", "classified notice")


def _facts(
    article: Article, scene: Scene, attributor: Attributor, reading: Reading, readings: Sequence[Reading]
) -> list[Figure]:
    quantity = reading.quantity
    attribution = attributor.attribute(quantity.char_start, quantity.char_end)
    facts = []
    for claim in reading.claims:
        whole = None if claim.part_of is None else _key(article, readings[claim.part_of], claim.metric, claim.aspect)
        facts.append(_fact(article, scene, reading, claim, attribution, whole))
    return facts


def _key(article: Article, reading: Reading, metric: str, aspect: str) -> int:
    quantity = reading.quantity
    return hash64(article.article_key, quantity.char_start, quantity.char_end, metric, aspect)


def _name(code: str | None) -> str | None:
    return place(code).name if code else None


def _fact(
    article: Article, scene: Scene, reading: Reading, claim: Claim, attribution: Attribution, whole: int | None
) -> Figure:
    quantity = reading.quantity
    return Figure(
        figure_key=_key(article, reading, claim.metric, claim.aspect),
        disposition="fact",
        metric=claim.metric,
        aspect=claim.aspect,
        value=claim.value,
        value_low=claim.value_low,
        value_high=claim.value_high,
        unit=claim.unit,
        status=claim.status,
        qualifier=claim.qualifier,
        is_annual=claim.is_annual,
        is_part=claim.is_part,
        donor_code=attribution.donor.value,
        donor=_name(attribution.donor.value),
        recipient_code=attribution.recipient.value,
        recipient=_name(attribution.recipient.value),
        organisation=attribution.organisation,
        channel=attribution.channel,
        batch=attribution.batch,
        period_start=attribution.period_start,
        period_end=attribution.period_end,
        sector=figure_sector(scene, claim.metric, quantity.char_start, quantity.char_end, article.sector),
        rule_code=claim.rule_code,
        donor_step=attribution.donor.step,
        recipient_step=attribution.recipient.step,
        period_step=attribution.period_step,
        part_of=whole,
        **_evidence(article, scene, reading),
    )


class _Evidence(TypedDict):
    """Where a figure stands, as every row of the ledger tells it."""

    article_key: int
    document_key: str
    approximation: Approximation
    sentence: str
    sentence_start: int
    char_start: int
    char_end: int
    figure: str


def _evidence(article: Article, scene: Scene, reading: Reading) -> _Evidence:
    quantity, sentence = reading.quantity, scene.sentence_at(reading.quantity.char_start)
    return _Evidence(
        article_key=article.article_key,
        document_key=article.document_key,
        approximation=quantity.approximation,
        sentence=scene.text[sentence.start : sentence.end],
        sentence_start=sentence.start,
        char_start=quantity.char_start,
        char_end=quantity.char_end,
        figure=scene.text[quantity.char_start : quantity.char_end],
    )


def figure_sector(scene: Scene, metric: str, start: int, end: int, sector: str) -> str:
    """The sector of one figure. Care and outcomes are the article's; what money, people and courses are for, their
    clause says, else their sentence, up to them and then after them, else the article.

    480万元修路，140万元给卫生院添设备 holds one figure of construction and one of health.
    """
    group = load_metrics()[metric].group
    if group not in ("resources", "people", "training"):
        return sector
    sentence = scene.sentence_at(start)
    clause = scene.text[max(scene.clauses.before(start), sentence.start) : min(scene.clauses.after(end), sentence.end)]
    before = scene.text[sentence.start : start]
    return lean(clause) or lean(before) or lean(scene.text[start : sentence.end]) or sector


def _unclaimed(article: Article, scene: Scene, reading: Reading) -> Figure:
    quantity = reading.quantity
    return Figure(
        figure_key=_key(article, reading, reading.disposition, load_units().get(quantity.unit, "")),
        disposition=reading.disposition,
        reason=reading.reason,
        value=quantity.value,
        value_low=quantity.value_low,
        value_high=quantity.value_high,
        unit=quantity.unit or None,
        sector=article.sector,
        rule_code=f"{reading.disposition}.{_counted(scene, reading)}",
        **_evidence(article, scene, reading),
    )


def _counted(scene: Scene, reading: Reading) -> str:
    """For an ignored figure its reason; for an unknown one the word that it seems to count (病种401种 → 病种).

    The words of the unknown figures, counted, are how the catalogue grows.
    """
    if reading.disposition == "ignored" or reading.reason is None:
        return str(reading.reason)
    start, end = reading.quantity.char_start, reading.quantity.char_end
    right = scene.text[end : min(scene.clauses.after(end), end + 10)]
    left = scene.text[max(scene.clauses.before(start), start - 10) : start]
    return _word(tokens(right)) or _word(reversed(tokens(left))) or reading.reason


def _word(cut: Iterable[str]) -> str | None:
    """The first of these that is a word of more than one character."""
    return next((word for word in cut if len(word) > 1 and word.isalpha()), None)


@cache
def extractor_version() -> str:
    """16 hexadecimal digits over this package's code and lexicons: it changes when what is extracted may change."""
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(_files(resources.files("transforms")), key=lambda item: item[0]):
        digest.update(path[0].encode() + b"\0" + path[1] + b"\0")
    return digest.hexdigest()


def _files(folder: object, prefix: str = "") -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():  # type: ignore[attr-defined]
        name = f"{prefix}{entry.name}"
        if entry.is_dir() and entry.name != "__pycache__":
            found.extend(_files(entry, name + "/"))
        elif entry.name.endswith((".py", ".toml", ".csv")):
            found.append((name, entry.read_bytes()))
    return found
