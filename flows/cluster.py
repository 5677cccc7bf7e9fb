"""Extraction on a Dask cluster that is there already: batches go out, a few tasks of them, and come back in order.

A worker reads a document itself where it sees the same folder, and is sent the bytes where it does not. In a Prefect
flow each batch is a task run on prefect-dask's DaskTaskRunner; without one the same function is called on the cluster.
A worker that dies takes nothing with it: the scheduler gives its batches to another one.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from flows.extraction import Extracted, Pending, Read, Work, extract_alone, extract_one, extract_stored
from flows.settings import BadUsage, Settings
from flows.sources import Seen, Unread, read_bytes
from transforms.model import Document
from transforms.pipeline import extractor_version

CONNECT_SECONDS = 15
IN_HAND = 2
"""Batches for each thread of the cluster: one that is worked on, one that waits beside it."""
MISSING = None
"""What a worker gives for a document that it does not see."""

Item = Seen | Work | Unread | Document
Submit = Callable[[bytes], "Answer"]


class Answer:
    """What a cluster will give for a batch; `result` waits for it."""

    def __init__(self, result: Callable[[], bytes]) -> None:
        self.result = result


class ClusterError(BadUsage):
    """The cluster cannot do what it is asked for; the message says what to do."""


def pack(value: object) -> bytes:
    """A value as it travels. Text makes most of it, and shrinks to a third."""
    return zlib.compress(pickle.dumps(value, protocol=5), level=1)


def unpack(packed: bytes) -> Any:
    """The value again. Only what a cluster of one's own sent is unpacked: a pickle is code."""
    return pickle.loads(zlib.decompress(packed))


def extract_packed(packed: bytes) -> bytes:
    """On a worker: the results of a batch, `MISSING` for a document that this machine does not see.

    Raises ClusterError where the worker runs another version of the extractor than the one who asks.
    """
    version, items = unpack(packed)
    if version != extractor_version():
        raise ClusterError(
            f"a worker of the Dask cluster has extractor {extractor_version()}, and this run {version}: "
            "install one version of aidledger everywhere, then start the workers again"
        )
    return pack([_extract(item) for item in items])


def _extract(item: Item) -> Extracted | None:
    if isinstance(item, Document):
        return extract_stored(item)
    if isinstance(item, Unread):
        return item
    if not isinstance(item, Seen):
        return extract_one(item)
    data = read_bytes(item.candidate)
    if isinstance(data, Unread) or hashlib.sha256(data).hexdigest() != item.document_key:
        return MISSING
    return extract_one((item.candidate, data))


class ClusterExtractor:
    """Hands batches to a cluster through `submit`, which takes a packed batch and does not wait."""

    def __init__(self, client: Any, submit: Submit) -> None:
        self._client = client
        self._submit = submit
        self._version = extractor_version()
        self._sends_bytes = False

    @property
    def ahead(self) -> int:
        """As many as keep every worker busy; workers may come and go."""
        threads: int = sum(self._client.nthreads().values())
        return IN_HAND * max(1, threads)

    def begin(self, batch: Sequence[Seen], read: Read) -> Pending:
        items: Sequence[Item] = read(batch) if self._sends_bytes else [_with_whole_path(seen) for seen in batch]
        return _Sent(self, items, read)

    def begin_again(self, documents: Sequence[Document]) -> Pending:
        return _Sent(self, documents, list)

    def send(self, items: Sequence[Item]) -> Answer:
        """Hand over a batch as it is."""
        return self._submit(pack((self._version, list(items))))

    def send_bytes(self) -> None:
        """From now on the workers are sent what they shall extract: they do not see the folder."""
        self._sends_bytes = True


class _Sent:
    """A batch that lies with the cluster."""

    def __init__(self, cluster: ClusterExtractor, items: Sequence[Item], read: Any) -> None:
        self._cluster, self._items, self._read = cluster, items, read
        self._answer = cluster.send(items)

    def results(self, advance: Callable[[], None]) -> list[Extracted]:
        found = self._awaited(self._answer, self._items)
        missing = [place for place, result in enumerate(found) if result is MISSING]
        if missing:
            self._cluster.send_bytes()
            again = self._read([self._items[place] for place in missing])
            for place, result in zip(missing, self._awaited(self._cluster.send(again), again), strict=True):
                found[place] = result
        for _ in found:
            advance()
        return [result for result in found if result is not None]

    def _awaited(self, answer: Answer, items: Sequence[Item]) -> list[Extracted | None]:
        from distributed import CancelledError, KilledWorker

        try:
            results: list[Extracted | None] = unpack(answer.result())
        except CancelledError as error:
            raise ClusterError("the Dask scheduler went away in mid-run; nothing is lost, run again") from error
        except KilledWorker:
            # Some document of it ended one worker after another: here, each alone in a process, it is found.
            results = [*_alone(items, self._read)]
        return results


def _alone(items: Sequence[Item], read: Any) -> list[Extracted]:
    if items and isinstance(items[0], Document):
        return extract_alone(extract_stored, items)
    seen = [each for each in items if isinstance(each, Seen)]
    return extract_alone(extract_one, [*read(seen), *(each for each in items if not isinstance(each, Seen))])


def _with_whole_path(seen: Seen) -> Seen:
    """A worker has a working folder of its own."""
    path = Path(os.path.abspath(seen.candidate.path))
    return replace(seen, candidate=replace(seen.candidate, path=path))


@contextmanager
def on_cluster(settings: Settings) -> Iterator[ClusterExtractor]:
    """An extractor on the cluster of the settings, without Prefect. Raises BadUsage where it cannot be had."""
    client = connect(settings)
    try:

        def submit(packed: bytes) -> Answer:
            return Answer(client.submit(extract_packed, packed, pure=False).result)

        yield ClusterExtractor(client, submit)
    finally:
        client.close()


@contextmanager
def in_flow(_: int, settings: Settings) -> Iterator[ClusterExtractor]:
    """The same inside a Prefect flow: each batch is a task run on a DaskTaskRunner."""
    connect(settings).close()
    from prefect import Task
    from prefect.cache_policies import NO_CACHE
    from prefect_dask import DaskTaskRunner

    task: Any = Task(extract_packed, name="extract batch on Dask", cache_policy=NO_CACHE, persist_result=False)
    with DaskTaskRunner(address=settings.dask_address) as runner:

        def submit(packed: bytes) -> Answer:
            return Answer(runner.submit(task, parameters={"packed": packed}).result)

        yield ClusterExtractor(runner.client, submit)


def connect(settings: Settings) -> Any:
    """A client of the scheduler. Raises BadUsage where the packages or the scheduler are not there."""
    try:
        from distributed import Client
    except ImportError as error:
        raise BadUsage("AIDLEDGER_RUNNER=dask needs its packages: pip install 'aidledger[dask]'") from error
    address = settings.dask_address
    try:
        return Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise BadUsage(f"no Dask scheduler answers at {address}: start one (dask scheduler), or unset it") from error


def workers(settings: Settings) -> dict[str, int]:
    """Address of each worker of the cluster → its threads. Raises BadUsage as `connect`."""
    with connect(settings) as client:
        return dict(client.nthreads())
