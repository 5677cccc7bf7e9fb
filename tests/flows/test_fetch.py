"""Polite fetching, against a server that misbehaves on purpose."""

import email.utils
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest
from bad_server import Site, drip, endless, gzip_bomb, page, send, serving, truncated

from flows.fetch import Fetcher, FetchError, Manners, Validators

MANNERS = Manners("test/1.0", timeout=1.0, total=0.8, max_bytes=1_000_000, longest_wait=5.0)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as found:
        yield found


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def fetcher(slept: list[float]) -> Iterator[Fetcher]:
    with Fetcher(MANNERS, sleep=slept.append) as made:
        yield made


def failure(fetcher: Fetcher, url: str) -> str:
    with pytest.raises(FetchError) as raised:
        fetcher.get(url, delay=0)
    assert "127.0.0.1" not in raised.value.reason
    return raised.value.reason


def test_a_page_is_fetched_with_a_name_and_after_asking(site: Site, fetcher: Fetcher) -> None:
    site.text("/a.html", page(), ETag='"1"')
    answer = fetcher.get(f"{site.address}/a.html", delay=0)
    assert (answer.data, answer.content_type, answer.validators) == (page(), "text/html", Validators('"1"'))
    assert [path for path, _, _ in site.asked] == ["/robots.txt", "/a.html"]
    assert {headers["User-Agent"] for _, _, headers in site.asked} == {"test/1.0"}


def test_what_did_not_change_is_not_sent_again(site: Site, fetcher: Fetcher) -> None:
    site.text("/a.html", page(), ETag='"1"')
    answer = fetcher.get(
        f"{site.address}/a.html", delay=0, validators=Validators('"1"', "Thu, 14 Nov 2024 00:00:00 GMT")
    )
    assert (answer.data, answer.validators.etag) == (None, '"1"')
    assert site.asked[-1][2]["If-Modified-Since"] == "Thu, 14 Nov 2024 00:00:00 GMT"


def test_robots_txt_is_obeyed_and_asked_for_once(site: Site, fetcher: Fetcher, slept: list[float]) -> None:
    rules = b"User-agent: *\nDisallow: /\n\nUser-agent: aidledger\nDisallow: /private\nCrawl-delay: 7\n"
    site.text("/robots.txt", rules, "text/plain")
    site.text("/a.html", page())
    assert "robots.txt" in failure(fetcher, f"{site.address}/private/a.html")
    fetcher.get(f"{site.address}/a.html", delay=0)
    fetcher.get(f"{site.address}/a.html", delay=0)
    assert [path for path, _, _ in site.asked] == ["/robots.txt", "/a.html", "/a.html"]
    assert 6 < slept[-1] <= 7


def test_a_site_whose_robots_txt_fails_is_left_alone(site: Site, fetcher: Fetcher) -> None:
    site.status("/robots.txt", 500)
    site.text("/a.html", page())
    assert failure(fetcher, f"{site.address}/a.html") == "the site's robots.txt cannot be had (status 500)"
    assert site.paths() == []


def test_requests_to_one_host_wait_for_each_other(site: Site) -> None:
    def slow(handler: object) -> None:
        time.sleep(0.05)
        send(handler, 200, page(), {"Content-Type": "text/html"})  # type: ignore[arg-type]

    for number in range(4):
        site.answers[f"/{number}"] = slow
    with Fetcher(MANNERS) as fetcher:
        threads = [
            threading.Thread(target=fetcher.get, args=(f"{site.address}/{number}",), kwargs={"delay": 0.1})
            for number in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert site.most_at_once == 1
    times = [moment for path, moment, _ in site.asked if path != "/robots.txt"]
    assert all(later - earlier >= 0.14 for earlier, later in pairwise(times))


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (404, "there is no such page (status 404)"),
        (403, "the site refuses it (status 403)"),
        (500, "the site failed (status 500)"),
    ],
)
def test_what_is_not_there_says_so(site: Site, fetcher: Fetcher, status: int, reason: str) -> None:
    site.status("/a", status)
    assert failure(fetcher, f"{site.address}/a") == reason
    assert site.paths() == ["/a"]


def test_retry_after_is_waited_for(site: Site, fetcher: Fetcher, slept: list[float]) -> None:
    def busy_once(handler: object) -> None:
        site.text("/a", page())
        send(handler, 429, b"", {"Retry-After": "3"})  # type: ignore[arg-type]

    site.answers["/a"] = busy_once
    assert fetcher.get(f"{site.address}/a", delay=0).data == page()
    assert 3.0 in slept


def test_a_host_that_asks_for_long_is_left_alone_until_then(site: Site, fetcher: Fetcher, slept: list[float]) -> None:
    site.text("/b", page())
    later = datetime.now(UTC) + timedelta(hours=1)
    site.status("/a", 503, Retry_After=email.utils.format_datetime(later, usegmt=True))
    assert failure(fetcher, f"{site.address}/a") == "the site is busy (status 503) and asks to come later"
    assert failure(fetcher, f"{site.address}/b") == "the site asked to come later"
    assert site.paths() == ["/a"]
    assert not [seconds for seconds in slept if seconds > 1]
    (until,) = fetcher.closed().values()
    assert abs((until - later).total_seconds()) < 5
    with Fetcher(MANNERS, closed=fetcher.closed()) as tomorrow:
        assert failure(tomorrow, f"{site.address}/b") == "the site asked to come later"


def test_redirects_are_followed_and_circles_are_not(site: Site, fetcher: Fetcher) -> None:
    site.text("/end", page())
    site.status("/old", 301, Location="/new")
    site.status("/new", 302, Location=f"{site.address}/end")
    site.status("/one", 302, Location="/two")
    site.status("/two", 302, Location="/one")
    site.status("/file", 302, Location="file:///etc/passwd")
    for number in range(8):
        site.status(f"/far{number}", 302, Location=f"/far{number + 1}")
    answer = fetcher.get(f"{site.address}/old", delay=0)
    assert (answer.data, answer.url) == (page(), f"{site.address}/old")
    assert failure(fetcher, f"{site.address}/one") == "it redirects in a circle"
    assert failure(fetcher, f"{site.address}/far0") == "it redirects more than 5 times"
    assert failure(fetcher, f"{site.address}/file") == "it redirects to something else than a web page"


def test_answers_have_limits_of_size_and_time(site: Site, fetcher: Fetcher) -> None:
    stop = threading.Event()
    site.answers |= {
        "/declared": lambda handler: send(handler, 200, bytes(1_000_001), {}),
        "/endless": endless,
        "/bomb": gzip_bomb,
        "/drip": partial(drip, stop=stop),
        "/silent": lambda _: time.sleep(1.5),
        "/short": truncated,
    }
    try:
        assert failure(fetcher, f"{site.address}/declared") == "it is larger than 1,000,000 bytes"
        assert failure(fetcher, f"{site.address}/endless") == "it is larger than 1,000,000 bytes"
        assert failure(fetcher, f"{site.address}/bomb") == "it is larger than 1,000,000 bytes"
        assert failure(fetcher, f"{site.address}/drip") == "it comes too slowly"
        assert failure(fetcher, f"{site.address}/silent") == "the site did not answer within 1 seconds"
        assert failure(fetcher, f"{site.address}/short") == "the answer ended early, or breaks the protocol"
    finally:
        stop.set()
    assert site.paths().count("/short") == 2


def test_a_packed_answer_is_unpacked(site: Site, fetcher: Fetcher) -> None:
    import gzip

    packed = gzip.compress(page())
    site.answers["/a"] = lambda handler: send(handler, 200, packed, {"Content-Encoding": "gzip"})
    site.answers["/cut"] = lambda handler: send(handler, 200, packed[:-20], {"Content-Encoding": "gzip"})
    site.answers["/br"] = lambda handler: send(handler, 200, b"x", {"Content-Encoding": "br"})
    assert fetcher.get(f"{site.address}/a", delay=0).data == page()
    assert failure(fetcher, f"{site.address}/cut") == "the answer ended early, or breaks the protocol"
    assert failure(fetcher, f"{site.address}/br") == "it is packed in a way that was not asked for"


def test_pictures_and_closed_ports_are_refused(site: Site, fetcher: Fetcher) -> None:
    site.text("/a.jpg", b"\xff\xd8\xff", "image/jpeg")
    assert failure(fetcher, f"{site.address}/a.jpg") == "it is no document: its type is image/jpeg"
    with serving() as closed:
        nowhere = closed.address
    assert failure(fetcher, f"{nowhere}/a") == "the site cannot be reached (ConnectError)"
