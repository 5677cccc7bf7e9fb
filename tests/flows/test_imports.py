"""The one-way rule: flows → checks, warehouse → transforms.model; transforms knows none of them. Read from the code."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("flows", "transforms", "checks", "warehouse")
FORBIDDEN = {
    "transforms": {"flows", "checks", "warehouse", "prefect", "duckdb"},
    "checks": {"flows", "warehouse", "prefect"},
    "warehouse": {"flows", "checks", "prefect"},
    "flows": set[str](),
}
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Dotted names that the module at `path` imports, inside functions too; relative ones made absolute."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            origin = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    names = set(imported(path))
    assert not {name for name in names if name.split(".")[0] in FORBIDDEN[room]}
    if room in {"checks", "warehouse"}:
        words = {name for name in names if name.split(".")[0] == "transforms"}
        assert all(name.startswith("transforms.model.") or name == "transforms.model" for name in words), words


def test_every_room_is_looked_at() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in MODULES} == set(ROOMS)


def test_the_walk_sees_imports_of_every_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    module = tmp_path / "transforms" / "reading" / "html.py"
    module.parent.mkdir(parents=True)
    module.write_text("import duckdb as d\ndef f():\n    from prefect import flow\n    from ..model import Document\n")
    assert set(imported(module)) == {"duckdb", "prefect.flow", "transforms.model.Document"}


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.parts[len(ROOT.parts)] == "flows"], ids=lambda path: path.name
)
def test_flows_hold_no_words_of_the_domain(path: Path) -> None:
    """The language of the news lives in transforms and its lexicons; a flow that matches Chinese text has strayed."""
    docstrings = set[int]()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            docstrings.add(id(node.value))
    literals = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    ]
    assert not [text for text in literals if any("\u3400" <= character <= "\u9fff" for character in text)]
