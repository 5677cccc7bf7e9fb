"""The words of a check: what it found, and how grave that is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Height = Literal["row", "table", "run"]
Severity = Literal["block", "quarantine", "warn"]
Status = Literal["passed", "failed", "not_applicable", "error"]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check in one run: a row of `ops.check_result`. `detail` holds no content of the documents."""

    check_name: str
    height: Height
    severity: Severity
    status: Status
    offenders: int
    detail: str
    sample_keys: str | None = None
    owner: str = "ledger"
    reason: str = ""
    reason_zh: str = ""
    seconds: float = 0.0
    """How long it took: `ops.step_time` keeps it."""

    @property
    def blocks(self) -> bool:
        """True where the run must not be published. A check that could not run proves nothing, so it blocks."""
        return self.status == "error" or (self.status == "failed" and self.severity == "block")


def blocking(results: Iterable[CheckResult]) -> list[CheckResult]:
    """The results that keep a run from being published."""
    return [result for result in results if result.blocks]
