"""The reporting flow: after each run that published, or on a schedule of its own."""

from __future__ import annotations

from pathlib import Path

from prefect import flow, get_run_logger
from prefect.runtime import flow_run

from flows.at_work import at_work, in_time, named
from flows.outcome import RunReport
from flows.report import write_report
from flows.settings import Settings, load_settings

FLOW_NAME = "report"


def _run_name() -> str:
    """What and when: `report aid 2026-11-21 22:30`."""
    return named(f"{FLOW_NAME} {Path(flow_run.parameters.get('home') or load_settings().home).name}")


@flow(name=FLOW_NAME, flow_run_name=_run_name, persist_result=False)
def report(home: str | None = None, out: str | None = None) -> str:
    """Write the page of the published warehouse; the path of the page.

    Args:
        home: folder of the warehouse; the worker's setting where it is left empty.
        out: folder of the page; `report` in the home where it is left empty.
    """
    settings = load_settings()
    folder = Path(home) if home else settings.home
    with at_work(folder, settings, FLOW_NAME) as notifier, in_time(settings):
        page = write_report(folder, Path(out) if out else None, settings)
        notifier.succeeded()
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
