"""When runs fall due: the settings' schedule, and those that sources of a sources file have of their own.

A source may say `schedule = "0 6 * * *"` (cron) or `every = "6h"`, and `timezone`. A run reads all that is new wherever
it lies, so the schedules of all sources drive one deployment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain, count
from pathlib import Path
from typing import Any

from flows.cron import parse_every
from flows.settings import Settings
from flows.sources import read_config


@dataclass(frozen=True, slots=True)
class DueTime:
    """One schedule: `cron` or `every`, in its time zone. `slug` tells schedules apart on the server."""

    slug: str
    timezone: str
    cron: str | None = None
    every: timedelta | None = None

    @property
    def described(self) -> str:
        """`cron '0 6 * * *' Asia/Shanghai`, `every 6:00:00`."""
        return f"cron {self.cron!r} {self.timezone}" if self.every is None else f"every {self.every}"


def due_times(config: Path | None, settings: Settings) -> tuple[DueTime, ...]:
    """The schedules to serve, each once: the settings' own, unless every source has one."""
    sources = list(_declared(config)) if config is not None else []
    own = [due for source in sources if (due := _of_source(source, settings)) is not None]
    default = DueTime("default", settings.timezone, cron=settings.cron)
    wanted = own if sources and len(own) == len(sources) else [default, *own]
    once = {(due.cron, due.every, due.timezone): due for due in reversed(wanted)}
    return tuple(_apart(list(once.values())[::-1]))


def _apart(dues: Iterable[DueTime]) -> Iterator[DueTime]:
    """The same, each with a slug of its own: a name without a Latin letter makes none."""
    taken: set[str] = set()
    for due in dues:
        slugs = chain([due.slug], (f"{due.slug}-{n}" for n in count(2)))
        slug = next(slug for slug in slugs if slug not in taken)
        taken.add(slug)
        yield replace(due, slug=slug)


def _declared(config: Path) -> Iterable[Mapping[str, Any]]:
    """Every source that the file declares, of whatever kind, as plain data."""
    for sources in read_config(config).model_dump().values():
        yield from sources


def _of_source(source: Mapping[str, Any], settings: Settings) -> DueTime | None:
    timezone = source.get("timezone") or settings.timezone
    named = source.get("path") or source.get("url") or " ".join(source.get("urls") or ())
    slug = re.sub(r"[^a-z0-9]+", "-", str(named).lower()).strip("-")[:60] or "source"
    if source.get("schedule"):
        return DueTime(slug, timezone, cron=source["schedule"])
    if source.get("every"):
        return DueTime(slug, timezone, every=parse_every(source["every"]))
    return None
