"""What holds for every test."""

import os
from typing import Any

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
