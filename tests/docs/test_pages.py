"""The documents against the code: links, commands, SQL, the walk-through of a new metric, the notebook, the site."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import duckdb
import pytest
import typer.main
from typer.testing import CliRunner

from flows.cli import app
from flows.job import Request, run_job
from flows.settings import Settings
from warehouse.diagram import PAGE, PICTURE, page, picture, references
from warehouse.migrate import migrate

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").rglob("*.md"))]
FOREIGN = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
SVG = "{http://www.w3.org/2000/svg}"
COMMAND = re.compile(r"^\.venv/bin/aidledger (.+?)(?:\s+#.*)?$", re.MULTILINE)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("examples")
    run_job(Request(home=home, sources=(str(ROOT / "examples"),)), Settings(lock_wait_seconds=0))
    return home / "aidledger.duckdb"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if not link.startswith(("http://", "https://")):
            assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_have_the_options_that_are_shown(page: Path) -> None:
    group: Any = typer.main.get_command(app)
    for line in COMMAND.findall(page.read_text("utf-8")):
        arguments = shlex.split(line.split(" || ")[0].split(" > ")[0].split(" | ")[0])
        command = group
        while arguments and not arguments[0].startswith("-") and arguments[0] in getattr(command, "commands", {}):
            command = command.commands[arguments.pop(0)]
        known = {option for parameter in command.params for option in parameter.opts}
        assert {option for option in arguments if option.startswith("--")} <= known, line
        assert command is not group, line


def test_the_tutorial_can_be_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    lines = COMMAND.findall((ROOT / "docs" / "tutorial.md").read_text("utf-8"))
    assert len(lines) >= 8
    for line in lines:
        done = CliRunner().invoke(app, shlex.split(line))
        assert done.exit_code == 0, (line, done.output)
        assert done.stdout.strip(), line
    assert (tmp_path / "data" / "tutorial" / "report" / "index.html").exists()
    assert (tmp_path / "data" / "tutorial" / "export" / "aidledger.xlsx").exists()


def test_a_metric_is_added_without_code(tmp_path: Path) -> None:
    """The blocks of the page, appended to a copy of the lexicons, make the sentence of the page a fact."""
    for package in ("transforms", "warehouse", "checks", "flows"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "assets"))
    page = (ROOT / "docs" / "add_a_metric.md").read_text("utf-8")
    blocks = dict(re.findall(r'```\w+ title="([^"]+)"\n(.*?)```', page, re.DOTALL))
    for name in ("metrics.toml", "concepts.toml", "metric_rules.toml"):
        with (tmp_path / "transforms" / "lexicons" / name).open("a", encoding="utf-8") as file:
            file.write("\n" + blocks[name])
    (tmp_path / "page.txt").write_text(blocks["page.txt"], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "flows.cli", "extract", "page.txt", "--format", "jsonl"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    (fact,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert (fact["metric"], fact["value"], fact["approximation"]) == ("health_records", 3200, "at_least")
    assert (fact["donor"], fact["recipient"]) == ("山东省", "喀什地区")


def test_sql_of_the_chinese_readme_runs(warehouse: Path) -> None:
    blocks = re.findall(r"```sql\n(.*?)```", (ROOT / "README.zh-CN.md").read_text("utf-8"), re.DOTALL)
    assert len(blocks) >= 2
    with duckdb.connect(str(warehouse), read_only=True) as con:
        for sql in blocks:
            assert con.execute(sql).fetchall(), sql


def test_python_of_the_pages_runs(warehouse: Path) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "warehouse.md").read_text("utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(block.replace("data/aidledger.duckdb", str(warehouse)), names)
    assert len(names["totals"]) > 10


def test_the_notebook_runs(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIDLEDGER_FILE", str(warehouse))
    notebook = json.loads((ROOT / "examples" / "notebook" / "first_look.ipynb").read_text("utf-8"))
    names: dict[str, Any] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [], "clear the outputs before a commit"
            exec("".join(cell["source"]), names)
    assert len(names["facts"]) > 100
    assert names["row"][0]


def test_the_entity_diagram_is_that_of_the_database() -> None:
    with duckdb.connect() as con:
        migrate(con)
        told = references(con)
    assert len(told) > 40
    for name, written in ((PAGE, page(told)), (PICTURE, picture(told))):
        assert (ROOT / "docs" / name).read_text("utf-8") == written, "run `python -m warehouse.diagram docs`"


def test_the_picture_draws_every_key_and_no_box_over_another() -> None:
    with duckdb.connect() as con:
        migrate(con)
        told = references(con)
    drawn = ElementTree.fromstring(picture(told))
    lines = [held.text for held in drawn.iter(f"{SVG}title")]
    assert lines == [f"{each.table}.{each.key}" for each in told if each.owner != "ops.run"]
    boxes = [
        [float(held.attrib[name]) for name in ("x", "y", "width", "height")]
        for held in drawn.iter(f"{SVG}rect")
        if held.attrib["class"] == "box"
    ]
    assert len(boxes) == len({name for each in told for name in (each.table, each.owner)})
    for place, (x, y, width, height) in enumerate(boxes):
        for other_x, other_y, _, other_height in boxes[place + 1 :]:
            assert abs(x - other_x) >= width or y + height < other_y or other_y + other_height < y


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documents as `make docs` builds them."""
    folder = tmp_path_factory.mktemp("docs") / "site"
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_the_site_builds_and_holds_every_command(site: Path) -> None:
    told = (site / "commands" / "index.html").read_text("utf-8")
    group: Any = typer.main.get_command(app)
    assert [name for name in group.commands if f"aidledger {name}" not in told] == []


def test_the_site_loads_nothing_from_another_host(site: Path) -> None:
    """What a page loads stands beside it. Links that a reader may follow, and names in licences, are no loads."""
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 20
    for page_ in pages:
        loads = Loads()
        loads.feed(page_.read_text("utf-8"))
        assert [url for url in loads.found if FOREIGN.match(url)] == [], page_
        # The theme's script fetches Mermaid for such an element, and numbers of stars for the other one.
        assert not {"mermaid", "md-source"} & loads.classes, page_
    for style in site.rglob("*.css"):
        text = style.read_text("utf-8")
        found = re.findall(r"url\(['\"]?([^)'\"]+)|@import\s+['\"]([^'\"]+)", text)
        assert [url for urls in found for url in urls if FOREIGN.match(url)] == [], style


@pytest.mark.parametrize("name", ["index.html", "entity_diagram/index.html", "checks/index.html"])
def test_a_browser_asks_no_host_for_a_page_of_the_site(site: Path, chromium: Any, name: str) -> None:
    context = chromium.new_context()
    opened = context.new_page()
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(f"file://{site / name}", wait_until="load")
    opened.wait_for_timeout(300)
    shown = opened.evaluate("[...document.images].every((image) => image.complete && image.naturalWidth > 0)")
    context.close()
    assert asked
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert shown


class Loads(HTMLParser):
    """What a page loads by itself (`found`), and the classes of its elements."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.classes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.classes |= set(told.get("class", "").split())
        self.found += [told[name] for name in ("src", "srcset", "poster", "data") if name in told]
        if tag == "link" and told.get("rel") not in ("canonical", "prev", "next"):
            self.found.append(told.get("href", ""))
