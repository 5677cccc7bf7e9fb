"""What `aidledger` alone says: where one stands, and the next sensible step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from flows.inspection import State, state
from flows.published import Place, published_at, shown
from flows.report import FOLDER, PAGE
from warehouse.lake.connection import Lake

MORE = "aidledger --help lists every command; aidledger doctor checks what a run needs."


@dataclass(frozen=True, slots=True)
class Standing:
    """Lines of (what, how it stands), and what to do next with the reason."""

    lines: tuple[tuple[str, str], ...]
    why: str
    command: str


def standing(home: Path, today: date, place: Place | None = None) -> Standing:
    """How what is published in `place` (the file of `home`) stands. Raises WarehouseError where it cannot be opened."""
    option = "" if home == Path("data") else f" --home {home}"
    place = place or home
    published = published_at(place)
    if published is None:
        none = f"nothing released in {place.shown} yet" if isinstance(place, Lake) else f"none in {home} yet"
        command = f"aidledger run --source FOLDER{option}"
        return Standing((("warehouse", none),), "read a folder of news texts", command)
    found = state(place)
    page = home / FOLDER / PAGE
    lines = (
        ("warehouse", shown(place)),
        *_told(found, today),
        ("report", str(page) if page.exists() else "none yet"),
    )
    runs = found.runs.as_dicts()
    if runs and runs[0]["status"] == "blocked":
        return Standing(lines, "see which check held the last run back", f"aidledger status{option}")
    if not page.exists() or datetime.fromtimestamp(page.stat().st_mtime, UTC) < published:
        return Standing(lines, "look at what the warehouse holds now", f"aidledger report{option}")
    sql = "SELECT metric_zh, donor, recipient, total FROM mart.scorecard ORDER BY stories DESC LIMIT 10"
    return Standing(lines, "ask a question", f'aidledger query "{sql}"{option}')


def _told(found: State, today: date) -> tuple[tuple[str, str], ...]:
    counts = found.counts
    held = f"{counts['documents']} documents, {counts['stories']} stories, {counts['facts']} facts"
    age = found.newest_age_days(today)
    newest = "no dated article" if age is None else f"{found.newest_article_on} ({age} days old)"
    open_points = [
        f"{counts['unknown_figures']} figures that no rule could place",
        f"{counts['rows_set_aside']} rows set aside",
    ]
    told = [("holds", held), ("newest article", newest), ("open", ", ".join(open_points))]
    for run in found.runs.as_dicts()[:1]:
        told.insert(0, ("last run", f"{run['status']} {run['started_at']:%Y-%m-%d %H:%M} UTC"))
    return tuple(told)
