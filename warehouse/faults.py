"""What the machine does to a run, in one plain sentence: a full disk, a lost permission, a file that is broken."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import duckdb

SYSTEM = {
    errno.ENOSPC: "the disk is full: free some space, then run again",
    errno.EDQUOT: "the disk quota is used up: free some space, then run again",
    errno.EFBIG: "a file would be larger than this process may write: raise the limit, then run again",
    errno.EROFS: "the file system is read-only: mount it for writing, then run again",
    errno.EACCES: "permission is denied: give the folder back to the user that runs the job, then run again",
    errno.EPERM: "permission is denied: give the folder back to the user that runs the job, then run again",
    errno.EIO: "the disk reports an input/output error: look at it before the next run",
    errno.ENOENT: "a file or folder vanished meanwhile: put the folder back, then run again",
    errno.ENOTDIR: "a folder was replaced by a file meanwhile: put the folder back, then run again",
    errno.ESTALE: "the network folder went away: mount it again, then run again",
}
"""Error number → what happened and what to do next."""


def plain_fault(error: BaseException, home: Path) -> str | None:
    """One sentence about a fault of the machine, or None where `error` is one of the program or of its user.

    DuckDB tells of the system's errors in words alone (`… No space left on device`), so its words are looked up.
    """
    if isinstance(error, MemoryError | duckdb.OutOfMemoryException):
        return f"{home}: the memory did not suffice: give the job more, then run again; nothing was published"
    if isinstance(error, OSError) and error.errno in SYSTEM:
        return f"{home}: {SYSTEM[error.errno]}; nothing was published"
    if isinstance(error, duckdb.Error):
        told = str(error)
        for number, sentence in SYSTEM.items():
            if os.strerror(number) in told:
                return f"{home}: {sentence}; nothing was published"
        if _is_broken(error, told):
            return (
                f"{home}: the run's working database is broken: nothing was published, and the next run starts anew "
                "from the published file. If it says the same again, `aidledger snapshots restore` brings back an "
                "earlier one"
            )
    return None


def _is_broken(error: duckdb.Error, told: str) -> bool:
    """Whether the database file itself does not hold together any more."""
    if isinstance(error, duckdb.SerializationException | duckdb.InternalException | duckdb.FatalException):
        return True
    return isinstance(error, duckdb.IOException) and ("orrupt" in told or "checksum" in told or "not a valid" in told)
