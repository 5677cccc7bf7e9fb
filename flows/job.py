"""The steps of a run, and their order: survey → read → extract → check → load → audit → publish.

One definition for both ways of running. `run_job` calls the steps that it is given: as they stand here (`--direct`),
or each wrapped as a Prefect task (`flows.ingest`). This module imports no Prefect.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from checks.audit import audit
from checks.corrections import reapply
from checks.quarantine import set_aside_all
from checks.results import CheckResult, blocking
from flows.correcting import correct, corrections_wait
from flows.extraction import Extracted, Extracting, Pending, Work, extracting, running_ahead
from flows.facts import load_catalogue
from flows.gathering import gather
from flows.holding import HeldBatch, hold_back, recorded_results, release_held
from flows.news import News, against, against_published, settle
from flows.notice import Notifier, noticing
from flows.outcome import Ending, RunReport, counts_of, facts_of_interest, new_findings, nothing_new
from flows.published import lake_of, place_of, shown
from flows.reposts import find_stories
from flows.settings import Settings
from flows.sources import Candidate, Listing, Seen, Unread, look, read_bytes
from flows.timing import StepClock, record_steps
from transforms.model import ExtractedDocument
from transforms.pipeline import extractor_version
from warehouse.folding import fold
from warehouse.lake.writer import LakeWriter
from warehouse.load import RunRecord, documents_of_run, extend_dates, load_frames, mark_current, record_run
from warehouse.publish import PUBLISHED_NAME, Writer
from warehouse.rows import FailedRead, failed_frame, to_frames

MOST_HELD = 5_000_000
"""Characters of text that wait to be loaded together, at most by about a batch more."""


class AccountingError(Exception):
    """Figures were lost or doubled between extraction and the tables: a fault of the code, nothing is published."""


class RunTimeoutError(TimeoutError):
    """A run took longer than the settings allow and was stopped; the published file is whole."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a run is asked to do."""

    home: Path
    sources: tuple[str, ...] = ()
    config: Path | None = None
    mode: str = "direct"
    retry_held: bool = False
    """Take the documents again that an earlier run held back."""
    rehash: bool = False
    """Read every file, whatever is remembered of it."""

    @property
    def described(self) -> str:
        """The sources in one string, for the record."""
        return ", ".join(self.sources) or str(self.config)


class Watch:
    """What a run tells while it works. This one tells nothing."""

    def say(self, message: str) -> None:
        """One line that matters now: the run waits for another one."""

    def begin(self, documents: int) -> None:
        """So many new documents are going to be extracted."""

    def advance(self) -> None:
        """One of them is done."""


class Run:
    """A run that has the writer's lock: its identity, its private warehouse, and what its batches gave."""

    def __init__(self, request: Request, settings: Settings, watch: Watch, version: str) -> None:
        self.request = request
        self.settings = settings
        self.watch = watch
        self.version = version
        self.started_at = datetime.now(UTC)
        self.key = f"{self.started_at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
        self.writer = self.new_writer()
        self.news = News((), (), (), (), 0)
        self.unread: list[Unread] = []
        self.outcomes: list[pd.DataFrame] = []
        self.figures = 0
        self.clock = StepClock()

    def new_writer(self) -> Writer | LakeWriter:
        """A writer of the run's warehouse; one is entered once."""
        settings = self.settings
        if settings.lake is not None:
            return LakeWriter(lake_of(settings), settings.lock_wait_seconds, self.watch.say)
        keep = settings.keep_snapshots
        return Writer(self.request.home, settings.lock_wait_seconds, self.watch.say, keep_snapshots=keep)

    def record(self, status: str) -> RunRecord:
        """The run as `ops.run` keeps it."""
        return RunRecord(
            run_key=self.key,
            mode=self.request.mode,
            status=status,
            started_at=self.started_at,
            extractor_version=self.version,
            finished_at=None if status == "running" else datetime.now(UTC),
            sources=self.request.described,
            documents_found=self.news.found,
            documents_known=self.news.known,
        )


def survey(listing: Listing, max_bytes: int, *, patient: bool = False) -> list[Seen | Unread]:
    """Step 1: every listed file with the hash of its bytes, or the reason why it is no document."""
    return [*listing.unread, *look(listing.candidates, max_bytes, patient=patient, known=listing.known)]


def read(batch: Sequence[Seen], *, patient: bool = False) -> list[Work | Unread]:
    """Step 2: the bytes of a batch. Bytes that changed since the survey are left to the next run."""
    results: list[Work | Unread] = []
    for seen in batch:
        data = read_bytes(seen.candidate, patient=patient)
        if isinstance(data, Unread):
            results.append(data)
        elif _key(data) != seen.document_key:
            results.append(_changed(seen.candidate))
        else:
            results.append((seen.candidate, data))
    return results


class Batch:
    """What the documents of a batch gave. A plain object, because Prefect walks through every field of a dataclass."""

    def __init__(self, extracted: Sequence[Extracted]) -> None:
        self.documents = [each for each in extracted if isinstance(each, ExtractedDocument)]
        self.unread = [each for each in extracted if isinstance(each, Unread)]
        self.characters = sum(len(each.document.text) for each in self.documents)

    def add(self, other: Batch) -> None:
        """Take what another batch gave."""
        self.documents += other.documents
        self.unread += other.unread
        self.characters += other.characters

    def is_enough(self, settings: Settings) -> bool:
        """Whether it is worth a transaction of its own, or all that should be held."""
        return len(self.documents) >= settings.load_documents or self.characters >= MOST_HELD

    @property
    def holds_something(self) -> bool:
        return bool(self.documents or self.unread)


def extract(run: Run, batch: Pending) -> Batch:
    """Step 3: what the documents of a batch say. Outcomes of reading go through as they are."""
    return Batch(batch.results(run.watch.advance))


def load(run: Run, batch: Batch) -> None:
    """Step 4: a batch's rows checked, those that fail set aside, the others loaded, in one transaction."""
    frames = to_frames(
        batch.documents,
        run_key=run.key,
        extractor_version=run.version,
        fetched_at=datetime.now(UTC),
        source=run.request.described,
    )
    run.outcomes.append(frames["ops.document_outcome"])
    run.unread += batch.unread
    with run.clock.step("check rows"):
        checked = set_aside_all(frames, run_key=run.key)
    left = _load(run, checked)
    run.figures += sum(len(each.figures) for each in batch.documents if each.document.document_key not in left)


def _load(run: Run, frames: dict[str, pd.DataFrame]) -> frozenset[str]:
    """Load a checked batch; the documents of it that another writer of a lake was quicker with."""
    if isinstance(run.writer, LakeWriter):
        return run.writer.load(frames)
    load_frames(run.writer.connection, frames)
    return frozenset()


def complete(run: Run) -> None:
    """Step 5: what spans batches: files that were not read, versions that came back, reposts; then the accounting."""
    con = run.writer.connection
    if isinstance(run.writer, LakeWriter):
        run.writer.take_turn()
        extend_dates(con)
    load_frames(con, {"ops.document_outcome": _failures(run)})
    mark_current(con, run.news.returned, run.started_at)
    finish_tables(con, run.key)
    if not run.settings.lake:
        # The corrections of one home are not those of a lake: `aidledger lake finish` applies them there.
        correct(con, run.request.home, run.key)
    assert_accounting(run)


def finish_tables(con: duckdb.DuckDBPyConnection, run_key: str) -> None:
    """What follows every load, be it of a run or of a backfill: everything that looks across documents."""
    find_stories(con)
    reapply(con, run_key)


def check(run: Run) -> list[CheckResult]:
    """Step 6: every check on the private warehouse, before anyone can read it."""
    with run.clock.step("audit"):
        return audit(run.writer.connection, run.key, fold=fold)


def publish(run: Run) -> str:
    """Step 7: the private warehouse becomes the published one; of a lake, the state that was checked is released."""
    record_steps(run.writer.connection, run.key, run.clock.seconds)
    record_run(run.writer.connection, run.record("published"))
    if isinstance(run.writer, LakeWriter):
        return f"snapshot {run.writer.publish(run.key)}"
    return str(run.writer.publish())


def hold(run: Run, results: Sequence[CheckResult], recorded: Sequence[tuple[Any, ...]]) -> str:
    """Step 7 where a check blocks: what happened is published, and none of what was loaded.

    A lake keeps what was loaded, unreleased: readers stay with the last state that passed.
    """
    writer = run.new_writer()
    if isinstance(writer, LakeWriter):
        with writer, writer.turn():
            record_run(writer.connection, run.record("blocked"))
        return "nothing was released"
    outcomes = pd.concat([*run.outcomes, _failures(run)], ignore_index=True)
    batch = HeldBatch(run.record("blocked"), outcomes, results, recorded, retried=run.request.retry_held)
    return str(hold_back(writer, batch))


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps, as they are called. A Prefect flow gives the same functions as tasks."""

    survey: Callable[[Listing, int], list[Seen | Unread]] = survey
    read: Callable[[Sequence[Seen]], list[Work | Unread]] = read
    extracting: Callable[[int, Settings], AbstractContextManager[Extracting]] = extracting
    extract: Callable[[Run, Pending], Batch] = extract
    load: Callable[[Run, Batch], None] = load
    complete: Callable[[Run], None] = complete
    check: Callable[[Run], list[CheckResult]] = check
    publish: Callable[[Run], str] = publish
    hold: Callable[[Run, Sequence[CheckResult], Sequence[tuple[Any, ...]]], str] = hold


def run_job(request: Request, settings: Settings, steps: Steps = Steps(), watch: Watch | None = None) -> RunReport:
    """One run, whole.

    Nothing new publishes nothing. A blocking check holds the batch back: the report says `blocked`, and readers see the
    facts that they saw before.

    Raises:
        BadUsage: what was asked for does not exist.
        WarehouseError, MigrationError: the warehouse cannot be opened, or another run holds it for too long.
        AccountingError: figures were lost or doubled; nothing is published.
    """
    watch = watch or Watch()
    notifier = Notifier(request.home, "ingest", settings, watch.say)
    with noticing(notifier):
        report = _run_job(request, settings, steps, watch)
    if report.ending == "blocked":
        names = ", ".join(result.check_name for result in report.blocking)
        step = "look at ops.check_result, mend the cause, then run with --retry-held; readers see what they saw before"
        notifier.failed(f"a run was held back by {names}", step, report.run_key)
    else:
        notifier.succeeded()
    return report


def _run_job(request: Request, settings: Settings, steps: Steps, watch: Watch) -> RunReport:
    version = extractor_version()
    found, surveyed = _surveyed(request, settings, steps.survey)
    nothing = _nothing_new(request, found, surveyed, version) if settings.lake is None else None
    if nothing is not None:
        return nothing
    run = Run(request, settings, watch, version)
    with run.writer:
        if request.retry_held:
            with run.writer.turn():
                release_held(run.writer.connection, run.key)
        # Another run may have published while this one waited for the lock.
        if found.known is not None and not found.known.is_of_now:
            found, surveyed = _surveyed(request, settings, steps.survey)
        run.news = against(surveyed, found, run.writer.connection, version)
        if run.news.is_nothing and not _left_to_do(run):
            return nothing_new(_warehouse(request, settings), run.news, found.left_out)
        _ingest(run, steps)
        results = steps.check(run)
        ending: Ending = "blocked" if blocking(results) else "published"
        report = _report(run, ending, results, found)
        recorded = recorded_results(run.writer.connection, run.key)
        loaded = documents_of_run(run.writer.connection, run.key)
        if ending == "published":
            steps.publish(run)
            settle(found, surveyed, run.news, loaded)
            return report
    steps.hold(run, results, recorded)
    return report


def _surveyed(
    request: Request, settings: Settings, survey: Callable[[Listing, int], list[Seen | Unread]]
) -> tuple[Listing, list[Seen | Unread]]:
    """What the sources offer, and what of it needs a look, with its hashes.

    What a home remembers of files is true of its own published file. Against a lake every file is looked at.
    """
    in_lake = settings.lake is not None
    found = gather(request.sources, request.config, request.home, settings, rehash=request.rehash or in_lake)
    if in_lake:
        found = replace(found, known=None)
    return found, survey(found, settings.max_bytes)


def _nothing_new(request: Request, found: Listing, surveyed: Sequence[Seen | Unread], version: str) -> RunReport | None:
    """The report of a run that has nothing to do, which remembers what it looked at; None where there is something."""
    news = against_published(surveyed, found, request.home, version)
    if not news.is_nothing or request.retry_held or corrections_wait(request.home):
        return None
    if (request.home / PUBLISHED_NAME).exists():
        settle(found, surveyed, news)
    return nothing_new(shown(request.home), news, found.left_out)


def _left_to_do(run: Run) -> bool:
    """Whether a run that finds no new document has work: corrections, or what a killed run left in a lake."""
    if isinstance(run.writer, LakeWriter):
        return run.writer.has_unreleased()
    return corrections_wait(run.request.home)


def look_ahead(request: Request, settings: Settings) -> RunReport | None:
    """The report of a run that would find nothing new, or None where there is something to do. Raises as `run_job`.

    A lake is asked by the run itself.
    """
    if settings.lake is not None:
        return None
    found, surveyed = _surveyed(request, settings, survey)
    return _nothing_new(request, found, surveyed, extractor_version())


def _ingest(run: Run, steps: Steps) -> None:
    """Every new document into the private warehouse, a batch at a time."""
    run.unread += run.news.unread
    run.watch.begin(len(run.news.new))
    with run.writer.turn():
        record_run(run.writer.connection, run.record("running"))
        load_catalogue(run.writer.connection)
    waiting = Batch(())
    with run.writer.beside_others():
        for batch in _extracted(run, steps):
            waiting.add(batch)
            if waiting.is_enough(run.settings):
                steps.load(run, waiting)
                waiting = Batch(())
        if waiting.holds_something:
            steps.load(run, waiting)
    steps.complete(run)


def _extracted(run: Run, steps: Steps) -> Iterator[Batch]:
    """What the new documents give, a batch at a time, while those after it are being extracted."""
    new, size = run.news.new, run.settings.batch_documents
    with steps.extracting(len(new), run.settings) as extractor:
        begun = (extractor.begin(new[start : start + size], steps.read) for start in range(0, len(new), size))
        for batch in running_ahead(extractor, begun):
            yield steps.extract(run, batch)


def assert_accounting(run: Run) -> None:
    """Every figure extracted is in exactly one place: a fact, set aside, ignored or unknown.

    Raises:
        AccountingError: with the two sums.
    """
    counts = counts_of(run.writer.connection, run.key)
    placed = counts.facts + counts.set_aside_figures + counts.ignored + counts.unknown
    if placed != run.figures:
        raise AccountingError(
            f"{run.figures} figures were extracted, and {placed} are accounted for ({counts.facts} facts, "
            f"{counts.set_aside_figures} set aside, {counts.ignored} ignored, {counts.unknown} unknown)"
        )


def _report(run: Run, ending: Ending, results: Sequence[CheckResult], found: Listing) -> RunReport:
    """The run as it stands in the private warehouse; of a batch that is held back no fact is shown."""
    con = run.writer.connection
    return RunReport(
        ending=ending,
        warehouse=_warehouse(run.request, run.settings),
        found=run.news.found,
        known=run.news.known + len(run.news.returned),
        run_key=run.key,
        seconds=(datetime.now(UTC) - run.started_at).total_seconds(),
        counts=counts_of(con, run.key),
        unread=tuple(run.unread),
        still_unread=run.news.still_unread,
        held=run.news.held,
        left_out=found.left_out,
        checks=tuple(results),
        findings=new_findings(con, run.key) if ending == "published" else (),
        facts=facts_of_interest(con, run.key) if ending == "published" else (),
    )


def _warehouse(request: Request, settings: Settings) -> str:
    """What a run tells that it wrote to: the published file, or the lake."""
    return shown(place_of(request.home, settings))


def _failures(run: Run) -> pd.DataFrame:
    """Rows of `ops.document_outcome` for what could not be read."""
    failures = [FailedRead(each.name, each.address, each.reason, each.document_key) for each in run.unread]
    return failed_frame(failures, run_key=run.key)


def _key(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _changed(candidate: Candidate) -> Unread:
    return Unread(candidate.name, candidate.address, "changed while it was read; the next run takes it as it is then")
