"""What a re-run changes: documents replaced with all that they gave, and the facts before against the facts after.

Nothing here decides which documents to re-run or when (`flows.backfill` does).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import duckdb
import pandas as pd

from transforms.model import hash64
from warehouse.columns import COLUMNS, KEYS
from warehouse.load import extend_dates, insert_new, refresh_stories, to_arrow
from warehouse.rows import naive_utc

Kind = Literal["added", "removed", "changed"]
Payload = dict[str, Any]

FACTS = """
SELECT fact.*, metric.metric_code, article.document_key,
    organisation.name AS organisation, programme.name AS programme
FROM core.fact_figure AS fact
JOIN core.dim_article AS article USING (article_key)
LEFT JOIN core.dim_metric AS metric USING (metric_key)
LEFT JOIN core.dim_organisation AS organisation USING (organisation_key)
LEFT JOIN core.dim_programme AS programme USING (programme_key)
WHERE list_contains(?, article.document_key)
ORDER BY fact.figure_key
"""
STAMPS = frozenset({"run_key"})
"""Columns that every run sets anew: they make no fact another one."""
NOT_COMPARED = frozenset({"extractor_version"})
NOT_OF_THE_TEXT = frozenset({"run_key", "extractor_version", "fetched_at", "current_since", "source", "story_key"})
_OF_INCOMING = "document_key IN (SELECT document_key FROM incoming_document)"
_OF_ARTICLE = f"article_key IN (SELECT article_key FROM {{}} WHERE {_OF_INCOMING})"
DOCUMENT_OF = {
    "raw.document": _OF_INCOMING,
    "core.dim_article": _OF_INCOMING,
    "core.fact_figure": _OF_ARTICLE,
    "core.unclaimed_figure": _OF_ARTICLE,
}
"""Table → which of its rows the documents of a re-run gave."""
OWNERS = (
    "JOIN (SELECT article_key, document_key FROM core.dim_article UNION SELECT article_key, document_key "
    "FROM incoming_article) AS article USING (article_key)"
)
OWN_TABLES = ("core.fact_figure", "core.unclaimed_figure")


@dataclass(frozen=True, slots=True)
class FactChange:
    """One fact that a re-run adds, removes or changes. Payloads are rows of core.fact_figure, amounts as text.

    A figure that another rule gives another metric is changed, and has the key that it gets; `before` has its old one.
    """

    kind: Kind
    figure_key: int
    document_key: str
    before: Payload | None
    after: Payload | None

    @property
    def shown(self) -> Payload:
        """The fact as it will stand, or as it stood where it goes."""
        return self.after or self.before or {}

    @property
    def comparable_text(self) -> str:
        """What two computations of one change must agree in: everything but the stamps of the run."""
        told = [self.kind, self.figure_key, self.document_key, _compared(self.before), _compared(self.after)]
        return json.dumps(told, ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """What `ops.change` gets of a re-run: its changes, the extractor that found them, and when."""

    changes: Sequence[FactChange]
    extractor_version: str
    changed_at: datetime


def facts_of_documents(con: duckdb.DuckDBPyConnection, document_keys: Iterable[str]) -> dict[int, Payload]:
    """Figure key → the whole fact, for every fact of these documents."""
    cursor = con.execute(FACTS, [list(document_keys)])
    names = [column[0] for column in cursor.description or ()]
    facts = {}
    for row in cursor.fetchall():
        payload = {name: _plain(name, value) for name, value in zip(names, row, strict=True) if name not in STAMPS}
        facts[int(payload["figure_key"])] = payload
    return facts


def differences(before: Mapping[int, Payload], after: Mapping[int, Payload]) -> tuple[FactChange, ...]:
    """The facts that are not the same before and after, by document and place in the text."""
    found = []
    gone = {key: fact for key, fact in before.items() if key not in after}
    came = {key: fact for key, fact in after.items() if key not in before}
    for key in before.keys() & after.keys():
        if _compared(before[key]) != _compared(after[key]):
            found.append(FactChange("changed", key, str(after[key]["document_key"]), before[key], after[key]))
    # The same figure under another metric or aspect: one fact that changed, where it is one against one.
    old_at, new_at = _by_place(gone), _by_place(came)
    for place, new in new_at.items():
        old = old_at.get(place, [])
        if len(old) == len(new) == 1:
            was, now = gone.pop(old[0]), came.pop(new[0])
            found.append(FactChange("changed", new[0], str(now["document_key"]), was, now))
    found += [FactChange("removed", key, str(fact["document_key"]), fact, None) for key, fact in gone.items()]
    found += [FactChange("added", key, str(fact["document_key"]), None, fact) for key, fact in came.items()]
    return tuple(sorted(found, key=_place_of))


def changed_documents(con: duckdb.DuckDBPyConnection, frames: Mapping[str, pd.DataFrame]) -> set[str]:
    """Which documents of `frames`, checked rows of a re-run, would not stand as they stand now.

    Compared is what comes from the text: not the stamps of the run, nor when, where and in which story it was found.
    """
    changed: set[str] = set()
    for table, document in DOCUMENT_OF.items():
        columns = [name for name in COLUMNS[table] if name not in NOT_OF_THE_TEXT]
        named = ", ".join(f"CAST({name} AS VARCHAR) AS {name}" if name == "repairs" else name for name in columns)
        con.register("incoming", to_arrow(table, frames[table]))
        con.register("incoming_article", to_arrow("core.dim_article", frames["core.dim_article"]))
        con.register("incoming_document", to_arrow("raw.document", frames["raw.document"]))
        held = f"SELECT {named} FROM {table} WHERE {document.format('core.dim_article')}"
        came = f"SELECT {named} FROM incoming"
        owners = "" if "document_key" in columns else OWNERS
        try:
            rows = con.execute(
                f"SELECT DISTINCT document_key "
                f"FROM (({held} EXCEPT ALL {came}) UNION ALL ({came} EXCEPT ALL {held})) AS other {owners}"
            ).fetchall()
        finally:
            for name in ("incoming", "incoming_article", "incoming_document"):
                con.unregister(name)
        changed |= {str(key) for (key,) in rows}
    return changed


def replace_documents(
    con: duckdb.DuckDBPyConnection,
    frames: Mapping[str, pd.DataFrame],
    run_key: str,
    recorded: ChangeRecord | None = None,
) -> None:
    """Put the documents of `frames` in place of what an earlier run made of them, in one transaction.

    `frames` are checked, as `load_frames` takes them; `raw.document` keeps when each was first had. What was set aside
    of these documents counts as released by this run, for they were read again. `recorded` goes to `ops.change`.
    """
    documents = frames["raw.document"]
    aside = frames["ops.quarantine"]
    # A document whose own row was set aside leaves the tables all the same.
    keys = sorted({*documents["document_key"], *aside["document_key"].dropna()})
    con.begin()
    try:
        _remove(con, keys, run_key)
        for table in KEYS:
            if table in frames:
                insert_new(con, table, frames[table])
        if recorded is not None and recorded.changes:
            _write_changes(con, run_key, recorded)
        _drop_unused(con)
        refresh_stories(con)
        extend_dates(con)
        con.commit()
    except BaseException:
        con.rollback()
        raise


def _remove(con: duckdb.DuckDBPyConnection, keys: list[str], run_key: str) -> None:
    for table in OWN_TABLES:
        con.execute(
            f"DELETE FROM {table} WHERE article_key IN "
            "(SELECT article_key FROM core.dim_article WHERE list_contains(?, document_key))",
            [keys],
        )
    con.execute(
        "DELETE FROM core.article_print WHERE article_key IN "
        "(SELECT article_key FROM core.dim_article WHERE list_contains(?, document_key))",
        [keys],
    )
    con.execute("DELETE FROM core.dim_article WHERE list_contains(?, document_key)", [keys])
    con.execute("DELETE FROM raw.document WHERE list_contains(?, document_key)", [keys])
    con.execute(
        "UPDATE ops.quarantine SET released_in_run_key = ?, decision = 're-extracted by a backfill' "
        "WHERE released_in_run_key IS NULL AND discarded_in_run_key IS NULL AND list_contains(?, document_key)",
        [run_key, keys],
    )


def _drop_unused(con: duckdb.DuckDBPyConnection) -> None:
    """Let go of organisations and programmes that no fact names any more, as a fresh build would not have them."""
    for table, key in (("core.dim_organisation", "organisation_key"), ("core.dim_programme", "programme_key")):
        con.execute(
            f"DELETE FROM {table} WHERE NOT EXISTS (FROM core.fact_figure AS fact WHERE fact.{key} = {table}.{key})"
        )


def _write_changes(con: duckdb.DuckDBPyConnection, run_key: str, recorded: ChangeRecord) -> None:
    rows = [
        [
            hash64(run_key, change.figure_key),
            run_key,
            change.figure_key,
            change.document_key,
            change.kind,
            None if change.before is None else json.dumps(change.before, ensure_ascii=False),
            None if change.after is None else json.dumps(change.after, ensure_ascii=False),
            None if change.before is None else change.before["extractor_version"],
            recorded.extractor_version,
            naive_utc(recorded.changed_at),
        ]
        for change in recorded.changes
    ]
    con.executemany("INSERT INTO ops.change VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _compared(fact: Payload | None) -> Payload | None:
    return None if fact is None else {name: value for name, value in fact.items() if name not in NOT_COMPARED}


def _by_place(facts: Mapping[int, Payload]) -> dict[tuple[Any, ...], list[int]]:
    places: dict[tuple[Any, ...], list[int]] = {}
    for key, fact in facts.items():
        places.setdefault((fact["article_key"], fact["char_start"], fact["char_end"]), []).append(key)
    return places


def _place_of(change: FactChange) -> tuple[Any, ...]:
    shown = change.shown
    return change.document_key, shown["article_key"], shown["char_start"], change.figure_key


def _plain(name: str, value: Any) -> Any:
    """A value as JSON keeps it exactly: keys and amounts as text, days as 2024-06-18."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and not name.endswith("_key"):
        return value
    return str(value)
