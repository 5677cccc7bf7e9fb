"""Writing the report: the page of what is published, put where people look, in one rename."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from flows.outcome import RunReport
from flows.published import open_published, place_of
from flows.settings import BadUsage, Settings
from warehouse.report import build, told_by

FOLDER = "report"
PAGE = "index.html"
_HEAD_BYTES = 8_192
"""The beginning of an earlier page, which says what run it told of."""


def write_report(home: Path, out: Path | None, settings: Settings) -> Path:
    """Write the report of what is published to `out`/index.html (`home`/report by default), and return its path.

    What is new is told against the page that stands there. Whoever reads that page meanwhile keeps it.

    Raises:
        WarehouseError: nothing is published in `home`, or in the lake of the settings.
        BadUsage: the folder cannot be written.
    """
    page = (out or home / FOLDER) / PAGE
    with open_published(place_of(home, settings)) as con:
        previous = told_by(_head(page)) if page.exists() else None
        text = build(con, generated_at=datetime.now(UTC), timezone=settings.timezone, previous=previous)
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        unfinished = page.with_name(f"{PAGE}.{os.getpid()}.new")
        unfinished.write_text(text, encoding="utf-8")
        os.replace(unfinished, page)
    except OSError as error:
        raise BadUsage(f"{page}: the report cannot be written there ({error.strerror})") from error
    return page


def _head(page: Path) -> str:
    with page.open("rb") as file:
        return file.read(_HEAD_BYTES).decode("utf-8", "replace")


def report_after(done: RunReport, home: Path, settings: Settings, say: Callable[[str], None]) -> Path | None:
    """The page after a run that published. A page that fails takes no published run with it: it is told, not raised."""
    if done.ending != "published" or not settings.write_report:
        return None
    try:
        return write_report(home, None, settings)
    except Exception as error:
        say(f"the report was not written ({type(error).__name__}: {error}); aidledger report tries again")
        return None
