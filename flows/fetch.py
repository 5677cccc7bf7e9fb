"""Fetching from the web as a guest should: what robots.txt allows, one request a host at a time, nothing twice.

Requests carry a user agent that says who asks, and what was had before (ETag, Last-Modified), so that a page that did
not change costs its publisher nothing. Every answer has a limit of time and of bytes, counted while it streams and
after it is unpacked.
"""

from __future__ import annotations

import email.utils
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import httpx

_MOST_REDIRECTS = 5
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_WAITS = frozenset((429, 503))
_ATTEMPTS = 2
_ROBOTS_BYTES = 512_000
_MOST_CRAWL_DELAY = 60.0
_PICTURES = ("image/", "audio/", "video/", "font/")
AGENT_TOKEN = "aidledger"


class FetchError(Exception):
    """Why an address gave nothing: one plain sentence without content. `retry_at` where its host asked to wait."""

    def __init__(self, reason: str, retry_at: datetime | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_at = retry_at


@dataclass(frozen=True, slots=True)
class Manners:
    """How requests behave. Times are in seconds."""

    user_agent: str
    timeout: float = 20.0
    """Longest silence of a host, and longest wait for a connection."""
    total: float = 120.0
    """Longest time for one answer, however steadily it drips."""
    max_bytes: int = 20_000_000
    longest_wait: float = 30.0
    """A host that asks to wait longer is left alone until then."""


@dataclass(frozen=True, slots=True)
class Validators:
    """What a host said of the version that is here."""

    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        found = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address gave; `data` None where nothing changed since the validators."""

    url: str
    data: bytes | None
    content_type: str = ""
    validators: Validators = field(default_factory=Validators)


@dataclass(slots=True)
class _Host:
    lock: threading.Lock = field(default_factory=threading.Lock)
    next_at: float = 0.0
    closed_until: datetime | None = None
    robots: RobotFileParser | None = None


class Fetcher:
    """Fetches addresses, politely. One is made for a run; threads may share it."""

    def __init__(
        self,
        manners: Manners,
        *,
        sleep: Callable[[float], None] = time.sleep,
        closed: dict[str, datetime] | None = None,
    ) -> None:
        self._manners = manners
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}
        self._guard = threading.Lock()
        self._client = httpx.Client(
            headers={"User-Agent": manners.user_agent, "Accept-Encoding": "gzip", "Accept-Language": "zh-CN,zh;q=0.9"},
            timeout=manners.timeout,
            follow_redirects=False,
        )
        for origin, until in (closed or {}).items():
            self._host(origin).closed_until = until

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def closed(self) -> dict[str, datetime]:
        """Hosts that asked to be left alone, and until when."""
        now = datetime.now(UTC)
        return {
            name: host.closed_until
            for name, host in self._hosts.items()
            if host.closed_until and host.closed_until > now
        }

    def get(self, url: str, *, delay: float = 2.0, validators: Validators | None = None) -> Answer:
        """What stands at `url` now, redirects followed, or that it did not change.

        Raises:
            FetchError: robots.txt forbids it, the host fails or refuses, or its answer breaks a limit.
        """
        asked, seen = url, {url}
        for _ in range(_MOST_REDIRECTS + 1):
            self._ask_robots(asked, delay)
            answer = self._patiently(asked, delay, validators or Validators())
            if isinstance(answer, Answer):
                return Answer(url, answer.data, answer.content_type, answer.validators)
            asked = _redirected(asked, answer)
            if asked in seen:
                raise FetchError("it redirects in a circle")
            seen.add(asked)
        raise FetchError(f"it redirects more than {_MOST_REDIRECTS} times")

    def may_fetch(self, url: str, *, delay: float = 2.0) -> bool:
        """Whether robots.txt of the host allows `url`. Raises FetchError where that cannot be known."""
        return self._rules(url, delay).can_fetch(AGENT_TOKEN, url)

    def _ask_robots(self, url: str, delay: float) -> None:
        if not self.may_fetch(url, delay=delay):
            raise FetchError("robots.txt of the site does not allow it")

    def _rules(self, url: str, delay: float) -> RobotFileParser:
        """The host's rules, asked once a run. None there means all is allowed; a host in trouble allows nothing."""
        origin = _origin(url)
        host = self._host(origin)
        if host.robots is None:
            rules = RobotFileParser()
            try:
                data = self._robots_text(f"{origin}/robots.txt", delay)
            except _Refused as refused:
                if refused.status >= 500 or refused.status == 429:
                    raise FetchError(f"the site's robots.txt cannot be had (status {refused.status})") from None
                data = b""
            rules.parse(data.decode("utf-8", "replace").splitlines())
            host.robots = rules
        return host.robots

    def _robots_text(self, url: str, delay: float) -> bytes:
        for _ in range(_MOST_REDIRECTS):
            answer = self._patiently(url, delay, Validators(), most=_ROBOTS_BYTES)
            if isinstance(answer, Answer):
                return answer.data or b""
            url = _redirected(url, answer)
        return b""

    def _patiently(self, url: str, delay: float, validators: Validators, most: int | None = None) -> Answer | str:
        """One answer, after a second attempt where a host was busy or the line broke. A redirect gives its target."""
        for attempt in range(_ATTEMPTS):
            last = attempt == _ATTEMPTS - 1
            try:
                with self._turn(url, delay):
                    return self._request(url, validators, most or self._manners.max_bytes)
            except _Busy as busy:
                if last or busy.seconds > self._manners.longest_wait:
                    until = datetime.fromtimestamp(time.time() + busy.seconds, UTC)
                    self._host(_origin(url)).closed_until = until
                    raise FetchError(f"the site is busy (status {busy.status}) and asks to come later", until) from None
                self._sleep(busy.seconds)
            except _Broken as broken:
                if last:
                    raise FetchError(broken.reason) from None
        raise AssertionError("the last attempt returns or raises")

    @contextmanager
    def _turn(self, url: str, delay: float) -> Iterator[None]:
        """One request a host at a time, `delay` seconds after the one before, or as long as its robots.txt asks."""
        host = self._host(_origin(url))
        with host.lock:
            if host.closed_until is not None and host.closed_until > datetime.now(UTC):
                raise FetchError("the site asked to come later", host.closed_until)
            asked = host.robots.crawl_delay(AGENT_TOKEN) if host.robots is not None else None
            wait = host.next_at - time.monotonic()
            if wait > 0:
                self._sleep(wait)
            try:
                yield
            finally:
                host.next_at = time.monotonic() + max(delay, min(float(asked or 0), _MOST_CRAWL_DELAY))

    def _request(self, url: str, validators: Validators, most: int) -> Answer | str:
        deadline = time.monotonic() + self._manners.total
        try:
            with self._client.stream("GET", url, headers=validators.headers()) as response:
                status = response.status_code
                if status == 304:
                    return Answer(url, None, validators=validators)
                if status in _REDIRECTS and "location" in response.headers:
                    return str(response.headers["location"])
                if status in _WAITS:
                    raise _Busy(status, _retry_after(response.headers.get("retry-after")))
                if status != 200:
                    raise _Refused(status)
                content_type = response.headers.get("content-type", "").split(";")[0].strip().lower()
                if content_type.startswith(_PICTURES):
                    raise FetchError(f"it is no document: its type is {content_type}")
                data = b"".join(_body(response, most, deadline))
                found = Validators(response.headers.get("etag"), response.headers.get("last-modified"))
                return Answer(url, data, content_type, found)
        except httpx.TimeoutException:
            raise _Broken(f"the site did not answer within {self._manners.timeout:g} seconds") from None
        except httpx.RemoteProtocolError:
            raise _Broken("the answer ended early, or breaks the protocol") from None
        except httpx.TransportError as error:
            raise _Broken(f"the site cannot be reached ({type(error).__name__})") from None
        except (httpx.InvalidURL, UnicodeError, ValueError):
            raise FetchError("its address is not valid") from None

    def _host(self, origin: str) -> _Host:
        with self._guard:
            return self._hosts.setdefault(origin, _Host())


class _Busy(Exception):
    def __init__(self, status: int, seconds: float) -> None:
        super().__init__(status)
        self.status = status
        self.seconds = seconds


class _Broken(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Refused(FetchError):
    def __init__(self, status: int) -> None:
        known = {
            401: "it asks for a password",
            403: "the site refuses it",
            404: "there is no such page",
            410: "it is gone",
        }
        super().__init__(f"{known.get(status, 'the site failed')} (status {status})")
        self.status = status


def _body(response: httpx.Response, most: int, deadline: float) -> Iterator[bytes]:
    """The unpacked bytes of an answer, refused as soon as they are too many or too slow."""
    too_large = FetchError(f"it is larger than {most:,} bytes")
    if int(response.headers.get("content-length") or 0) > most:
        raise too_large
    packed = response.headers.get("content-encoding", "identity").strip().lower()
    if packed not in ("identity", "", "gzip", "x-gzip"):
        raise FetchError("it is packed in a way that was not asked for")
    unpack = zlib.decompressobj(wbits=31) if "gzip" in packed else None
    left = most
    for block in response.iter_raw():
        if time.monotonic() > deadline:
            raise FetchError("it comes too slowly")
        if unpack is not None:
            try:
                block = unpack.decompress(block, left + 1)
            except zlib.error:
                raise FetchError("it is packed wrongly") from None
        left -= len(block)
        if left < 0:
            raise too_large
        yield block
    if unpack is not None and not unpack.eof:
        raise _Broken("the answer ended early, or breaks the protocol")


def _redirected(url: str, location: str) -> str:
    try:
        target = urljoin(url, location).split("#")[0]
        parts = urlsplit(target)
    except ValueError:
        raise FetchError("it redirects to an address that is not valid") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise FetchError("it redirects to something else than a web page")
    return target


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _retry_after(value: str | None) -> float:
    """Seconds that a Retry-After header asks for: a number, or a date; a minute where it says nothing."""
    if value is None:
        return 60.0
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError):
        return 60.0
