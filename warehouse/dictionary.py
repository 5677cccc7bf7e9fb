"""The data dictionary, made from the comments in the database.

`python -m warehouse.dictionary > docs/data_dictionary.md`
"""

from __future__ import annotations

import sys

import duckdb

from warehouse.migrate import OWN_SCHEMAS, migrate

# DuckDB cannot comment on a schema.
SCHEMA_WORDS = {
    "raw": "Documents as they were read (原始层).",
    "core": "Dimensions and facts, and what is current of them (核心层).",
    "mart": "What analysts read: start with `mart.metrics` (应用层).",
    "ops": "What the job did and what its checks found (运维层).",
}
PREAMBLE = """# Data dictionary

Made from the comments in the database by `python -m warehouse.dictionary`; a test fails where this page is behind.
"""


def dictionary(con: duckdb.DuckDBPyConnection) -> str:
    """Markdown: a section a schema, a table a table or view, with types and comments."""
    relations = con.execute(
        "SELECT schema_name, table_name, 'table', comment FROM duckdb_tables() WHERE NOT internal UNION ALL "
        "SELECT schema_name, view_name, 'view', comment FROM duckdb_views() WHERE NOT internal ORDER BY ALL"
    ).fetchall()
    parts = [PREAMBLE]
    for schema in OWN_SCHEMAS:
        parts.append(f"## {schema}\n\n{SCHEMA_WORDS[schema]}\n")
        for schema_name, name, kind, comment in relations:
            if schema_name == schema:
                parts.append(f"### {schema}.{name} ({kind})\n\n{comment}\n\n{_columns(con, schema, name)}\n")
    return "\n".join(parts)


def _columns(con: duckdb.DuckDBPyConnection, schema: str, name: str) -> str:
    rows = con.execute(
        "SELECT column_name, data_type, is_nullable, comment FROM duckdb_columns() "
        "WHERE schema_name = ? AND table_name = ? ORDER BY column_index",
        [schema, name],
    ).fetchall()
    of_table = any(not is_nullable for _, _, is_nullable, _ in rows)
    lines = ["| column | type | meaning |", "| --- | --- | --- |"]
    for column, data_type, is_nullable, comment in rows:
        kind = f"{data_type}, may be NULL" if of_table and is_nullable else data_type
        lines.append(f"| `{column}` | {kind} | {comment} |")
    return "\n".join(lines)


def main() -> None:
    with duckdb.connect() as con:
        migrate(con)
        sys.stdout.write(dictionary(con))


if __name__ == "__main__":
    main()
