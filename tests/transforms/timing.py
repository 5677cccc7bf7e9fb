"""How the time of a function grows with the length of its text, measured so that a busy machine does not decide."""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import process_time
from typing import Any

TOO_SHORT = 0.005
"""Seconds under which a measurement says nothing: the clock's own grain and the caches weigh more."""


def growth(function: Callable[[str], Any], unit: str, size: int, *, repeats: int = 5) -> float:
    """How many times longer `function` takes on twice `size` bytes of `unit` repeated; 2 is linear, 4 quadratic.

    Processor time, the least of several repeats, short and long in turn. Whatever ends in `TOO_SHORT` counts as 2.
    """
    count = max(1, size // len(unit.encode()))
    short, long = unit * count, unit * (2 * count)
    function(unit)
    best = [float("inf"), float("inf")]
    for repeat in range(repeats):
        for place, text in enumerate((short, long)):
            best[place] = min(best[place], _seconds(function, text))
        if best[1] < TOO_SHORT or (repeat > 0 and best[1] < 2.2 * best[0]):
            break
    return 2.0 if best[1] < TOO_SHORT else best[1] / best[0]


def _seconds(function: Callable[[str], Any], text: str) -> float:
    gc.collect()
    gc.disable()
    try:
        began = process_time()
        function(text)
        return process_time() - began
    finally:
        gc.enable()
