"""The exporting flow: the marts as files, on demand or after a schedule of its own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact

from flows.export_command import ExportFormat, export_all
from flows.settings import load_settings

ARTIFACT_KEY = "export"


def _run_name() -> str:
    return f"export {datetime.now(load_settings().zone):%Y-%m-%d %H:%M}"


@flow(name="export", flow_run_name=_run_name, persist_result=False)
def export(home: str | None = None, out: str | None = None, formats: list[ExportFormat] | None = None) -> list[str]:
    """Write the marts as files; the paths that were written.

    Args:
        home: folder of the warehouse; the worker's setting where it is left empty.
        out: folder of the files; `export` in the home where it is left empty.
        formats: what to write; everything where it is left empty.
    """
    forms = formats or list(ExportFormat)
    written = [str(path) for path in export_all(Path(home) if home else None, Path(out) if out else None, forms)]
    get_run_logger().info("wrote %d files", len(written))
    listed = "\n".join(f"- `{path}`" for path in written)
    create_markdown_artifact(listed, key=ARTIFACT_KEY, description="What was written")
    return written
