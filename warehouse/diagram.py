"""The entity diagram in Mermaid, made from the names of the keys.

`python -m warehouse.diagram > docs/entity_diagram.md`
"""

from __future__ import annotations

import sys

import duckdb

from warehouse.migrate import migrate

# A key that is named after its part, and not after the table that it leads to.
ROLES = {"donor_key": "place_key", "recipient_key": "place_key", "part_of_key": "figure_key"}
PREAMBLE = """# Entity diagram

Tables and how their keys lead from one to the other, made from the database by `python -m warehouse.diagram`; a test
fails where this page is behind. Columns stand in the [data dictionary](data_dictionary.md). Keys are proved by checks
after each load, not declared: see the [decision](decisions/0001-keys-proved-not-declared.md).
"""


def diagram(con: duckdb.DuckDBPyConnection) -> str:
    """Markdown with a Mermaid diagram of the tables of `raw`, `core` and `ops` that have a key."""
    columns = con.execute(
        "SELECT told.schema_name, told.table_name, told.column_name FROM duckdb_columns() AS told "
        "JOIN duckdb_tables() AS held USING (schema_name, table_name) "
        "WHERE NOT held.internal ORDER BY told.schema_name, told.table_name, told.column_index"
    ).fetchall()
    tables: dict[str, list[str]] = {}
    for schema, table, column in columns:
        tables.setdefault(f"{schema}_{table}", []).append(column)
    owners = {names[0]: table for table, names in tables.items() if names[0].endswith("_key")}
    # Some keys stand first in several tables: the one that they are about owns them.
    owners |= {"figure_key": "core_fact_figure", "article_key": "core_dim_article", "story_key": "core_dim_story"}
    owners |= {"run_key": "ops_run"}
    lines = []
    for table, names in sorted(tables.items()):
        for name in names:
            owner = owners.get(ROLES.get(name, name))
            of_another_kind = table == "core_unclaimed_figure" and name == names[0]
            if owner and not of_another_kind and (name, owner) != (names[0], table):
                lines.append(f"    {owner} ||--o{{ {table} : {name}")
    return f"{PREAMBLE}\n```mermaid\nerDiagram\n" + "\n".join(lines) + "\n```\n"


def main() -> None:
    with duckdb.connect() as con:
        migrate(con)
        sys.stdout.write(diagram(con))


if __name__ == "__main__":
    main()
