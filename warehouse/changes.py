"""What a re-run changes: documents replaced with all that they gave, and the facts before against the facts after.

Nothing here decides which documents to re-run or when (`flows.backfill` does).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import duckdb
import pandas as pd
import pyarrow as pa

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
WHERE article.document_key IN (SELECT document_key FROM {})
"""
"""The whole facts of the documents that a table names."""
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


class Replacement:
    """Documents put in place of what an earlier run made of them, a batch at a time, and what that changes in the end.

        replacement = Replacement(con, run_key)
        replacement.replace(frames)         # each batch, in a transaction of its own
        replacement.complete()
        …                                   # whatever else decides on facts: checks, corrections
        replacement.changes()

    The facts that were are kept in a table of the connection's own, so memory goes with the changes and not with the
    documents.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, run_key: str) -> None:
        self._con, self._run_key = con, run_key
        con.execute("CREATE OR REPLACE TEMP TABLE replaced_document (document_key VARCHAR)")
        con.execute("CREATE OR REPLACE TEMP TABLE replacing_document (document_key VARCHAR)")
        con.execute(f"CREATE OR REPLACE TEMP TABLE fact_before AS {FACTS.format('temp.replaced_document')}")

    def replace(self, frames: Mapping[str, pd.DataFrame]) -> None:
        """Put the documents of `frames` in place, in one transaction.

        `frames` are checked, as `load_frames` takes them; `raw.document` keeps when each was first had. What was set
        aside of these documents counts as released by this run, for they were read again.
        """
        # A document whose own row was set aside leaves the tables all the same.
        keys = sorted({*frames["raw.document"]["document_key"], *frames["ops.quarantine"]["document_key"].dropna()})
        con = self._con
        con.begin()
        try:
            con.execute("DELETE FROM temp.replacing_document")
            con.execute("INSERT INTO temp.replacing_document SELECT unnest(?::VARCHAR[])", [keys])
            con.execute("INSERT INTO temp.replaced_document FROM temp.replacing_document")
            con.execute(f"INSERT INTO temp.fact_before {FACTS.format('temp.replacing_document')}")
            _remove(con, "temp.replacing_document", self._run_key)
            for table in KEYS:
                if table in frames:
                    insert_new(con, table, frames[table])
            con.commit()
        except BaseException:
            con.rollback()
            raise

    def complete(self, recorded: ChangeRecord | None = None) -> None:
        """What spans documents, in one transaction. `recorded` goes to `ops.change`."""
        con = self._con
        con.begin()
        try:
            if recorded is not None and recorded.changes:
                _write_changes(con, self._run_key, recorded)
            _drop_unused(con)
            refresh_stories(con)
            extend_dates(con)
            con.commit()
        except BaseException:
            con.rollback()
            raise

    def changes(self) -> tuple[FactChange, ...]:
        """The facts of the replaced documents that are not what they were, by document and place in the text."""
        con = self._con
        described = con.execute("DESCRIBE temp.fact_before").fetchall()
        names = ", ".join(name for name, *_ in described if name not in STAMPS | NOT_COMPARED)
        was = f"SELECT {names} FROM temp.fact_before"
        now = f"SELECT {names} FROM ({FACTS.format('temp.replaced_document')})"
        con.execute(
            "CREATE OR REPLACE TEMP TABLE changed_document AS SELECT DISTINCT document_key "
            f"FROM (({was} EXCEPT ALL {now}) UNION ALL ({now} EXCEPT ALL {was}))"
        )
        of_changed = "WHERE document_key IN (SELECT document_key FROM temp.changed_document)"
        before = _payloads(con, f"FROM temp.fact_before {of_changed} ORDER BY figure_key")
        after = _payloads(con, f"{FACTS.format('temp.changed_document')} ORDER BY figure_key")
        return differences(before, after)


def _payloads(con: duckdb.DuckDBPyConnection, query: str) -> dict[int, Payload]:
    """Figure key → the whole fact, for every row of a query over facts."""
    cursor = con.execute(query)
    names = [column[0] for column in cursor.description or ()]
    facts = {}
    for row in cursor.fetchall():
        payload = {name: _plain(name, value) for name, value in zip(names, row, strict=True) if name not in STAMPS}
        facts[int(payload["figure_key"])] = payload
    return facts


def documents_with_metric(con: duckdb.DuckDBPyConnection, metric_code: str, document_keys: Sequence[str]) -> set[str]:
    """Which of these documents have a fact of a metric."""
    rows = con.execute(
        "SELECT DISTINCT article.document_key FROM core.fact_figure AS fact "
        "JOIN core.dim_article AS article USING (article_key) JOIN core.dim_metric AS metric USING (metric_key) "
        "WHERE metric.metric_code = ? AND article.document_key IN (SELECT unnest(?::VARCHAR[]))",
        [metric_code, list(document_keys)],
    ).fetchall()
    return {key for (key,) in rows}


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


def _remove(con: duckdb.DuckDBPyConnection, documents: str, run_key: str) -> None:
    """Take out the documents that a table names, with all that they gave."""
    chosen = f"document_key IN (SELECT document_key FROM {documents})"
    for table in (*OWN_TABLES, "core.article_print"):
        con.execute(
            f"DELETE FROM {table} WHERE article_key IN (SELECT article_key FROM core.dim_article WHERE {chosen})"
        )
    for table in ("core.dim_article", "raw.document"):
        con.execute(f"DELETE FROM {table} WHERE {chosen}")
    con.execute(
        "UPDATE ops.quarantine SET released_in_run_key = ?, decision = 're-extracted by a backfill' "
        f"WHERE released_in_run_key IS NULL AND discarded_in_run_key IS NULL AND {chosen}",
        [run_key],
    )


def _drop_unused(con: duckdb.DuckDBPyConnection) -> None:
    """Let go of organisations and programmes that no fact names any more, as a fresh build would not have them."""
    for table, key in (("core.dim_organisation", "organisation_key"), ("core.dim_programme", "programme_key")):
        con.execute(
            f"DELETE FROM {table} WHERE NOT EXISTS (FROM core.fact_figure AS fact WHERE fact.{key} = {table}.{key})"
        )


def _write_changes(con: duckdb.DuckDBPyConnection, run_key: str, recorded: ChangeRecord) -> None:
    rows = [
        {
            "change_key": hash64(run_key, change.figure_key),
            "run_key": run_key,
            "figure_key": change.figure_key,
            "document_key": change.document_key,
            "kind": change.kind,
            "before_payload": None if change.before is None else json.dumps(change.before, ensure_ascii=False),
            "after_payload": None if change.after is None else json.dumps(change.after, ensure_ascii=False),
            "from_extractor_version": None if change.before is None else change.before["extractor_version"],
            "to_extractor_version": recorded.extractor_version,
            "changed_at": naive_utc(recorded.changed_at),
        }
        for change in recorded.changes
    ]
    con.register("incoming", pa.Table.from_pylist(rows))
    try:
        con.execute("INSERT INTO ops.change BY NAME FROM incoming")
    finally:
        con.unregister("incoming")


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
