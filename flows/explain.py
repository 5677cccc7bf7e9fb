"""What `aidledger explain` prints: one block a figure, for a terminal of 100 columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import chop_cells
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from flows.extraction import extract_one
from flows.output import CONTROL, plain
from flows.settings import BadUsage
from flows.sources import Seen, Unread, list_candidates, look, read_bytes
from transforms.explain import Explanation, Word, explain_document
from transforms.lexicons import load_metrics
from transforms.model import Figure

WIDTH = 100
SENTENCE_WIDTH = 84
STYLES = {"fact": "green", "ignored": "yellow", "unknown": "red"}


def explain_file(path: str, number: int | None, max_bytes: int) -> list[Explanation]:
    """The explanations of one file's figures, or of the one that is asked for.

    Raises:
        BadUsage: there is no such file, it cannot be read, or it has no such figure.
    """
    seen = list(look(list_candidates([path]).candidates, max_bytes))
    if len(seen) != 1:
        raise BadUsage(f"{path}: explain takes one file, and this names {len(seen)}")
    data = read_bytes(seen[0].candidate) if isinstance(seen[0], Seen) else seen[0]
    result = data if isinstance(data, Unread) else extract_one((seen[0].candidate, data))  # type: ignore[union-attr]
    if isinstance(result, Unread):
        raise BadUsage(f"{result.name}: {result.reason}")
    explained = explain_document(result)
    if number is None:
        return explained
    if not 1 <= number <= len(explained):
        raise BadUsage(f"{path} has {len(explained)} figures, and no figure {number}")
    return [explained[number - 1]]


def render(explained: Sequence[Explanation]) -> RenderableType:
    """All blocks, one below the other; the headline stands over the first figure of each article.

    A figure that was asked for alone also tells what its metric counts.
    """
    over = ["", *(one.headline for one in explained)]
    alone = len(explained) == 1
    return Group(*(_block(one, one.headline != before, alone) for one, before in zip(explained, over, strict=False)))


def _block(one: Explanation, begins: bool, alone: bool) -> RenderableType:
    outcome = one.figures[0].disposition
    title = Text.assemble(f"figure {one.number}  ", (_clean(one.figure), "bold"), "  ", (outcome, STYLES[outcome]))
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    if begins and one.headline:
        grid.add_row("headline", Text(_clean(one.headline)))
    for name, value in _rows(one, alone):
        grid.add_row(name, value)
    return Group(Rule(title, align="left", style="dim"), Padding(grid, (0, 0, 1, 1)))


def _rows(one: Explanation, alone: bool) -> Iterable[tuple[str, RenderableType]]:
    yield "sentence", _sentence(one)
    yield "tokens", Text(" ".join(_clean(token) for token in one.tokens if token.strip()))
    yield "quantity", Text(_quantity(one))
    yield "zone", Text(_clean(one.zone))
    if one.words:
        yield "words in it", Text("\n".join(_word(word) for word in one.words))
    if one.weighed:
        yield "weighed", _candidates(one)
    yield "decided", Text(one.decided)
    for figure in one.figures:
        if figure.metric is not None:
            yield from _fact(figure)
    if alone:
        yield from _counted(figure.metric for figure in one.figures)


def _sentence(one: Explanation) -> Text:
    """The sentence with its figure between « and », folded by hand: Rich would break it at blanks alone."""
    end = one.figure_start + len(one.figure)
    marked = f"{one.sentence[: one.figure_start]}«{one.figure}»{one.sentence[end:]}"
    return Text("\n".join(chop_cells(" ".join(marked.translate(CONTROL).split()), SENTENCE_WIDTH)))


def _quantity(one: Explanation) -> str:
    quantity = one.quantity
    high = "open" if quantity.value_high is None else plain(quantity.value_high)
    told = f"{plain(quantity.value)} {_clean(quantity.unit)}".strip() + f", {quantity.approximation}"
    if quantity.approximation != "exact":
        told += f", from {plain(quantity.value_low)} to {high}"
    return told if quantity.form == "count" else f"{told}, {quantity.form}"


def _word(word: Word) -> str:
    side = "before" if word.distance < 0 else "after"
    where = f"{abs(word.distance)} {side}" if word.distance else "beside it"
    return f"{_clean(word.words)} = {', '.join(word.concepts)} ({where})"


def _candidates(one: Explanation) -> RenderableType:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("", "rule", "priority", "anchor", "distance"):
        table.add_column(name, justify="right" if name in ("priority", "distance") else "left")
    for rule in one.weighed:
        distance = str(rule.distance) if rule.anchor else "-"
        table.add_row("→" if rule.decided else "", rule.rule_code, str(rule.priority), rule.anchor or "-", distance)
    return table


def _fact(figure: Figure) -> Iterable[tuple[str, RenderableType]]:
    marks = [
        figure.status,
        figure.qualifier,
        "yearly" if figure.is_annual else None,
        "part" if figure.is_part else None,
    ]
    told = f"{figure.metric} {figure.aspect} {plain(figure.value)} {figure.unit}"
    yield "fact", Text(", ".join([told, *(mark for mark in marks if mark)]), style="bold")
    yield "rule", Text(figure.rule_code)
    yield "donor", _from(figure.donor, figure.donor_step)
    yield "recipient", _from(figure.recipient, figure.recipient_step)
    if figure.organisation or figure.programme:
        yield "about", Text(" · ".join(name for name in (figure.organisation, figure.programme) if name))
    dated = figure.period_start or figure.period_end
    period = f"{plain(figure.period_start) or '…'} to {plain(figure.period_end) or '…'}"
    yield "period", _from(period, figure.period_step) if dated else _from(None, None)


def _counted(codes: Iterable[str | None]) -> Iterable[tuple[str, RenderableType]]:
    """What each of these metrics counts, and what it does not, in both languages."""
    for code in dict.fromkeys(code for code in codes if code is not None):
        metric = load_metrics()[code]
        for name, chinese, english in (("counts", metric.means_zh, metric.means), ("not", metric.not_zh, metric.not_)):
            if english:
                yield name, Text("\n".join([*chop_cells(chinese, SENTENCE_WIDTH), english]))


def _from(value: str | None, step: str | None) -> Text:
    """An answer and the step that gave it; `unknown` where no step did."""
    if value is None:
        return Text("unknown" if step is None else f"unknown: several, named in the {step}", style="dim")
    return Text.assemble(value, (f"  from the {step}", "dim"))


def _clean(text: str) -> str:
    return " ".join(text.translate(CONTROL).split())
