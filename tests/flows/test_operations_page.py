"""docs/operations.md against the code: its settings are the settings, its commands have the options that it uses."""

import re
import shlex
from pathlib import Path

import typer.main

from flows.cli import app
from flows.settings import PREFIX, Settings

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")


def test_every_setting_is_told_with_its_default() -> None:
    told = dict(re.findall(rf"^\| `({PREFIX}[A-Z_]+)` \| `?([^|`]*?)`? \|", PAGE, flags=re.MULTILINE))
    settings = Settings()
    real = {f"{PREFIX}{name}".upper(): getattr(settings, name) for name in Settings.model_fields}
    assert told == {name: "none" if value is None else str(value) for name, value in real.items()}


def test_every_command_has_the_options_that_the_page_uses() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    lines = re.findall(r"\.venv/bin/aidledger (.+)", PAGE)
    assert len(lines) >= 8
    for line in lines:
        name, *arguments = shlex.split(line.split(" || ")[0].split(" > ")[0])
        known = {option for parameter in commands[name].params for option in parameter.opts}
        assert {argument for argument in arguments if argument.startswith("--")} <= known, line
