"""The command: what it prints, where, and with which exit code."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner, Result

from checks.results import CheckResult
from flows import job
from flows.cli import BAD_USAGE, BLOCKED, DONE, app

ROOT = Path(__file__).resolve().parents[2]


def aidledger(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def run_on(news: Path, home: Path, *more: str) -> Result:
    return aidledger("run", "--direct", "--source", news, "--home", home, *more)


@pytest.fixture
def published(news: Path, home: Path) -> Path:
    assert run_on(news, home).exit_code == DONE
    return home


@pytest.mark.parametrize("command", ["run", "extract", "query", "status", "serve"])
def test_help_shows_examples(command: str) -> None:
    result = aidledger(command, "--help")
    assert result.exit_code == DONE
    assert f"aidledger {command}" in result.stdout.split("Examples:")[1]


def test_a_run_tells_what_happened(news: Path, home: Path) -> None:
    (news / "empty.txt").touch()
    result = run_on(news, home)
    assert result.exit_code == DONE
    counted = dict(
        line.strip().rsplit(maxsplit=1) for line in result.stdout.splitlines() if line.strip()[-1:].isdigit()
    )
    assert (counted["documents found"], counted["documents loaded"], counted["documents not read"]) == ("3", "2", "1")
    assert int(counted["facts"]) > 0
    assert "not read: empty.txt: is empty" in result.stdout
    assert f"Published {home / 'aidledger.duckdb'}" in " ".join(result.stdout.split())
    assert "一行15人" in result.stdout


def test_a_second_run_says_that_nothing_is_new(published: Path, news: Path) -> None:
    result = run_on(news, published)
    assert result.exit_code == DONE
    assert "Nothing new: 2 files looked at" in result.stdout


def test_a_run_that_finds_nothing_new_starts_no_server(
    published: Path, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "flows.server", None)
    result = aidledger("run", "--source", news, "--home", published)
    assert "Nothing new" in result.stdout


def test_a_blocking_check_is_exit_code_1(news: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    audit = job.audit

    def failing(con: object, run_key: str, **given: object) -> list[CheckResult]:
        failed = CheckResult("too_good", "run", "block", "failed", 1, "every figure is round")
        return [*audit(con, run_key, **given), failed]  # type: ignore[arg-type]

    monkeypatch.setattr(job, "audit", failing)
    result = run_on(news, home)
    assert result.exit_code == BLOCKED
    assert "check too_good failed (block): every figure is round" in result.stdout
    assert "Held back by too_good" in result.stdout


def one_line(result: Result) -> str:
    """What went wrong: exit code 2, one line on standard error, nothing on standard output."""
    assert result.exit_code == BAD_USAGE
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    return line


def test_a_missing_folder_is_named(home: Path) -> None:
    assert one_line(run_on(Path("missing"), home)) == "aidledger: missing: there is no such file or folder"
    assert not home.exists()


def test_an_unknown_key_of_a_sources_file_is_named(news: Path, home: Path) -> None:
    config = news.parent / "sources.toml"
    config.write_text('[[folder]]\npath = "news"\npattern = "*.txt"\n')
    line = one_line(aidledger("run", "--direct", "--config", config, "--home", home))
    assert "sources.toml: unknown key 'pattern' in folder 1" in line


def test_a_sources_file_in_the_working_folder_is_found(news: Path, home: Path) -> None:
    Path("sources.toml").write_text('[[folder]]\npath = "../news"\n')
    assert aidledger("run", "--direct", "--home", home).exit_code == DONE


def test_nothing_to_read_is_bad_usage(home: Path) -> None:
    assert "nothing to read" in one_line(aidledger("run", "--direct", "--home", home))


def test_source_and_config_exclude_each_other(news: Path) -> None:
    assert "exclude each other" in one_line(aidledger("run", "--source", news, "--config", "x.toml"))


def test_a_home_that_is_a_file_is_bad_usage(news: Path, tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    assert "cannot hold a warehouse" in one_line(run_on(news, tmp_path / "home"))


def test_a_setting_that_does_not_exist_is_bad_usage(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIDLEDGER_CORN", "* * * * *")
    assert "AIDLEDGER_CORN" in one_line(run_on(news, Path("home")))


def test_serve_needs_a_server(news: Path) -> None:
    result = aidledger("serve", "--source", news)
    assert result.exit_code == BAD_USAGE
    assert "PREFECT_API_URL" in result.stderr.splitlines()[-1]


def test_extract_prints_every_field_of_the_mart(published: Path, news: Path) -> None:
    result = aidledger("extract", news / "2023-12-01_yushu.txt", "--format", "jsonl")
    facts = [json.loads(line) for line in result.stdout.splitlines()]
    columns = json.loads(aidledger("query", "DESCRIBE mart.metrics", "--home", published, "--format", "json").stdout)
    assert list(facts[0]) == [column["column_name"] for column in columns]
    (fact,) = [fact for fact in facts if fact["figure"].startswith("15") or "15人" in fact["figure"]]
    assert (fact["metric"], fact["value"]) == ("personnel_sent", 15)


def test_extract_aligns_wide_characters(news: Path) -> None:
    result = aidledger("extract", news / "2023-12-01_yushu.txt")
    lines = [line for line in result.stdout.splitlines() if line.strip()]
    assert len({cell_len(line) for line in lines}) == 1


def test_extract_names_what_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 9)
    result = aidledger("extract", tmp_path / "binary.txt", "--format", "jsonl")
    assert result.exit_code == BAD_USAGE
    assert result.stdout == ""
    assert result.stderr.startswith("not read: binary.txt: ")


def test_query_gives_rows_in_three_forms(published: Path) -> None:
    sql = "SELECT '泉州市' AS place, 160000000.00::DECIMAL(18, 2) AS cny, 4.85::DECIMAL(18, 2) AS pct, NULL AS nothing"
    table = aidledger("query", sql, "--home", published).stdout
    assert "泉州市   160000000   4.85" in table
    told = aidledger("query", sql, "--home", published, "--format", "csv").stdout
    assert list(csv.reader(io.StringIO(told))) == [
        ["place", "cny", "pct", "nothing"],
        ["泉州市", "160000000", "4.85", ""],
    ]
    (row,) = json.loads(aidledger("query", sql, "--home", published, "--format", "json").stdout)
    assert row == {"place": "泉州市", "cny": 160000000, "pct": 4.85, "nothing": None}


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("DELETE FROM core.fact_figure", "read-only"),
        ("CREATE TABLE mine AS SELECT 1", "read-only"),
        ("COPY (SELECT 1) TO 'out.csv'", "closed to it"),
        ("SELECT * FROM read_text('/etc/hostname')", "closed to it"),
        ("ATTACH 'other.duckdb'", "closed to it"),
        ("INSTALL httpfs", "closed to it"),
        ("SET enable_external_access = true", "closed to it"),
        ("SELECT 1; SELECT 2", "one statement at a time"),
        ("SELECT nothing FROM mart.metrics", "nothing"),
    ],
)
def test_a_query_can_neither_write_nor_leave(published: Path, sql: str, said: str) -> None:
    before = (published / "aidledger.duckdb").read_bytes()
    assert said in one_line(aidledger("query", sql, "--home", published))
    assert (published / "aidledger.duckdb").read_bytes() == before
    assert not Path("out.csv").exists()


@pytest.mark.parametrize("command", [("query", "SELECT 1"), ("status",)])
def test_a_warehouse_that_is_not_there_is_bad_usage(command: tuple[str, ...], home: Path) -> None:
    assert "nothing has been published there yet" in one_line(aidledger(*command, "--home", home))


def test_status_tells_runs_counts_and_age(published: Path) -> None:
    told = " ".join(aidledger("status", "--home", published).stdout.split())
    assert "direct published" in told
    assert "documents 2" in told
    assert "Newest article: 2024-06-18" in told


def test_control_characters_of_a_document_do_not_reach_the_terminal(published: Path) -> None:
    table = aidledger("query", "SELECT 'a' || chr(27) || '[31m' || '[bold]b[/]' AS text", "--home", published).stdout
    assert "\x1b" not in table
    assert "[bold]b[/]" in table


def test_the_installed_command_is_quiet_and_imports_no_prefect(news: Path, home: Path) -> None:
    script = (
        "import sys\nfrom flows.cli import main\n"
        f"sys.argv = ['aidledger', 'run', '--direct', '--source', {str(news)!r}, '--home', {str(home)!r}]\n"
        "try:\n    main()\nexcept SystemExit as ended:\n    assert not ended.code\n"
        "assert 'prefect' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr == ""
    assert "Published" in done.stdout
