"""What the commands share: the option --home, examples in help, progress on a terminal, errors in one line."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from flows.output import console
from flows.settings import BadUsage

if TYPE_CHECKING:
    from flows.job import Watch

BLOCKED, BAD_USAGE = 1, 2

Home = Annotated[Path | None, typer.Option("--home", metavar="DIR", help="Folder of the warehouse.  [default: data]")]


def examples(*lines: str) -> str:
    """Examples for a command's help, one a line."""
    return "Examples:\n\n" + "\n\n".join(f"[cyan]{line}[/]" for line in lines)


@contextmanager
def progress(quiet: bool = False) -> Iterator[Watch]:
    """Who watches a run: lines on standard error, and a bar with the time left where that is a terminal."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    from flows.job import Watch

    if quiet:
        yield Watch()
        return
    done = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    columns = (*done, TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
    err = console(stderr=True)
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:

        class TerminalWatch(Watch):
            """Shows how many documents are done."""

            def say(self, message: str) -> None:
                bar.console.print(message, markup=False)

            def begin(self, documents: int) -> None:
                self.task = bar.add_task("documents", total=documents)

            def advance(self) -> None:
                bar.advance(self.task)

        yield TerminalWatch()


@contextmanager
def one_line_errors() -> Iterator[None]:
    """A user's mistake is one clear line on standard error, never a traceback."""
    try:
        yield
    except Exception as error:
        code = exit_code(error)
        if code is None:
            raise
        say(f"aidledger: {message_of(error)}")
        if _is_of_the_server(error):
            _leave_at_once(code)
        raise typer.Exit(code) from error


def exit_code(error: Exception) -> int | None:
    """The exit code of an error that a user can mend, or None for a fault of the program."""
    from flows.job import AccountingError, RunTimeoutError
    from warehouse.migrate import MigrationError
    from warehouse.publish import WarehouseError

    if isinstance(error, (BadUsage, WarehouseError, MigrationError, RunTimeoutError)) or _is_of_the_server(error):
        return BAD_USAGE
    return BLOCKED if isinstance(error, AccountingError) else None


def message_of(error: Exception) -> str:
    """The one line."""
    if not _is_of_the_server(error):
        return str(error)
    return (
        f"the Prefect server went away while the run was at work ({type(error).__name__}): start it again; the "
        "published file is whole, and the next run takes up what this one did not finish"
    )


def _leave_at_once(code: int) -> NoReturn:
    """End here: Prefect would try for minutes to send each event that waits to a server that is not there."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _is_of_the_server(error: Exception) -> bool:
    """Whether Prefect could not reach its server, or the slots it holds there."""
    if "prefect" not in sys.modules:
        return False
    import httpx
    from prefect.exceptions import PrefectHTTPStatusError

    if isinstance(error, PrefectHTTPStatusError):  # a refusal (4xx) is an answer, and a fault of this program
        return error.response.is_server_error
    # Prefect's own error about the slots that it could not hold is in a private module.
    return isinstance(error, httpx.TransportError) or type(error).__name__ == "ConcurrencySlotAcquisitionError"


def say(message: str) -> None:
    """One line on standard error."""
    console(stderr=True).print(message, markup=False)
