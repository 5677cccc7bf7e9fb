"""`aidledger snapshots` and `aidledger history`: what was, and putting it back; `aidledger upgrade`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from flows.command_parts import Home, examples, one_line_errors
from flows.output import console, plain, to_table

app = typer.Typer(
    help="The published files that were: list them, put one back.", no_args_is_help=True, rich_markup_mode="rich"
)


@app.command("list", epilog=examples("aidledger snapshots list --home /srv/aid"))
def list_snapshots(home: Home = None) -> None:
    """The published state and the earlier ones that are kept, newest first; of a lake its releases."""
    with one_line_errors():
        from flows.published import lake_of
        from flows.settings import load_settings
        from flows.snapshots import states

        settings = load_settings()
        if settings.lake is not None:
            from warehouse.lake.releases import released

            kept = released(lake_of(settings))
            told = [(each.run_key, _local(each.at, settings.timezone), each.snapshot_id) for each in kept]
            heads = ("run", f"released ({settings.timezone})", "snapshot")
            console().print(to_table(heads, told, title="States of the lake"))
            return
        rows = [
            (each.run_key, _local(each.published_at, settings.timezone), f"{each.size_bytes / 1e6:.1f} MB", note)
            for each, note in states(home or settings.home)
        ]
        console().print(to_table(("run", f"published ({settings.timezone})", "size", ""), rows, title="States"))


@app.command(epilog=examples("aidledger snapshots restore", "aidledger snapshots restore 20261121T222646Z-027c27"))
def restore(
    run_key: Annotated[
        str | None, typer.Argument(metavar="[RUN_KEY]", help="Newest run of the state.  [default: the previous one]")
    ] = None,
    home: Home = None,
) -> None:
    """Put an earlier published state back. The state that it replaces is kept too."""
    with one_line_errors():
        from flows.published import refuse_lake
        from flows.settings import load_settings
        from flows.snapshots import restore as put_back

        settings = load_settings()
        instead = "aidledger lake query --as-of asks an earlier release, aidledger lake discard takes a run's rows out"
        refuse_lake(settings, "snapshots restore", instead)
        restored = put_back(home or settings.home, run_key, settings, lambda line: typer.echo(line, err=True))
        console().print(
            f"Restored the state of run {restored}. The next run reads again what came after it.", style="bold green"
        )


def history(
    fact: Annotated[str, typer.Argument(metavar="FACT", help="Key of a fact, or a text that only it holds.")],
    home: Home = None,
) -> None:
    """Tell when a fact appeared, when it changed, and why."""
    with one_line_errors():
        from flows.history import history as tell
        from flows.published import place_of
        from flows.settings import load_settings

        settings = load_settings()
        told = tell(place_of(home or settings.home, settings), fact)
        out = console()
        out.print(f"Fact {told.figure_key} in {told.document}", style="bold", markup=False)
        out.print(" ".join(told.sentence.split()), style="dim", markup=False)
        if told.now is None:
            out.print("It does not stand any more.", style="yellow")
        else:
            now = told.now
            value = f"{plain(now['value'])} {now['unit']}"
            out.print(f"Now: {now['metric_code']} {now['aspect']} {value} ({now['rule_code']})", markup=False)
        rows = [
            (
                "" if event.at is None else _local(event.at.replace(tzinfo=UTC), settings.timezone),
                *(event.what, event.why, event.run_key),
            )
            for event in told.events
        ]
        out.print(to_table((f"when ({settings.timezone})", "what", "why", "run"), rows))


def upgrade(home: Home = None) -> None:
    """Bring a warehouse that an earlier version made to this version's shape; the old file is kept as a snapshot."""
    with one_line_errors():
        from flows.published import refuse_lake
        from flows.settings import load_settings
        from flows.snapshots import upgrade as bring_forward

        settings = load_settings()
        refuse_lake(settings, "upgrade", "a run, or aidledger lake finish, brings the lake forward by itself")
        folder: Path = home or settings.home
        applied = bring_forward(folder, settings, lambda line: typer.echo(line, err=True))
        if applied:
            console().print(f"Brought {folder} forward: {', '.join(applied)}.", style="bold green")
        else:
            console().print(f"{folder} is of this version already.", style="bold green")


def reconcile(home: Home = None) -> None:
    """End the runs that a killed worker left on the Prefect server; `serve` does the same when it starts."""
    with one_line_errors():
        from flows.deployments import require_lasting_server
        from flows.settings import load_settings

        require_lasting_server("reconcile")
        from flows.at_work import ensure_writer_limit
        from flows.reconcile import put_right

        settings = load_settings()
        if home is not None:
            settings = settings.model_copy(update={"home": home})
        ensure_writer_limit()
        ended = put_right(settings, lambda line: typer.echo(line, err=True))
        console().print(f"{ended} runs were left without a process.", style="bold green")


def _local(moment: datetime, timezone: str) -> str:
    from zoneinfo import ZoneInfo

    return f"{moment.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M:%S}"
