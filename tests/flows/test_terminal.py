"""What the terminal says beside the commands' answers: where one stands, JSON, quiet, no colour, completion."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner, Result

from flows import report
from flows.cli import app
from flows.job import Request, run_job
from flows.settings import Settings
from flows.standing import standing
from warehouse.publish import PUBLISHED_NAME

TODAY = date(2026, 11, 21)


def aidledger(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_alone_it_tells_the_first_step(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIDLEDGER_HOME", str(home))
    result = aidledger()
    assert result.exit_code == 0
    assert f"aidledger run --source FOLDER --home {home}" in result.stdout


def test_the_next_step_follows_from_where_one_stands(
    request_for: Request, settings: Settings, home: Path, news: Path
) -> None:
    run_job(request_for, settings)
    assert standing(home, TODAY).command == f"aidledger report --home {home}"
    report.write_report(home, None, Settings())
    assert standing(home, TODAY).command.startswith("aidledger query")
    told = dict(standing(home, TODAY).lines)
    assert told["holds"].startswith("2 documents")
    assert "days old" in told["newest article"]
    os.utime(home / PUBLISHED_NAME, (time.time() + 5, time.time() + 5))
    assert standing(home, TODAY).command.startswith("aidledger report")
    assert aidledger("query", standing(home, TODAY).command.split('"')[0], "--home", str(home)).exit_code == 2


def test_the_query_that_is_proposed_runs(request_for: Request, settings: Settings, home: Path) -> None:
    run_job(request_for, settings)
    report.write_report(home, None, Settings())
    sql = standing(home, TODAY).command.split('"')[1]
    assert aidledger("query", sql, "--home", str(home)).exit_code == 0


def test_a_run_as_json(news: Path, home: Path) -> None:
    result = aidledger("run", "--direct", "--json", "--source", str(news), "--home", str(home))
    told = json.loads(result.stdout)
    assert told["ending"] == "published"
    assert told["counts"]["documents_loaded"] == 2
    assert Path(told["report"]).read_text("utf-8").startswith("<!doctype html>")
    assert json.loads(aidledger("status", "--json", "--home", str(home)).stdout)["counts"]["documents"] == 2


def test_rows_that_do_not_fit_are_listed_field_by_field(request_for: Request, settings: Settings, home: Path) -> None:
    run_job(request_for, settings)
    env = {"COLUMNS": "80"}
    listed = CliRunner().invoke(app, ["query", "FROM mart.metrics", "--home", str(home)], env=env).stdout
    assert re.search(r"^recipient +喀什地区 *$", listed, re.MULTILINE)
    assert re.search(r"^value +132 *$", listed, re.MULTILINE)
    state = CliRunner().invoke(app, ["status", "--home", str(home)], env=env).stdout
    assert re.search(r"^status +published *$", state, re.MULTILINE)
    table = CliRunner().invoke(
        app, ["query", "SELECT recipient, value FROM mart.metrics", "--home", str(home)], env=env
    )
    assert re.search(r"^ 喀什地区 +132 $", table.stdout, re.MULTILINE)
    for line in (listed + state + table.stdout).splitlines():
        assert cell_len(line) <= 80, line


def test_a_quiet_run_says_nothing(news: Path, home: Path) -> None:
    result = aidledger("run", "--direct", "--quiet", "--source", str(news), "--home", str(home))
    assert (result.exit_code, result.output) == (0, "")


def test_a_pipe_gets_no_colour_and_no_bar(news: Path, home: Path) -> None:
    command = [sys.executable, "-m", "flows.cli", "run", "--direct", "--source", str(news), "--home", str(home)]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        command, cwd=root, capture_output=True, text=True, check=True, env=os.environ | {"NO_COLOR": "1"}
    )
    assert "\x1b" not in done.stdout + done.stderr
    assert "━" not in done.stderr


@pytest.mark.parametrize(("shell", "word"), [("bash", "complete -o"), ("zsh", "#compdef"), ("fish", "complete --")])
def test_the_shell_completes_commands(shell: str, word: str) -> None:
    env = {"_AIDLEDGER_COMPLETE": f"source_{shell}"}
    shown = CliRunner().invoke(app, [], prog_name="aidledger", env=env)
    assert word in shown.stdout
    if shell == "bash":
        env = {"_AIDLEDGER_COMPLETE": "complete_bash", "COMP_WORDS": "aidledger re", "COMP_CWORD": "1"}
        assert "report" in CliRunner().invoke(app, [], prog_name="aidledger", env=env).stdout


def test_each_run_writes_the_report_unless_it_must_not(news: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIDLEDGER_WRITE_REPORT", "false")
    assert "Report:" not in aidledger("run", "--direct", "--source", str(news), "--home", str(home)).stdout
    assert not (home / "report").exists()
    told = aidledger("report", "--home", str(home), "--out", str(home / "site"), "--json")
    assert json.loads(told.stdout)["page"] == str(home / "site" / "index.html")


def test_a_report_that_fails_leaves_the_run_published(news: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> str:
        raise RuntimeError("no ink")

    monkeypatch.setattr(report, "build", broken)
    result = aidledger("run", "--direct", "--source", str(news), "--home", str(home))
    assert result.exit_code == 0
    assert "the report was not written (RuntimeError: no ink)" in result.stderr
    assert (home / PUBLISHED_NAME).exists()


def test_a_second_report_tells_what_is_new(request_for: Request, settings: Settings, home: Path, news: Path) -> None:
    run_job(request_for, settings)
    first = report.write_report(home, None, Settings()).read_text("utf-8")
    (news / "2024-07-01_next.txt").write_text(
        "援疆医疗队再出发\n本报讯 2024年7月1日，山东省援疆医疗队在喀什地区完成手术56台。\n", encoding="utf-8"
    )
    run_job(request_for, settings)
    second = report.write_report(home, None, Settings()).read_text("utf-8")
    assert '"changes":null' in first
    assert '"changes":{"since"' in second
    assert [path.name for path in (home / "report").iterdir()] == ["index.html"]


def test_a_report_that_cannot_be_written_is_bad_usage(request_for: Request, settings: Settings, home: Path) -> None:
    run_job(request_for, settings)
    (home / "file").touch()
    result = aidledger("report", "--home", str(home), "--out", str(home / "file" / "out"))
    assert result.exit_code == 2
    assert "the report cannot be written there" in result.stderr


def test_export_writes_what_is_asked_for(request_for: Request, settings: Settings, home: Path, tmp_path: Path) -> None:
    run_job(request_for, settings)
    out = tmp_path / "out"
    told = aidledger("export", "--home", str(home), "--out", str(out), "--format", "csv", "--json")
    written = json.loads(told.stdout)["written"]
    assert str(out / "datapackage.json") in written
    assert sorted(path.name for path in out.iterdir()) == ["csv", "datapackage.json"]
    assert aidledger("export", "--home", str(tmp_path / "nowhere")).exit_code == 2
