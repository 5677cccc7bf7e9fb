"""Running `extract` over a batch: in this process for a few documents, in several processes for many.

A document's bytes go to the process that extracts it and what it says comes back: 0.3 ms of packing and unpacking
beside 5.5 ms of extraction. What is extracted does not depend on how many processes there are, nor on the order.

One document never stops the others: what goes wrong with it is an outcome with a reason. A reason quotes nothing of a
document, because an exception's message may hold the very text that must not reach a log.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

from flows.settings import Settings
from flows.sources import Candidate, Seen, Unread
from transforms.model import Document, ExtractedDocument, ReadError

Work = tuple[Candidate, bytes]
Extracted = ExtractedDocument | Unread
Read = Callable[[Sequence[Seen]], list[Work | Unread]]
Handed = TypeVar("Handed")

ENDED_ITS_PROCESS = "extraction ended its process without a word (out of memory?)"


def extract_one(work: Work) -> Extracted:
    """What one document says, or why nothing could be taken from it."""
    from transforms.pipeline import extract
    from transforms.reading import read

    candidate, data = work
    try:
        document = read(data, name=candidate.name, address=candidate.address)
        return extract(_told_by_source(document, candidate))
    except ReadError as error:
        reason = error.reason
    except Exception as error:
        reason = _failure(error)
    return Unread(candidate.name, candidate.address, reason, hashlib.sha256(data).hexdigest())


def extract_stored(document: Document) -> Extracted:
    """What a stored document says now. Its text was masked when it was read, and is masked again by today's rules."""
    from transforms.pipeline import extract
    from transforms.privacy import mask

    try:
        masked = mask(document.text)
        masked_numbers = document.masked_numbers + masked.count
        return extract(replace(document, text=masked.text, masked_numbers=masked_numbers))
    except Exception as error:
        return Unread(document.name, document.address, _failure(error), document.document_key)


def _told_by_source(document: Document, candidate: Candidate) -> Document:
    """`document` with the outlet and the day that its source gives, where it does not say them itself."""
    document = replace(document, outlet=document.outlet or candidate.outlet)
    if document.published_on is None and candidate.published_on is not None:
        return replace(document, published_on=candidate.published_on, published_origin="feed")
    return document


def _failure(error: Exception) -> str:
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"extraction failed: {type(error).__name__} at {Path(where.filename).name} line {where.lineno}"


class Pending(Protocol):
    """A batch that was handed over."""

    def results(self, advance: Callable[[], None]) -> list[Extracted]:
        """One result a document, in the batch's order, once all are there. `advance` is called for each."""


class Extracting(Protocol):
    """Whoever extracts: this process, several of this machine (`Extractor`), or a cluster (`flows.cluster`)."""

    @property
    def ahead(self) -> int:
        """Batches that are worth handing over before the first of them is asked for."""

    def begin(self, batch: Sequence[Seen], read: Read) -> Pending:
        """Hand a batch over. `read` gives the bytes of documents, where whoever extracts cannot read them itself."""

    def begin_again(self, documents: Sequence[Document]) -> Pending:
        """Hand over a batch of stored documents, to be extracted anew."""


def running_ahead(extractor: Extracting, begun: Iterable[Handed]) -> Iterator[Handed]:
    """What `begun` gives, in its order. Asking it for a batch hands that over, so it is asked for some in advance."""
    waiting: deque[Handed] = deque()
    for each in begun:
        waiting.append(each)
        while len(waiting) > extractor.ahead:
            yield waiting.popleft()
    while waiting:
        yield waiting.popleft()


class Extractor:
    """Extracts batches with `processes` processes; with one, in this process.

    A process that ends without a word (killed, or out of memory) ends its pool. What had not come back by then is tried
    once more, each document alone in a process of its own; one that ends that too is set aside with its reason.
    """

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._pool = _pool(processes) if processes > 1 else None

    @property
    def ahead(self) -> int:
        # While one batch is loaded here, the processes need another; many processes share out a batch sooner.
        return 0 if self._pool is None else 1 + self._processes // 4

    def begin(self, batch: Sequence[Seen], read: Read) -> Pending:
        return self._begin(extract_one, read(batch))

    def extract(self, batch: Sequence[Work | Unread], advance: Callable[[], None]) -> list[Extracted]:
        """A batch that was read, begun and awaited."""
        return self._begin(extract_one, batch).results(advance)

    def begin_again(self, documents: Sequence[Document]) -> Pending:
        return self._begin(extract_stored, documents)

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _begin(self, extract: Callable[[Any], Extracted], batch: Sequence[Any]) -> Pending:
        if self._pool is None:
            return _Here(extract, batch)
        size = max(1, len(batch) // (4 * self._processes))
        return _Shared(extract, [(part, self._submit(extract, part)) for part in _parts(batch, size)])

    def _submit(self, extract: Callable[[Any], Extracted], part: Sequence[Any]) -> Future[list[Extracted]]:
        assert self._pool is not None
        try:
            return self._pool.submit(_extract_all, extract, part)
        except BrokenProcessPool:
            # It ends by itself; waiting for that here would wait for what the machine does with its processes.
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = _pool(self._processes)
            return self._pool.submit(_extract_all, extract, part)


class _Here:
    """A batch that is extracted in this process when it is asked for."""

    def __init__(self, extract: Callable[[Any], Extracted], batch: Sequence[Any]) -> None:
        self._extract, self._batch = extract, batch

    def results(self, advance: Callable[[], None]) -> list[Extracted]:
        return [_told(_passed(self._extract, item), advance) for item in self._batch]


class _Shared:
    """A batch whose parts lie with the processes of a pool."""

    def __init__(
        self, extract: Callable[[Any], Extracted], parts: Sequence[tuple[Sequence[Any], Future[list[Extracted]]]]
    ) -> None:
        self._extract, self._parts = extract, parts

    def results(self, advance: Callable[[], None]) -> list[Extracted]:
        found: list[Extracted] = []
        for part, future in self._parts:
            try:
                done = future.result()
            except BrokenProcessPool:
                done = extract_alone(self._extract, part)
            found += [_told(result, advance) for result in done]
        return found


def extract_alone(extract: Callable[[Any], Extracted], batch: Sequence[Any]) -> list[Extracted]:
    """A batch in another process, one document at a time, so that one that ends its process is known by that."""
    found: list[Extracted] = []
    pool = _pool(1)
    try:
        for item in batch:
            try:
                found += pool.submit(_extract_all, extract, [item]).result()
            except BrokenProcessPool:
                pool.shutdown(wait=False)
                pool = _pool(1)
                found.append(_set_aside(item))
    finally:
        pool.shutdown()
    return found


@contextmanager
def extracting(documents: int, settings: Settings) -> Iterator[Extracting]:
    """An extractor for so many documents: starting processes takes a second, and a few documents take less."""
    if settings.runner == "dask":
        from flows.cluster import on_cluster

        with on_cluster(settings) as cluster:
            yield cluster
        return
    extractor = Extractor(settings.processes if documents >= settings.parallel_from else 1)
    try:
        yield extractor
    finally:
        extractor.close()


def _pool(processes: int) -> ProcessPoolExecutor:
    # Spawned, not forked: Prefect's threads hold locks that a fork would copy in their locked state.
    pool = ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"))
    # All of them now, not one by one as work comes: a process that is started while the pool finds another one dead is
    # missed when the pool ends its processes, and the pool then waits for it for ever (Python 3.11 to 3.13).
    for _ in range(processes):
        pool.submit(os.getpid)
    return pool


def _extract_all(extract: Callable[[Any], Extracted], part: Sequence[Any]) -> list[Extracted]:
    return [_passed(extract, item) for item in part]


def _passed(extract: Callable[[Any], Extracted], item: Any) -> Extracted:
    """What could not be read has no more to say."""
    return item if isinstance(item, Unread) else extract(item)


def _parts(batch: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (batch[start : start + size] for start in range(0, len(batch), size))


def _set_aside(item: Work | Document) -> Unread:
    if isinstance(item, Document):
        return Unread(item.name, item.address, ENDED_ITS_PROCESS, item.document_key)
    candidate, data = item
    return Unread(candidate.name, candidate.address, ENDED_ITS_PROCESS, hashlib.sha256(data).hexdigest())


def _told(result: Extracted, advance: Callable[[], None]) -> Extracted:
    advance()
    return result
