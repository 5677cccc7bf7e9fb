"""The reading process: requests from standard input, answers to standard output. Started by `guard`, never by hand."""

from __future__ import annotations

import os
import pickle
import struct
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from transforms.reading.content import Content, Unreadable


def main() -> None:
    """Read one document after another until the input ends."""
    _limit_memory(int(sys.argv[1]))
    source, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not be taken for an answer
    while (request := _take(source)) is not None:
        form, payload = pickle.loads(request)
        answer = pickle.dumps(_read(form, payload))
        answers.write(struct.pack(">Q", len(answer)) + answer)
        answers.flush()


def _take(source: BinaryIO) -> bytes | None:
    head = source.read(8)
    return source.read(struct.unpack(">Q", head)[0]) if len(head) == 8 else None


def _read(form: str, payload: Any) -> Content | str:
    """What was read, or the sentence that says why not. An exception's own message may quote the document."""
    try:
        return _reader(form)(payload)
    except Unreadable as error:
        return str(error)
    except MemoryError:
        return "reading it takes more memory than a document may"
    except RecursionError:
        return "it is nested too deeply"
    except Exception as error:
        return f"its form is damaged: the reader of {form.upper()} stopped ({type(error).__name__})"


def _reader(form: str) -> Callable[[Any], Content]:
    if form == "html":
        from transforms.reading.html import read_html

        return lambda payload: read_html(*payload)
    if form == "pdf":
        from transforms.reading.pdf import read_pdf

        return read_pdf
    from transforms.reading.docx import read_docx

    return read_docx


def _limit_memory(most: int) -> None:
    try:
        import resource
    except ImportError:  # not a Unix: the time limit alone protects
        return
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
