"""Pages that the site makes of the code while it is built: the reference of the commands."""

from __future__ import annotations

import re
from typing import Any

from mkdocs.structure.files import File, Files


def on_files(files: Files, config: Any) -> Files:
    """Adds `commands.md`, made from the commands as they are."""
    files.append(File.generated(config, "commands.md", content=commands()))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Links that leave docs/ lead to a file of the repository: on the site its path stands there as text."""
    return re.sub(r"\[([^\]]+)\]\((?:\.\./)+([^)#]+)[^)]*\)", r"\1 (`\2`)", markdown)


def commands() -> str:
    """Markdown: a section a command, with its arguments and options."""
    import typer.main

    from flows.cli import app

    group: Any = typer.main.get_command(app)
    parts = ["# Commands\n\nMade from the commands as they are; `aidledger COMMAND --help` says the same.\n"]
    parts += [_section(("aidledger",), group)]
    parts += [_section(("aidledger", name), command) for name, command in group.commands.items()]
    return "\n".join(parts)


def _section(path: tuple[str, ...], command: Any) -> str:
    lines = [f"## {' '.join(path)}\n", _plain(command.help or ""), ""]
    rows = [(_names(parameter), _plain(getattr(parameter, "help", "") or "")) for parameter in command.params]
    if rows:
        lines += ["| | |", "| --- | --- |", *(f"| `{names}` | {told} |" for names, told in rows), ""]
    for name, below in getattr(command, "commands", {}).items() if len(path) > 1 else ():
        lines += [f"### {' '.join(path)} {name}\n", _plain(below.help or ""), ""]
        rows = [(_names(parameter), _plain(getattr(parameter, "help", "") or "")) for parameter in below.params]
        lines += ["| | |", "| --- | --- |", *(f"| `{names}` | {told} |" for names, told in rows), ""] if rows else []
    return "\n".join(lines)


def _names(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name)
    metavar = f" {parameter.metavar}" if parameter.metavar else ""
    return ", ".join(parameter.opts) + metavar


def _plain(text: str) -> str:
    """Without the markup of the terminal, in one line, and nothing that a table would take for its own."""
    return " ".join(re.sub(r"\[/?(?:cyan|bold|dim)?\]", "", text).split()).replace("|", r"\|")
