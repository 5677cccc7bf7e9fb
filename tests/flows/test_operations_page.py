"""docs/operations.md against the code: its settings are the settings, its commands have the options that it uses."""

import re
import shlex
from pathlib import Path

import pytest
import typer.core
import typer.main
from typer.testing import CliRunner

from flows import backfill, job
from flows.cli import app
from flows.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_every_setting_is_told_with_its_default() -> None:
    told = dict(re.findall(rf"^\| `({PREFIX}[A-Z0-9_]+)` \| `?([^|`]*?)`? \|", PAGE, flags=re.MULTILINE))
    settings = Settings()
    real = {f"{PREFIX}{name}".upper(): getattr(settings, name) for name in Settings.model_fields}
    assert told == {name: "none" if value is None else str(value) for name, value in real.items()}


def test_every_command_has_the_options_that_the_page_uses() -> None:
    lines = re.findall(r"\.venv/bin/aidledger (.+)", PAGE)
    assert len(lines) >= 8
    for line in lines:
        command = typer.main.get_command(app)
        arguments = shlex.split(line.split(" || ")[0].split(" > ")[0])
        while isinstance(command, typer.core.TyperGroup):
            command = command.commands[arguments.pop(0)]
        known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        assert {argument for argument in arguments if argument.startswith("--")} <= known, line


def test_the_walk_goes_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line of the walk, in its order; the keys come from what the lines before it printed."""
    (block,) = re.findall(r"```sh walk\n(.+?)```", PAGE, flags=re.DOTALL)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AIDLEDGER_WRITE_REPORT", "false")
    for module in (backfill, job):  # fixed, for the sources may change while somebody works on them
        monkeypatch.setattr(module, "extractor_version", lambda: "f" * 16)
    keys: dict[str, str] = {}
    for line in block.splitlines():
        words = [keys.get(word, word) for word in shlex.split(line)][1:]
        result = CliRunner().invoke(app, words)
        # A text that several facts hold is answered with their keys, as the page's reader would see.
        several = words[0] == "history" and "name one by its key" in result.output
        assert result.exit_code == 0 or several, f"{line}: {result.output}"
        for name, before in (("RUN", r"\(run "), ("PLAN", "Plan ")):
            for key in re.findall(rf"{before}(\d{{8}}T\d{{6}}Z-[0-9a-f]{{6}})", result.output):
                keys.setdefault(name, key)
    assert keys.keys() == {"RUN", "PLAN"}
