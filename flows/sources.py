"""What to read: the files that paths, folders, globs and `sources.toml` name, and which of them are new.

A file that cannot be a document (empty, too large, unreadable) is an outcome with its reason, never an exception:
one bad file must not stop the run. A folder that does not exist is a mistake of the request, and stops it.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import BinaryIO

from flows.known_files import FileState, KnownFiles, state_of
from flows.settings import BadUsage
from flows.sources_file import CONFIG_NAME as CONFIG_NAME
from flows.sources_file import FolderSource
from flows.sources_file import read_config as read_config
from transforms.privacy import mask_name
from transforms.reading import MAX_BYTES, is_export, record_address

DOCUMENT_SUFFIXES = frozenset(
    (
        *("", ".txt", ".text", ".md", ".htm", ".html", ".xhtml", ".pdf", ".doc", ".docx", ".rtf", ".odt"),
        *(".jsonl", ".ndjson"),
    )
)
"""Formats that news comes in. One that cannot be read is still listed, so that the run says so."""
ABOUT_THE_FOLDER = frozenset({"readme", "license", "licence", "changelog", "notice", "contributing", "authors"})
"""Names of files that speak of a folder, not of the news; `README.txt` still counts as a text document."""

TRANSIENT = frozenset({errno.EIO, errno.EAGAIN, errno.EINTR, errno.ESTALE, errno.ETIMEDOUT, errno.EBUSY, errno.ENFILE})
"""Errors that a second attempt may cure: a network folder that stutters, a table of open files that is full."""


class TransientReadError(Exception):
    """Reading failed in a way that may pass. Whoever runs the step decides whether to try again."""


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a JSON Lines export: its number, where its bytes stand in the file, and its own address."""

    number: int
    start: int
    size: int
    address: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One file that may be a document, or one record of an export, and what its source says of it."""

    path: Path
    outlet: str | None = None
    url: str | None = None
    """Where it was fetched."""
    published_on: date | None = None
    """When its feed says that it was published."""
    record: Record | None = None

    @property
    def address(self) -> str:
        """Where it was found, a URL or the absolute path: text that a database can hold, without personal numbers."""
        if self.record is not None:
            return self.record.address
        return mask_name(self.url or os.fsencode(os.path.abspath(self.path)).decode("utf-8", "replace"))

    @property
    def name(self) -> str:
        """The file's name, with the line of a record, as text that a database can hold, without personal numbers."""
        name = _told_name(self.path.name)
        return name if self.record is None else f"{name}#{self.record.number}"


@dataclass(frozen=True, slots=True)
class Seen:
    """A candidate that could be read through, with the SHA-256 of its bytes."""

    candidate: Candidate
    document_key: str
    state: FileState | None = field(default=None, compare=False, repr=False)
    """Of its file, before it was read."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that was not read, with its reason in one plain sentence that quotes nothing of its content."""

    name: str
    address: str
    reason: str
    document_key: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The files to look at, each once, and those beside them whose names say that they are no news."""

    candidates: tuple[Candidate, ...]
    left_out: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()
    """What could not be fetched."""
    known: KnownFiles | None = None
    """What is remembered of files: those that it settles are not among the candidates."""


def list_candidates(paths: Sequence[str], config: Path | None = None, known: KnownFiles | None = None) -> Listing:
    """The files that `paths` name, else those that the sources file `config` declares.

    A path is a file (always taken), a folder (its documents, hidden files passed over) or a glob. Files that `known`
    settles are left out.

    Raises:
        BadUsage: a path that does not exist, a glob that matches nothing, a faulty sources file, nothing to read.
    """
    if paths:
        named = [Candidate(Path(path).expanduser()) for path in paths if _is_file(path)]
        found = [candidate for path in paths if not _is_file(path) for candidate in _from_path(path, known)]
    elif config is not None:
        named = []
        found = [
            candidate for source in read_config(config).folder for candidate in _from_folder(config, source, known)
        ]
    else:
        raise BadUsage(f"nothing to read: give --source PATH, or declare sources in a {CONFIG_NAME}")
    return _listing(named, found, known)


def list_folder(config: Path, source: FolderSource) -> Listing:
    """The files of one folder that `config` declares. Raises BadUsage as `list_candidates`."""
    return _listing([], list(_from_folder(config, source)))


def _listing(named: list[Candidate], found: Sequence[Candidate], known: KnownFiles | None = None) -> Listing:
    """Files that were named, always, and those of `found` that may be documents, each once."""
    named += [candidate for candidate in found if _may_be_document(candidate.path)]
    once = {candidate.address: candidate for candidate in reversed(named)}
    names = {candidate.name for candidate in once.values()}
    # A candidate that may be no document is told of where it is a file at all.
    left_out = {candidate.name for candidate in found if candidate.name not in names and candidate.path.is_file()}
    if known is not None:
        left_out |= {_told_name(name) for name in known.left_out} - names
    return Listing(tuple(once.values())[::-1], tuple(sorted(left_out)), known=known)


def _from_folder(config: Path, source: FolderSource, known: KnownFiles | None = None) -> Iterator[Candidate]:
    folder = config.parent / source.path
    if not folder.is_dir():
        raise BadUsage(f"{config}: there is no folder {source.path!r} (looked for {folder})")
    if not source.glob:
        yield from (Candidate(path, source.outlet) for path in _walk(folder, known))
    for pattern in source.glob:
        try:
            matches = sorted(folder.glob(pattern))
        except (ValueError, NotImplementedError) as error:
            raise BadUsage(f"{config}: {pattern!r} is not a glob relative to its folder") from error
        yield from (Candidate(path, source.outlet) for path in matches if not _is_hidden(path.relative_to(folder)))


def _from_path(text: str, known: KnownFiles | None) -> Iterator[Candidate]:
    path = Path(text).expanduser()
    if path.is_dir():
        yield from (Candidate(found) for found in _walk(path, known))
    elif any(character in text for character in "*?["):
        yield from _from_glob(path, text)
    else:
        raise BadUsage(f"{text}: there is no such file or folder")


def _from_glob(path: Path, text: str) -> Iterator[Candidate]:
    fixed = next(i for i, part in enumerate(path.parts) if any(character in part for character in "*?["))
    root = Path(*path.parts[:fixed])
    if not root.is_dir():
        raise BadUsage(f"{text}: there is no folder {root}")
    matches = sorted(root.glob(str(Path(*path.parts[fixed:]))))
    matches = [match for match in matches if not _is_hidden(match.relative_to(root))]
    if not matches:
        raise BadUsage(f"{text}: no file matches")
    yield from (Candidate(match) for match in matches)


def _is_file(text: str) -> bool:
    """Whether `text` is one existing file or link, rather than a folder or a glob."""
    path = Path(text).expanduser()
    return os.path.lexists(path) and not path.is_dir()


def _walk(folder: Path, known: KnownFiles | None) -> Iterator[Path]:
    """Everything under `folder` that is not hidden, in the order of its names; a link to a folder is not followed."""
    if known is not None:
        yield from known.scan(folder, _is_named_as_document)
        return
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        inside = Path(parent)
        yield from sorted(inside / name for name in (*files, *folders) if not name.startswith("."))


def _may_be_document(path: Path) -> bool:
    """Whether the name is one of a document. A folder called `x.txt` is, and is reported as not readable."""
    if not _is_named_as_document(path.name):
        return False
    return path.suffix != "" or not path.is_dir()


def _is_named_as_document(name: str) -> bool:
    stem, suffix = os.path.splitext(name.lower())
    suffix = "" if suffix == "." else suffix
    if stem in ABOUT_THE_FOLDER and suffix != ".txt":
        return False
    return suffix in DOCUMENT_SUFFIXES and name != CONFIG_NAME


def _is_hidden(relative: Path) -> bool:
    return any(part.startswith(".") and part != ".." for part in relative.parts)


def look(
    found: Iterable[Candidate], max_bytes: int, *, patient: bool = False, known: KnownFiles | None = None
) -> Iterator[Seen | Unread]:
    """Each candidate with the hash of its bytes, or the reason why it is no document; of an export, each record.

    Holds one block, or one record, at a time. What `known` remembers of a file is not read again.

    Raises:
        TransientReadError: where `patient`, an error that may pass; else it is an outcome like any other.
    """
    for candidate in found:
        try:
            yield from _look_at(candidate, max_bytes, known)
        except OSError as error:
            yield _refuse(candidate, error, patient)


def read_bytes(candidate: Candidate, *, patient: bool = False) -> bytes | Unread:
    """The bytes of a candidate. `patient` as in `look`."""
    try:
        if candidate.record is None:
            return candidate.path.read_bytes()
        with candidate.path.open("rb") as stream:
            stream.seek(candidate.record.start)
            return stream.read(candidate.record.size)
    except OSError as error:
        return _refuse(candidate, error, patient)


def _look_at(candidate: Candidate, max_bytes: int, known: KnownFiles | None) -> Iterator[Seen | Unread]:
    status = candidate.path.stat()
    if stat.S_ISDIR(status.st_mode):
        yield _not_read(candidate, "is a folder, not a file")
        return
    if not stat.S_ISREG(status.st_mode):
        yield _not_read(candidate, "is not a regular file")
        return
    state = state_of(status)
    noted = known.hash_of(candidate.path, state) if known is not None else None
    if noted is not None:
        yield Seen(candidate, noted, state)
        return
    with candidate.path.open("rb") as stream:
        if is_export(stream.readline(min(max_bytes, MAX_BYTES))) and stream.readline(1):
            stream.seek(0)
            yield from _records(candidate, stream, min(max_bytes, MAX_BYTES), state)
            return
        if status.st_size > max_bytes:
            size, limit = status.st_size / 1e6, max_bytes / 1e6
            yield _not_read(candidate, f"is too large: {size:.1f} MB, and the limit is {limit:g} MB")
            return
        stream.seek(0)
        document_key = hashlib.file_digest(stream, "sha256").hexdigest()
    if status.st_size == 0:
        yield _not_read(candidate, "is empty", document_key)
        return
    if known is not None:
        known.note(candidate.path, state, document_key)
    yield Seen(candidate, document_key, state)


def _records(candidate: Candidate, stream: BinaryIO, most: int, state: FileState) -> Iterator[Seen | Unread]:
    """Each line of an export as a candidate of its own."""
    start = number = 0
    while line := stream.readline(most + 1):
        number += 1
        size = len(line)
        if size > most:
            size += _skip_line(stream)
            yield _not_read(candidate, f"line {number} is too large: the limit is {most / 1e6:g} MB")
        elif line.strip():
            data = line.strip(b"\r\n")
            address = mask_name(
                record_address(data, os.fsencode(os.path.abspath(candidate.path)).decode("utf-8", "replace"))
            )
            record = Record(number, start, len(data), address)
            found = replace(candidate, record=record)
            yield Seen(found, hashlib.sha256(data).hexdigest(), state)
        start += size


def _skip_line(stream: BinaryIO) -> int:
    """Pass over the rest of a line; how many bytes it had."""
    passed = 0
    while block := stream.readline(1 << 20):
        passed += len(block)
        if block.endswith(b"\n"):
            break
    return passed


def _told_name(name: str) -> str:
    return mask_name(os.fsencode(name).decode("utf-8", "replace"))


def _not_read(candidate: Candidate, reason: str, document_key: str | None = None) -> Unread:
    return Unread(candidate.name, candidate.address, reason, document_key)


def _refuse(candidate: Candidate, error: OSError, patient: bool) -> Unread:
    if patient and error.errno in TRANSIENT:
        raise TransientReadError(f"{candidate.name}: {_plain(error)}") from error
    if error.errno == errno.ENOENT and candidate.path.is_symlink():
        return Unread(candidate.name, candidate.address, "is a link to a file that does not exist")
    return Unread(candidate.name, candidate.address, f"cannot be read: {_plain(error)}")


def _plain(error: OSError) -> str:
    """What the system says, without the path that it repeats: `permission denied`."""
    return (error.strerror or type(error).__name__).lower()
