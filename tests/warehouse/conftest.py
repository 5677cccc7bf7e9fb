"""Pages in a browser for the proofs of the report, and the warehouses whose pages they look at."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.many_articles import many_articles
from warehouse.report import build

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT.parent / "shared" / "seeds"
WRITTEN_AT = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)


class Page:
    """A page that was opened: `faults` are console errors, errors of its scripts and dialogs that it raised."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.faults: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("dialog", lambda dialog: (self.faults.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: self.asked.append(request.url))

    def open(self, path: Path, hash_: str = "") -> Any:
        self.page.goto(f"file://{path}{hash_}")
        self.page.wait_for_selector("html[data-painted]")
        return self.page


@pytest.fixture
def browse(chromium: Any) -> Iterator[Callable[..., Page]]:
    """Opens a page: `browse(path, width=390, color_scheme="dark")`."""
    contexts = []

    def opened(path: Path, *, width: int = 1280, height: int = 900, hash_: str = "", **options: Any) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = Page(context.new_page())
        page.open(path, hash_)
        return page

    yield opened
    for context in contexts:
        context.close()


def write(con: duckdb.DuckDBPyConnection, path: Path, **told: Any) -> Path:
    path.write_text(build(con, generated_at=WRITTEN_AT, timezone="Asia/Shanghai", **told), encoding="utf-8")
    return path


def _run(source: Path, home: Path) -> duckdb.DuckDBPyConnection:
    from flows.job import Request, run_job
    from flows.settings import Settings

    run_job(Request(home=home, sources=(str(source),)), Settings(lock_wait_seconds=0))
    return duckdb.connect(str(home / "aidledger.duckdb"), read_only=True)


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse of a run over the examples."""
    with _run(ROOT / "examples", tmp_path_factory.mktemp("examples")) as con:
        yield con


@pytest.fixture(scope="session")
def telling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse of a run over the examples and two files that cannot be read: it has a text of every kind."""
    news = tmp_path_factory.mktemp("telling")
    shutil.copytree(ROOT / "examples", news / "news")
    (news / "news" / "empty.txt").write_text("\n", encoding="utf-8")
    (news / "news" / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    with _run(news / "news", news / "home") as con:
        yield con


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse of a run over the real documents, where they are."""
    if not SEEDS.exists():
        pytest.skip("the real documents are not here")
    with _run(SEEDS, tmp_path_factory.mktemp("seeds")) as con:
        yield con


@pytest.fixture(scope="session")
def examples_page(examples: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(examples, tmp_path_factory.mktemp("page") / "examples.html")


@pytest.fixture(scope="session")
def many_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of 5,000 generated articles."""
    with many_articles(5_000) as con:
        return write(con, tmp_path_factory.mktemp("page") / "many.html")
