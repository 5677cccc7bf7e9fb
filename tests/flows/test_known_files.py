"""Files that are known are not read again, and none that changed is taken for known."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from flows import known_files, sources
from flows.job import Request, run_job
from flows.known_files import FILE_NAME
from flows.outcome import RunReport
from flows.settings import Settings
from flows.snapshots import restore

LONG_AGO = time.time() - 1_000


@pytest.fixture
def run(news: Path, request_for: Request, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Runs the job on old files; gives how many files were opened. What it reports is in `run.report`."""
    monkeypatch.setattr(known_files, "RESTS_SECONDS", -60)
    for path in news.iterdir():
        os.utime(path, (LONG_AGO, LONG_AGO))
    opened: list[Path] = []
    real = Path.open

    def counted(path: Path, *given: object, **named: object) -> object:
        if path.parent == news:
            opened.append(path)
        return real(path, *given, **named)

    def again(**changes: object) -> int:
        opened.clear()
        asked = Request(**{"home": request_for.home, "sources": request_for.sources} | changes)  # type: ignore[arg-type]
        again.report = run_job(asked, settings)  # type: ignore[attr-defined]
        return len(opened)

    monkeypatch.setattr(Path, "open", counted)
    return again


def told(run: Callable[..., int]) -> RunReport:
    report: RunReport = run.report  # type: ignore[attr-defined]
    return report


def test_known_files_are_not_opened(run: Callable[..., int], news: Path) -> None:
    (news / "notes.xlsx").write_text("no document")
    assert run() > 0
    first = told(run)
    assert (first.ending, first.found) == ("published", 2)
    assert run() == 0
    assert (told(run).ending, told(run).found, told(run).known) == ("nothing_new", 2, 2)
    assert told(run).left_out == first.left_out == ("notes.xlsx",)
    assert run(rehash=True) == 2
    assert (told(run).found, told(run).known) == (2, 2)


def test_a_new_file_alone_is_opened_and_a_lost_one_is_no_more_found(run: Callable[..., int], news: Path) -> None:
    run()
    (news / "2024-07-01_new.txt").write_text("援疆医疗队在喀什完成手术31台。\n")
    assert run() > 0
    assert (told(run).ending, told(run).found, told(run).known) == ("published", 3, 2)
    (news / "2024-07-01_new.txt").unlink()
    assert run() == 0
    assert (told(run).found, told(run).known) == (2, 2)


@pytest.mark.parametrize("size", ["same", "other"])
def test_a_changed_file_is_read_though_its_time_was_set_back(run: Callable[..., int], news: Path, size: str) -> None:
    run()
    path = sorted(news.iterdir())[0]
    before = path.stat()
    data = path.read_bytes()
    path.write_bytes(data[:-1] + b"\n\n"[: 1 if size == "same" else 2])
    if size == "same":
        path.write_bytes(data.replace(data[:1], b"\n", 1))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    run()
    assert told(run).ending == "published"


def test_a_link_that_leads_elsewhere_is_read_again(run: Callable[..., int], news: Path, tmp_path: Path) -> None:
    pages = [tmp_path / name for name in ("first", "second")]
    for number, page in enumerate(pages):
        page.write_text(f"援疆医疗队在喀什完成手术{31 + number}台。\n")
        os.utime(page, (LONG_AGO, LONG_AGO))
    link = news / "linked.txt"
    link.symlink_to(pages[0])
    run()
    assert run() == 0
    link.unlink()
    link.symlink_to(pages[1])
    run()
    assert told(run).ending == "published"
    pages[1].unlink()
    run()
    assert [each.reason for each in told(run).unread] == ["is a link to a file that does not exist"]


def test_a_file_that_changed_just_now_is_not_taken_for_known(
    run: Callable[..., int], news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_files, "RESTS_SECONDS", 3_600)
    run()
    assert run() == 2


def test_what_was_settled_counts_in_the_state_that_is_published_alone(
    run: Callable[..., int], news: Path, settings: Settings, request_for: Request
) -> None:
    run()
    (news / "2024-07-01_new.txt").write_text("援疆医疗队在喀什完成手术31台。\n")
    run()
    restore(request_for.home, None, settings, lambda _: None)
    # The file is known to the state that was replaced, not to the one that was put back; its hash is still true.
    run()
    assert (told(run).ending, told(run).known) == ("published", 2)


def test_a_file_that_cannot_be_read_is_told_of_each_time(run: Callable[..., int], news: Path) -> None:
    (news / "empty.txt").write_text("")
    run()
    run()
    assert [each.name for each in told(run).still_unread] == ["empty.txt"]
    assert (told(run).found, told(run).known) == (3, 2)


def test_the_lines_of_an_export_are_known_together(run: Callable[..., int], news: Path) -> None:
    line = '{"text": "援疆医疗队在喀什完成手术%d台，培训医务人员80人次。"}\n'
    (news / "export.jsonl").write_text("".join(line % number for number in range(30, 34)))
    os.utime(news / "export.jsonl", (LONG_AGO, LONG_AGO))
    run()
    assert run() == 0
    assert (told(run).found, told(run).known) == (6, 6)


@pytest.mark.parametrize("damage", [b"", b"\x00not this", b"i\x01\x00\x00\x00" * 3])
def test_a_memory_that_is_damaged_is_begun_anew(run: Callable[..., int], request_for: Request, damage: bytes) -> None:
    run()
    (request_for.home / FILE_NAME).write_bytes(damage)
    assert run() == 2
    assert told(run).known == 2
    assert run() == 0


def test_hidden_names_and_folders_are_listed_as_before(tmp_path: Path) -> None:
    for name in ("b/x.txt", "a/.hidden.txt", "a/y.txt", ".git/z.txt", "a.txt", "page.txt/inside.txt", "readme.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text")
    plain = sources.list_candidates([str(tmp_path)])
    known = sources.list_candidates([str(tmp_path)], known=known_files.KnownFiles(tmp_path / "home", 1_000))
    assert known.candidates == plain.candidates
    assert known.left_out == plain.left_out == ("readme.md",)
