"""`aidledger check`: what the checks of a run said, and what each of them means."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from flows.command_parts import Home
from flows.output import console, to_table
from flows.settings import BadUsage, load_settings

FAILED = 1
SHOWN = ("check_name", "height", "severity", "status", "offenders", "detail")
RESULTS = """
SELECT check_name, height, severity, status, offenders, detail, reason, reason_zh
FROM ops.check_result
WHERE run_key = ?
ORDER BY list_position(['error', 'failed', 'passed', 'not_applicable'], status), severity, height, check_name
"""
LATEST = "SELECT run_key FROM ops.check_result ORDER BY checked_at DESC, run_key DESC LIMIT 1"
FINDINGS = """
SELECT check_name, concat_ws(' ', message, message_zh) AS message, document, sentence,
    nullif(concat_ws(' ', explanation, explanation_zh), '') AS explanation
FROM mart.findings
ORDER BY ALL
"""


def check(
    run: Annotated[str | None, typer.Option("--run", metavar="KEY", help="A run.  [default: the last]")] = None,
    home: Home = None,
    explain: Annotated[
        str | None, typer.Option("--explain", metavar="CHECK", help="What a check means, why, and who answers for it.")
    ] = None,
) -> None:
    """Show what the checks of a run said. Exit code 1 where a blocking one failed."""
    if explain is not None:
        _explain(explain)
        return
    from flows.inspection import answer
    from flows.published import open_published, place_of

    settings = load_settings()
    with open_published(place_of(home or settings.home, settings)) as con:
        key = run or _latest(con)
        rows = con.execute(RESULTS, [key]).fetchall()
        if not rows:
            raise BadUsage(f"no run {key} has results of checks (aidledger status lists the runs)")
        findings = answer(con, FINDINGS)
    out = console()
    out.print(to_table(SHOWN, [row[: len(SHOWN)] for row in rows], title=f"Checks of run {key}"))
    for name, _, _, status, *_, reason, reason_zh in rows:
        if status in ("failed", "error"):
            why = " ".join(told for told in (reason, reason_zh) if told)
            out.print(f"{name}: {why}", markup=False, highlight=False)
    if findings.rows:
        out.print(to_table(findings.columns, findings.rows, title="Findings that stand"))
    blocks = [row for row in rows if row[3] == "error" or (row[3] == "failed" and row[2] == "block")]
    if blocks:
        out.print(f"{len(blocks)} block: {', '.join(row[0] for row in blocks)}", style="bold red")
        raise typer.Exit(FAILED)


def _latest(con: Any) -> str:
    row = con.execute(LATEST).fetchone()
    if row is None:
        raise BadUsage("no run of this warehouse was checked yet")
    return str(row[0])


def _explain(name: str) -> None:
    from checks.definitions import policies

    known = policies()
    found = known.get(name) or known.get(f"schema.{name}") or _of_a_row(name)
    if found is None:
        raise BadUsage(f"no check is called {name!r} (known: {', '.join(sorted(known))})")
    for label in ("name", "height", "severity", "owner", "reason", "reason_zh"):
        typer.echo(f"{label}: {getattr(found, label)}")
    typer.echo(f"asks:\n{found.how}")


def _of_a_row(name: str) -> Any:
    """The schema that a check of a single row belongs to: unit.in_set, interval_around_value."""
    from checks.definitions import policies

    rows = [policy for policy in policies().values() if policy.height == "row"]
    return next(
        (policy for policy in rows if any(line.startswith(f"{name}:") for line in policy.how.split("\n"))), None
    )
