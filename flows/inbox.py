"""What was fetched: one file an address in `HOME/inbox`, and beside them the record of what each host said.

From here on a fetched page is a file like any other: what is new is decided by its bytes. Files hold what the web
gave, so only their owner may read them.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from flows.fetch import Answer, Validators

INBOX = "inbox"
_RECORD = "fetched.json"
_SUFFIXES = {
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/json": ".json",
    "application/jsonl": ".jsonl",
    "application/x-ndjson": ".jsonl",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
_UNSAFE = re.compile(r"[^\w.\-]+")
_LONGEST_NAME = 60


@dataclass(slots=True)
class Page:
    """One address: the file that holds it, and what its feed and its host said."""

    file: str | None = None
    source: str = ""
    outlet: str | None = None
    published_on: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    fetched_at: str | None = None
    failure: str | None = None

    @property
    def validators(self) -> Validators:
        return Validators(self.etag, self.last_modified)

    @property
    def day(self) -> date | None:
        return date.fromisoformat(self.published_on) if self.published_on else None


@dataclass(slots=True)
class Visit:
    """The last visit to one source: when, what its feed listed, and why it failed if it did."""

    asked_at: str
    etag: str | None = None
    last_modified: str | None = None
    entries: list[dict[str, str | None]] = field(default_factory=list)
    failure: str | None = None

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.asked_at)


class Inbox:
    """The folder of fetched files, with its record in memory until `save`."""

    def __init__(self, home: Path) -> None:
        self.folder = home / INBOX
        self.pages: dict[str, Page] = {}
        self.visits: dict[str, Visit] = {}
        self.closed: dict[str, datetime] = {}
        self._load()

    def _load(self) -> None:
        """A record that cannot be read is begun anew: pages are asked for again, and their bytes decide what is new."""
        try:
            told: dict[str, Any] = json.loads((self.folder / _RECORD).read_text(encoding="utf-8"))
            self.pages = {url: Page(**page) for url, page in told["pages"].items()}
            self.visits = {name: Visit(**visit) for name, visit in told["visits"].items()}
            self.closed = {origin: datetime.fromisoformat(until) for origin, until in told["closed"].items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            self.pages, self.visits, self.closed = {}, {}, {}

    def save(self) -> None:
        """The record in one step: a reader finds the old one or the new one."""
        told = {
            "pages": {url: asdict(page) for url, page in sorted(self.pages.items())},
            "visits": {name: asdict(visit) for name, visit in sorted(self.visits.items())},
            "closed": {origin: until.isoformat() for origin, until in sorted(self.closed.items())},
        }
        self._write(self.folder / _RECORD, json.dumps(told, ensure_ascii=False, indent=1).encode())

    def validators(self, url: str) -> Validators:
        """What the host said of the version that is here; nothing where its file is gone."""
        page = self.pages.get(url)
        return page.validators if page is not None and self.path(page) is not None else Validators()

    def path(self, page: Page) -> Path | None:
        """The file of a page that was fetched and is still there."""
        path = self.folder / page.file if page.file else None
        return path if path is not None and path.is_file() else None

    def keep(self, url: str, answer: Answer) -> None:
        """A page's answer: new bytes take the place of the old ones."""
        page = self.pages.setdefault(url, Page())
        page.failure = None
        page.fetched_at = datetime.now(UTC).isoformat(timespec="seconds")
        if answer.data is None:
            return
        page.file = page.file or _file_name(url, answer.content_type)
        page.etag, page.last_modified = answer.validators.etag, answer.validators.last_modified
        self._write(self.folder / page.file, answer.data)

    def _write(self, path: Path, data: bytes) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        private = path.with_name(f".{path.name}.part")
        descriptor = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        private.replace(path)


@contextmanager
def alone(home: Path) -> Iterator[bool]:
    """Whether this run alone fetches into `home`; a second one reads what is there."""
    folder = home / INBOX
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


def _file_name(url: str, content_type: str) -> str:
    """A name that a person recognises and no two addresses share: content_2024-ab12cd34.html."""
    parts = urlsplit(url)
    last = unquote(parts.path.rstrip("/").rsplit("/", 1)[-1], errors="replace") or parts.hostname or "page"
    stem, dot, suffix = last.rpartition(".")
    if not dot or not suffix.isalnum() or len(suffix) > 5:
        stem, suffix = last, ""
    known = _SUFFIXES.get(content_type) or (f".{suffix.lower()}" if suffix.lower() in _TEXT_SUFFIXES else ".html")
    name = _UNSAFE.sub("_", stem)[:_LONGEST_NAME].strip("._") or "page"
    return f"{name}-{hashlib.sha256(url.encode()).hexdigest()[:8]}{known}"


_TEXT_SUFFIXES = frozenset(("txt", "md", "htm", "html", "xhtml", "pdf", "docx", "json", "jsonl", "ndjson"))
