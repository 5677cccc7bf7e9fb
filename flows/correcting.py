"""The corrections of the home folder, in a run: applied before the audit; a changed file is reason enough to run."""

from __future__ import annotations

from pathlib import Path

import duckdb

from checks.corrections import CorrectionError, applied_entries, load_corrections, synchronise
from flows.settings import BadUsage
from warehouse.publish import PUBLISHED_NAME, connect_published


def correct(con: duckdb.DuckDBPyConnection, home: Path, run_key: str) -> int:
    """Bring the facts to what `corrections.toml` says; gives how many entries came or went.

    Raises:
        BadUsage: an entry matches nothing, its guard does not hold, or the file is not whole.
    """
    try:
        return synchronise(con, load_corrections(home), run_key)
    except CorrectionError as error:
        raise BadUsage(str(error)) from error


def corrections_wait(home: Path) -> bool:
    """Whether the file says something else than what the published warehouse holds."""
    try:
        wanted = {entry.entry_key for entry in load_corrections(home)}
    except CorrectionError as error:
        raise BadUsage(str(error)) from error
    if not (home / PUBLISHED_NAME).exists():
        return False
    con = connect_published(home)
    try:
        return wanted != applied_entries(con)
    except duckdb.CatalogException:
        # A file of an earlier version has no corrections yet.
        return bool(wanted)
    finally:
        con.close()
