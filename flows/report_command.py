"""`aidledger report`: the page of the published warehouse."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.command_parts import Home
from flows.output import console, to_json
from flows.settings import load_settings

OutDir = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Folder of the page.  [default: report in the home]")
]


def report(
    home: Home = None,
    out: OutDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the path and size as JSON.")] = False,
) -> None:
    """Write the report: one HTML page that opens in any browser, without a network."""
    from flows.report import write_report

    settings = load_settings()
    page = write_report(home or settings.home, out, settings)
    size = page.stat().st_size
    if as_json:
        typer.echo(to_json({"page": str(page), "bytes": size}))
    else:
        console().print(f"{page} ({size / 1e6:.1f} MB): open it in a browser", markup=False)
