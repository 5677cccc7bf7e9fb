"""What a run reads: files as they lie, and what the web sources of `sources.toml` have, fetched where they are due."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from flows.cron import parse_cron, parse_every
from flows.fetch import Fetcher, FetchError, Manners, Validators
from flows.inbox import Inbox, Page, Visit, alone
from flows.known_files import KnownFiles
from flows.settings import Settings
from flows.sources import Candidate, Listing, Unread, list_candidates
from flows.sources_file import FeedSource, WebSource, read_config, source_id
from transforms.reading.dates import published_date
from transforms.reading.encoding import decode

_SAVE_AFTER = 25
_SOURCES_AT_ONCE = 4
_MOST_FEED_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One article that a feed or a list of pages names."""

    url: str
    published_on: str | None = None


def gather(
    paths: Sequence[str], config: Path | None, home: Path, settings: Settings, *, rehash: bool = False
) -> Listing:
    """The files to look at; those of web sources are fetched before, where they are due.

    What is remembered of files is not looked at again, unless `rehash` asks for it. What could not be fetched is an
    outcome with its reason. Raises BadUsage as `list_candidates`.
    """
    listing = list_candidates(paths, config, KnownFiles(home, settings.max_bytes, rehash=rehash))
    web = read_config(config).web if config is not None and not paths else ()
    if not web:
        return listing
    with alone(home) as may_fetch:
        inbox = Inbox(home)
        if may_fetch:
            fetch_due(web, inbox, settings)
    fetched = [each for source in web for each in _held(source, inbox)]
    return replace(
        listing,
        candidates=(*listing.candidates, *(each for each in fetched if isinstance(each, Candidate))),
        unread=(*listing.unread, *(each for each in fetched if isinstance(each, Unread))),
    )


def fetch_due(sources: Sequence[WebSource], inbox: Inbox, settings: Settings) -> None:
    """Fetch what is due, several sources at once and one request a host at a time. Failures are recorded."""
    now = datetime.now(UTC)
    due = [source for source in sources if is_due(source, inbox.visits.get(source_id(source)), now, settings)]
    if not due:
        return
    with Fetcher(manners(settings), closed=inbox.closed) as fetcher, ThreadPoolExecutor(_SOURCES_AT_ONCE) as pool:
        try:
            for done in [pool.submit(_visit, source, inbox, fetcher) for source in due]:
                done.result()
        finally:
            inbox.closed = fetcher.closed()
            inbox.save()


def manners(settings: Settings) -> Manners:
    """How this installation fetches."""
    return Manners(settings.user_agent, timeout=settings.fetch_timeout_seconds, max_bytes=settings.max_bytes)


def is_due(source: WebSource, visit: Visit | None, now: datetime, settings: Settings) -> bool:
    """Whether a source is to be asked: never yet, or its schedule fired since; without one, at each run.

    Whatever was asked a moment ago rests: the same command may look twice.
    """
    if visit is None:
        return True
    if now - visit.moment < timedelta(seconds=settings.fetch_rest_seconds):
        return False
    if source.every is not None:
        return now - visit.moment >= parse_every(source.every)
    if source.schedule is None:
        return True
    zone = ZoneInfo(source.timezone) if source.timezone else settings.zone
    fired = parse_cron(source.schedule).last_fired(now, zone)
    return fired is not None and fired > visit.moment


def _visit(source: WebSource, inbox: Inbox, fetcher: Fetcher) -> None:
    """Ask one source for what it lists, and for each page of that."""
    name = source_id(source)
    before = inbox.visits.get(name)
    visit = Visit(datetime.now(UTC).isoformat(timespec="seconds"))
    if isinstance(source, FeedSource):
        try:
            _read_feed(source, visit, before, fetcher)
        except FetchError as error:
            visit.failure = error.reason
            visit.entries = before.entries if before else []
        entries = [Entry(str(entry["url"]), entry.get("published_on")) for entry in visit.entries]
    else:
        entries = [Entry(url) for url in source.urls]
    inbox.visits[name] = visit
    if visit.failure is None:
        _fetch_pages(source, entries, inbox, fetcher)


def _fetch_pages(source: WebSource, entries: Sequence[Entry], inbox: Inbox, fetcher: Fetcher) -> None:
    for number, entry in enumerate(entries, 1):
        page = inbox.pages.setdefault(entry.url, Page())
        page.source, page.outlet = source_id(source), source.outlet
        page.published_on = entry.published_on or page.published_on
        try:
            answer = fetcher.get(entry.url, delay=source.delay_seconds, validators=inbox.validators(entry.url))
            inbox.keep(entry.url, answer)
        except FetchError as error:
            page.failure = error.reason
        if number % _SAVE_AFTER == 0:
            inbox.save()


def _read_feed(source: FeedSource, visit: Visit, before: Visit | None, fetcher: Fetcher) -> None:
    """The entries of a feed into `visit`; those of the last time where it did not change."""
    known = Validators(before.etag, before.last_modified) if before and not before.failure else Validators()
    answer = fetcher.get(source.url, delay=source.delay_seconds, validators=known)
    visit.etag, visit.last_modified = answer.validators.etag, answer.validators.last_modified
    if answer.data is None:
        visit.entries = before.entries if before else []
        return
    entries = feed_entries(answer.data, source.url)[: source.most_entries]
    visit.entries = [{"url": entry.url, "published_on": entry.published_on} for entry in entries]


def feed_entries(data: bytes, address: str) -> list[Entry]:
    """The entries of an RSS or Atom feed with a link, in its order, each once.

    The bytes are decoded here: a feed's declared encoding is as often wrong as a page's. Raises FetchError where it
    is no feed.
    """
    import feedparser

    decoded = decode(data[:_MOST_FEED_BYTES])
    if decoded is None:
        raise FetchError("it is no feed: its bytes are no text")
    told = {"content-type": "application/xml; charset=utf-8"}
    parsed = feedparser.parse(io.BytesIO(decoded.text.encode("utf-8", "replace")), response_headers=told)
    if not parsed.get("version"):
        raise FetchError("it is no RSS or Atom feed")
    found: dict[str, Entry] = {}
    for entry in parsed.entries:
        try:
            url = urljoin(address, str(entry.get("link") or "").strip()).split("#")[0]
        except ValueError:
            continue
        if entry.get("link") and url.startswith(("http://", "https://")) and len(url) < 2_000:
            found.setdefault(url, Entry(url, _published(entry)))
    return list(found.values())


def _published(entry: Any) -> str | None:
    """The day in China on which a feed says that an entry was published."""
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    if moment:
        day = published_date(
            f"{moment.tm_year:04}-{moment.tm_mon:02}-{moment.tm_mday:02}T{moment.tm_hour:02}:00:00+00:00"
        )
    else:
        day = published_date(entry.get("published"))
    return day.isoformat() if day else None


def _held(source: WebSource, inbox: Inbox) -> Iterator[Candidate | Unread]:
    """The files of a source, and what of it could not be had at the last visit."""
    name = source_id(source)
    visit = inbox.visits.get(name)
    if visit is not None and visit.failure is not None:
        yield Unread(_shown(name), name, f"the feed was not fetched: {visit.failure}")
    current = {str(entry["url"]) for entry in visit.entries} if visit and isinstance(source, FeedSource) else None
    for url, page in inbox.pages.items():
        if page.source != name:
            continue
        path = inbox.path(page)
        if path is not None:
            yield Candidate(path, page.outlet, url=url, published_on=page.day)
        if page.failure is not None and (current is None or url in current):
            yield Unread(_shown(url), url, f"was not fetched: {page.failure}")


def _shown(url: str) -> str:
    """A short name for an address: its last part."""
    return url.rstrip("/").rsplit("/", 1)[-1][:80] or url
