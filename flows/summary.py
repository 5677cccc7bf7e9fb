"""A run told to people: on the terminal, and as Markdown for Prefect's artifact. One list of lines serves both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from flows.outcome import RunReport
from flows.output import console, plain, to_json, to_table
from flows.report import FOLDER, PAGE
from flows.settings import Settings

SIGNS = {"exact": "", "about": "≈ ", "at_least": "≥ ", "at_most": "≤ "}
LISTED = 20
"""Documents that are named one by one; the others are counted."""


def what_happened(report: RunReport) -> list[tuple[str, int]]:
    """Rows of the summary: what is counted, and how many."""
    counts = report.counts
    rows = [
        ("documents found", report.found),
        ("documents known already", report.known),
        ("documents loaded", counts.documents),
        ("documents not read", len(report.unread) + len(report.still_unread)),
        ("articles", counts.articles),
        ("figures", counts.figures),
        ("facts", counts.facts),
        ("ignored, with a reason", counts.ignored),
        ("unknown", counts.unknown),
        ("rows set aside", counts.set_aside),
    ]
    named = {"passed": "checks passed", "failed": "checks failed", "error": "checks in error"}
    named["not_applicable"] = "checks not applicable"
    return rows + [(named[status], number) for status, number in sorted(report.checks_by_status.items())]


def notes(report: RunReport) -> Iterator[str]:
    """One line for each thing that did not go as hoped: what was not read, and which checks did not pass."""
    unread = [*report.unread, *report.still_unread]
    yield from (f"not read: {each.name}: {each.reason}" for each in unread[:LISTED])
    if len(unread) > LISTED:
        yield f"not read: {len(unread) - LISTED} more (ops.document_outcome has them all)"
    if report.left_out:
        number, first = len(report.left_out), ", ".join(report.left_out[:3])
        yield f"passed over: {number} {_files(number)} whose name is not that of a news text ({first})"
    if report.held:
        yield f"held back by an earlier run: {report.held} {_documents(report.held)} (--retry-held reads them again)"
    for result in report.checks:
        if result.status in ("failed", "error"):
            yield f"check {result.check_name} {result.status} ({result.severity}): {result.detail}"
    yield from (f"found: {finding}" for finding in report.findings[:LISTED])
    if len(report.findings) > LISTED:
        yield f"found: {len(report.findings) - LISTED} more (mart.contradictions and mart.findings have them all)"


def ending(report: RunReport) -> str:
    """The last line: what a reader of the warehouse finds now."""
    if report.ending == "nothing_new":
        number = report.found
        return f"Nothing new: {number} {_files(number)} looked at, none to read. {report.warehouse} stays as it is."
    if report.ending == "blocked":
        names = ", ".join(result.check_name for result in report.blocking)
        return f"Held back by {names}: no fact of this run was published. {report.warehouse} has the run's record."
    return f"Published {report.warehouse} in {report.seconds:.1f} s (run {report.run_key})."


def print_report(report: RunReport, out: Console) -> None:
    """The whole summary on a terminal."""
    if report.ending != "nothing_new":
        out.print(to_table(("what happened", "number"), what_happened(report)))
    for note in notes(report):
        out.print(f"  {escape(note)}", style="yellow")
    if report.facts:
        out.print()
        out.print("Facts of widest interest", style="bold")
    for place, fact in enumerate(report.facts, start=1):
        value, ends = _amount(fact), _ends(fact)
        out.print(f"{place:>3}. [bold]{escape(str(fact['metric_zh']))}[/] {escape(value)}  [cyan]{escape(ends)}[/]")
        # Folded here, because a padded block would end each line in blanks.
        for line in Text(f"{_line(fact['sentence'])}  — {fact['document']}").wrap(out, out.width - 5):
            out.print(f"     {escape(line.plain.rstrip())}", style="dim")
    out.print()
    out.print(escape(ending(report)), style="bold red" if report.ending == "blocked" else "bold green")


def print_outcome(report: RunReport, home: Path, settings: Settings, *, quiet: bool, as_json: bool) -> None:
    """A run on standard output: the summary, or JSON, or where all went well and quiet is asked for, nothing."""
    page = home / FOLDER / PAGE
    written = page if report.ending == "published" and settings.write_report and page.exists() else None
    out = console()
    if as_json:
        out.print(to_json(_as_dict(report, written)), markup=False, soft_wrap=True)
    elif not quiet:
        print_report(report, out)
        if written:
            out.print(f"Report: {written}", markup=False)
    elif report.ending == "blocked":
        console(stderr=True).print(f"aidledger: {ending(report)}", markup=False)


def _as_dict(report: RunReport, page: Path | None) -> dict[str, object]:
    return {
        "ending": report.ending,
        "run_key": report.run_key,
        "seconds": round(report.seconds, 3),
        "warehouse": report.warehouse,
        "report": str(page) if page else None,
        "counts": {name.replace(",", "").replace(" ", "_"): number for name, number in what_happened(report)},
        "notes": list(notes(report)),
    }


def to_markdown(report: RunReport) -> str:
    """The summary as Markdown."""
    lines = [f"**{ending(report)}**", "", "| what happened | number |", "| --- | ---: |"]
    lines += [f"| {name} | {number:,} |" for name, number in what_happened(report)]
    lines += ["", *(f"- {_cell(note)}" for note in notes(report)), ""]
    if report.facts:
        lines += ["| metric | value | from → to | sentence | document |", "| --- | ---: | --- | --- | --- |"]
    for fact in report.facts:
        cells = (fact["metric_zh"], _amount(fact), _ends(fact), _line(fact["sentence"]), fact["document"])
        lines.append("| " + " | ".join(_cell(str(cell)) for cell in cells) + " |")
    return "\n".join(lines)


def _amount(fact: dict[str, object]) -> str:
    value = plain(fact["value"])
    whole, _, rest = value.partition(".")
    grouped = f"{int(whole):,}" + (f".{rest}" if rest else "")
    return f"{SIGNS[str(fact['approximation'])]}{grouped} {fact['unit']}"


def _ends(fact: dict[str, object]) -> str:
    if fact["donor"] is None and fact["recipient"] is None:
        return ""
    return f"{fact['donor'] or '?'} → {fact['recipient'] or '?'}"


def _line(sentence: object) -> str:
    return " ".join(plain(sentence).split())


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", " ")


def _documents(number: int) -> str:
    return "document" if number == 1 else "documents"


def _files(number: int) -> str:
    return "file" if number == 1 else "files"
