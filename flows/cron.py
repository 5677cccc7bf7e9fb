"""When a schedule last fired: cron with its five fields, lists, ranges and steps; and intervals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
_MOST_DAYS = 4 * 366 + 1
"""The 29th of February comes once in four years, as a rule."""


_EVERY = re.compile(r"([1-9]\d*) ?(m|h|d)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class Cron:
    """A schedule. As in cron, where day and weekday are both restricted, either one fires."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool
    any_weekday: bool

    def last_fired(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """The latest moment at or before `now` at which the schedule fires in `zone`; None where it never does."""
        local = now.astimezone(zone)
        for back in range(_MOST_DAYS):
            day = (local - timedelta(days=back)).date()
            if not self._fires_on(day.day, day.month, day.isoweekday() % 7):
                continue
            latest = local.time() if back == 0 else time(23, 59)
            for hour in sorted(self.hours, reverse=True):
                for minute in sorted(self.minutes, reverse=True):
                    if (hour, minute) <= (latest.hour, latest.minute):
                        return datetime.combine(day, time(hour, minute), zone)
        return None

    def _fires_on(self, day: int, month: int, weekday: int) -> bool:
        if month not in self.months:
            return False
        on_day, on_weekday = day in self.days, weekday in self.weekdays
        if self.any_day or self.any_weekday:
            return on_day and on_weekday
        return on_day or on_weekday


def parse_every(text: str) -> timedelta:
    """`90m`, `6h` or `1d` as a span of time. ValueError otherwise."""
    match = _EVERY.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no interval: write 90m, 6h or 1d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def parse_cron(text: str) -> Cron:
    """The schedule that five fields name: "30 5 * * 1-5" is half past five on weekdays.

    Raises:
        ValueError: the number of fields, or a field, is wrong.
    """
    parts = text.split()
    if len(parts) != len(_FIELDS):
        raise ValueError(f"a cron schedule has five fields, and {text!r} has {len(parts)}")
    values = [_values(part, *field) for part, field in zip(parts, _FIELDS, strict=True)]
    weekdays = frozenset(day % 7 for day in values[4])
    return Cron(
        values[0], values[1], values[2], values[3], weekdays, parts[2].startswith("*"), parts[4].startswith("*")
    )


def _values(part: str, name: str, low: int, high: int) -> frozenset[int]:
    found: set[int] = set()
    for piece in part.split(","):
        span, _, step = piece.partition("/")
        first, dash, last = span.partition("-")
        try:
            start = low if span == "*" else int(first)
            end = high if span == "*" or (step and not dash) else int(last) if dash else start
            jump = int(step) if step else 1
        except ValueError:
            raise ValueError(f"{piece!r} is no {name} of a cron schedule") from None
        if not low <= start <= end <= high or jump < 1:
            raise ValueError(f"{piece!r} is no {name} of a cron schedule")
        found.update(range(start, end + 1, jump))
    return frozenset(found)
