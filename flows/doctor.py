"""`aidledger doctor`: is everything here that a run needs? Looks, and changes nothing."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from flows.command_parts import Home
from flows.output import console, to_json
from flows.settings import BadUsage, Settings, load_settings
from warehouse.publish import LOCK_NAME, PRIVATE_NAME, PUBLISHED_NAME, WarehouseError, connect_published

State = Literal["ok", "warn", "fail"]
FAILED = 2
LEAST_FREE = 500_000_000
COPIES = 3
"""A run holds the published file and its private copy, and spills."""
SIGNS = {"ok": "[green]ok[/]", "warn": "[yellow]look[/]", "fail": "[red]fails[/]"}


@dataclass(frozen=True, slots=True)
class Symptom:
    """What one look found, and what to do where it is not well."""

    what: str
    state: State
    found: str
    remedy: str = ""


def doctor(
    home: Home = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
) -> None:
    """Check the installation, the settings, the warehouse, its lock, the Prefect server and the space."""
    found = list(examine(home))
    if as_json:
        typer.echo(to_json([asdict(symptom) for symptom in found]))
    else:
        _print(found)
    if any(symptom.state == "fail" for symptom in found):
        raise typer.Exit(FAILED)


def examine(home: Path | None) -> Iterator[Symptom]:
    """Every look, in the order in which a fault of one explains those after it."""
    yield python()
    yield packages()
    yield terminal()
    try:
        settings = load_settings()
    except BadUsage as error:
        yield Symptom("settings", "fail", str(error), "correct or unset the variable")
        return
    yield Symptom("settings", "ok", f"time zone {settings.timezone}, cron {settings.cron!r}")
    folder = home or settings.home
    looks: tuple[Callable[[], Symptom], ...] = (
        lambda: sources(settings),
        lambda: writable(folder),
        lambda: space(folder),
        lambda: warehouse(folder),
        lambda: lock(folder),
        server,
    )
    for look in looks:
        yield look()
    if settings.runner == "dask":
        yield cluster(settings)
    if settings.lake is not None:
        yield lake(settings)


def python() -> Symptom:
    """The version of Python."""
    version = sys.version.split()[0]
    good = (3, 11) <= sys.version_info[:2] < (3, 14)
    return Symptom("Python", "ok" if good else "fail", version, "" if good else "use Python 3.11, 3.12 or 3.13")


def packages() -> Symptom:
    """The installed packages against what aidledger asks for."""
    from packaging.requirements import Requirement

    wrong = []
    required = [Requirement(text) for text in metadata.requires("aidledger") or ()]
    needed = [each for each in required if not (each.marker and "extra" in str(each.marker))]
    for each in needed:
        try:
            version = metadata.version(each.name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{each.name} is missing")
            continue
        if not each.specifier.contains(version, prereleases=True):
            wrong.append(f"{each.name} {version} is not {each.specifier}")
    if wrong:
        return Symptom("packages", "fail", "; ".join(wrong), "install from the lock again: make install")
    return Symptom("packages", "ok", f"{len(needed)} as they should be (aidledger {metadata.version('aidledger')})")


def terminal() -> Symptom:
    """Whether Chinese can be printed."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding in ("utf8", "gb18030"):
        return Symptom("terminal", "ok", encoding)
    return Symptom("terminal", "warn", f"{encoding or 'no encoding'} cannot print Chinese", "set PYTHONUTF8=1")


def sources(settings: Settings) -> Symptom:
    """The sources file, where there is one."""
    from flows.sources import CONFIG_NAME, list_candidates

    chosen = settings.config or (Path(CONFIG_NAME) if Path(CONFIG_NAME).exists() else None)
    if chosen is None:
        return Symptom("sources", "ok", f"no {CONFIG_NAME} here: runs name their --source")
    try:
        found = list_candidates([], chosen)
    except BadUsage as error:
        return Symptom("sources", "fail", str(error), f"correct {chosen}")
    return Symptom("sources", "ok", f"{chosen}: {len(found.candidates)} files")


def writable(home: Path) -> Symptom:
    """Whether the home can be written, or made."""
    there = _nearest(home)
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return Symptom("home", "ok", str(home) if home.exists() else f"{home} will be made")
    return Symptom("home", "fail", f"{there} cannot be written", "choose another --home, or change its permissions")


def space(home: Path) -> Symptom:
    """Room for a run: the published file, its private copy, and what is spilled."""
    published = home / PUBLISHED_NAME
    size = published.stat().st_size if published.exists() else 0
    free = shutil.disk_usage(_nearest(home)).free
    told = f"{free / 1e9:.1f} GB free, the warehouse has {size / 1e6:.1f} MB"
    if free < size * 2:
        return Symptom("space", "fail", told, "free some space: a run works on a copy of the warehouse")
    if free < max(size * COPIES, LEAST_FREE):
        return Symptom("space", "warn", told, "free some space before it runs out")
    return Symptom("space", "ok", told)


def warehouse(home: Path) -> Symptom:
    """Whether the published file opens, and is of this version."""
    from warehouse.migrate import scripts

    if not (home / PUBLISHED_NAME).exists():
        return Symptom("warehouse", "ok", f"nothing published in {home} yet", "aidledger run --source FOLDER")
    try:
        con = connect_published(home)
    except WarehouseError as error:
        return Symptom("warehouse", "fail", str(error), "the message says what to do")
    with con:
        (at, facts), *_ = con.execute(
            "SELECT (SELECT max(number) FROM ops.migration), (SELECT count(*) FROM core.fact_figure)"
        ).fetchall()
    known = max(script.number for script in scripts("migrations"))
    told = f"{home / PUBLISHED_NAME}: {facts} mentions, migration {at} of {known}"
    if at > known:
        return Symptom("warehouse", "fail", told, "a newer aidledger wrote it: install that version")
    return Symptom("warehouse", "ok", told + ("" if at == known else "; the next run brings it up to date"))


def lock(home: Path) -> Symptom:
    """Whether a run holds the lock, and what a killed one left."""
    path = home / LOCK_NAME
    if not path.exists():
        return Symptom("lock", "ok", "free")
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        return Symptom("lock", "fail", f"{path}: {error.strerror}", "change its permissions")
    try:
        # Shared, and let go at once: a run that begins in this instant finds it free when it looks again.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = path.read_text("utf-8", "replace").strip()
        return Symptom("lock", "warn", f"process {holder or '?'} is running", "wait for it; other runs do")
    finally:
        os.close(descriptor)
    if (home / PRIVATE_NAME).exists():
        return Symptom("lock", "ok", f"free; {PRIVATE_NAME} was left by a killed run, the next one discards it")
    return Symptom("lock", "ok", "free")


def server() -> Symptom:
    """The Prefect server, where one is configured."""
    from flows.server import configured_server, require_server

    address = configured_server()
    if address is None:
        return Symptom("server", "ok", "none configured: each run starts a temporary one, or none with --direct")
    try:
        require_server(address)
    except BadUsage as error:
        return Symptom("server", "fail", str(error), "prefect server start, or unset PREFECT_API_URL")
    return Symptom("server", "ok", f"answers at {address}")


def cluster(settings: Settings) -> Symptom:
    """The Dask cluster, where documents are extracted on one."""
    from flows.cluster import workers

    try:
        threads = workers(settings)
    except BadUsage as error:
        return Symptom("cluster", "fail", str(error), "dask scheduler, then dask worker on each machine")
    told = f"{len(threads)} workers with {sum(threads.values())} threads at {settings.dask_address}"
    if not threads:
        return Symptom("cluster", "fail", told, f"dask worker {settings.dask_address} --nthreads 1 --nworkers auto")
    return Symptom("cluster", "ok", told)


def lake(settings: Settings) -> Symptom:
    """The lake, where the rows go to one."""
    from flows.lake import state_of

    try:
        found = state_of(settings)
    except (BadUsage, WarehouseError) as error:
        return Symptom("lake", "fail", str(error), "start PostgreSQL, or correct AIDLEDGER_LAKE")
    told = f"{found.shown}: {found.held.get('documents', 0)} documents, data in {found.data}"
    if not found.releases:
        return Symptom("lake", "ok", f"{told}; nothing released yet", "aidledger run --source FOLDER")
    return Symptom("lake", "ok", f"{told}, released {found.releases[0].released_at} UTC")


def _nearest(home: Path) -> Path:
    """`home`, or the nearest folder above it that exists."""
    held = home.absolute()
    return next(path for path in (held, *held.parents) if path.exists())


def _print(found: list[Symptom]) -> None:
    out = console()
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in ("look at", "", "found", "what to do"):
        table.add_column(name, no_wrap=name in ("look at", ""), overflow="fold")
    for each in found:
        table.add_row(each.what, SIGNS[each.state], escape(each.found), escape(each.remedy))
    out.print(table)
    bad = sum(each.state != "ok" for each in found)
    out.print("[green]All is well.[/]" if not bad else f"{bad} of {len(found)} need a look.")
