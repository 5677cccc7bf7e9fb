"""The entity diagram, made from the names of the keys: a page with a table, and a picture that needs no script.

`python -m warehouse.diagram docs` writes `entity_diagram.md` and `entity_diagram.svg` there.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.migrate import migrate

# A key that is named after its part, and not after the table that it leads to.
ROLES = {"donor_key": "place_key", "recipient_key": "place_key", "part_of_key": "figure_key"}
# Some keys stand first in several tables: the one that they are about owns them.
OWNERS = {
    "figure_key": "core.fact_figure",
    "article_key": "core.dim_article",
    "story_key": "core.dim_story",
    "run_key": "ops.run",
}
RUN = "ops.run"
PAGE, PICTURE = "entity_diagram.md", "entity_diagram.svg"
PREAMBLE = f"""# Entity diagram

Tables and how their keys lead from one to the other, made from the database by `python -m warehouse.diagram docs`; a
test fails where this page is behind. Columns stand in the [data dictionary](data_dictionary.md). Keys are proved by
checks after each load, not declared: see the [decision](decisions/0001-keys-proved-not-declared.md).

[![Boxes of tables, a line from each key to the table it leads to; the table below says the same]({PICTURE})]({PICTURE})

Every `run_key` leads to `{RUN}` and is not drawn. A click opens the picture in its full size.

"""

WIDTH, HEAD, ROW, GAP, ABOVE, EDGE = 196, 28, 19, 92, 22, 12
"""Pixels: a box, its head, a line in it, between columns, between boxes, around the picture."""
COLOURS = ("#0b7a68", "#b4561f", "#5a4fcf", "#9a2a6b", "#3f7d20", "#1f6fb4", "#8a6d00", "#b03040")
STYLE = """
  .ground { fill: #fbfdfc } .box { fill: #fff; stroke: #9fb3ad } .head { fill: #e3efec }
  text { font: 12.5px ui-monospace, Menlo, Consolas, monospace; fill: #16211e } .name { font-weight: 600 }
  .key { fill: #33443f } .line { fill: none; stroke-width: 1.4; opacity: .8 }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #101615 } .box { fill: #18211f; stroke: #4a5e58 } .head { fill: #22322e }
    text { fill: #e6efec } .key { fill: #c3d2cd } .line { filter: brightness(1.7) }
  }
"""


@dataclass(frozen=True, slots=True)
class Reference:
    """One key of a table, and the table that it leads to."""

    table: str
    key: str
    owner: str


@dataclass(frozen=True, slots=True)
class Box:
    """One table in the picture: its corner, and the keys that stand in it."""

    table: str
    x: int
    y: int
    keys: tuple[str, ...]

    @property
    def height(self) -> int:
        return _height(self.keys)

    def row(self, key: str) -> int:
        """The middle of the line of one key."""
        return self.y + HEAD + ROW * self.keys.index(key) + ROW // 2 + 2


def references(con: duckdb.DuckDBPyConnection) -> list[Reference]:
    """How the keys of the tables of `raw`, `core` and `ops` lead from one to the other, by table and column."""
    columns = con.execute(
        "SELECT told.schema_name || '.' || told.table_name, told.column_name FROM duckdb_columns() AS told "
        "JOIN duckdb_tables() AS held USING (schema_name, table_name) "
        "WHERE NOT held.internal ORDER BY told.schema_name, told.table_name, told.column_index"
    ).fetchall()
    tables: dict[str, list[str]] = {}
    for table, column in columns:
        tables.setdefault(table, []).append(column)
    owners = {names[0]: table for table, names in tables.items() if names[0].endswith("_key")} | OWNERS
    found = []
    for table, names in sorted(tables.items()):
        for name in names:
            owner = owners.get(ROLES.get(name, name))
            of_another_kind = table == "core.unclaimed_figure" and name == names[0]
            if owner and not of_another_kind and (name, owner) != (names[0], table):
                found.append(Reference(table, name, owner))
    return found


def page(told: Iterable[Reference]) -> str:
    """Markdown: the picture, and a row a key."""
    lines = ["| table | key | leads to |", "| --- | --- | --- |"]
    lines += [f"| `{each.table}` | `{each.key}` | `{each.owner}` |" for each in told]
    return PREAMBLE + "\n".join(lines) + "\n"


def picture(told: Sequence[Reference]) -> str:
    """An SVG: a box a table, a column a distance from what it leads to, a line a key."""
    drawn = [each for each in told if each.owner != RUN]
    boxes = {box.table: box for box in _placed(told, _columns(told, drawn))}
    owners = sorted({each.owner for each in drawn})
    colours = {owner: COLOURS[place % len(COLOURS)] for place, owner in enumerate(owners)}
    width = max(box.x for box in boxes.values()) + WIDTH + 3 * EDGE
    height = max(box.y + box.height for box in boxes.values()) + EDGE
    lines = [_line(each, boxes[each.table], boxes[each.owner], colours[each.owner]) for each in drawn]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
            ' role="img" aria-label="Entity diagram">',
            f"<style>{STYLE}</style>",
            f'<rect class="ground" width="{width}" height="{height}"/>',
            *lines,
            *(_drawn_box(box, colours.get(box.table)) for box in boxes.values()),
            "</svg>\n",
        ]
    )


def _columns(told: Sequence[Reference], drawn: Sequence[Reference]) -> dict[str, int]:
    """Table → how many references stand between it and a table that leads nowhere: a child right of its owners."""
    owners: dict[str, set[str]] = defaultdict(set)
    for each in drawn:
        if each.owner != each.table:
            owners[each.table].add(each.owner)
    columns: dict[str, int] = {}

    def column(table: str) -> int:
        if table not in columns:
            columns[table] = 1 + max((column(owner) for owner in owners[table]), default=-1)
        return columns[table]

    for table in sorted({name for each in told for name in (each.table, each.owner)}):
        column(table)
    return columns


def _placed(told: Sequence[Reference], columns: Mapping[str, int]) -> list[Box]:
    """The boxes, each column from the top: near what a table leads to, or what leads to it."""
    keys: dict[str, tuple[str, ...]] = {}
    near: dict[str, set[str]] = defaultdict(set)
    for each in told:
        keys[each.table] = (*keys.get(each.table, ()), each.key)
        if each.owner != RUN:
            near[each.table].add(each.owner)
            near[each.owner].add(each.table)
    order = sorted(columns)
    middle = {table: float(place) for place, table in enumerate(order)}
    boxes: list[Box] = []
    for _ in range(8):
        # A table with neighbours goes to their middle; one with none stays below all others.
        wish = {
            table: sum(middle[other] for other in near[table]) / len(near[table]) if near[table] else 1e6
            for table in order
        }
        boxes = []
        for column in range(max(columns.values()) + 1):
            y = EDGE
            for table in sorted((table for table in order if columns[table] == column), key=lambda name: wish[name]):
                boxes.append(Box(table, EDGE + column * (WIDTH + GAP), y, keys.get(table, ())))
                y += boxes[-1].height + ABOVE
        middle = {box.table: box.y + box.height / 2 for box in boxes}
    return boxes


def _height(keys: Sequence[str]) -> int:
    return HEAD + (ROW * len(keys) + 6 if keys else 0)


def _line(each: Reference, child: Box, owner: Box, colour: str) -> str:
    """From the key to the head of the table that it leads to, with a dot there."""
    y, goal = child.row(each.key), owner.y + HEAD // 2
    if child is owner:
        x = child.x + WIDTH
        path = f"M{x} {y}C{x + 30} {y} {x + 30} {goal} {x} {goal}"
        end = x
    else:
        x, end = child.x, owner.x + WIDTH
        bend = min(GAP - 10, (x - end) // 2 + 20)
        path = f"M{x} {y}C{x - bend} {y} {end + bend} {goal} {end} {goal}"
    dot = f'<circle cx="{end}" cy="{goal}" r="3.5" fill="{colour}"/>'
    return f'<path class="line" stroke="{colour}" d="{path}"><title>{each.table}.{each.key}</title></path>{dot}'


def _drawn_box(box: Box, colour: str | None) -> str:
    edge = f' style="stroke:{colour}"' if colour else ""
    keys = "".join(f'<text class="key" x="{box.x + 10}" y="{box.row(key) + 4}">{key}</text>' for key in box.keys)
    return (
        f'<rect class="box" x="{box.x}" y="{box.y}" width="{WIDTH}" height="{box.height}" rx="5"{edge}/>'
        f'<rect class="head" x="{box.x + 1}" y="{box.y + 1}" width="{WIDTH - 2}" height="{HEAD - 2}" rx="4"/>'
        f'<text class="name" x="{box.x + 10}" y="{box.y + 18}">{box.table}</text>{keys}'
    )


def main(folder: Path) -> None:
    with duckdb.connect() as con:
        migrate(con)
        told = references(con)
    (folder / PAGE).write_text(page(told), encoding="utf-8")
    (folder / PICTURE).write_text(picture(told), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
