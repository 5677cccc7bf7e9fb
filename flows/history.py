"""When a fact appeared, when it changed, and why: by run, extractor version, check or correction."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from flows.published import Place, open_published
from flows.settings import BadUsage

MOST_SHOWN = 20

CANDIDATES = """
SELECT fact.figure_key, document.name AS document, metric.metric_code AS metric, fact.aspect, fact.figure, fact.sentence
FROM core.fact_figure AS fact
JOIN core.dim_article AS article USING (article_key)
JOIN raw.document AS document USING (document_key)
JOIN core.dim_metric AS metric USING (metric_key)
WHERE contains(document.name, $text) OR contains(fact.figure, $text) OR contains(fact.sentence, $text)
    OR metric.metric_code = $text
ORDER BY document.name, fact.char_start
"""
NOW = """
SELECT fact.*, metric.metric_code, metric.name_zh, article.document_key, document.name AS document
FROM core.fact_figure AS fact
JOIN core.dim_article AS article USING (article_key)
JOIN raw.document AS document USING (document_key)
JOIN core.dim_metric AS metric USING (metric_key)
WHERE fact.figure_key = ?
"""
# A fact that a backfill gave another metric changed its key: the change under the new key names the old one.
OLD_KEYS = """
WITH RECURSIVE older AS (
    SELECT $key::BIGINT AS figure_key
    UNION
    SELECT CAST(change.before_payload->>'figure_key' AS BIGINT)
    FROM ops.change AS change JOIN older ON change.figure_key = older.figure_key
    WHERE change.before_payload IS NOT NULL
)
SELECT figure_key FROM older
"""
CHANGES = """
SELECT change.*, run.started_at FROM ops.change AS change LEFT JOIN ops.run AS run USING (run_key)
WHERE list_contains($keys, change.figure_key)
    OR list_contains($keys, CAST(change.before_payload->>'figure_key' AS BIGINT))
ORDER BY change.changed_at, change.change_key
"""
READINGS = """
SELECT outcome.run_key, run.started_at, run.mode, run.extractor_version
FROM ops.document_outcome AS outcome JOIN ops.run AS run USING (run_key)
WHERE outcome.document_key = ? AND outcome.outcome = 'read' AND run.status = 'published'
ORDER BY run.started_at, run.run_key
"""
ASIDE = """
SELECT aside.run_key, run.started_at, aside.check_name, aside.reason, aside.released_in_run_key
FROM ops.quarantine AS aside LEFT JOIN ops.run AS run USING (run_key)
WHERE aside.table_name = 'core.fact_figure' AND list_contains($keys, TRY_CAST(aside.row_key AS BIGINT))
ORDER BY run.started_at
"""
CORRECTIONS = """
SELECT applied_in_run_key, applied_at, action, corrected, reason, source, withdrawn_in_run_key
FROM core.correction WHERE list_contains($keys, figure_key) ORDER BY applied_at
"""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a fact. `at` is UTC; None where the run is not known any more."""

    at: datetime | None
    what: str
    why: str
    run_key: str


@dataclass(frozen=True, slots=True)
class History:
    """A fact with all that happened to it, oldest first. `now` is None where it does not stand any more."""

    figure_key: int
    now: dict[str, Any] | None
    sentence: str
    document: str
    events: tuple[Event, ...]


def history(place: Place, fact: str) -> History:
    """The history of one fact, named by its key or by a text that only it holds.

    Raises:
        BadUsage: nothing or several facts are meant; the message lists them with their keys.
        WarehouseError: there is no warehouse.
    """
    with open_published(place) as con:
        key = _key_of(con, fact)
        keys = [row[0] for row in con.execute(OLD_KEYS, {"key": key}).fetchall()]
        changes = _rows(con, CHANGES, {"keys": keys})
        now = next(iter(_rows(con, NOW, [key])), None)
        told = now or _last_told(con, changes, keys)
        if told is None:
            raise BadUsage(f"no fact has the key {key}, and none had")
        document_key = str(told["document_key"])
        events = [
            *_readings(con, document_key, changes),
            *map(_of_change, changes),
            *_asides(con, keys),
            *_corrections(con, keys),
        ]
        events.sort(key=lambda event: (event.at is None, event.at or datetime.min))
        name = con.execute("SELECT any_value(name) FROM raw.document WHERE document_key = ?", [document_key]).fetchone()
        return History(key, now, str(told["sentence"]), str(name[0]) if name else "", tuple(events))


def _key_of(con: duckdb.DuckDBPyConnection, fact: str) -> int:
    if fact.lstrip("-").isdigit() and len(fact.lstrip("-")) > 6:
        return int(fact)
    found = _rows(con, CANDIDATES, {"text": fact})
    printed = [row for row in found if fact in row["figure"]]
    found = printed or found
    if len(found) == 1:
        return int(found[0]["figure_key"])
    if not found:
        raise BadUsage(f"no fact holds {fact!r} in its document's name, metric, figure or sentence")
    lines = [f"{row['figure_key']}  {row['document']}  {row['metric']} {row['figure']}" for row in found[:MOST_SHOWN]]
    more = f"\n… and {len(found) - MOST_SHOWN} more" if len(found) > MOST_SHOWN else ""
    raise BadUsage(f"{len(found)} facts hold {fact!r}; name one by its key:\n" + "\n".join(lines) + more)


def _last_told(con: duckdb.DuckDBPyConnection, changes: list[dict[str, Any]], keys: list[int]) -> dict[str, Any] | None:
    """What the record says of a fact that does not stand any more."""
    for change in reversed(changes):
        told = json.loads(change["after_payload"] or change["before_payload"])
        return dict(told) | {"document_key": change["document_key"]}
    row = con.execute(
        "SELECT payload, document_key FROM ops.quarantine WHERE table_name = 'core.fact_figure' "
        "AND list_contains($keys, TRY_CAST(row_key AS BIGINT)) LIMIT 1",
        {"keys": keys},
    ).fetchone()
    return None if row is None else dict(json.loads(row[0])) | {"document_key": row[1]}


def _readings(con: duckdb.DuckDBPyConnection, document_key: str, changes: list[dict[str, Any]]) -> list[Event]:
    """The runs that read its document: the first shows it, unless a change added it later; others confirm it."""
    changed_in = {change["run_key"] for change in changes}
    added = any(change["kind"] == "added" for change in changes)
    events = []
    for place, run in enumerate(_rows(con, READINGS, [document_key])):
        if run["run_key"] in changed_in:
            continue
        if place == 0:
            what = "the document was read; this fact was not seen" if added else "appeared"
        else:
            what = "read again, unchanged"
        why = f"{run['mode']} run, extractor {run['extractor_version']}"
        events.append(Event(run["started_at"], what, why, run["run_key"]))
    return events


def _of_change(change: dict[str, Any]) -> Event:
    before, after = (json.loads(change[name] or "null") for name in ("before_payload", "after_payload"))
    what = {"added": "appeared", "removed": "was removed", "changed": "changed"}[change["kind"]]
    if before and after:
        names = [name for name in after if before.get(name) != after[name] and name != "extractor_version"]
        what += ": " + "; ".join(f"{name} {_dash(before.get(name))} → {_dash(after[name])}" for name in names)
    why = f"backfill, extractor {_dash(change['from_extractor_version'])} → {change['to_extractor_version']}"
    return Event(change["changed_at"], what, why, change["run_key"])


def _asides(con: duckdb.DuckDBPyConnection, keys: list[int]) -> list[Event]:
    return [
        Event(row["started_at"], f"was set aside by {row['check_name']}", row["reason"], row["run_key"])
        for row in _rows(con, ASIDE, {"keys": keys})
    ]


def _corrections(con: duckdb.DuckDBPyConnection, keys: list[int]) -> list[Event]:
    events = []
    for row in _rows(con, CORRECTIONS, {"keys": keys}):
        what = "was rejected by a person" if row["action"] == "reject" else f"was corrected to {row['corrected']}"
        why = f"{row['reason']} ({row['source']})"
        events.append(Event(row["applied_at"], what, why, row["applied_in_run_key"]))
    return events


def _rows(con: duckdb.DuckDBPyConnection, sql: str, values: Any) -> list[dict[str, Any]]:
    cursor = con.execute(sql, values)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _dash(value: object) -> str:
    return "–" if value is None else str(value)
