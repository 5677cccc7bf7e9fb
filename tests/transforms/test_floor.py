"""The golden files' scores stay above their floors, and the floors only rise."""

from __future__ import annotations

import hashlib
import tomllib
from itertools import pairwise
from typing import Any

import pytest

from benchmarks.evaluate import EXAMPLES, FLOORS, GOLDEN
from tests.transforms.golden_scores import score_of

HISTORY: list[dict[str, Any]] = tomllib.loads(FLOORS.read_text(encoding="utf-8"))["floor"]
SCORED = ("corpus.jsonl", "corpus_2.jsonl", "corpus_3.jsonl", "examples.jsonl", "held_out.jsonl", "held_out_2.jsonl")
FIELDS = {"file", "sha256", "set_on", "reason", "precision", "f1", "attributes"}
NEW_FLOOR = """
{file} has changed and has no floor of its own. Look at the new cases, then append to tests/golden/floor.toml:

[[floor]]
file = "{file}"
sha256 = "{sha256}"
set_on = 
reason = "what changed in the file"
precision = {precision:.3f}
f1 = {f1:.3f}
attributes = {{ {attributes} }}
"""


def sha256_of(file_name: str) -> str:
    """The hash of a golden file; the examples' hash covers the articles that its facts stand in."""
    paths = [GOLDEN / file_name, *(sorted(EXAMPLES.glob("*.txt")) if file_name == "examples.jsonl" else [])]
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def floors_of(file_name: str) -> list[dict[str, Any]]:
    return [floor for floor in HISTORY if floor["file"] == file_name]


def how_to_set(file_name: str) -> str:
    """The entry to append, filled with what is measured now."""
    score, old = score_of(file_name), floors_of(file_name)
    names = sorted(old[-1]["attributes"]) if old else ["donor", "recipient", "period_start"]
    attributes = ", ".join(f"{name} = {score.attribute(name):.3f}" for name in names)
    sha256 = sha256_of(file_name)
    return NEW_FLOOR.format(
        file=file_name, sha256=sha256, precision=score.precision, f1=score.f1, attributes=attributes
    )


@pytest.mark.parametrize("file_name", SCORED)
def test_the_score_stands_above_its_floor(file_name: str) -> None:
    floors = floors_of(file_name)
    assert floors, how_to_set(file_name)
    assert floors[-1]["sha256"] == sha256_of(file_name), how_to_set(file_name)
    score, floor = score_of(file_name), floors[-1]
    measured = {"precision": score.precision, "f1": score.f1}
    measured |= {name: score.attribute(name) for name in floor["attributes"]}
    least = {"precision": floor["precision"], "f1": floor["f1"], **floor["attributes"]}
    fallen = {name: (round(measured[name], 4), least[name]) for name in least if measured[name] < least[name] - 5e-4}
    assert not fallen, f"{file_name}: measured and floor"


def test_floors_only_rise() -> None:
    for file_name in {floor["file"] for floor in HISTORY}:
        for before, after in pairwise(floors_of(file_name)):
            assert after["set_on"] >= before["set_on"]
            assert after["f1"] >= before["f1"], f"{file_name}: f1 fell on {after['set_on']}"
            assert after["precision"] >= before["precision"], f"{file_name}: precision fell on {after['set_on']}"


def test_every_floor_says_what_it_is() -> None:
    for floor in HISTORY:
        assert floor.keys() == FIELDS
        assert (GOLDEN / floor["file"]).is_file()
        assert floor["reason"]
        assert all(0 < value <= 1 for value in (floor["precision"], floor["f1"], *floor["attributes"].values()))


def test_the_message_is_an_entry_that_can_be_appended() -> None:
    entry = how_to_set("corpus.jsonl").split("\n\n", 1)[1].replace("set_on = ", "set_on = 2026-11-01")
    (floor,) = tomllib.loads(entry)["floor"]
    assert floor.keys() == FIELDS
    assert floor["sha256"] == sha256_of("corpus.jsonl")
