"""A lake in place of the published file: which one the settings name, asking it, and the work on the whole of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from checks.audit import audit
from checks.results import CheckResult, blocking
from flows.correcting import correct
from flows.inspection import Answer, State, answer, ask_of, state_in
from flows.settings import PREFIX, BadUsage, Settings
from transforms.pipeline import extractor_version
from warehouse.folding import fold
from warehouse.lake.connection import Bucket, Lake, connect, data_path, newest_snapshot, parse
from warehouse.lake.releases import Release, connect_released, releases
from warehouse.lake.upkeep import compact_files, discard_run, expire
from warehouse.lake.writer import LakeWriter
from warehouse.load import RunRecord, extend_dates, record_run
from warehouse.publish import PUBLISHED_NAME

UNENDED = "SELECT run_key, started_at, sources FROM ops.run WHERE status = 'running' ORDER BY started_at DESC LIMIT 10"
HELD = """
SELECT (SELECT count(*) FROM raw.document) AS documents, (SELECT count(*) FROM core.dim_article) AS articles,
    (SELECT count(*) FROM core.fact_figure) AS mentions
"""


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


def warehouse_of(home: Path, settings: Settings) -> Path | str:
    """What a run tells that it wrote to: the published file of `home`, or the lake."""
    return home / PUBLISHED_NAME if settings.lake is None else lake_of(settings).shown


def ask_lake(settings: Settings, sql: str, as_of: str | None = None) -> Answer:
    """One query on the newest release, or the newest at `as_of`: a moment, a run's key, a snapshot's number.

    Raises BadUsage where the statement is no query or reaches out of the lake, LakeError where no release fits.
    """
    con = connect_released(lake_of(settings), _moment(as_of, settings.zone))
    try:
        con.execute("SET allowed_directories = [?]", [data_path(con)])
        return ask_of(con, sql, queries_only=True)
    finally:
        con.close()


def standing(settings: Settings) -> State:
    """What the newest release holds, and its last runs. Raises LakeError where there is none."""
    with connect_released(lake_of(settings)) as con:
        return state_in(con)


def _moment(as_of: str | None, zone: ZoneInfo) -> str | datetime | None:
    """A day or an hour in the settings' time zone as UTC; a day means its end. Anything else as it is."""
    if as_of is None or as_of.isdigit():
        return as_of
    try:
        moment = datetime.fromisoformat(as_of)
    except ValueError:
        return as_of
    if len(as_of) == len("2026-11-20"):
        moment = moment.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class LakeState:
    """How a lake stands: its newest commit, what it holds, the states that readers can ask, runs that did not end."""

    shown: str
    data: str
    newest: int
    held: dict[str, int]
    releases: tuple[Release, ...]
    unended: Answer


def state_of(settings: Settings) -> LakeState:
    """How the lake of the settings stands. Raises LakeError."""
    lake = lake_of(settings)
    with connect(lake, read_only=True) as con:
        found = tuple(releases(con))
        held: dict[str, int] = {}
        unended = Answer((), ())
        try:
            held = answer(con, HELD).as_dicts()[0]
            unended = answer(con, UNENDED)
        except duckdb.CatalogException:  # nothing was written yet
            pass
        return LakeState(lake.shown, data_path(con), newest_snapshot(con), held, found, unended)


@dataclass(frozen=True, slots=True)
class Finished:
    """What a finish did: the snapshot that readers see now, or None where a check blocks."""

    run_key: str
    results: tuple[CheckResult, ...]
    snapshot: int | None

    @property
    def blocking(self) -> list[CheckResult]:
        return blocking(self.results)


def finish(settings: Settings, home: Path, say: Callable[[str], None]) -> Finished:
    """Stories, the corrections of `home`, the audit and the release, once for all that writers committed.

    One finisher works at a time; writers go on extracting meanwhile. Raises LakeError, LockTimeoutError, BadUsage.
    """
    from flows.job import finish_tables

    began = datetime.now(UTC)
    run_key = f"{began:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    with LakeWriter(lake_of(settings), settings.lock_wait_seconds, say) as writer, writer.turn():
        con = writer.connection
        extend_dates(con)
        finish_tables(con, run_key)
        correct(con, home, run_key)
        results = tuple(audit(con, run_key, fold=fold))
        status = "blocked" if blocking(results) else "published"
        record_run(con, RunRecord(run_key, "finish", status, began, extractor_version(), datetime.now(UTC)))
        return Finished(run_key, results, None if status == "blocked" else writer.publish(run_key))


def discard(settings: Settings, run_keys: Sequence[str]) -> int:
    """Take what these runs loaded out of the lake, as if they had not run; gives how many documents are new again."""
    with LakeWriter(lake_of(settings), settings.lock_wait_seconds) as writer, writer.turn():
        return sum(discard_run(writer.connection, run_key) for run_key in run_keys)


def compact(settings: Settings) -> tuple[int, int]:
    """Merge small files and let go of states older than the releases that are kept; (files merged, snapshots gone)."""
    with LakeWriter(lake_of(settings), settings.lock_wait_seconds) as writer, writer.turn():
        merged = compact_files(writer.connection)
        return merged, expire(writer.connection, keep=max(1, settings.keep_snapshots))
