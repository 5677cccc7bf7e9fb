"""What is remembered of files that a run knows, so that the next one need not read them: `HOME/aidledger.files`.

As git's index does, a file is taken to be unchanged where its size, its times of change and its inode are those that
were noted when its bytes were hashed. A file that had changed only just then is not noted, since it may change again
within one tick of the clock. Two things are remembered: the hash of each file's bytes, true whatever becomes of the
warehouse; and which files were settled (known, current, not held back) in the very state that is published now. Of a
folder whose files are all settled, nothing but the listing is looked at. The memory is only a saving: without it, or
with one that cannot be read, everything is read.
"""

from __future__ import annotations

import marshal
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

FILE_NAME = "aidledger.files"
SCHEME = 1
RESTS_SECONDS = 2
"""A file that changed so shortly before the run began is hashed again in the next one: clocks tick coarsely."""

Names = dict[str, int]
"""File name → signature."""


class FileState(NamedTuple):
    """A file as it stood when it was looked at. A whole `os.stat_result` of each file is much to keep."""

    signature: int
    """What changes where its bytes do: one number over size, times and inode."""
    changed_ns: int
    """When it was changed or moved last, nanoseconds since 1970."""


def state_of(status: os.stat_result) -> FileState:
    """What is kept of a file's status."""
    return FileState(_signature(status), max(status.st_mtime_ns, status.st_ctime_ns))


def _signature(status: os.stat_result) -> int:
    return hash((status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))


class KnownFiles:
    """The memory of one home, as one run uses it. A plain object: Prefect walks through the fields of dataclasses."""

    def __init__(self, home: Path, max_bytes: int, *, rehash: bool = False) -> None:
        self.settled = 0
        """Documents in files that need no look."""
        self.left_out: set[str] = set()
        """Names of files beside them that are no documents."""
        self._path = home / FILE_NAME
        self._home, self._max_bytes = home, max_bytes
        self._began_ns = time.time_ns() - int(RESTS_SECONDS * 1e9)
        self.token = self._token()
        self._kept: dict[str, tuple[Names, Names]] = {}
        self._hashes: dict[str, dict[str, tuple[int, bytes]]] = {}
        if not rehash:
            self._load()
        self._now: dict[str, tuple[Names, Names]] = {}
        self._roots: list[str] = []
        self._is_changed = False

    def scan(self, folder: Path, is_document: Callable[[str], bool]) -> Iterator[Path]:
        """Every file under `folder` that needs a look, and each folder inside, in the order of their names.

        Hidden ones are passed over, and a link to a folder is not followed. `is_document` says of a name whether it may
        be one of a document; other files are noted in `left_out`.
        """
        root = os.path.abspath(folder)
        self._roots.append(root)
        yield from self._scan(root, is_document)

    def hash_of(self, path: Path, state: FileState) -> str | None:
        """The SHA-256 of a file that is unchanged since it was hashed; None where that is not known."""
        parent, name = os.path.split(os.path.abspath(path))
        noted = self._hashes.get(parent, {}).get(name)
        return noted[1].hex() if noted is not None and noted[0] == state.signature else None

    def note(self, path: Path, state: FileState, document_key: str) -> None:
        """Note the hash of a file that was read after `state` was taken."""
        if state.changed_ns < self._began_ns:
            parent, name = os.path.split(os.path.abspath(path))
            self._hashes.setdefault(parent, {})[name] = (state.signature, bytes.fromhex(document_key))
            self._is_changed = True

    def settle(self, files: Iterable[tuple[Path, FileState, int]]) -> None:
        """Write the memory: what was settled and is there still, and `files`, each with the documents that it holds.

        To be called once the state in which they are settled is published.
        """
        for path, state, documents in files:
            if state.changed_ns >= self._began_ns:
                continue
            parent, name = os.path.split(os.path.abspath(path))
            names, counts = self._now.setdefault(parent, ({}, {}))
            names[name] = state.signature
            if documents != 1:
                counts[name] = documents
            self._is_changed = True
        token = self._token()
        if self._is_changed or token != self.token:
            self._save(token)

    @property
    def is_of_now(self) -> bool:
        """Whether the published file is the one that it was when this memory was read."""
        return self.token == self._token()

    def _scan(self, folder: str, is_document: Callable[[str], bool]) -> Iterator[Path]:
        try:
            current, folders = _listed(folder)
        except OSError:
            return
        names, counts = self._kept.get(folder, ({}, {}))
        is_new = folder not in self._now
        if current == names:
            odd: list[str] = []
        else:
            there = current.items() & names.items()
            odd = sorted(current.keys() - {name for name, _ in there})
            names = dict(there)
            counts = {name: number for name, number in counts.items() if name in names}
            self._is_changed = True
        left_out = {name for name in odd if not is_document(name)}
        for name in left_out:
            if current[name] and os.path.isfile(os.path.join(folder, name)):
                names[name], counts[name] = current[name], 0
        if is_new:
            self._now[folder] = names, counts
            self.settled += len(names) - len(counts) + sum(counts.values())
        self.left_out.update(name for name, number in counts.items() if number == 0)
        parent = Path(folder)
        yield from (parent / name for name in sorted([*(name for name in odd if name not in left_out), *folders]))
        for name in folders:
            yield from self._scan(os.path.join(folder, name), is_document)

    def _token(self) -> tuple[Any, ...]:
        """What names the published state, and how files are looked at."""
        from transforms.pipeline import extractor_version
        from warehouse.publish import PUBLISHED_NAME

        try:
            status = (self._home / PUBLISHED_NAME).stat()
        except OSError:
            return (SCHEME, None)
        published = (status.st_ino, status.st_size, status.st_mtime_ns)
        return (SCHEME, *published, extractor_version(), self._max_bytes)

    def _load(self) -> None:
        with suppress(OSError, ValueError, EOFError, TypeError), self._path.open("rb") as stream:
            token, kept = marshal.load(stream)
            if token == self.token and self.token[1] is not None:
                self._kept = kept
            if token[0] == SCHEME:
                self._hashes = _Later(self._path, stream.tell())

    def _save(self, token: tuple[Any, ...]) -> None:
        """In one step. A memory that cannot be written is a saving that is not made."""
        inside = tuple(os.path.join(root, "") for root in self._roots)
        others = {
            folder: kept
            for folder, kept in self._kept.items()
            if folder not in self._now and folder not in self._roots and not folder.startswith(inside)
        }
        private = self._path.with_name(f".{FILE_NAME}.{os.getpid()}.part")
        try:
            with private.open("wb") as stream:
                stream.write(marshal.dumps((token, others | self._now)))
                stream.write(marshal.dumps(dict(self._hashes)))
            private.replace(self._path)
        except OSError:
            private.unlink(missing_ok=True)


class _Later(dict[str, dict[str, tuple[int, bytes]]]):
    """The noted hashes, read from the file when the first of them is asked for."""

    def __init__(self, path: Path, start: int) -> None:
        self._told: tuple[Path, int] | None = (path, start)

    def _read(self) -> None:
        if self._told is not None:
            (path, start), self._told = self._told, None
            with suppress(OSError, ValueError, EOFError, TypeError), path.open("rb") as stream:
                stream.seek(start)
                self.update(marshal.load(stream))

    def get(self, key: str, default: Any = None) -> Any:
        self._read()
        return super().get(key, default)

    def setdefault(self, key: str, default: Any = None) -> Any:
        self._read()
        return super().setdefault(key, default)

    def keys(self) -> Any:
        self._read()
        return super().keys()


def _listed(folder: str) -> tuple[Names, list[str]]:
    """The files of a folder with their signatures, 0 for one without, and its folders in order; no hidden ones."""
    files: Names = {}
    folders = []
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if name[0] == ".":
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(name)
                continue
            try:
                status = entry.stat()
            except OSError:
                files[name] = 0
            else:
                files[name] = _signature(status)
    return files, sorted(folders)
