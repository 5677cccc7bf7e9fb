"""Whether a flow run's process still lives: each holds an OS lock of its own, which falls with it however it ends.

Prefect shows a run whose process was killed as Running for ever, and a later start cannot tell it from one at work.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from warehouse.publish import WarehouseError

FOLDER = "runs"
Presence = Literal["alive", "dead", "unknown"]


def presence_path(home: Path, run_id: str) -> Path:
    return home / FOLDER / f"{run_id}.lock"


@contextmanager
def present(home: Path, run_id: str) -> Iterator[None]:
    """Hold the lock of a run for the body, and take its file away after it.

    Raises:
        WarehouseError: nothing can be written in the home.
    """
    path = presence_path(home, run_id)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise WarehouseError(f"{home} cannot hold a warehouse: {error.strerror}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def presence(home: Path, run_id: str) -> Presence:
    """What the lock of a run says: a living process holds it, a dead one left it, or it never was (or is over)."""
    try:
        descriptor = os.open(presence_path(home, run_id), os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return "unknown"
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return "alive"
    finally:
        os.close(descriptor)
    return "dead"


def forget(home: Path, run_id: str) -> None:
    """Remove what a killed run left."""
    presence_path(home, run_id).unlink(missing_ok=True)
