"""The reporting flow: after each run that published, or on a schedule of its own."""

from __future__ import annotations

from pathlib import Path

from prefect import flow, get_run_logger

from flows.outcome import RunReport
from flows.report import write_report
from flows.settings import Settings, load_settings


@flow(name="report", flow_run_name="report of {home}", persist_result=False)
def report(home: str | None = None, out: str | None = None) -> str:
    """Write the page of the published warehouse; the path of the page."""
    settings = load_settings()
    page = write_report(Path(home) if home else settings.home, Path(out) if out else None, settings.timezone)
    size = page.stat().st_size / 1e6
    get_run_logger().info("the report is %s (%.1f MB)", page, size)
    return str(page)


def report_in_flow(done: RunReport, home: Path, settings: Settings) -> None:
    """The reporting flow as the last step of a run that published; its failure is logged, and the run stands."""
    if done.ending != "published" or not settings.write_report:
        return
    try:
        report(home=str(home))
    except Exception as error:
        get_run_logger().warning("the report was not written: %s", error)
