"""Readers hold their limits on files made to do harm, and no mutated document ends a run."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import written_formats as forms
from hostile import HOSTILE

from transforms.model import ReadError
from transforms.pipeline import extract
from transforms.reading import MAX_BYTES, guard, read
from transforms.reading.content import Unreadable

PROGRAM = Path(__file__).with_name("hostile.py")
SLOW = {"html of paragraphs", "pdf bomb", "pdf of forms", "docx bomb", "docx of large parts", "100 MB of one line"}
REFUSED = {
    "html of nested div": "nests its elements",
    "html of nested b": "nests its elements",
    "html of nested tables": "nests its elements",
    "pdf bomb": "ended the reader",
    "pdf of pages": "100,000 pages",
    "pdf in a circle": "a scan",
    "docx bomb": "would unpack",
    "docx of large parts": "would unpack",
    "docx that lies": "damaged",
    "docx of entities": "damaged",
    "docx of tables": "damaged",
    "json nested": "JSON is damaged",
    "json array": "one object a line",
    "100 MB of one line": f"more than the limit of {MAX_BYTES:,}",
    "15 MB of one line": "more than the limit",
    "zeros": "empty",
    "line ends": "empty",
}


def measured(name: str) -> dict[str, Any]:
    """What came of reading one hostile file in a process of its own, with what it took."""
    folder = str(Path(__file__).parents[2])
    told = subprocess.run(
        [sys.executable, str(PROGRAM), name],
        capture_output=True,
        timeout=300,
        check=True,
        env={**os.environ, "PYTHONPATH": folder},
    )
    found: dict[str, Any] = json.loads(told.stdout)
    return found


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name in SLOW else ()) for name in HOSTILE]
)
def test_a_hostile_file_takes_little_time_and_memory(name: str) -> None:
    found = measured(name)
    assert REFUSED.get(name, "") in found["result"]
    assert found["seconds"] < guard.SECONDS + 5
    assert found["own_mb"] < 200
    assert found["reader_mb"] < guard.MEMORY_BYTES / 1e6


def test_a_reader_that_takes_too_long_is_ended_and_the_next_document_read() -> None:
    with pytest.raises(Unreadable, match=r"longer than 0\.001 seconds"):
        guard.read_guarded("pdf", forms.pdf(5), 0.001)
    assert "8600余" in read(forms.pdf(5), name="a", address="a").text


def test_a_reader_that_ends_is_replaced() -> None:
    read(forms.docx(), name="a", address="a")
    reader = guard._reader
    assert reader is not None
    reader.process.kill()
    reader.process.wait()
    assert "8600余" in read(forms.docx(), name="a", address="a").text
    with pytest.raises(Unreadable, match="stopped"):
        guard.read_guarded("docx", 5)


@cache
def originals() -> tuple[bytes, ...]:
    light = (
        forms.plain("utf-8"),
        forms.plain("gb18030"),
        forms.plain("utf-16-le", b"\xff\xfe"),
        forms.wrapped(14),
        forms.markdown(),
        forms.record(url="https://a.test/1"),
    )
    return (*light, *light, forms.page(), forms.wechat(), forms.docx(), forms.pdf(2, "rows"))


def mutated(chance: random.Random) -> bytes:
    """One of the originals with a few of its bytes flipped, cut, doubled, spliced with another, or encoded again."""
    data = bytearray(chance.choice(originals()))
    for _ in range(chance.randint(1, 4)):
        at, size = chance.randrange(len(data) + 1), chance.choice((1, 3, 40, 1000))
        kind = chance.randrange(6)
        if kind == 0:
            for _ in range(chance.choice((1, 5, 100))):
                if data:
                    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del data[at : at + size]
        elif kind == 2:
            data[at:at] = data[at : at + size] * chance.randint(1, 5)
        elif kind == 3:
            data[at:] = chance.choice(originals())[chance.randrange(500) :]
        elif kind == 4:
            data[at:at] = chance.randbytes(size)
        else:
            charset = chance.choice(("utf-8", "gb18030", "big5hkscs", "utf-16-be", "latin-1"))
            data = bytearray(bytes(data).decode(charset, "replace").encode(chance.choice(("utf-8", "gb18030"))))
    return bytes(data)


def fuzz(start: int, count: int) -> tuple[int, int]:
    """How many mutated documents were read, and how many refused with a reason. Anything else is raised."""
    done = 0
    reasons: list[str] = []
    for seed in range(start, start + count):
        data = mutated(random.Random(seed))
        try:
            found = extract(read(data, name="2024-11-14.txt", address="a"))
        except ReadError as error:
            reasons.append(error.reason)
        except Exception as error:
            raise AssertionError(f"document {seed} of {len(data)} bytes") from error
        else:
            assert "".join(article.text for article in found.articles).strip(), seed
            done += 1
    assert all(reason and "\n" not in reason for reason in reasons)
    return done, len(reasons)


def test_mutated_documents_are_read_or_refused() -> None:
    done, refused = fuzz(0, 2_000)
    assert done + refused == 2_000
    assert done > 1_000
    assert refused > 50


@pytest.mark.slow
def test_twenty_thousand_mutated_documents_are_read_or_refused() -> None:
    done, refused = fuzz(2_000, 20_000)
    assert done + refused == 20_000
