"""Mentions in the order of the text, asked for by position in logarithmic time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import Generic, Protocol, TypeVar


class Spanned(Protocol):
    """Anything that stands at [char_start, char_end) of a text."""

    @property
    def char_start(self) -> int: ...

    @property
    def char_end(self) -> int: ...


T = TypeVar("T", bound=Spanned)


class Ordered(Generic[T]):
    """Mentions sorted by where they start."""

    def __init__(self, mentions: Iterable[T]) -> None:
        self.items = sorted(mentions, key=lambda mention: mention.char_start)
        self._starts = [mention.char_start for mention in self.items]

    def within(self, start: int, end: int) -> list[T]:
        """Mentions that lie wholly in [start, end), in order."""
        low, high = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return [mention for mention in self.items[low:high] if mention.char_end <= end]

    def last_before(self, at: int, start: int = 0) -> T | None:
        """The last mention that starts at or after `start` and ends by `at`; None where there is none."""
        index = bisect_left(self._starts, at) - 1
        while index >= 0 and self._starts[index] >= start:
            if self.items[index].char_end <= at:
                return self.items[index]
            index -= 1
        return None

    def __bool__(self) -> bool:
        return bool(self.items)
