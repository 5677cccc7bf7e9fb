"""`aidledger quarantine`: what was set aside, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.command_parts import Home
from flows.output import console, to_json, to_table
from flows.settings import BadUsage, load_settings

if TYPE_CHECKING:
    from flows.published import Place

Row = Annotated[str | None, typer.Option("--row", metavar="KEY", help="One row, by its key.")]
OfDocument = Annotated[str | None, typer.Option("--document", metavar="NAME", help="Rows of one document.")]
OfCheck = Annotated[str | None, typer.Option("--check", metavar="NAME", help="Rows that one check set aside.")]
BLOCKED = 1

SHOWN = ("quarantine_key", "check_name", "table_name", "document", "figure", "reason", "run_key")


def list_rows(
    home: Home = None,
    document: OfDocument = None,
    check: OfCheck = None,
    all_rows: Annotated[bool, typer.Option("--all", help="Those released or discarded too.")] = False,
) -> None:
    """List the rows that are set aside."""
    from flows.workbench import Choice, look_at

    rows = look_at(_place(home), Choice(document=document, check=check), all_rows=all_rows)
    columns = (*SHOWN, "released_in_run_key", "discarded_in_run_key") if all_rows else SHOWN
    told = [tuple(str(row[name]) if name == "quarantine_key" else row[name] for name in columns) for row in rows]
    console().print(to_table(columns, told))
    console().print(f"{len(rows)} rows")


def show(key: Annotated[str, typer.Argument(metavar="KEY", help="Key of the row.")], home: Home = None) -> None:
    """Show one row whole: its payload, its reason, what was decided."""
    from flows.workbench import Choice, look_at

    rows = look_at(_place(home), Choice(row=key), all_rows=True)
    if not rows:
        raise BadUsage(f"nothing in the quarantine has the key {key}")
    for row in rows:
        for name, value in row.items():
            if value is not None:
                typer.echo(f"{name}: {value}")


def release(home: Home = None, row: Row = None, document: OfDocument = None, check: OfCheck = None) -> None:
    """Read rows again with today's rules and let in what holds."""
    from flows.workbench import Choice
    from flows.workbench import release as let_in

    settings = load_settings()
    _tell("released", let_in(home or settings.home, Choice(row, document, check), settings))


def discard(
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why they stay out for good.")],
    home: Home = None,
    row: Row = None,
    document: OfDocument = None,
    check: OfCheck = None,
) -> None:
    """Put rows away for good. They stay on record."""
    from flows.workbench import Choice
    from flows.workbench import discard as put_away

    settings = load_settings()
    _tell("discarded", put_away(home or settings.home, Choice(row, document, check), reason, settings))


def _place(home: Path | None) -> Place:
    from flows.published import place_of

    settings = load_settings()
    return place_of(home or settings.home, settings)


def _tell(word: str, decided: object) -> None:
    from flows.workbench import Decided

    assert isinstance(decided, Decided)
    if decided.is_blocked:
        names = ", ".join(result.check_name for result in decided.results if result.blocks)
        console(stderr=True).print(f"Held back by {names}: nothing was {word}.", markup=False)
        raise typer.Exit(BLOCKED)
    typer.echo(to_json({word: len(decided.done), "stayed": {str(key): why for key, why in decided.stayed.items()}}))


def commands(mended: Callable[[Callable[..., None]], Callable[..., None]]) -> typer.Typer:
    """The group of commands; `mended` tells the errors that a user can mend in one line."""
    about = "What checks set aside: look at it, let it in after a fix, or put it away."
    group = typer.Typer(help=about, no_args_is_help=True)
    for name, command in (("list", list_rows), ("show", show), ("release", release), ("discard", discard)):
        group.command(name)(mended(command))
    return group
