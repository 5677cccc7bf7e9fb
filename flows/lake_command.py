"""`aidledger lake`: a lake in place of the published file: ask it, see how it stands, finish, discard, compact."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.command_parts import BLOCKED, Home, examples, one_line_errors
from flows.output import RowFormat, console, print_rows, to_json, to_table

app = typer.Typer(
    help="The lake that AIDLEDGER_LAKE names: ask it, see how it stands, keep it fit.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)


@app.command(
    epilog=examples(
        'aidledger lake query "SELECT donor, sum(value) FROM mart.metrics GROUP BY ALL"',
        'aidledger lake query "FROM mart.scorecard" --as-of 2026-11-20 --format csv',
    )
)
def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="One query in DuckDB's SQL.")],
    form: Annotated[RowFormat, typer.Option("--format", help="How to print the rows.")] = RowFormat.TABLE,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="WHEN", help="A day, a moment, the key of a run or the number of a snapshot."),
    ] = None,
) -> None:
    """Ask the newest state that passed its checks, or the newest at a day or moment. Writers go on meanwhile."""
    with one_line_errors():
        from flows.inspection import ask
        from flows.published import lake_of
        from flows.settings import load_settings

        settings = load_settings()
        found = ask(lake_of(settings), sql, as_of, settings.zone)
        print_rows(found.columns, found.rows, form)


@app.command(epilog=examples("aidledger lake status", "aidledger lake status --json | jq .held"))
def status(as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False) -> None:
    """Show what the lake holds, the states that can be asked, and runs that did not end."""
    with one_line_errors():
        from flows.lake import state_of
        from flows.settings import load_settings

        found = state_of(load_settings())
        released = [(each.snapshot_id, each.run_key, each.released_at) for each in found.releases]
        if as_json:
            names = ("snapshot", "run_key", "released_at")
            told = {"lake": found.shown, "data": found.data, "newest_snapshot": found.newest, "held": found.held}
            listed = [dict(zip(names, each, strict=True)) for each in released]
            typer.echo(to_json(told | {"releases": listed, "unended": found.unended.as_dicts()}))
            return
        out = console()
        lines = [("lake", found.shown), ("data", found.data), ("newest commit", found.newest), *found.held.items()]
        out.print(to_table(("the lake", ""), lines))
        out.print(to_table(("snapshot", "run", "released (UTC)"), released[:10], title="States that readers can ask"))
        if found.unended.rows:
            out.print(to_table(found.unended.columns, found.unended.rows, title="Runs at work, or killed"))


@app.command(epilog=examples("aidledger lake finish", "aidledger lake finish --home /srv/aid"))
def finish(home: Home = None) -> None:
    """Do what looks across documents for all that was committed (stories, corrections, audit), then release it."""
    with one_line_errors():
        from flows.lake import finish as finish_lake
        from flows.settings import load_settings

        settings = load_settings()
        done = finish_lake(settings, home or settings.home, lambda line: typer.echo(line, err=True))
        if done.snapshot is None:
            names = ", ".join(result.check_name for result in done.blocking)
            typer.echo(f"aidledger: held back by {names}: readers see the state released before", err=True)
            raise typer.Exit(BLOCKED)
        console().print(f"Released snapshot {done.snapshot} (run {done.run_key}).", style="bold green")


@app.command(epilog=examples("aidledger lake discard 20261121T222646Z-027c27"))
def discard(run_keys: Annotated[list[str], typer.Argument(metavar="RUN_KEY...", help="Runs to take out.")]) -> None:
    """Take what runs loaded out of the lake: their documents are new again. Released states stay as they are."""
    with one_line_errors():
        from flows.lake import discard as discard_runs
        from flows.settings import load_settings

        console().print(f"{discard_runs(load_settings(), run_keys)} documents were taken out; the next run reads them.")


@app.command(epilog=examples("AIDLEDGER_KEEP_SNAPSHOTS=30 aidledger lake compact"))
def compact() -> None:
    """Merge small files, and let go of states older than the AIDLEDGER_KEEP_SNAPSHOTS newest releases."""
    with one_line_errors():
        from flows.lake import compact as compact_lake
        from flows.settings import load_settings

        merged, gone = compact_lake(load_settings())
        console().print(f"{merged} files went into larger ones, {gone} earlier states were let go.")
