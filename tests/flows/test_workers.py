"""All cores of one machine: the same rows whatever the number of processes, the size of batches, the order of files."""

import multiprocessing
import os
import random
import signal
from pathlib import Path

import pytest

from flows import job
from flows.extraction import Extractor, extracting
from flows.job import Request, run_job
from flows.settings import Settings
from flows.sources import Candidate, Listing, Seen, Unread
from tests.flows.same_rows import published_hashes, write_news
from transforms.model import ExtractedDocument


def shuffled(seed: int) -> job.Steps:
    """The steps of a run that finds its files in another order."""

    def survey(found: Listing, max_bytes: int) -> list[Seen | Unread]:
        surveyed = job.survey(found, max_bytes)
        random.Random(seed).shuffle(surveyed)
        return surveyed

    return job.Steps(survey=survey)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A folder of news, and the hashes of what one process makes of it."""
    folder = tmp_path_factory.mktemp("alone")
    news = write_news(folder / "many", 24)
    report = run_job(Request(folder / "home", (str(news),)), Settings(workers=1, lock_wait_seconds=0))
    assert report.ending == "published"
    hashes = published_hashes(folder / "home")
    assert int(hashes["mart.metrics"].split()[0]) > 80
    return news, hashes


@pytest.mark.parametrize(
    ("changes", "seed"),
    [({"workers": 2, "batch_documents": 9}, 1), ({"workers": 3, "batch_documents": 4}, 2), ({"workers": 1}, 3)],
    ids=["two processes", "three processes", "one process, shuffled"],
)
def test_workers_batches_and_order_change_no_row(
    alone: tuple[Path, dict[str, str]], settings: Settings, home: Path, changes: dict[str, int], seed: int
) -> None:
    news, hashes = alone
    many = settings.model_copy(update={"parallel_from": 1, **changes})
    assert run_job(Request(home, (str(news),)), many, shuffled(seed)).ending == "published"
    assert published_hashes(home) == hashes


def test_a_killed_worker_costs_no_document(alone: tuple[Path, dict[str, str]], settings: Settings, home: Path) -> None:
    """SIGKILL to a process of the pool in mid-run: what it had in hand is tried again, and every row is there."""
    news, hashes = alone
    killed: list[int] = []

    def load(run: job.Run, batch: job.Batch) -> None:
        if not killed:
            worker = multiprocessing.active_children()[0]
            assert worker.pid is not None
            os.kill(worker.pid, signal.SIGKILL)
            killed.append(worker.pid)
        job.load(run, batch)

    many = settings.model_copy(update={"workers": 2, "parallel_from": 1, "batch_documents": 6, "load_documents": 6})
    report = run_job(Request(home, (str(news),)), many, job.Steps(load=load))
    assert killed
    assert not [each for each in report.unread if "ended its process" in each.reason]
    assert published_hashes(home) == hashes


def test_stored_documents_survive_a_killed_process(news: Path) -> None:
    path = news / "2024-06-18_kashgar.txt"
    with extracting(1, Settings(workers=1)) as extractor:
        assert isinstance(extractor, Extractor)
        (first,) = extractor.extract([(Candidate(path), path.read_bytes())], lambda: None)
    assert isinstance(first, ExtractedDocument)
    with extracting(2, Settings(workers=2, parallel_from=1)) as extractor:
        extractor.begin_again([first.document]).results(lambda: None)
        os.kill(multiprocessing.active_children()[0].pid or 0, signal.SIGKILL)
        again = extractor.begin_again([first.document] * 3).results(lambda: None)
    assert [type(each) for each in again] == [ExtractedDocument] * 3


@pytest.mark.parametrize("processes", [2, 9])
def test_more_processes_have_more_batches_in_hand(processes: int) -> None:
    assert Extractor(1).ahead == 0
    extractor = Extractor(processes)
    assert extractor.ahead == 1 + processes // 4
    extractor.close()
