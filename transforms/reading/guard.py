"""Readers of formats that can do harm (HTML, PDF, DOCX) run in a process of their own, with limits of time and memory.

A file made to do harm can keep a parser busy for days or take all memory, in code that no exception reaches. The
process is started once and reads one document after another; what exceeds a limit ends it, and the next document
gets a new one.
"""

from __future__ import annotations

import atexit
import os
import pickle
import select
import struct
import subprocess
import sys
import threading
import time
from typing import Any, Literal

from transforms.reading.content import Content, Unreadable

SECONDS = 30.0
"""One document's time. A page of a newspaper takes a tenth of a second, a book of 500 pages about 10."""
MEMORY_BYTES = 1_500_000_000
"""Address space of the reading process; without a document it needs about a tenth."""
_MOST_READS = 500
"""A process is replaced after so many documents, so that what parsers leak stays little."""

Form = Literal["html", "pdf", "docx"]


class _Reader:
    """One reading process and its pipes."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.reads = 0
        self.process = subprocess.Popen(
            [sys.executable, "-m", "transforms.reading.worker", str(MEMORY_BYTES)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)},
        )

    def ask(self, request: bytes, seconds: float) -> bytes:
        """The answer to one request. Raises TimeoutError, or EOFError where the process ended."""
        self.reads += 1
        deadline = time.monotonic() + seconds
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(struct.pack(">Q", len(request)) + request)
            self.process.stdin.flush()
        except BrokenPipeError as error:
            raise EOFError from error
        (size,) = struct.unpack(">Q", self._take(8, deadline))
        return self._take(size, deadline)

    def _take(self, size: int, deadline: float) -> bytes:
        assert self.process.stdout is not None
        descriptor, taken = self.process.stdout.fileno(), bytearray()
        while len(taken) < size:
            ready, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError
            block = os.read(descriptor, min(1 << 20, size - len(taken)))
            if not block:
                raise EOFError
            taken += block
        return bytes(taken)

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was not sent yet cannot be any more
                    continue


_lock = threading.Lock()
_reader: _Reader | None = None


def read_guarded(form: Form, payload: Any, seconds: float | None = None) -> Content:
    """`payload` read by the reader of `form` in the reading process.

    Raises Unreadable: the reader refused it, or it needed more time or memory than a document may.
    """
    limit = SECONDS if seconds is None else seconds
    request = pickle.dumps((form, payload))
    with _lock:
        try:
            answer = _current().ask(request, limit)
        except TimeoutError:
            _end()
            raise Unreadable(f"reading it takes longer than {limit:g} seconds") from None
        except (EOFError, struct.error):
            _end()
            raise Unreadable("reading it ended the reader: the file is damaged or made to do harm") from None
    result = pickle.loads(answer)
    if isinstance(result, Content):
        return result
    raise Unreadable(str(result))


def _current() -> _Reader:
    global _reader
    if _reader is not None and _reader.owner != os.getpid():
        _reader = None  # a fork's copy: the pipes belong to the parent
    if _reader is not None and (_reader.reads >= _MOST_READS or _reader.process.poll() is not None):
        _end()
    if _reader is None:
        _reader = _Reader()
    return _reader


def _end() -> None:
    global _reader
    if _reader is not None and _reader.owner == os.getpid():
        _reader.end()
    _reader = None


atexit.register(_end)
