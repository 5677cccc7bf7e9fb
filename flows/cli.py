"""The `aidledger` command: parse, call, print, exit code. 0 done, 1 a blocking check failed, 2 bad usage or settings.

Each command imports what it needs when it runs: Prefect alone takes a second, and `aidledger --help` takes none of it.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows import (
    backfill_command,
    check_command,
    doctor,
    export_command,
    lake_command,
    quarantine_command,
    report_command,
    snapshots_command,
    sources_command,
)
from flows.command_parts import Home
from flows.command_parts import examples as _examples
from flows.command_parts import one_line_errors as _one_line_errors
from flows.command_parts import progress as _progress
from flows.command_parts import say as _say
from flows.output import RowFormat, console, plain, print_rows, to_json, to_table
from flows.settings import BadUsage, Settings, load_settings
from flows.sources import CONFIG_NAME, Unread, list_candidates

if TYPE_CHECKING:
    from flows.job import Request, Watch
    from flows.outcome import RunReport

DONE, BLOCKED, BAD_USAGE = 0, 1, 2

app = typer.Typer(
    name="aidledger",
    help="A ledger of every figure in Chinese news about medical aid: found, normalised, attributed, checked.",
    epilog="Exit codes: 0 done, 1 a blocking check failed, 2 bad usage or configuration.",
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)

Source = Annotated[
    list[str] | None, typer.Option("--source", metavar="PATH", help="A file, a folder or a glob; may be repeated.")
]
Config = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="A sources file, where no --source is given.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


class FactFormat(StrEnum):
    """How `extract` prints facts."""

    TABLE = "table"
    JSONL = "jsonl"


@app.callback()
def start(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"aidledger {installed('aidledger')}")
        raise typer.Exit(DONE)
    if context.invoked_subcommand is None:
        with _one_line_errors():
            _print_standing(load_settings())


@app.command(
    epilog=_examples(
        "aidledger run --source examples",
        "aidledger run --source news/2024 --source 'news/extra/*.txt' --home /srv/aid",
        "aidledger run --config sources.toml --direct",
    )
)
def run(
    source: Source = None,
    home: Home = None,
    config: Config = None,
    direct: Annotated[
        bool, typer.Option("--direct", help="The same steps without Prefect: no server, no wait.")
    ] = False,
    retry_held: Annotated[
        bool, typer.Option("--retry-held", help="Read again the documents that a check held back, after a fix.")
    ] = False,
    rehash: Annotated[
        bool, typer.Option("--rehash", help="Read every file, whatever is remembered of its size and times.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing where all went well.")] = False,
    as_json: Json = False,
) -> None:
    """Read what is new, check it, and publish the facts in the warehouse."""
    with _one_line_errors():
        from flows.job import Request

        settings = load_settings()
        sources, chosen = _what_to_read(source or [], config, settings)
        mode = "direct" if direct else "flow"
        request = Request(home or settings.home, sources, chosen, mode=mode, retry_held=retry_held, rehash=rehash)
        with _progress(quiet=quiet or as_json) as watch:
            report = (_run_directly if direct else _run_as_flow)(request, settings, watch)
        from flows.summary import print_outcome

        print_outcome(report, request.home, settings, quiet=quiet, as_json=as_json)
    if report.ending == "blocked":
        raise typer.Exit(BLOCKED)


@app.command(
    epilog=_examples(
        "aidledger extract examples/2023-04-20_huangnan_project.txt",
        "aidledger extract page.txt --format jsonl | jq .metric",
    )
)
def extract(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files, folders or globs.")],
    form: Annotated[FactFormat, typer.Option("--format", help="A short table, or every field.")] = FactFormat.TABLE,
) -> None:
    """Print the facts of files, with the fields of mart.metrics. No warehouse is touched."""
    with _one_line_errors():
        from flows.facts import facts_of

        settings = load_settings()
        found = facts_of(list_candidates(files).candidates, settings.max_bytes)
        facts = found.facts.as_dicts()
        if form is FactFormat.JSONL:
            for fact in facts:
                typer.echo(to_json(fact))
        else:
            console().print(_fact_table(facts))
        _tell_unread(found.unread)
        if found.set_aside:
            _say(f"{found.set_aside} rows fail a check of their own and are left out")
        if found.unread and not facts:
            raise typer.Exit(BAD_USAGE)


@app.command(
    epilog=_examples(
        "aidledger explain examples/2023-04-20_huangnan_project.txt --figure 3",
        "aidledger explain page.txt | less -R",
    )
)
def explain(
    file: Annotated[str, typer.Argument(metavar="FILE", help="One document.")],
    figure: Annotated[int | None, typer.Option("--figure", metavar="N", help="One figure, counted from 1.")] = None,
) -> None:
    """Show why each figure of a file was read as it was: words, rules, places, dates."""
    with _one_line_errors():
        from flows.explain import WIDTH, explain_file, render

        explained = explain_file(file, figure, load_settings().max_bytes)
        out = console()
        out.print(render(explained) if explained else "No figures.", width=min(out.width, WIDTH))


@app.command(
    epilog=_examples(
        'aidledger query "SELECT donor, recipient, sum(value) FROM mart.metrics GROUP BY ALL"',
        'aidledger query "FROM mart.coverage" --format csv > coverage.csv',
    )
)
def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="One statement of DuckDB's SQL.")],
    home: Home = None,
    form: Annotated[RowFormat, typer.Option("--format", help="How to print the rows.")] = RowFormat.TABLE,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="RUN_KEY", help="Ask the state that this run published; in a lake a day does."),
    ] = None,
) -> None:
    """Ask the published warehouse. It is opened read-only, and a query reaches nothing outside it."""
    with _one_line_errors():
        from flows.inspection import ask
        from flows.published import place_of

        settings = load_settings()
        found = ask(place_of(home or settings.home, settings), sql, as_of, settings.zone)
        print_rows(found.columns, found.rows, form)


@app.command(epilog=_examples("aidledger status", "aidledger status --home /srv/aid --json | jq .counts"))
def status(home: Home = None, as_json: Json = False) -> None:
    """Show the last runs, what the warehouse holds, and how old its newest article is."""
    with _one_line_errors():
        from flows.inspection import state
        from flows.published import place_of

        settings = load_settings()
        found = state(place_of(home or settings.home, settings))
        if as_json:
            typer.echo(to_json(found.as_dict()))
            return
        out, today = console(), datetime.now(settings.zone).date()
        moment = found.runs.columns.index("started_at")
        rows = [
            tuple(
                value.replace(tzinfo=UTC).astimezone(settings.zone).replace(tzinfo=None) if place == moment else value
                for place, value in enumerate(row)
            )
            for row in found.runs.rows
        ]
        out.print(to_table(found.runs.columns, rows, title=f"Last runs ({settings.timezone})"))
        counted = [(name.replace("_", " "), number) for name, number in found.counts.items()]
        out.print(to_table(("the warehouse holds", "number"), counted))
        age = found.newest_age_days(today)
        out.print(
            f"Newest article: {found.newest_article_on} ({age} days old)" if age is not None else "No dated article"
        )


@app.command(
    epilog=_examples(
        "PREFECT_API_URL=http://127.0.0.1:4200/api aidledger serve --source /srv/news",
        "AIDLEDGER_CRON='30 5 * * 1-5' aidledger serve --config sources.toml",
    )
)
def serve(
    source: Source = None,
    home: Home = None,
    config: Config = None,
) -> None:
    """Run the flows on their schedules and on demand, against a running Prefect server, until stopped."""
    with _one_line_errors():
        from flows.deployments import serve_all

        settings = load_settings()
        sources, chosen = _what_to_read(source or [], config, settings)
        if home is not None:
            settings = settings.model_copy(update={"home": home})
        serve_all(list(sources), chosen, settings, _say)


def _what_to_read(sources: list[str], config: Path | None, settings: Settings) -> tuple[tuple[str, ...], Path | None]:
    """Sources and sources file, one of them: what is asked for, else the settings', else ./sources.toml."""
    if sources and config:
        raise BadUsage("--source and --config exclude each other")
    if sources:
        return tuple(sources), None
    chosen = config or settings.config or (Path(CONFIG_NAME) if Path(CONFIG_NAME).exists() else None)
    list_candidates([], chosen)
    return (), chosen


def _run_directly(request: Request, settings: Settings, watch: Watch) -> RunReport:
    from flows.job import run_job
    from flows.report import report_after

    done = run_job(request, settings, watch=watch)
    report_after(done, request.home, settings, watch.say)
    return done


def _run_as_flow(request: Request, settings: Settings, watch: Watch) -> RunReport:
    """A flow run on the configured server, else on a temporary one, which is not started for nothing."""
    from flows.job import look_ahead
    from flows.outcome import RunBlocked

    nothing = look_ahead(request, settings)
    if nothing is not None:
        return nothing
    from flows.server import server_for_one_run

    with server_for_one_run(settings.server_start_seconds, watch.say):
        from prefect import tags

        from flows.deployments import TAGS
        from flows.ingest import ingest, watch_in_terminal

        watch_in_terminal.set(watch)
        try:
            with tags(*TAGS):
                return ingest(
                    sources=list(request.sources),
                    config=str(request.config) if request.config else None,
                    home=str(request.home),
                    retry_held=request.retry_held,
                    rehash=request.rehash,
                )
        except RunBlocked as blocked:
            return blocked.report


def _print_standing(settings: Settings) -> None:
    """Where one stands, and the next sensible step."""
    from flows.published import place_of
    from flows.standing import MORE, standing

    found = standing(settings.home, datetime.now(settings.zone).date(), place_of(settings.home, settings))
    out = console()
    grid = to_table(("aidledger", ""), found.lines)
    out.print(grid)
    out.print(f"Next: {found.why}", markup=False)
    out.print(f"  {found.command}", style="cyan", markup=False, soft_wrap=True)
    out.print(f"\n{MORE}", style="dim", markup=False)


def _fact_table(facts: list[dict[str, object]]) -> object:
    """The fields that fit a terminal."""
    names = ("metric_zh", "aspect", "value", "approximation", "unit", "donor", "recipient", "period", "sentence")
    period = [f"{plain(fact['period_start'])}…{plain(fact['period_end'])}".strip("…") for fact in facts]
    shown = [{**fact, "period": told} for fact, told in zip(facts, period, strict=True)]
    return to_table(names, [tuple(fact[name] for name in names) for fact in shown])


def _tell_unread(unread: tuple[Unread, ...]) -> None:
    for each in unread:
        _say(f"not read: {each.name}: {each.reason}")


def _mended(command: Callable[..., None]) -> Callable[..., None]:
    """A command of another module, with the errors that a user can mend told in one line."""

    @wraps(command)
    def told(*arguments: object, **options: object) -> None:
        with _one_line_errors():
            command(*arguments, **options)

    return told


_ELSEWHERE: tuple[tuple[Callable[..., None], tuple[str, ...]], ...] = (
    (report_command.report, ("aidledger report", "aidledger report --home /srv/aid --out /srv/www/aid")),
    (export_command.export, ("aidledger export", "aidledger export --format xlsx --out ~/Desktop")),
    (snapshots_command.history, ("aidledger history 1018243215729024372",)),
    (snapshots_command.upgrade, ("aidledger upgrade --home /srv/aid",)),
    (snapshots_command.reconcile, ("aidledger reconcile --home /srv/aid",)),
    (check_command.check, ("aidledger check", "aidledger check --explain parts_do_not_add_up")),
    (doctor.doctor, ("aidledger doctor", "aidledger doctor --json")),
)
app.add_typer(backfill_command.app, name="backfill")
app.add_typer(snapshots_command.app, name="snapshots")
app.add_typer(lake_command.app, name="lake")
app.add_typer(sources_command.sources_app, name="sources")
for _command, _lines in _ELSEWHERE:
    app.command(epilog=_examples(*_lines))(_mended(_command))
app.add_typer(quarantine_command.commands(_mended), name="quarantine")


def main() -> None:
    """The console script."""
    # jieba's source has escapes that newer Pythons warn of when they compile it, and it tells of its start at length.
    warnings.filterwarnings("ignore", category=SyntaxWarning)
    logging.getLogger("jieba").addFilter(lambda record: record.levelno >= logging.WARNING)
    app()


if __name__ == "__main__":
    main()
