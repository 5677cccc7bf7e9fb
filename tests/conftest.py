"""What holds for every test."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

# A test process that is one of several is told the width of its master's terminal; output is read at its own width.
os.environ.pop("COLUMNS", None)

PROOF = "proof"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What a proof counted (`record_property("proof", …)`), whichever process ran it."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, told in getattr(report, "user_properties", ()):
                if name == PROOF and report.when == "call":
                    terminalreporter.write_line(f"\n{told}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A running Chromium, or a skip that says what is missing."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no Chromium here: apt-get install chromium fonts-noto-cjk")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
