"""Plans and what became of them, told to people: on the terminal, and as Markdown for Prefect's artifacts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape

from flows.backfill import Applied
from flows.output import to_table
from flows.plans import Plan
from warehouse.changes import FactChange, Payload

EXAMPLES = 12
"""Changes shown one by one; the others are counted."""
SHOWN_FIELDS = (
    *("metric_code", "aspect", "value", "unit", "status", "qualifier", "is_annual", "is_part"),
    *("donor_key", "recipient_key", "organisation", "programme", "period_start", "period_end", "sector", "rule_code"),
)
"""What a change of a fact is told by, where it differs."""
KINDS = ("added", "removed", "changed")


def counted(plan: Plan, field: str) -> list[tuple[str, int, int, int]]:
    """Changes by one field of the fact: its value (`old → new` where it changed), added, removed, changed."""
    counts: Counter[tuple[str, str]] = Counter((_moved(change, field), change.kind) for change in plan.changes)
    values = sorted({value for value, _ in counts}, key=lambda value: (-_of(counts, value), value))
    return [(value, counts[value, "added"], counts[value, "removed"], counts[value, "changed"]) for value in values]


def sentence_of(change: FactChange) -> str:
    """The sentence of a change on one line."""
    return " ".join(str(change.shown["sentence"]).split())


def difference(change: FactChange) -> str:
    """What is different, in one line: `value 120.0000 → 132.0000; donor_key – → 350500`."""
    if change.before is None or change.after is None:
        shown = change.shown
        return f"{shown['metric_code']} {shown['aspect']} {_value(shown)} {shown['unit']} ({shown['rule_code']})"
    before, after = change.before, change.after
    names = [name for name in SHOWN_FIELDS if before[name] != after[name]]
    names = names or [name for name in after if before[name] != after[name] and name not in ("extractor_version",)]
    return "; ".join(f"{name} {_or_dash(before[name])} → {_or_dash(after[name])}" for name in names)


def examples(plan: Plan) -> list[FactChange]:
    """Some changes of each kind and metric, as many as are shown."""
    turns: Counter[tuple[str, str]] = Counter()
    ranked = []
    for place, change in enumerate(plan.changes):
        group = (change.kind, str(change.shown["metric_code"]))
        ranked.append((turns[group], place, change))
        turns[group] += 1
    chosen = sorted(ranked, key=lambda each: each[:2])[:EXAMPLES]
    return [change for _, _, change in sorted(chosen, key=lambda each: each[1])]


def headline(plan: Plan) -> str:
    """The plan in a line."""
    facts = ", ".join(f"{plan.count(kind)} {kind}" for kind in KINDS)
    documents = f"{plan.documents} of {plan.looked_at} documents ({plan.selection.described})"
    return f"Plan {plan.plan_key}: {documents}; facts {facts}"


def warnings(plan: Plan) -> Iterator[str]:
    """What a person must know before applying."""
    if plan.blocking:
        yield f"applying it would be held back by {', '.join(plan.blocking)}"
    for name, reason in plan.failed:
        yield f"stays as it is: {name}: {reason}"


def print_plan(plan: Plan, out: Console) -> None:
    """The whole diff on a terminal."""
    out.print(escape(headline(plan)), style="bold")
    for field, title in (("metric_code", "metric"), ("rule_code", "rule")):
        rows = counted(plan, field)
        if rows:
            out.print(to_table((title, *KINDS), rows))
    for change in examples(plan):
        out.print(f"[bold]{change.kind}[/] {change.figure_key}  {escape(difference(change))}")
        out.print(f"     {escape(sentence_of(change))}", style="dim")
    left = len(plan.changes) - len(examples(plan))
    if left > 0:
        out.print(f"     … and {left} more", style="dim")
    if plan.checks:
        rows_ = [(each.check_name, each.severity, each.before or "–", each.after) for each in plan.checks]
        out.print(to_table(("check", "severity", "now", "then"), rows_))
    for line in warnings(plan):
        out.print(f"  {escape(line)}", style="yellow")
    out.print(escape(next_words(plan)), style="bold green")


def next_words(plan: Plan) -> str:
    """What to do with the plan."""
    if not plan.documents:
        return "Nothing to apply."
    return f"Nothing was changed yet. To do exactly this: aidledger backfill apply {plan.plan_key}"


def ending(applied: Applied) -> str:
    """What readers find now."""
    plan = applied.plan
    if applied.ending == "blocked":
        names = ", ".join(result.check_name for result in applied.blocking)
        return f"Held back by {names}: nothing was published. {applied.warehouse} stays as it is."
    facts = ", ".join(f"{plan.count(kind)} {kind}" for kind in KINDS)
    return f"Published {applied.warehouse} in {applied.seconds:.1f} s (run {plan.plan_key}): facts {facts}."


def to_markdown(plan: Plan, last_line: str) -> str:
    """A plan as Markdown."""
    lines = [f"**{last_line}**", "", headline(plan), ""]
    for field, title in (("metric_code", "metric"), ("rule_code", "rule")):
        rows = counted(plan, field)
        if rows:
            lines += [f"| {title} | added | removed | changed |", "| --- | ---: | ---: | ---: |"]
            lines += [f"| {_cell(row[0])} | {row[1]} | {row[2]} | {row[3]} |" for row in rows]
            lines.append("")
    if plan.changes:
        lines += ["| | fact | what | sentence |", "| --- | --- | --- | --- |"]
    for change in examples(plan):
        cells = (change.kind, str(change.figure_key), difference(change), sentence_of(change))
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    if plan.checks:
        lines += ["", "| check | severity | now | then |", "| --- | --- | --- | --- |"]
    for check in plan.checks:
        lines.append(f"| {check.check_name} | {check.severity} | {check.before or '–'} | {check.after} |")
    lines += ["", *(f"- {_cell(line)}" for line in warnings(plan))]
    return "\n".join(lines)


def _of(counts: Counter[tuple[str, str]], value: str) -> int:
    return sum(counts[value, kind] for kind in KINDS)


def _moved(change: FactChange, field: str) -> str:
    before = None if change.before is None else change.before[field]
    after = None if change.after is None else change.after[field]
    return str(after or before) if before is None or after is None or before == after else f"{before} → {after}"


def _value(fact: Payload) -> str:
    return str(fact["value"]).rstrip("0").rstrip(".")


def _or_dash(value: object) -> str:
    return "–" if value is None else str(value)


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", " ")
