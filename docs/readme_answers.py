"""Fills in the answers below the README's SQL from a run over `examples/`: `make readme`. A test proves them."""

from __future__ import annotations

import pathlib
import re
import sys
import tempfile

import duckdb

from flows.cli import app

ROOT = pathlib.Path(__file__).parent.parent
_BLOCK = re.compile(r"```sql\n(?P<sql>[^`]*?)\n```\n\n(?P<answer>(?:\|[^\n]*\n)+)")


def answered(readme: str, warehouse: pathlib.Path) -> str:
    """`readme` with the table below each SQL block replaced by what `warehouse` answers now."""
    with duckdb.connect(str(warehouse), read_only=True) as con:
        return _BLOCK.sub(lambda block: f"```sql\n{block['sql']}\n```\n\n{_table(con, block['sql'])}", readme)


def _table(con: duckdb.DuckDBPyConnection, sql: str) -> str:
    cursor = con.execute(sql)
    names = [column[0] for column in cursor.description or ()]
    rows = [[_written(value) for value in row] for row in cursor.fetchall()]
    lines = [names, ["---"] * len(names), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _written(value: object) -> str:
    text = "" if value is None else str(value)
    return text.rstrip("0").rstrip(".") if re.fullmatch(r"-?\d+\.\d+", text) else text


def run_examples(home: pathlib.Path) -> pathlib.Path:
    """The warehouse of a direct run over the examples."""
    app(["run", "--direct", "--source", str(ROOT / "examples"), "--home", str(home)], standalone_mode=False)
    return home / "aidledger.duckdb"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        path = ROOT / "README.md"
        path.write_text(answered(path.read_text("utf-8"), run_examples(pathlib.Path(folder))), "utf-8")
    sys.exit(0)
