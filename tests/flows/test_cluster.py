"""Extraction on a Dask cluster: a scheduler and two workers, each a process with its own address on loopback."""

from __future__ import annotations

import os
import pickle
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flows import cluster, doctor
from flows.cluster import ClusterError, extract_packed, pack, unpack
from flows.extraction import extracting
from flows.job import Request, read, run_job, survey
from flows.settings import BadUsage, Settings, load_settings
from flows.sources import Seen, list_candidates
from tests.flows.same_rows import published_hashes, write_news
from tests.flows.servers import Server, aidledger
from transforms.model import ExtractedDocument
from transforms.pipeline import extractor_version

PATIENCE_SECONDS = 120


@dataclass
class Cluster:
    """A scheduler with two workers."""

    address: str
    workers: list[subprocess.Popen[bytes]]


@pytest.fixture
def dask(start: Callable[..., subprocess.Popen[bytes]], tmp_path: Path) -> Iterator[Cluster]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "AIDLEDGER_"))}
    told = tmp_path / "scheduler.json"
    python = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    scheduler = start([*python, "--no-dashboard", "--scheduler-file", str(told)], plain)
    end = time.monotonic() + PATIENCE_SECONDS
    while not (told.exists() and told.read_text().endswith("}")):
        assert scheduler.poll() is None, "the scheduler ended"
        assert time.monotonic() < end, "the scheduler did not start"
        time.sleep(0.1)
    address = re.findall(r'"address": "(tcp://[^"]+)"', told.read_text())[0]
    python = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny"]
    workers = [start([*python, "--no-dashboard", "--host", host], plain) for host in ("127.0.0.2", "127.0.0.3")]
    settings = Settings(runner="dask", dask_address=address)
    assert "0 workers" in doctor.cluster(settings).found or cluster.workers(settings)
    while len(cluster.workers(settings)) < 2:
        assert time.monotonic() < end, "the workers did not come"
        time.sleep(0.2)
    assert {re.findall(r"//([\d.]+)", each)[0] for each in cluster.workers(settings)} == {"127.0.0.2", "127.0.0.3"}
    yield Cluster(address, workers)
    for process in (*workers, scheduler):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.slow
@pytest.mark.server
def test_a_run_whose_worker_is_killed_gives_the_rows_of_one_machine(
    server: Server, dask: Cluster, tmp_path: Path, settings: Settings
) -> None:
    news = write_news(tmp_path / "many", 24)
    run_job(Request(tmp_path / "alone", (str(news),)), settings.model_copy(update={"workers": 1}))
    environment = server.environment | {
        "AIDLEDGER_RUNNER": "dask",
        "AIDLEDGER_DASK_ADDRESS": dask.address,
        "AIDLEDGER_BATCH_DOCUMENTS": "4",
    }
    command = aidledger("run", "--source", news, "--home", tmp_path / "home", "--json")
    running = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    _wait_until_busy(dask)
    os.killpg(dask.workers[0].pid, signal.SIGKILL)
    out, told = running.communicate(timeout=PATIENCE_SECONDS)
    assert running.returncode == 0, told.decode()
    assert b'"published"' in out
    assert published_hashes(tmp_path / "home") == published_hashes(tmp_path / "alone")
    names = [each["name"] for each in server.ask("/task_runs/filter", {}) if "on Dask" in each["name"]]
    assert 6 <= len(names) <= 12  # batches, one of them tried again at most, and never one a document


def _wait_until_busy(dask: Cluster) -> None:
    """Until the worker that will be killed has a batch in hand."""
    from distributed import Client

    end = time.monotonic() + PATIENCE_SECONDS
    with Client(dask.address, set_as_default=False) as client:
        while not any(tasks for worker, tasks in client.processing().items() if "127.0.0.2" in worker):
            assert time.monotonic() < end, "the worker got nothing to do"
            time.sleep(0.02)


@pytest.mark.server
def test_workers_that_see_no_folder_are_sent_the_bytes(
    dask: Cluster, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the parent reads under a path that only it can open comes back like the rest, stored documents too."""
    news = write_news(tmp_path / "many", 8)
    found = survey(list_candidates([str(news)]), 10_000_000)
    seen = [each for each in found if isinstance(each, Seen)]
    asked: list[int] = []

    def counted(batch: Any) -> Any:
        asked.append(len(batch))
        return read([each for each in seen if each.document_key in {one.document_key for one in batch}])

    hidden = [
        Seen(type(each.candidate)(Path("/nowhere") / each.candidate.path.name), each.document_key) for each in seen
    ]
    on_dask = settings.model_copy(update={"runner": "dask", "dask_address": dask.address})
    with extracting(len(seen), on_dask) as extractor:
        there = extractor.begin(seen, counted).results(lambda: None)
        assert asked == []
        sent = extractor.begin(hidden, counted).results(lambda: None)
        assert asked == [len(seen)]
        extractor.begin(hidden[:3], counted).results(lambda: None)
        assert asked == [len(seen), 3]
        documents = [each.document for each in there if isinstance(each, ExtractedDocument)]
        again = extractor.begin_again(documents).results(lambda: None)
    assert sent == there
    assert [each.document for each in again if isinstance(each, ExtractedDocument)] == documents


def test_a_worker_of_another_version_is_refused() -> None:
    with pytest.raises(ClusterError, match="install one version of aidledger everywhere"):
        extract_packed(pack(("another", [])))
    assert unpack(extract_packed(pack((extractor_version(), [])))) == []


def test_what_travels_is_packed() -> None:
    value = {"text": "医疗队" * 500}
    assert unpack(pack(value)) == value
    assert len(pack(value)) * 10 < len(pickle.dumps(value))


def test_a_batch_that_ends_every_worker_is_extracted_here(news: Path) -> None:
    """The scheduler gives up on it; here each of its documents is tried alone in a process."""
    from distributed import KilledWorker

    seen = [each for each in survey(list_candidates([str(news)]), 10_000_000) if isinstance(each, Seen)]

    class Client:
        def nthreads(self) -> dict[str, int]:
            return {"tcp://one": 1, "tcp://two": 2}

    def submit(_: bytes) -> cluster.Answer:
        def result() -> bytes:
            raise KilledWorker("batch", None, 3)

        return cluster.Answer(result)

    extractor = cluster.ClusterExtractor(Client(), submit)
    assert extractor.ahead == 6
    done = extractor.begin(seen, read).results(lambda: None)
    assert [type(each) for each in done] == [ExtractedDocument] * 2


def test_a_cluster_is_named_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch, news: Path, home: Path) -> None:
    monkeypatch.setenv("AIDLEDGER_RUNNER", "dask")
    with pytest.raises(BadUsage, match=r"^AIDLEDGER_RUNNER=dask and AIDLEDGER_DASK_ADDRESS=\S+ go together$"):
        load_settings()
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    silent = Settings(runner="dask", dask_address="tcp://127.0.0.1:9", lock_wait_seconds=0)
    with pytest.raises(BadUsage, match="no Dask scheduler answers at tcp://"):
        run_job(Request(home, (str(news),)), silent)
    assert not (home / "aidledger.duckdb").exists()
    assert doctor.cluster(silent).state == "fail"
