"""Quantities beside Recognizers-Text, jionlp and chinese2digits, which live in an environment of their own.

`make bench-peers` builds it in `.venv-peers`; where it is missing, the rows say so. Both sides are timed in one process
of that environment, on the same running text; accuracy is over the wordings of `tests/golden/quantities.jsonl`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.process import measure_command
from benchmarks.results import ROOT, Row
from benchmarks.workspace import Workspace

PEERS_PYTHON = ROOT / ".venv-peers" / "bin" / "python"
GOALS = {"recognizers-text-suite": "≥ 20", "jionlp": "≥ 20", "chinese2digits": ""}
OURS = "aidledger"


def beside_peers(space: Workspace) -> list[Row]:
    """Our grammar's speed and accuracy beside each peer's; the ratio is how many times faster ours is."""
    python = PEERS_PYTHON if PEERS_PYTHON.exists() else Path(sys.executable)
    told = measure_command(
        [str(python), "-W", "ignore", "benchmarks/peers.py", "--json", "--text", str(space.corpus())]
    ).told
    found, ours = told["found"], told["found"][OURS]
    rows = [Row("quantities", "quantities alone, CPU a MB", ours["seconds"], "s/MB", note=_accuracy(told, OURS))]
    for peer, goal in GOALS.items():
        what = f"the same, times faster than {peer}"
        if peer not in found:
            rows.append(Row(f"quantities_{peer}", what, None, "s/MB", "peer not installed", goal=goal))
            continue
        theirs = found[peer]["seconds"]
        rows.append(
            Row(
                f"quantities_{peer}",
                what,
                ours["seconds"],
                "s/MB",
                peer,
                theirs,
                ratio=theirs / ours["seconds"],
                goal=goal,
                note=_accuracy(told, peer),
            )
        )
    return rows


def _accuracy(told: dict[str, dict[str, dict[str, float]]], name: str) -> str:
    counts, asked = told["found"][name], told["asked"]
    return (
        f"{name}: of {asked['quantities']} wordings {counts['value']} values right, {counts['value and unit']} with "
        f"their unit; of {asked['inexact']} inexact ones {counts['inexactness']} told so; of {asked['traps']} traps "
        f"{counts['traps hit']} hit"
    )
