"""Workers of the tests that kill them: forked from one server process that has the program in memory.

`multiprocessing` keeps one such server for each test process, and whoever starts it decides what it loads. So all that
any test needs is named here, and a worker's time is its work's own.
"""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from pathlib import Path

ROOT = Path(__file__).parent.parent
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.flows.crashing", "tests.warehouse.cycles"])


def forking() -> ForkServerContext:
    """`CONTEXT`, its server started. The server finds the program whatever the working folder is."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(ROOT)
    try:
        forkserver.ensure_running()
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before
    return CONTEXT
