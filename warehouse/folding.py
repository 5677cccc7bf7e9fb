"""What marts show of mentions, kept: facts folded of them, those of stories, what became of a document's figures.

It is brought up to date where something changed alone. What changed is told by signatures, not by whoever changed it: a
hash over all that folding an article, a story or a document reads (`core.fold_signature`) is held against the one that
was folded. So a run, a correction, a version that came back and a backfill need say nothing, and a rule of the audit
proves the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

import duckdb

AT_ONCE = 20_000
"""Articles, stories or documents that are folded together: memory is bounded by them."""


@dataclass(frozen=True, slots=True)
class Fold:
    """One table that is kept. `kind` is what its rows are folded by, and the signatures' word for it."""

    table: str
    kind: str
    script: str

    @property
    def key(self) -> str:
        return f"{self.kind}_key"

    @property
    def held(self) -> str:
        return f"core.folded_{self.kind}"


FOLDS = (
    Fold("core.fact", "article", "fact.sql"),
    Fold("core.story_fact", "story", "story_fact.sql"),
    Fold("core.document_coverage", "document", "coverage.sql"),
)
"""In their order: the facts of a story are folded from those of its articles."""


def fold(con: duckdb.DuckDBPyConnection) -> int:
    """Bring what is kept to what the mentions are, in one transaction; how many articles, stories and
    documents changed.
    """
    changed = 0
    con.begin()
    try:
        con.execute("CREATE OR REPLACE TEMP TABLE signature AS FROM core.fold_signature")
        for each in FOLDS:
            changed += _fold(con, each)
        con.execute("DROP TABLE signature")
        con.commit()
    except BaseException:
        con.rollback()
        raise
    return changed


def has_folds(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether a warehouse has the tables: one that an earlier version made has none until it is migrated."""
    rows = con.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables()").fetchall()
    return {told.held for told in FOLDS} <= {name for (name,) in rows}


def _fold(con: duckdb.DuckDBPyConnection, told: Fold) -> int:
    key, held = told.key, told.held
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE stale AS "
        f"SELECT {key}, now.signature_keys, row_number() OVER (ORDER BY {key}) AS place "
        f"FROM {held} AS held FULL JOIN (FROM signature WHERE kind = '{told.kind}') AS now USING ({key}) "
        f"WHERE held.signature_keys IS DISTINCT FROM now.signature_keys"
    )
    row = con.execute("SELECT count(*) FROM stale").fetchone()
    number = int(row[0]) if row else 0
    if number:
        for table in (told.table, held):
            con.execute(f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM stale)")
        con.execute(f"INSERT INTO {held} SELECT {key}, signature_keys FROM stale WHERE signature_keys IS NOT NULL")
    script = _script(told)
    for start in range(0, number, AT_ONCE):
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE changed AS SELECT {key} FROM stale "
            f"WHERE signature_keys IS NOT NULL AND place > {start} AND place <= {start + AT_ONCE}"
        )
        con.execute(f"INSERT INTO {told.table} BY NAME {script}")
    con.execute("DROP TABLE IF EXISTS changed")
    con.execute("DROP TABLE stale")
    return number


def _script(told: Fold) -> str:
    """The query that folds what is `changed`; how rows agree is one text for mentions and for articles."""
    folds = resources.files("warehouse").joinpath("folds")
    agreement = folds.joinpath("agreement.sql").read_text(encoding="utf-8").replace("{key}", told.key)
    return folds.joinpath(told.script).read_text(encoding="utf-8").replace("{agreement}", agreement.rstrip())
