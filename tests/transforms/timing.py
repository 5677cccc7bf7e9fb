"""How the time of a function grows with what it is given, measured so that a busy machine does not decide."""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import process_time
from typing import Any

TOO_SHORT = 0.005
"""Seconds under which a measurement says nothing: the clock's own grain and the caches weigh more."""

LINEAR = 3.0
"""The bound on `growth`: twice the text takes twice the time, four times when quadratic; caches take their share."""


def growth(function: Callable[[str], Any], unit: str, size: int, *, repeats: int = 7) -> float:
    """How many times longer `function` takes on twice `size` bytes of `unit` repeated; 2 is linear, 4 quadratic."""
    count = max(1, size // len(unit.encode()))
    function(unit)
    return ratio(function, unit * count, unit * (2 * count), repeats=repeats)


def ratio(function: Callable[[Any], Any], short: object, long: object, *, repeats: int = 7) -> float:
    """How many times longer `function` takes on `long` than on `short`, which is half of it.

    Processor time, the least of several repeats, short and long in turn. Whatever ends in `TOO_SHORT` counts as 2.
    """
    best = [float("inf"), float("inf")]
    for repeat in range(repeats):
        for place, given in enumerate((short, long)):
            best[place] = min(best[place], _seconds(function, given))
        if best[1] < TOO_SHORT or (repeat > 0 and best[1] < 2.2 * best[0]):
            break
    return 2.0 if best[1] < TOO_SHORT else best[1] / best[0]


def _seconds(function: Callable[[Any], Any], given: object) -> float:
    gc.collect()
    gc.disable()
    try:
        began = process_time()
        function(given)
        return process_time() - began
    finally:
        gc.enable()
