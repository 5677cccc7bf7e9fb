"""The published files that were: the last few kept, any of them read again or put back.

A snapshot is the published file itself under a second name, `home/snapshots/RUN_KEY.duckdb`, a hard link made just
before the next file takes its place: no byte is copied, and a kill at any instant leaves at worst a second name for the
file that is still published. See docs/decisions/0003-snapshots-are-kept-files.md.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

FOLDER = "snapshots"
KEPT = 7
"""Snapshots that are kept where nothing else is asked for: a week of nightly runs."""
NEWEST_RUN = "SELECT run_key FROM ops.run ORDER BY rowid DESC LIMIT 1"
"""The run recorded last, whatever the clock said then: a clock may be set back."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One kept file: the newest run in it, when it was published (UTC), its size in bytes."""

    run_key: str
    path: Path
    published_at: datetime
    size_bytes: int


def newest_run(con: duckdb.DuckDBPyConnection) -> str | None:
    """The key of the newest run that a warehouse knows; None where it knows of none."""
    try:
        row = con.execute(NEWEST_RUN).fetchone()
    except duckdb.CatalogException:
        return None
    return None if row is None else str(row[0])


def snapshot_path(home: Path, run_key: str) -> Path:
    return home / FOLDER / f"{run_key}.duckdb"


def snapshots(home: Path) -> tuple[Snapshot, ...]:
    """The kept files of `home`, newest first."""
    found = []
    for path in (Path(home) / FOLDER).glob("[!.]*.duckdb"):
        try:
            status = path.stat()
        except FileNotFoundError:  # pruned by a run meanwhile
            continue
        published_at = datetime.fromtimestamp(status.st_mtime, UTC)
        found.append(Snapshot(path.stem, path, published_at, status.st_size))
    return tuple(sorted(found, key=lambda each: (each.published_at, each.run_key), reverse=True))


def keep(published: Path, run_key: str) -> Path:
    """Give the published file its second name, or a copy where the file system has no hard links."""
    kept = snapshot_path(published.parent, run_key)
    kept.parent.mkdir(exist_ok=True)
    if kept.exists() and kept.samefile(published):
        return kept
    temporary = kept.with_name(kept.name + ".part")
    temporary.unlink(missing_ok=True)
    _link_or_copy(published, temporary)
    os.replace(temporary, kept)
    return kept


def prune(home: Path, number: int) -> None:
    """Let go of all but the newest `number` snapshots."""
    for snapshot in snapshots(home)[number:]:
        snapshot.path.unlink(missing_ok=True)
    for left in (Path(home) / FOLDER).glob("*.duckdb.part"):
        left.unlink(missing_ok=True)
    for left in (Path(home) / FOLDER).glob("*.held"):
        if not Path(f"/proc/{left.suffixes[-2][1:]}").exists():
            left.unlink(missing_ok=True)


@contextmanager
def held(snapshot: Snapshot) -> Iterator[Path]:
    """A third name for a snapshot, so that the pruning of a run that ends meanwhile does not take the file away."""
    name = snapshot.path.with_name(f"{snapshot.path.name}.{os.getpid()}.held")
    name.unlink(missing_ok=True)
    _link_or_copy(snapshot.path, name)
    try:
        yield name
    finally:
        name.unlink(missing_ok=True)


def _link_or_copy(path: Path, name: Path) -> None:
    try:
        os.link(path, name)
    except OSError:
        shutil.copy2(path, name)
