"""`aidledger export`: the marts as files for other programs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from flows.command_parts import Home
from flows.output import console, to_json
from flows.settings import BadUsage, load_settings


class ExportFormat(StrEnum):
    """What can be written."""

    PARQUET = "parquet"
    CSV = "csv"
    XLSX = "xlsx"
    DBT = "dbt"


def export(
    home: Home = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder of the files.  [default: export in the home]")
    ] = None,
    form: Annotated[
        list[ExportFormat] | None, typer.Option("--format", help="What to write; may be repeated.  [default: all]")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was written as JSON.")] = False,
) -> None:
    """Write the marts as Parquet, CSV with a datapackage.json, XLSX, and dbt sources."""
    written = export_all(home, out, form or list(ExportFormat))
    if as_json:
        typer.echo(to_json({"written": [str(path) for path in written]}))
    else:
        for path in written:
            console().print(str(path), markup=False)


def export_all(home: Path | None, out: Path | None, forms: list[ExportFormat]) -> list[Path]:
    """The files and folders written. BadUsage where they cannot be, WarehouseError where nothing is published."""
    from flows.published import open_published, place_of
    from warehouse import export as writers

    settings = load_settings()
    held = home or settings.home
    folder = out or held / "export"
    makers = {
        ExportFormat.PARQUET: (writers.to_parquet,),
        ExportFormat.CSV: (writers.to_csv, writers.to_datapackage),
        ExportFormat.XLSX: (writers.to_xlsx,),
        ExportFormat.DBT: (writers.to_dbt,),
    }
    with open_published(place_of(held, settings)) as con:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return [path for form in dict.fromkeys(forms) for make in makers[form] for path in make(con, folder)]
        except OSError as error:
            raise BadUsage(f"{error.filename or folder}: nothing can be written there ({error.strerror})") from error
