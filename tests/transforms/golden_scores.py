"""One scoring of each golden file for all tests that ask about it."""

from __future__ import annotations

from functools import cache

from benchmarks.evaluate import GOLDEN, Score, score_file


@cache
def score_of(file_name: str) -> Score:
    """The score of one file of tests/golden."""
    return score_file(GOLDEN / file_name)
