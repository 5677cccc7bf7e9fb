"""Feeds and pages of `sources.toml`: fetched politely, kept as files, new by their bytes; and the check of the file."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from bad_server import Site, page, serving
from typer.testing import CliRunner

from flows.cli import app
from flows.cron import parse_cron
from flows.gathering import feed_entries, gather, is_due
from flows.inbox import Inbox, Visit
from flows.job import Request, run_job
from flows.outcome import RunReport
from flows.settings import BadUsage, Settings
from flows.sources import Unread
from flows.sources_file import FeedSource, read_config

FEED = """<?xml version="1.0" encoding="{declared}"?><rss version="2.0"><channel><title>健康</title>
<item><title>甲</title><link>{address}/a.html</link><pubDate>Wed, 13 Nov 2024 20:00:00 GMT</pubDate></item>
<item><title>乙</title><link>/b.html</link></item>
<item><title>丙</title><link>{address}/gone.html</link></item>
<item><title>丁</title></item></channel></rss>"""
SETTINGS = Settings(lock_wait_seconds=0, fetch_rest_seconds=0, fetch_timeout_seconds=2)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as found:
        found.text("/feed", FEED.format(address=found.address, declared="utf-8").encode(), "text/xml", ETag='"f1"')
        undated = page(132, "gb18030", "utf-8").replace(b'content="2024-11-14"', b'content=""')
        found.text("/a.html", undated, ETag='"a1"')
        found.text("/b.html", page(77).replace(b"2024-11-14", b"2024-11-10"))
        yield found


@pytest.fixture
def config(site: Site, tmp_path: Path) -> Path:
    path = tmp_path / "sources.toml"
    path.write_text(f'[[feed]]\nurl = "{site.address}/feed"\noutlet = "边疆健康报"\ndelay_seconds = 0\n')
    return path


def run(config: Path, home: Path) -> RunReport:
    return run_job(Request(home=home, config=config), SETTINGS)


def asked(site: Site) -> list[str]:
    found = sorted(site.paths())
    site.asked.clear()
    return found


def query(home: Path, sql: str) -> list[tuple[object, ...]]:
    from warehouse.publish import connect_published

    with connect_published(home) as con:
        return con.execute(sql).fetchall()


def test_a_feed_is_read_and_asked_again_only_for_what_changed(site: Site, config: Path, home: Path) -> None:
    first = run(config, home)
    assert (first.ending, first.found, len(first.unread)) == ("published", 3, 1)
    assert first.unread[0].reason == "was not fetched: there is no such page (status 404)"
    assert asked(site) == ["/a.html", "/b.html", "/feed", "/gone.html"]
    told = query(home, "SELECT address, outlet, published_on, published_origin, charset FROM raw.document ORDER BY 1")
    assert told == [
        (f"{site.address}/a.html", "边疆健康报", date(2024, 11, 14), "feed", "gb18030"),
        (f"{site.address}/b.html", "边疆健康报", date(2024, 11, 10), "metadata", "utf-8"),
    ]
    assert query(home, "SELECT count(*) FROM mart.metrics WHERE metric = 'surgeries' AND value IN (132, 77)") == [(2,)]

    again = run(config, home)
    assert (again.ending, again.known, len(again.unread)) == ("nothing_new", 2, 0)

    site.text("/a.html", page(133), ETag='"a2"')
    changed = run(config, home)
    assert (changed.ending, changed.found, changed.known) == ("published", 3, 1)
    assert query(home, "SELECT value FROM mart.metrics WHERE metric = 'surgeries' ORDER BY value") == [(77,), (133,)]
    assert query(home, "SELECT count(*) FROM raw.document") == [(3,)]


def test_fetched_files_are_their_owners(site: Site, config: Path, home: Path) -> None:
    gather([], config, home, SETTINGS)
    files = [path for path in (home / "inbox").iterdir() if path.suffix == ".html"]
    assert sorted(path.name.split("-")[0] for path in files) == ["a", "b"]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert (home / "inbox").stat().st_mode & 0o777 == 0o700


def test_a_feed_that_fails_keeps_what_was_fetched(site: Site, config: Path, home: Path) -> None:
    gather([], config, home, SETTINGS)
    site.status("/feed", 500)
    listing = gather([], config, home, SETTINGS)
    assert len(listing.candidates) == 2
    assert [each.reason for each in listing.unread if each.address.endswith("/feed")] == [
        "the feed was not fetched: the site failed (status 500)"
    ]


def test_pages_are_fetched_and_a_broken_record_is_begun_anew(site: Site, tmp_path: Path, home: Path) -> None:
    config = tmp_path / "sources.toml"
    config.write_text(f'[[pages]]\nurls = ["{site.address}/a.html", "{site.address}/b.html"]\ndelay_seconds = 0\n')
    assert len(gather([], config, home, SETTINGS).candidates) == 2
    (home / "inbox" / "fetched.json").write_text('{"pages": 5}')
    assert len(gather([], config, home, SETTINGS).candidates) == 2
    assert asked(site) == ["/a.html", "/a.html", "/b.html", "/b.html"]


def test_a_lost_file_is_fetched_again_whole(site: Site, config: Path, home: Path) -> None:
    gather([], config, home, SETTINGS)
    for path in (home / "inbox").glob("a-*.html"):
        path.unlink()
    assert len(gather([], config, home, SETTINGS).candidates) == 2


def test_a_source_rests_and_keeps_its_schedule() -> None:
    now = datetime(2024, 11, 14, 7, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    source = FeedSource(url="https://a.test/feed", schedule="0 6 * * *")
    often = FeedSource(url="https://a.test/feed")
    settings = Settings(fetch_rest_seconds=300)

    def visit(hours: float) -> Visit:
        return Visit((now - timedelta(hours=hours)).astimezone(UTC).isoformat())

    assert is_due(source, None, now, settings)
    assert is_due(source, visit(2), now, settings)
    assert not is_due(source, visit(0.5), now, settings)
    assert is_due(often, visit(0.5), now, settings)
    assert not is_due(often, visit(0.05), now, settings)


@pytest.mark.parametrize(
    ("cron", "fired"),
    [
        ("0 6 * * *", "2024-11-14 06:00"),
        ("30 9 * * *", "2024-11-13 09:30"),
        ("*/20 * * * *", "2024-11-14 08:40"),
        ("0 12 * * 1-5", "2024-11-13 12:00"),
        ("0 0 1 * *", "2024-11-01 00:00"),
        ("0 0 1 * 0", "2024-11-10 00:00"),
        ("0 0 * * 7", "2024-11-10 00:00"),
        ("5,35 8 14 11 *", "2024-11-14 08:35"),
        ("0 0 29 2 *", "2024-02-29 00:00"),
        ("0 0 31 2 *", None),
    ],
)
def test_when_a_schedule_last_fired(cron: str, fired: str | None) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    last = parse_cron(cron).last_fired(datetime(2024, 11, 14, 8, 59, tzinfo=zone), zone)
    assert (last and f"{last:%Y-%m-%d %H:%M}") == fired


@pytest.mark.parametrize("cron", ["0 6 * *", "60 * * * *", "* * * * mon", "5-1 * * * *", "*/0 * * * *"])
def test_a_wrong_schedule_is_refused(cron: str) -> None:
    with pytest.raises(ValueError, match="cron schedule"):
        parse_cron(cron)


def test_a_feed_with_a_wrong_charset_or_without_links(site: Site) -> None:
    data = FEED.format(address="https://a.test", declared="utf-8").encode("gb18030")
    entries = feed_entries(data, "https://a.test/feed")
    assert [(entry.url, entry.published_on) for entry in entries] == [
        ("https://a.test/a.html", "2024-11-14"),
        ("https://a.test/b.html", None),
        ("https://a.test/gone.html", None),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[feed]]\nurl = "ftp://a.test/x"\n', "feed 1 'url': not an address of the web"),
        ('[[feed]]\nurl = "https://u:p@a.test/x"\n', "feed 1 'url': not an address of the web"),
        ('[[feed]]\nurl = "https://a.test/x"\nschedule = "daily"\n', "feed 1 'schedule': a cron schedule has five"),
        ('[[feed]]\nurl = "https://a.test/x"\nrate = 2\n', "unknown key 'rate' in feed 1"),
        ("[[pages]]\nurls = []\n", "pages 1 'urls'"),
        ('[[pages]]\noutlet = "x"\n', "key 'urls' is missing in pages 1"),
    ],
)
def test_a_faulty_web_source_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(text)
    with pytest.raises(BadUsage) as error:
        read_config(path)
    assert said in str(error.value)


def check(config: Path, *options: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["sources", "check", "--config", str(config), *options], env={"COLUMNS": "200"})
    return result.exit_code, result.output


def test_the_check_tells_each_source_and_keeps_nothing(site: Site, news: Path, config: Path, home: Path) -> None:
    config.write_text(
        config.read_text()
        + f'[[folder]]\npath = "news"\n[[pages]]\nurls = ["{site.address}/a.html"]\ndelay_seconds = 0\n'
    )
    code, told = check(config)
    assert code == 0
    assert "2 documents" in told
    assert "3 entries, the newest of 2024-11-14" in told
    assert "text/html" in told
    assert not home.exists()
    site.text("/robots.txt", b"User-agent: *\nDisallow: /feed\n", "text/plain")
    code, told = check(config)
    assert code == 1
    assert "robots.txt of the site does not allow it" in told
    site.asked.clear()
    assert check(config, "--offline")[0] == 0
    assert site.asked == []


def test_the_check_of_a_faulty_file_is_bad_usage(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text("[[feeed]]\n")
    code, told = check(path)
    assert code == 2
    assert "unknown key 'feeed'" in told


def test_an_export_gives_a_document_a_line_and_only_new_lines_later(tmp_path: Path, home: Path) -> None:
    import json

    text = "本报讯 2024年6月，福建省援疆医疗队在昌吉州人民医院完成手术{}台，诊治患者8600余人次。"
    lines = [json.dumps({"title": f"第{n}篇", "text": text.format(n), "url": f"https://a.test/{n}"}) for n in (11, 12)]
    export = tmp_path / "export.jsonl"
    export.write_text("\n".join(lines) + "\n")
    request = Request(home=home, sources=(str(export),))
    assert run_job(request, SETTINGS).found == 2
    assert query(home, "SELECT name, address FROM raw.document ORDER BY name") == [
        ("export.jsonl#1", "https://a.test/11"),
        ("export.jsonl#2", "https://a.test/12"),
    ]
    changed = lines[0].replace("11", "13").replace("a.test/13", "a.test/11")
    export.write_text("\n".join([lines[1], '{"title": "no text"}', changed]))
    report = run_job(request, SETTINGS)
    assert (report.found, report.known) == (3, 1)
    assert [(each.name, each.reason) for each in report.unread] == [
        ("export.jsonl#2", "the JSON is damaged, or is not one object a line with a 'text'")
    ]
    assert query(home, "SELECT value FROM mart.metrics WHERE metric = 'surgeries' ORDER BY value") == [(12,), (13,)]


def test_the_inbox_lists_only_declared_sources(site: Site, config: Path, tmp_path: Path, home: Path) -> None:
    gather([], config, home, SETTINGS)
    other = tmp_path / "other.toml"
    other.write_text(f'[[pages]]\nurls = ["{site.address}/b.html"]\ndelay_seconds = 0\n')
    listing = gather([], other, home, SETTINGS)
    assert [candidate.url for candidate in listing.candidates if not isinstance(candidate, Unread)] == [
        f"{site.address}/b.html"
    ]
    assert len(Inbox(home).pages) == 3
