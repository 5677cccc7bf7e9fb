"""The exporting flow: the marts as files, on demand or after a schedule of its own."""

from __future__ import annotations

from pathlib import Path

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.runtime import flow_run

from flows.at_work import at_work, in_time, named
from flows.export_command import ExportFormat, export_all
from flows.settings import load_settings

FLOW_NAME = "export"
ARTIFACT_KEY = "export"


def _run_name() -> str:
    """What and when: `export aid parquet, csv 2026-11-21 22:30`."""
    home = Path(flow_run.parameters.get("home") or load_settings().home).name
    forms = ", ".join(map(str, flow_run.parameters.get("formats") or ())) or "everything"
    return named(f"{FLOW_NAME} {home} {forms}")


@flow(name=FLOW_NAME, flow_run_name=_run_name, persist_result=False)
def export(home: str | None = None, out: str | None = None, formats: list[ExportFormat] | None = None) -> list[str]:
    """Write the marts as files; the paths that were written.

    Args:
        home: folder of the warehouse; the worker's setting where it is left empty.
        out: folder of the files; `export` in the home where it is left empty.
        formats: what to write; everything where it is left empty.
    """
    settings = load_settings()
    folder, forms = Path(home) if home else settings.home, formats or list(ExportFormat)
    with at_work(folder, settings, FLOW_NAME) as notifier, in_time(settings):
        written = [str(path) for path in export_all(folder, Path(out) if out else None, forms)]
        notifier.succeeded()
    get_run_logger().info("wrote %d files", len(written))
    listed = "\n".join(f"- `{path}`" for path in written)
    create_markdown_artifact(listed, key=ARTIFACT_KEY, description="What was written")
    return written
