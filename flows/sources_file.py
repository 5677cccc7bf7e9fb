"""`sources.toml`: which folders, feeds and pages are read, strictly. A key that nothing reads is an error."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from flows.cron import parse_cron, parse_every
from flows.settings import BadUsage

CONFIG_NAME = "sources.toml"
_KINDS = ("folder", "feed", "pages")


def _web_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        named = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        named = False
    if not named or parts.username or parts.password or any(character.isspace() for character in url):
        raise ValueError("not an address of the web (http:// or https://, without a user's name)")
    return url


def _schedule(text: str) -> str:
    parse_cron(text)
    return text


def _interval(text: str) -> str:
    parse_every(text)
    return text


def _timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"no time zone is called {name!r}") from error
    return name


WebAddress = Annotated[str, AfterValidator(_web_address)]
Schedule = Annotated[str, AfterValidator(_schedule)]
_STRICT = ConfigDict(extra="forbid", strict=True)


class Timed(BaseModel):
    """When a source is due: a cron schedule or an interval, in its time zone; without one, at every run."""

    model_config = _STRICT

    schedule: Schedule | None = None
    every: Annotated[str, AfterValidator(_interval)] | None = None
    timezone: Annotated[str, AfterValidator(_timezone)] | None = None

    @model_validator(mode="after")
    def _is_due_in_one_way(self) -> Self:
        if self.schedule is not None and self.every is not None:
            raise ValueError("schedule and every exclude each other")
        return self


class FolderSource(Timed):
    """One `[[folder]]`. `path` is relative to the sources file."""

    path: str
    glob: list[str] = Field(default_factory=list)
    outlet: str | None = None


class FeedSource(Timed):
    """One `[[feed]]`: an RSS or Atom feed, whose entries are fetched."""

    url: WebAddress
    outlet: str | None = None
    delay_seconds: float = Field(default=2.0, ge=0, strict=False)
    most_entries: int = Field(default=100, ge=1)


class PagesSource(Timed):
    """One `[[pages]]`: pages that are fetched whenever the source is due."""

    urls: list[WebAddress] = Field(min_length=1)
    outlet: str | None = None
    delay_seconds: float = Field(default=2.0, ge=0, strict=False)


WebSource = FeedSource | PagesSource


class SourcesFile(BaseModel):
    """A sources file."""

    model_config = _STRICT

    folder: list[FolderSource] = Field(default_factory=list)
    feed: list[FeedSource] = Field(default_factory=list)
    pages: list[PagesSource] = Field(default_factory=list)

    @model_validator(mode="after")
    def _declares_something(self) -> SourcesFile:
        if not (self.folder or self.feed or self.pages):
            raise ValueError("no source is declared: write a [[folder]], a [[feed]] or [[pages]]")
        return self

    @property
    def web(self) -> tuple[WebSource, ...]:
        """The sources that are fetched."""
        return (*self.feed, *self.pages)


def source_id(source: WebSource) -> str:
    """What a source is called in messages and in the record of what was fetched."""
    return source.url if isinstance(source, FeedSource) else " ".join(source.urls)


def read_config(path: Path) -> SourcesFile:
    """The sources file at `path`. Raises BadUsage, which names the file and the key."""
    try:
        declared = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadUsage(f"{path}: cannot be read ({(error.strerror or type(error).__name__).lower()})") from error
    except UnicodeDecodeError as error:
        raise BadUsage(f"{path}: is not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise BadUsage(f"{path}: is not valid TOML ({error})") from error
    try:
        return SourcesFile.model_validate(declared)
    except ValidationError as error:
        raise BadUsage("; ".join(f"{path}: {_fault(dict(fault))}" for fault in error.errors())) from error


def _fault(fault: dict[str, object]) -> str:
    """One fault in words: `unknown key 'globb' in folder 2 (known: path, glob, outlet)`."""
    location = fault["loc"]
    steps = list(location) if isinstance(location, tuple) else []
    kind = str(steps[0]) if steps and steps[0] in _KINDS else "folder"
    where = f"{kind} {steps[1] + 1}" if len(steps) > 1 and isinstance(steps[1], int) else kind
    rest = " ".join(f"'{step}'" for step in steps[2:] if isinstance(step, str))
    models: dict[str, type[BaseModel]] = {"folder": FolderSource, "feed": FeedSource, "pages": PagesSource}
    if fault["type"] == "extra_forbidden":
        known = models[kind].model_fields if len(steps) > 1 else SourcesFile.model_fields
        inside = f" in {where}" if len(steps) > 1 else ""
        own_first = sorted(known, key=lambda name: name in Timed.model_fields)
        return f"unknown key '{steps[-1]}'{inside} (known: {', '.join(own_first)})"
    if fault["type"] == "missing":
        return f"key '{steps[-1]}' is missing in {where}"
    message = str(fault["msg"]).removeprefix("Value error, ")
    if not steps:
        return message
    return f"{where} {rest}: {message[:1].lower()}{message[1:]}".replace(" :", ":")
