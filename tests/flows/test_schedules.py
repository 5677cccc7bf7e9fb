"""When runs fall due, which of them still live, and what a deployment declares."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from flows.presence import forget, presence, presence_path, present
from flows.schedules import due_times
from flows.settings import BadUsage, Settings
from flows.sources_file import read_config

ROOT = Path(__file__).resolve().parents[2]


def sources_file(folder: Path, text: str) -> Path:
    path = folder / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_each_source_may_have_its_own_schedule_and_time_zone(tmp_path: Path) -> None:
    config = sources_file(
        tmp_path,
        '[[folder]]\npath = "a"\n'
        '[[folder]]\npath = "北京 b"\nschedule = "30 5 * * 1-5"\ntimezone = "Europe/Berlin"\n'
        '[[feed]]\nurl = "https://news.example/rss"\nevery = "6h"\n'
        '[[folder]]\npath = "c"\nschedule = "30 5 * * 1-5"\ntimezone = "Europe/Berlin"\n',
    )
    default, folder, feed = due_times(config, Settings())
    assert (default.slug, default.cron, default.timezone) == ("default", "0 6 * * *", "Asia/Shanghai")
    assert (folder.slug, folder.cron, folder.timezone) == ("b", "30 5 * * 1-5", "Europe/Berlin")
    assert (feed.slug, feed.every) == ("https-news-example-rss", timedelta(hours=6))


def test_where_every_source_has_one_the_settings_have_none(tmp_path: Path) -> None:
    config = sources_file(tmp_path, '[[folder]]\npath = "a"\nevery = "90m"\n')
    assert [due.every for due in due_times(config, Settings())] == [timedelta(minutes=90)]
    assert [due.cron for due in due_times(None, Settings(cron="1 2 3 4 5"))] == ["1 2 3 4 5"]


def test_each_schedule_has_a_slug_of_its_own(tmp_path: Path) -> None:
    """The server tells schedules apart by it, and a folder's name may have no Latin letter."""
    folders = "".join(
        f'[[folder]]\npath = "{name}"\nevery = "{n}h"\n' for n, name in enumerate(("喀什", "和田", "玉树"), 1)
    )
    config = sources_file(tmp_path, folders)
    assert [due.slug for due in due_times(config, Settings())] == ["source", "source-2", "source-3"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('every = "soon"', "is no interval: write 90m, 6h or 1d"),
        ('schedule = "daily"', "five fields"),
        ('timezone = "Mars/Olympus"', "no time zone is called"),
        ('every = "6h"\nschedule = "0 6 * * *"', "exclude each other"),
    ],
)
def test_a_wrong_schedule_is_told(tmp_path: Path, line: str, words: str) -> None:
    with pytest.raises(BadUsage, match=words):
        read_config(sources_file(tmp_path, f'[[folder]]\npath = "a"\n{line}\n'))


def test_who_is_present(tmp_path: Path) -> None:
    assert presence(tmp_path, "run") == "unknown"
    with present(tmp_path, "run"):
        assert presence(tmp_path, "run") == "alive"
    assert presence(tmp_path, "run") == "unknown"


def test_a_killed_process_is_told_from_one_at_work(tmp_path: Path) -> None:
    script = (
        "import time, pathlib; from flows.presence import present\n"
        f"with present(pathlib.Path({str(tmp_path)!r}), 'run'): time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT)
    end = time.monotonic() + 30
    while presence(tmp_path, "run") != "alive" and time.monotonic() < end:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert presence(tmp_path, "run") == "dead"
    forget(tmp_path, "run")
    assert not presence_path(tmp_path, "run").exists()


def test_the_work_pool_declares_what_serve_registers() -> None:
    declared = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    found = {f"{each['entrypoint'].split(':')[1].replace('_', '-')}/{each['name']}" for each in declared}
    assert found == {
        "ingest/scheduled",
        *(f"{flow}/on-demand" for flow in ("backfill-plan", "backfill-apply", "report", "export")),
    }
    for each in declared:
        path, function = each["entrypoint"].split(":")
        assert f"def {function}(" in (ROOT / path).read_text(encoding="utf-8")
        assert each["tags"][0] == "aidledger"
