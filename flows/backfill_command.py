"""`aidledger backfill`: plan a re-run, look at what it would change, apply exactly that."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from flows.command_parts import Home, examples, one_line_errors, progress
from flows.output import console, to_table

app = typer.Typer(
    help="Re-extract stored documents with today's rules: plan, look, apply exactly that.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
BLOCKED = 1


@app.command(
    epilog=examples(
        "aidledger backfill plan --changed-only",
        "aidledger backfill plan --from 2024-03-01 --to 2024-03-31 --metric surgeries",
        "aidledger backfill plan --ingested --from 2026-11-01 --document '*.html'",
    )
)
def plan(
    first: Annotated[
        datetime | None, typer.Option("--from", metavar="DATE", formats=["%Y-%m-%d"], help="First day, inclusive.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", metavar="DATE", formats=["%Y-%m-%d"], help="Last day, inclusive.")
    ] = None,
    ingested: Annotated[
        bool, typer.Option("--ingested/--published", help="Days of the first reading, or of publication.")
    ] = False,
    source: Annotated[str | None, typer.Option(metavar="S", help="The source that offered it; a glob.")] = None,
    document: Annotated[str | None, typer.Option(metavar="GLOB", help="Name of the document; a glob.")] = None,
    metric: Annotated[
        str | None, typer.Option(metavar="CODE", help="Documents with a fact of this metric, before or after.")
    ] = None,
    changed_only: Annotated[
        bool, typer.Option("--changed-only", help="Leave out documents whose rows would stay as they are.")
    ] = False,
    home: Home = None,
) -> None:
    """Re-extract the chosen documents in a scratch area, print what would change, and keep it as a plan."""
    with one_line_errors():
        from flows.backfill import make_plan
        from flows.backfill_told import print_plan
        from flows.selection import select
        from flows.settings import load_settings

        settings = load_settings()
        selection = select(
            first=first.date() if first else None,
            last=last.date() if last else None,
            by="ingested" if ingested else "published",
            source=source,
            document=document,
            metric=metric,
            changed_only=changed_only,
        )
        with progress() as watch:
            made = make_plan(home or settings.home, selection, settings, watch)
        print_plan(made, console())


@app.command(epilog=examples("aidledger backfill apply 20261121T222649Z-620fd0"))
def apply(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="Key of the plan.")],
    home: Home = None,
) -> None:
    """Do exactly what a plan says, in one publication; refused where the warehouse has moved since."""
    with one_line_errors():
        from flows.backfill import apply_plan
        from flows.backfill_told import ending
        from flows.settings import load_settings

        settings = load_settings()
        with progress() as watch:
            applied = apply_plan(home or settings.home, plan, settings, watch)
        out = console()
        for result in applied.blocking:
            out.print(f"  check {result.check_name} {result.status}: {result.detail}", style="yellow", markup=False)
        out.print(ending(applied), style="bold green" if applied.ending == "published" else "bold red", markup=False)
    if applied.ending == "blocked":
        raise typer.Exit(BLOCKED)


@app.command(epilog=examples("aidledger backfill show 20261121T222649Z-620fd0"))
def show(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="Key of the plan.")],
    home: Home = None,
) -> None:
    """Print a kept plan again."""
    with one_line_errors():
        from flows.backfill_told import print_plan
        from flows.plans import load
        from flows.settings import load_settings

        print_plan(load(home or load_settings().home, plan).plan, console())


@app.command("list")
def list_plans(home: Home = None) -> None:
    """The kept plans, newest first."""
    with one_line_errors():
        from flows.plans import load, plan_keys
        from flows.settings import load_settings

        folder: Path = home or load_settings().home
        plans = [load(folder, key).plan for key in plan_keys(folder)]
        rows = [
            (
                *(each.plan_key, each.documents, *(each.count(kind) for kind in ("added", "removed", "changed"))),
                *(each.selection.described, ", ".join(each.blocking)),
            )
            for each in plans
        ]
        names = ("plan", "documents", "added", "removed", "changed", "chosen", "held back by")
        console().print(to_table(names, rows, title="Plans"))
