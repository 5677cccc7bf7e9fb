"""Commands that read, on a lake: the report, exports, status and the rest tell what they tell of a file."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from flows.job import Request, run_job
from flows.report import write_report
from flows.settings import Settings
from tests.flows.lakes import UNCHECKED, empty_lake, environment
from tests.flows.postgres import Postgres, postgres
from tests.flows.same_rows import write_news
from warehouse.export import MARTS

__all__ = ["postgres"]

pytestmark = pytest.mark.server
MOMENT = r"20\d\d-\d\d-\d\d[T ]\d\d:\d\d[\d:.]*"


@dataclass(frozen=True)
class Both:
    """The same news in a lake and in a file, loaded by a run each."""

    lake: Settings
    lake_home: Path
    file_home: Path
    run_keys: tuple[str, str]

    def ask(self, *arguments: str, code: int = 0) -> Result:
        """A command where the lake is set."""
        result = CliRunner().invoke(app, list(arguments), env=environment(self.lake))
        assert result.exit_code == code, result.output
        return result

    def without_stamps(self, text: str) -> str:
        """What a page or file says, less the run that it tells of and when."""
        for key in self.run_keys:
            text = text.replace(key, "RUN")
        return re.sub(MOMENT, "THEN", text)


@pytest.fixture(scope="module")
def both(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Both:
    folder = tmp_path_factory.mktemp("both")
    lake, news = empty_lake(postgres, folder), str(write_news(folder / "news", 6))
    keys = []
    for home, settings in (("of_lake", lake), ("of_file", Settings(workers=1))):
        done = run_job(Request(folder / home, (news,)), settings, UNCHECKED)
        assert done.ending == "published"
        keys.append(str(done.run_key))
    return Both(lake, folder / "of_lake", folder / "of_file", (keys[0], keys[1]))


def test_the_report_of_a_lake_is_that_of_a_file(both: Both, tmp_path: Path) -> None:
    of_file = write_report(both.file_home, tmp_path / "file", Settings())
    told = json.loads(both.ask("report", "--home", str(both.lake_home), "--json").stdout)
    of_lake = both.lake_home / "report" / "index.html"
    assert told["page"] == str(of_lake)
    pages = [both.without_stamps(path.read_text("utf-8")) for path in (of_file, of_lake)]
    assert "万元" in pages[0]
    assert pages[0] == pages[1]
    # Written again, it says that nothing is new since the page that stood there.
    both.ask("report", "--home", str(both.lake_home))
    assert f'<meta name="aidledger-run" content="{both.run_keys[0]}">' in of_lake.read_text("utf-8")


def test_the_exports_of_a_lake_are_those_of_a_file(both: Both, tmp_path: Path) -> None:
    both.ask("export", "--home", str(both.lake_home), "--out", str(tmp_path / "lake"))
    plain = CliRunner().invoke(app, ["export", "--home", str(both.file_home), "--out", str(tmp_path / "file")])
    assert plain.exit_code == 0, plain.output
    names = [{path.relative_to(tmp_path / each) for path in (tmp_path / each).rglob("*")} for each in ("lake", "file")]
    assert names[0] == names[1]
    for told in ("csv/metrics.csv", "csv/scorecard.csv", "csv/dim_place.csv", "datapackage.json"):
        texts = [both.without_stamps((tmp_path / each / told).read_text("utf-8")) for each in ("lake", "file")]
        # The rows of a mart have no order of their own.
        assert sorted(texts[0].splitlines()) == sorted(texts[1].splitlines()), told
    with duckdb.connect() as con:
        for mart in MARTS:
            found = [f"read_parquet('{tmp_path / each}/parquet/{mart}/**/*.parquet')" for each in ("lake", "file")]
            asked = [f"SELECT COLUMNS(c -> c <> 'run_key') FROM {each} ORDER BY ALL" for each in found]
            assert con.execute(asked[0]).fetchall() == con.execute(asked[1]).fetchall(), mart
    sources = (tmp_path / "lake" / "dbt" / "models" / "sources.yml").read_text("utf-8")
    assert "- name: metrics\n" in sources
    assert 'description: ""' not in sources


def test_every_command_that_reads_asks_the_lake(both: Both) -> None:
    home = ("--home", str(both.lake_home))
    assert "RUN" in both.without_stamps(both.ask("status", *home).stdout)
    # The run of these tests leaves the audit out, so that there is nothing to tell; and it is the lake that says so.
    assert "was checked yet" in both.ask("check", *home, code=2).stderr
    assert "0 rows" in both.ask("quarantine", "list", *home).stdout
    one = both.ask("query", "SELECT max(figure_key) AS k FROM core.fact_figure", "--format", "csv", *home).stdout
    assert "appeared" in both.ask("history", one.split()[1], *home).stdout
    assert "ducklake:postgres:" in both.ask().stdout
    listed = both.ask("snapshots", "list", *home).stdout
    assert both.run_keys[0] in listed
    assert both.run_keys[1] not in listed


@pytest.mark.parametrize(
    ("command", "instead"),
    [
        (("quarantine", "discard", "--check", "x", "--reason", "x"), "aidledger lake discard"),
        (("quarantine", "release", "--check", "x"), "aidledger lake discard"),
        (("snapshots", "restore"), "aidledger lake query --as-of asks an earlier release"),
        (("upgrade",), "brings the lake forward by itself"),
    ],
)
def test_what_changes_a_file_is_refused_in_one_line(both: Both, command: tuple[str, ...], instead: str) -> None:
    told = both.ask(*command, "--home", str(both.file_home), code=2).stderr
    assert "works on the published file of a home, and AIDLEDGER_LAKE names a lake" in " ".join(told.split())
    assert instead in " ".join(told.split())
