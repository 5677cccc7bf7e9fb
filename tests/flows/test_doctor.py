"""`aidledger doctor`: each fault is found, and nothing is changed."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows import doctor
from flows.cli import app
from flows.job import Request, run_job
from flows.settings import Settings
from warehouse.publish import LOCK_NAME, PRIVATE_NAME, PUBLISHED_NAME


def found(home: Path) -> dict[str, doctor.Symptom]:
    return {symptom.what: symptom for symptom in doctor.examine(home)}


def test_all_is_well_after_a_run(request_for: Request, settings: Settings, home: Path) -> None:
    run_job(request_for, settings)
    before = {path.name: path.stat().st_mtime_ns for path in home.iterdir()}
    result = CliRunner().invoke(app, ["doctor", "--home", str(home), "--json"])
    assert result.exit_code == 0, result.stdout
    assert {each["state"] for each in json.loads(result.stdout)} == {"ok"}
    assert {path.name: path.stat().st_mtime_ns for path in home.iterdir()} == before


def test_an_empty_folder_is_no_fault(home: Path) -> None:
    told = found(home)
    assert {symptom.state for symptom in told.values()} == {"ok"}
    assert told["warehouse"].remedy == "aidledger run --source FOLDER"
    assert not home.exists()


def test_a_run_that_holds_the_lock_is_named(home: Path) -> None:
    home.mkdir()
    lock = home / LOCK_NAME
    lock.write_text("4711\n")
    with lock.open("rb+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert found(home)["lock"] == doctor.Symptom(
            "lock", "warn", "process 4711 is running", "wait for it; other runs do"
        )
    assert found(home)["lock"].found == "free"


def test_what_a_killed_run_left_is_told(home: Path) -> None:
    home.mkdir()
    (home / LOCK_NAME).touch()
    (home / PRIVATE_NAME).touch()
    assert "the next one discards it" in found(home)["lock"].found


def test_a_file_that_is_no_warehouse_fails(home: Path) -> None:
    home.mkdir()
    (home / PUBLISHED_NAME).write_bytes(b"x" * 100)
    result = CliRunner().invoke(app, ["doctor", "--home", str(home)])
    assert result.exit_code == 2
    assert "fails" in result.stdout
    assert "cannot be opened as a warehouse" in " ".join(result.stdout.split())


def test_a_full_disk_fails(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.mkdir()
    (home / PUBLISHED_NAME).write_bytes(b"x" * 1_000_000)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**9, 10**9, 1_500_000))
    assert found(home)["space"].state == "fail"
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**9, 10**9, 400_000_000))
    assert found(home)["space"].state == "warn"


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write anywhere")
def test_a_home_that_cannot_be_written_fails(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert found(tmp_path / "home")["home"].state == "fail"


def test_a_home_below_a_file_fails(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert found(tmp_path / "file" / "home")["home"].state == "fail"


def test_a_server_that_does_not_answer_fails(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.server.configured_server", lambda: "http://127.0.0.1:9/api")
    assert found(home)["server"].state == "fail"


def test_a_package_of_another_version_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.metadata, "version", lambda name: "0.0.1")
    told = doctor.packages()
    assert told.state == "fail"
    assert "duckdb 0.0.1 is not ==1.5.5" in told.found


def test_a_wrong_setting_ends_the_looks(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIDLEDGER_TIMEZONE", "Mars/Olympus")
    told = found(home)
    assert told["settings"].state == "fail"
    assert "warehouse" not in told


def test_a_faulty_sources_file_fails(home: Path) -> None:
    Path("sources.toml").write_text("nonsense = [\n", encoding="utf-8")
    assert found(home)["sources"].state == "fail"
