"""Running `extract` over a batch: in this process for a few documents, in several processes for many.

One document never stops the others: what goes wrong with it is an outcome with a reason. A reason quotes nothing of a
document, because an exception's message may hold the very text that must not reach a log.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from flows.sources import Candidate, Unread
from transforms.model import Document, ExtractedDocument, ReadError

Work = tuple[Candidate, bytes]
Extracted = ExtractedDocument | Unread


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


class Extractor:
    """Extracts batches with `processes` processes; with one, in this process."""

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._pool = _pool(processes) if processes > 1 else None

    def extract(self, batch: Sequence[Work], advance: Callable[[], None]) -> list[Extracted]:
        """One result a document, in the batch's order. `advance` is called as each is done."""
        if self._pool is None:
            return [_told(extract_one(work), advance) for work in batch]
        try:
            done = self._pool.map(extract_one, batch, chunksize=max(1, len(batch) // (4 * self._processes)))
            return [_told(result, advance) for result in done]
        except BrokenProcessPool:
            # A document took its process down with it (out of memory, as a rule): one process each names it.
            self.close()
            self._pool = _pool(self._processes)
            return [_alone(work) for work in batch]

    def extract_again(self, documents: Sequence[Document], advance: Callable[[], None]) -> list[Extracted]:
        """The same for documents that are stored. One that ends its process ends the run: they were read before."""
        if self._pool is None:
            return [_told(extract_stored(document), advance) for document in documents]
        size = max(1, len(documents) // (4 * self._processes))
        return [_told(result, advance) for result in self._pool.map(extract_stored, documents, chunksize=size)]

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def extracting(documents: int, *, processes: int, parallel_from: int) -> Iterator[Extractor]:
    """An extractor for so many documents: starting processes takes a second, and a few documents take less."""
    extractor = Extractor(processes if documents >= parallel_from else 1)
    try:
        yield extractor
    finally:
        extractor.close()


def _pool(processes: int) -> ProcessPoolExecutor:
    # Spawned, not forked: Prefect's threads hold locks that a fork would copy in their locked state.
    return ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"))


def _alone(work: Work) -> Extracted:
    with _pool(1) as pool:
        try:
            return pool.submit(extract_one, work).result()
        except BrokenProcessPool:
            candidate, data = work
            reason = "extraction ended its process without a word (out of memory?)"
            return Unread(candidate.name, candidate.address, reason, hashlib.sha256(data).hexdigest())


def _told(result: Extracted, advance: Callable[[], None]) -> Extracted:
    advance()
    return result
