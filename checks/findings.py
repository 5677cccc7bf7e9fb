"""Findings: facts that do not fit each other, each with the facts it concerns and a sentence in plain words.

A finding is known by its check and its figures, so one that stands for a hundred runs is one row, which says when it
was found first and last. Nothing is resolved here: both facts stay, and `mart.contradictions` shows both sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import duckdb
import pyarrow as pa

from checks.definitions import Rule
from transforms.model import hash64

TOLD = ("message", "message_zh", "explanation", "explanation_zh")
COLUMNS = ("first_figure_key", "second_figure_key", "figure_keys", *TOLD)
"""What a rule with `gives = findings` selects. `figure_keys` is a list; an explanation says why both may be right."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One row that such a rule gave."""

    first_figure_key: int
    second_figure_key: int | None
    figure_keys: tuple[int, ...]
    message: str
    message_zh: str
    explanation: str | None
    explanation_zh: str | None


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table and macros that the rules of facts against facts read (`checks/prepare.sql`)."""
    con.execute(resources.files("checks").joinpath("prepare.sql").read_text(encoding="utf-8"))


def find(con: duckdb.DuckDBPyConnection, rule: Rule) -> list[Finding]:
    """What the rule finds, each set of figures once. `prepare` must have been called.

    ValueError where the rule has other columns, or tells in one language what it does not tell in the other.
    """
    cursor = con.execute(rule.sql)
    names = tuple(column[0] for column in cursor.description or ())
    if names != COLUMNS:
        raise ValueError(f"{rule.name} selects {names}")
    found = [Finding(row[0], row[1], tuple(sorted(set(row[2]))), *row[3:]) for row in cursor.fetchall()]
    if any(not each.message_zh or (each.explanation is None) != (each.explanation_zh is None) for each in found):
        raise ValueError(f"{rule.name} tells in one language alone")
    return list({finding.figure_keys: finding for finding in reversed(found)}.values())[::-1]


def record(con: duckdb.DuckDBPyConnection, run_key: str, rule: Rule, findings: Sequence[Finding]) -> None:
    """Bring `ops.finding` to what the rule found in this run: new ones added, standing ones seen, others gone."""
    keys = [hash64(rule.name, *finding.figure_keys) for finding in findings]
    rows: list[dict[str, Any]] = [
        {
            "finding_key": key,
            "check_name": rule.name,
            "severity": rule.severity,
            "first_figure_key": finding.first_figure_key,
            "second_figure_key": finding.second_figure_key,
            "figure_keys": list(finding.figure_keys),
            **{name: getattr(finding, name) for name in TOLD},
            "run_key": run_key,
        }
        for key, finding in zip(keys, findings, strict=True)
    ]
    texts = ("check_name", "severity", *TOLD, "run_key")
    numbers = ("finding_key", "first_figure_key", "second_figure_key")
    fields = [(name, pa.int64()) for name in numbers] + [(name, pa.string()) for name in texts]
    told = pa.Table.from_pylist(rows, pa.schema([*fields, ("figure_keys", pa.list_(pa.int64()))]))
    kept = [name for name in told.column_names if name != "run_key"]
    con.register("told", told)
    try:
        con.execute(
            "UPDATE ops.finding SET gone_in_run_key = ? WHERE check_name = ? AND gone_in_run_key IS NULL "
            "AND finding_key NOT IN (SELECT finding_key FROM told)",
            [run_key, rule.name],
        )
        con.execute(
            "MERGE INTO ops.finding AS held USING told ON held.finding_key = told.finding_key "
            f"WHEN MATCHED THEN UPDATE SET {', '.join(f'{name} = told.{name}' for name in TOLD)}, "
            "severity = told.severity, last_run_key = told.run_key, gone_in_run_key = NULL "
            f"WHEN NOT MATCHED THEN INSERT ({', '.join(kept)}, first_run_key, last_run_key) "
            f"VALUES ({', '.join(f'told.{name}' for name in kept)}, told.run_key, told.run_key)"
        )
    finally:
        con.unregister("told")
