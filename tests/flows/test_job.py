"""A run, step by step, without Prefect: what it publishes, what it leaves alone, what it records."""

import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checks.results import CheckResult
from flows import extraction, job
from flows.extraction import Extractor, extract_one, extracting
from flows.facts import facts_of
from flows.inspection import Answer, ask
from flows.job import AccountingError, Request, run_job
from flows.outcome import RunReport
from flows.settings import Settings
from flows.sources import Candidate, Unread
from transforms.model import ExtractedDocument
from warehouse.folding import fold
from warehouse.load import load_frames
from warehouse.publish import LockTimeoutError, Writer


def rows(home: Path, sql: str) -> list[tuple[Any, ...]]:
    return list(ask(home, sql).rows)


def published(home: Path) -> tuple[int, int]:
    """What would change if the file were replaced, or written to."""
    status = (home / "aidledger.duckdb").stat()
    return status.st_ino, status.st_mtime_ns


@pytest.fixture
def first(request_for: Request, settings: Settings) -> RunReport:
    return run_job(request_for, settings)


def test_a_run_publishes_facts_with_their_sentences(first: RunReport, home: Path) -> None:
    assert first.ending == "published"
    assert first.counts.documents == 2
    assert first.counts.facts >= 4
    found = rows(home, "SELECT document, metric, value::BIGINT FROM mart.metrics")
    assert ("2024-06-18_kashgar.txt", "surgeries", 132) in found
    assert ("2023-12-01_yushu.txt", "personnel_sent", 15) in found
    assert rows(home, "SELECT status, mode, documents_found FROM ops.run") == [("published", "direct", 2)]
    assert all(fact["sentence"] for fact in first.facts)


def test_every_figure_is_accounted_for(first: RunReport, home: Path) -> None:
    ((extracted,),) = rows(home, "SELECT sum(figures)::BIGINT FROM ops.document_outcome")
    assert first.counts.figures == extracted > 0


def test_nothing_new_publishes_nothing(
    first: RunReport, request_for: Request, settings: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = published(home)
    monkeypatch.setattr(job, "Writer", None)
    report = run_job(request_for, settings)
    assert (report.ending, report.known, report.counts.documents) == ("nothing_new", 2, 0)
    assert published(home) == before


def test_new_is_decided_by_content(
    first: RunReport, request_for: Request, settings: Settings, news: Path, home: Path
) -> None:
    (news / "2024-06-18_kashgar.txt").rename(news / "renamed.txt")
    os.utime(news / "2023-12-01_yushu.txt")
    assert run_job(request_for, settings).ending == "nothing_new"
    with (news / "renamed.txt").open("a", encoding="utf-8") as stream:
        stream.write("医疗队还捐赠设备12台。\n")
    report = run_job(request_for, settings)
    assert (report.ending, report.counts.documents, report.known) == ("published", 1, 1)


def test_the_newest_version_of_an_address_is_current(
    first: RunReport, request_for: Request, settings: Settings, news: Path, home: Path
) -> None:
    path = news / "2024-06-18_kashgar.txt"
    earlier = path.read_text(encoding="utf-8")
    surgeries = "SELECT value::BIGINT FROM mart.metrics WHERE metric = 'surgeries'"
    path.write_text(earlier.replace("132", "133"), encoding="utf-8")
    run_job(request_for, settings)
    assert rows(home, surgeries) == [(133,)]
    path.write_text(earlier, encoding="utf-8")
    assert run_job(request_for, settings).ending == "published"
    assert rows(home, surgeries) == [(132,)]
    assert run_job(request_for, settings).ending == "nothing_new"


def test_bad_files_are_told_once_and_stop_nothing(
    request_for: Request, settings: Settings, news: Path, home: Path
) -> None:
    (news / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (news / "empty.txt").touch()
    (news / "gone.txt").symlink_to(news / "nowhere")
    with (news / "large.txt").open("wb") as stream:
        stream.truncate(50_000_000)
    report = run_job(request_for, settings)
    assert (report.ending, report.counts.documents) == ("published", 2)
    assert {unread.name for unread in report.unread} == {"binary.txt", "empty.txt", "gone.txt", "large.txt"}
    recorded = dict(rows(home, "SELECT name, reason FROM ops.document_outcome WHERE outcome = 'failed'"))
    assert "binary" in recorded["binary.txt"]
    assert recorded["large.txt"] == "is too large: 50.0 MB, and the limit is 20 MB"

    again = run_job(request_for, settings)
    assert again.ending == "nothing_new"
    assert {unread.name for unread in again.still_unread} == {unread.name for unread in report.unread}

    (news / "empty.txt").write_text("援疆医疗队完成手术7台。", encoding="utf-8")
    mended = run_job(request_for, settings)
    assert (mended.counts.documents, len(mended.unread), len(mended.still_unread)) == (1, 0, 3)


def test_a_document_that_breaks_the_extractor_is_named_without_its_text(
    request_for: Request, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from transforms import pipeline

    extract = pipeline.extract

    def break_on_yushu(document: Any) -> ExtractedDocument:
        if "yushu" in document.name:
            raise ValueError(document.text)
        return extract(document)

    monkeypatch.setattr(pipeline, "extract", break_on_yushu)
    report = run_job(request_for, settings)
    assert (report.ending, report.counts.documents) == ("published", 1)
    (unread,) = report.unread
    assert unread.reason.startswith("extraction failed: ValueError at test_job.py line ")


def test_a_file_that_changes_while_it_is_read_is_left_to_the_next_run(
    request_for: Request, settings: Settings, news: Path
) -> None:
    def survey_then_change(*arguments: Any) -> list[Any]:
        found = job.survey(*arguments)
        (news / "2024-06-18_kashgar.txt").write_text("援疆医疗队完成手术8台。", encoding="utf-8")
        return found

    report = run_job(request_for, settings, job.Steps(survey=survey_then_change))
    assert [unread.name for unread in report.unread] == ["2024-06-18_kashgar.txt"]
    assert run_job(request_for, settings).counts.documents == 1


def test_a_second_run_waits_for_the_first_and_says_so(
    request_for: Request, settings: Settings, home: Path, news: Path
) -> None:
    class Told(job.Watch):
        def __init__(self) -> None:
            self.lines: list[str] = []

        def say(self, message: str) -> None:
            self.lines.append(message)

    told = Told()
    with Writer(home), pytest.raises(LockTimeoutError):
        run_job(request_for, settings.model_copy(update={"lock_wait_seconds": 0.3}), watch=told)
    assert "waiting" in told.lines[0]


def failing_audit(con: Any, run_key: str) -> list[CheckResult]:
    """The audit, with one more check that fails and blocks."""
    from checks.audit import audit

    found = audit(con, run_key, fold=fold)
    said = "every figure is round"
    values = [run_key, "too_good", "run", "block", "failed", 1, said, None, "ledger", "", "2024-06-18", ""]
    con.execute("INSERT INTO ops.check_result VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
    return [*found, CheckResult("too_good", "run", "block", "failed", 1, said)]


def add_document(news: Path) -> None:
    (news / "2024-07-01_hotan.txt").write_text("新疆和田：援疆医疗队完成手术91台。\n", encoding="utf-8")


def test_a_blocked_run_publishes_its_record_and_no_fact(
    first: RunReport, request_for: Request, settings: Settings, news: Path, home: Path
) -> None:
    facts = "SELECT * FROM mart.metrics ORDER BY ALL"
    before = ask(home, facts)
    add_document(news)
    report = run_job(request_for, settings, job.Steps(check=lambda run: failing_audit(run.writer.connection, run.key)))
    assert report.ending == "blocked"
    assert [result.check_name for result in report.blocking] == ["too_good"]
    assert ask(home, facts) == before
    run = f"run_key = '{report.run_key}'"
    assert rows(home, f"SELECT status FROM ops.run WHERE {run}") == [("blocked",)]
    assert rows(home, f"SELECT count(*) FROM ops.check_result WHERE {run} AND check_name = 'too_good'") == [(1,)]
    held = rows(home, f"SELECT table_name, check_name, reason, payload->>'name' FROM ops.quarantine WHERE {run}")
    assert held == [("raw.document", "too_good", "too_good: every figure is round", "2024-07-01_hotan.txt")]
    assert rows(home, f"SELECT reason FROM ops.document_outcome WHERE {run}") == [("held back by too_good",)]
    assert "手术91台".encode() not in (home / "aidledger.duckdb").read_bytes()


def test_documents_held_back_are_read_again_on_request(
    first: RunReport, request_for: Request, settings: Settings, news: Path, home: Path
) -> None:
    add_document(news)
    block = job.Steps(check=lambda run: failing_audit(run.writer.connection, run.key))
    run_job(request_for, settings, block)
    later = run_job(request_for, settings)
    assert (later.ending, later.held) == ("nothing_new", 1)

    assert run_job(replace(request_for, retry_held=True), settings, block).ending == "blocked"
    assert run_job(request_for, settings).held == 1

    retried = run_job(replace(request_for, retry_held=True), settings)
    assert (retried.ending, retried.counts.documents) == ("published", 1)
    assert run_job(request_for, settings).held == 0


def test_a_repost_of_a_later_run_joins_its_story(
    first: RunReport, request_for: Request, settings: Settings, news: Path, home: Path
) -> None:
    told = (news / "2024-06-18_kashgar.txt").read_text(encoding="utf-8")
    (news / "2024-06-20_repost.txt").write_text(told.replace("本报讯 ", ""), encoding="utf-8")
    run_job(request_for, settings)
    stories = rows(home, "SELECT document, any_value(story_key) FROM mart.metrics GROUP BY document ORDER BY document")
    assert stories[1][1] == stories[2][1] != stories[0][1]


def test_a_lost_figure_stops_the_run(
    request_for: Request, settings: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose_one(con: Any, frames: dict[str, Any]) -> dict[str, int]:
        facts = frames.get("core.fact_figure")
        return load_frames(con, frames if facts is None else {**frames, "core.fact_figure": facts[1:]})

    monkeypatch.setattr(job, "load_frames", lose_one)
    with pytest.raises(AccountingError, match="figures were extracted"):
        run_job(request_for, settings)
    assert not (home / "aidledger.duckdb").exists()
    assert not (home / "aidledger.private.duckdb").exists()


def test_batches_and_processes_change_nothing(request_for: Request, settings: Settings, home: Path) -> None:
    facts = "SELECT * EXCLUDE (run_key) FROM mart.metrics ORDER BY ALL"
    run_job(request_for, settings)
    alone: Answer = ask(home, facts)
    shutil.rmtree(home)
    many = settings.model_copy(update={"batch_documents": 1, "workers": 2, "parallel_from": 2})
    run_job(request_for, many)
    assert ask(home, facts) == alone


class EndsItsProcess(Candidate):
    """A candidate whose arrival in another process ends that process, as running out of memory would."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (3,)


def test_a_document_that_ends_its_process_is_named_and_the_others_are_extracted(news: Path) -> None:
    path = news / "2024-06-18_kashgar.txt"
    batch = [(Candidate(path), path.read_bytes()), (EndsItsProcess(news / "2023-12-01_yushu.txt"), b"x")]
    done: list[str] = []
    with extracting(2, Settings(workers=2, parallel_from=1)) as extractor:
        assert isinstance(extractor, Extractor)
        good, bad = extractor.extract(batch, lambda: done.append("one"))
        assert isinstance(good, ExtractedDocument)
        assert isinstance(bad, Unread)
        assert bad.reason == "extraction ended its process without a word (out of memory?)"
        (after,) = extractor.extract(batch[:1], lambda: None)
        assert isinstance(after, ExtractedDocument)


def test_few_documents_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "_pool", None)
    with extracting(3, Settings(workers=8, parallel_from=4)) as extractor:
        assert extractor.ahead == 0


def test_the_outlet_of_a_source_reaches_its_documents(news: Path) -> None:
    path = news / "2024-06-18_kashgar.txt"
    extracted = extract_one((Candidate(path, outlet="喀什日报"), path.read_bytes()))
    assert isinstance(extracted, ExtractedDocument)
    assert extracted.document.outlet == "喀什日报"


def test_facts_of_files_are_those_of_the_warehouse(first: RunReport, home: Path, news: Path) -> None:
    columns = "document, metric, aspect, value, sentence, char_start"
    loaded = rows(home, f"SELECT {columns} FROM mart.metrics ORDER BY ALL")
    found = facts_of([Candidate(path) for path in news.iterdir()], 20_000_000)
    names: Iterable[str] = columns.split(", ")
    assert sorted(tuple(fact[name] for name in names) for fact in found.facts.as_dicts()) == sorted(loaded)


def test_a_broken_extractor_fails_the_run(
    request_for: Request, news: Path, home: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every document fails in the same way: the run does not end as if all were well, and the fix reads them again."""
    (news / "third.txt").write_text("本报讯 援疆医疗队完成手术12台。\n", encoding="utf-8")

    def broken(_: object) -> ExtractedDocument:
        raise NameError("rules")

    with monkeypatch.context() as patched:
        patched.setattr(sys.modules["transforms.pipeline"], "extract", broken)
        report = run_job(request_for, settings)
    assert report.ending == "blocked"
    assert [result.check_name for result in report.blocking] == ["extraction_fails_everywhere"]
    monkeypatch.setattr(job, "extractor_version", lambda: "f" * 16)
    assert run_job(request_for, settings).counts.documents == 3
