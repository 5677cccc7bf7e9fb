"""What is published, wherever the settings keep it: one way to it for every command that reads.

A home has a published file; where `AIDLEDGER_LAKE` is set, a lake has releases in its place. Whoever reads asks
`place_of` where, and `open_published` for a read-only connection; the tables and views are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import duckdb

from flows.settings import PREFIX, BadUsage, Settings
from flows.snapshots import connect_as_of
from warehouse.lake.connection import Bucket, Lake, parse, told_plainly
from warehouse.lake.releases import connect_released, released
from warehouse.publish import PUBLISHED_NAME

Place = Path | Lake
"""The home of a published file, or a lake."""
DAY = len("2026-11-20")


def place_of(home: Path, settings: Settings) -> Place:
    """Where the settings publish. Raises LakeError where the address of the lake is none."""
    return home if settings.lake is None else lake_of(settings)


def lake_of(settings: Settings) -> Lake:
    """The lake that the settings name. Raises BadUsage where they name none, LakeError where its address is none."""
    if settings.lake is None:
        raise BadUsage(f"no lake is named: set {PREFIX}LAKE=ducklake:postgres:…")
    bucket = None
    if settings.lake_s3_endpoint is not None:
        secret = settings.lake_s3_secret.get_secret_value() if settings.lake_s3_secret else ""
        where = settings.lake_s3_endpoint, settings.lake_s3_region
        bucket = Bucket(*where, settings.lake_s3_key or "", secret, settings.lake_s3_ssl)
    return parse(settings.lake, settings.lake_data, bucket)


def shown(place: Place) -> str:
    """The place in a message: the published file, or the lake without a password."""
    return place.shown if isinstance(place, Lake) else str(place / PUBLISHED_NAME)


@contextmanager
def open_published(place: Place, as_of: str | None = None, zone: tzinfo = UTC) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to what is published, or to the state `as_of`, if that is kept.

    A state is named by the key of the run that published it; one of a lake by a day, a moment (in `zone`) or the number
    of its snapshot too.

    Raises:
        BadUsage: no such state is kept.
        WarehouseError, MigrationError: nothing is published, or it cannot be read.
    """
    if isinstance(place, Lake):
        with told_plainly(place), connect_released(place, _moment(as_of, zone)) as con:
            yield con
    else:
        with connect_as_of(place, as_of) as con:
            yield con


def published_at(place: Place) -> datetime | None:
    """When (UTC) what readers see was published; None where nothing is. Raises LakeError where a lake has no answer."""
    if isinstance(place, Lake):
        found = released(place)
        return found[0].at if found else None
    path = place / PUBLISHED_NAME
    return datetime.fromtimestamp(path.stat().st_mtime, UTC) if path.exists() else None


def refuse_lake(settings: Settings, what: str, instead: str) -> None:
    """BadUsage where a lake is set: `what` changes the published file of one home, and the user means the lake."""
    if settings.lake is not None:
        raise BadUsage(f"{what} works on the published file of a home, and {PREFIX}LAKE names a lake: {instead}")


def _moment(as_of: str | None, zone: tzinfo) -> str | datetime | None:
    """A day or an hour in `zone` as UTC without a zone; a day means its end. Anything else as it is."""
    if as_of is None or as_of.isdigit():
        return as_of
    try:
        moment = datetime.fromisoformat(as_of)
    except ValueError:
        return as_of
    if len(as_of) == DAY:
        moment = moment.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC).replace(tzinfo=None)
