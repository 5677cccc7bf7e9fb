"""Dates of publication as metadata writes them: ISO 8601, seconds since 1970, 2024年11月14日."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
_WHOLE_DATE = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})[-/.年] ?([0-9]{1,2})[-/.月] ?([0-9]{1,2})(?![0-9])")
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})(?:[0-9]{6})?")
_EPOCH = re.compile(r"[0-9]{10}(?:[0-9]{3})?")
_EARLIEST, _LATEST = 1970, 2100


def published_date(value: object) -> date | None:
    """The day in China that `value` names, or None: "2024-11-13T20:00:00Z" and 1731531600 give date(2024, 11, 14)."""
    if isinstance(value, bool) or value is None:
        return None
    text = str(value).strip()
    if _EPOCH.fullmatch(text):
        seconds = int(text) if len(text) == 10 else int(text) // 1000
        return _within(datetime.fromtimestamp(seconds, UTC).astimezone(CHINA).date())
    if compact := _COMPACT.fullmatch(text):
        return _made(compact.groups())
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        found = _WHOLE_DATE.search(text)
        return _made(found.groups()) if found else None
    return _within((moment.astimezone(CHINA) if moment.tzinfo else moment).date())


def _made(parts: tuple[str, ...]) -> date | None:
    try:
        return _within(date(*(int(part) for part in parts)))
    except ValueError:
        return None


def _within(found: date) -> date | None:
    return found if _EARLIEST <= found.year < _LATEST else None
