"""Every check of a loaded run: rows set aside, rules in SQL, bounds on the whole."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import duckdb
import pyarrow as pa

from checks.definitions import (
    Bound,
    CheckDefinitionError,
    Rule,
    limits,
    load_bounds,
    load_row_policies,
    load_rules,
    parse_rule,
)
from checks.findings import find, prepare, record
from checks.quarantine import quarantine_rows
from checks.results import CheckResult, Height
from checks.schemas import SCHEMAS
from transforms.model import hash64

__all__ = [
    *("Bound", "CheckDefinitionError", "CheckResult", "Rule", "audit", "load_bounds", "load_rules"),
    "parse_rule",
]

SAMPLE = 5
SET_ASIDE = ("quarantine_key", "run_key", "table_name", "row_key", "check_name", "reason", "payload")
"""What the audit writes of a row that it sets aside, beside its document."""
NUMBERS_IN_PAYLOAD = '"([a-z_]+_key|value|value_low|value_high)": ?"[^"]*"'
TEXT_COLUMNS = """
    SELECT schema_name || '.' || table_name AS table_name, column_name, data_type
    FROM duckdb_columns()
    WHERE database_name = current_database()
        AND NOT internal
        AND (schema_name, table_name) IN (SELECT (schema_name, table_name) FROM duckdb_tables())
        AND data_type IN ('VARCHAR', 'JSON')
        AND NOT regexp_matches(column_name, '_(key|keys|version)$')
    ORDER BY ALL
"""


def audit(
    con: duckdb.DuckDBPyConnection,
    run_key: str,
    *,
    rules: Iterable[Rule] | None = None,
    bounds: Iterable[Bound] | None = None,
    fold: Callable[[duckdb.DuckDBPyConnection], object] = lambda _: None,
) -> list[CheckResult]:
    """Run every check on the private copy, set aside what fails a quarantine rule, and record each result.

    `fold` brings the folded facts up to date: before the first rule, and again where rules set mentions aside.
    The caller asks `blocking(results)`: anything in it, and the run must not be published.
    """
    con.execute("SET VARIABLE run_key = ?", [run_key])
    results = []
    prepare_once = _Once(partial(prepare, con))
    fold(con)
    for rule in load_rules() if rules is None else rules:
        results.append(_guarded("table", rule, partial(_run_rule, con, run_key, rule, prepare_once)))
        if rule.sets_aside is not None and results[-1].offenders:
            fold(con)
    for table in SCHEMAS:
        results.append(_row_result(con, run_key, table))
    for bound in load_bounds() if bounds is None else bounds:
        results.append(_guarded("run", bound, partial(_run_bound, con, bound)))
    _record(con, run_key, results)
    return results


class _Once:
    """A step that is taken when it is first needed, and not again."""

    def __init__(self, step: Callable[[], None]) -> None:
        self._step = step
        self._is_done = False

    def __call__(self) -> None:
        if not self._is_done:
            self._step()
            self._is_done = True


def _guarded(height: Height, check: Rule | Bound, run: Callable[[], CheckResult]) -> CheckResult:
    began = time.perf_counter()
    try:
        result = run()
    except Exception as error:
        # The class alone: DuckDB's messages quote values, and a value may be what must not be told.
        result = CheckResult(check.name, height, check.severity, "error", 0, f"could not run: {type(error).__name__}")
    seconds = time.perf_counter() - began
    return replace(result, owner=check.owner, reason=check.reason, reason_zh=check.reason_zh, seconds=seconds)


def _count(con: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any] | None = None) -> int:
    row = con.execute(sql, parameters or []).fetchone()
    return int(row[0]) if row else 0


def _run_rule(con: duckdb.DuckDBPyConnection, run_key: str, rule: Rule, prepare_once: _Once) -> CheckResult:
    if rule.for_each is not None:
        return _run_for_each(con, rule)
    if not any(
        _count(con, f"SELECT count(*) FROM (FROM {name.strip()} LIMIT 1)") for name in rule.applies_to.split(",")
    ):
        return CheckResult(rule.name, "table", rule.severity, "not_applicable", 0, f"no rows in {rule.applies_to}")
    if rule.gives is not None:
        prepare_once()
        return _compare_facts(con, run_key, rule)
    keys = [row[0] for row in con.execute(rule.sql).fetchall()]
    if keys and rule.sets_aside is not None:
        _set_aside(con, run_key, rule, keys)
    return CheckResult(
        rule.name,
        "table",
        rule.severity,
        "failed" if keys else "passed",
        len(keys),
        f"{len(keys)} offending rows" if keys else "no offending row",
        ", ".join(str(key) for key in keys[:SAMPLE]) or None,
    )


def _compare_facts(con: duckdb.DuckDBPyConnection, run_key: str, rule: Rule) -> CheckResult:
    """A rule of facts against facts: each finding recorded; those with an explanation are no offenders."""
    found = find(con, rule)
    record(con, run_key, rule, found)
    open_ = [finding for finding in found if finding.explanation is None]
    explained = len(found) - len(open_)
    detail = f"{len(open_)} findings" if open_ else "no finding"
    return CheckResult(
        rule.name,
        "table",
        rule.severity,
        "failed" if open_ else "passed",
        len(open_),
        f"{detail}, {explained} explained" if explained else detail,
        ", ".join(str(finding.first_figure_key) for finding in open_[:SAMPLE]) or None,
    )


def _run_for_each(con: duckdb.DuckDBPyConnection, rule: Rule) -> CheckResult:
    """A rule on every text column of every table, among them those added after the rule was written."""
    if rule.for_each != "text column":
        raise CheckDefinitionError(f"{rule.name}: for_each {rule.for_each!r}")
    columns = con.execute(TEXT_COLUMNS).fetchall()
    by_table: dict[str, list[str]] = {}
    for table, column, data_type in columns:
        value = f'"{column}"'
        if data_type == "JSON":
            # Keys and amounts inside a payload are numbers too, and a hash can look like any of them.
            value = f"regexp_replace(CAST({value} AS VARCHAR), '{NUMBERS_IN_PAYLOAD}', '', 'g')"
        asked = rule.sql.format(table=table, column=column, value=value).rstrip().rstrip(";")
        by_table.setdefault(table, []).append(f"SELECT '{column}' AS place, count(*) AS offenders FROM ({asked}\n)")
    found = []
    offenders = 0
    for table, asked_of_table in by_table.items():
        for column, number in con.execute(" UNION ALL ".join(asked_of_table)).fetchall():
            if number:
                offenders += number
                found.append(f"{table}.{column} ({number})")
    status: Any = "failed" if offenders else "passed"
    detail = ", ".join(found) if found else f"none in {len(columns)} columns"
    return CheckResult(rule.name, "table", rule.severity, status, offenders, detail)


def _set_aside(con: duckdb.DuckDBPyConnection, run_key: str, rule: Rule, keys: list[Any]) -> None:
    """Move the rows with these keys from their table to `ops.quarantine`."""
    table = str(rule.sets_aside)
    key = con.execute(f"DESCRIBE {table}").fetchall()[0][0]
    con.register("offending", pa.table({key: pa.array(sorted(set(keys)), pa.int64())}))
    try:
        bad = con.execute(f"SELECT * FROM {table} SEMI JOIN offending USING ({key})").to_arrow_table()
        frame = bad.to_pandas(integer_object_nulls=True, date_as_object=True)
        aside = quarantine_rows(table, frame, [[(rule.name, rule.reason)]] * len(frame), run_key)
        # A row let in again keeps its run, so the key tells of the audit that set it aside this time.
        aside["quarantine_key"] = [hash64(run_key, rule.name, row_key) for row_key in aside["row_key"]]
        columns = {name: pa.array(aside[name].tolist(), from_pandas=True) for name in SET_ASIDE}
        con.register("aside", pa.table(columns | {"article_key": pa.array(frame["article_key"].tolist(), pa.int64())}))
        con.begin()
        try:
            con.execute(
                f"INSERT INTO ops.quarantine (document_key, {', '.join(SET_ASIDE)}) "
                f"SELECT article.document_key, {', '.join(f'aside.{name}' for name in SET_ASIDE)} "
                f"FROM aside LEFT JOIN core.dim_article AS article USING (article_key)"
            )
            con.execute(f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM offending)")
            con.commit()
        except BaseException:
            con.rollback()
            raise
        finally:
            con.unregister("aside")
    finally:
        con.unregister("offending")


def _row_result(con: duckdb.DuckDBPyConnection, run_key: str, table: str) -> CheckResult:
    """What the schema of `table` did in this run, told from the rows that it set aside."""
    policy = load_row_policies()[table]
    name, why = policy.name, (policy.owner, policy.reason, policy.reason_zh)
    if not _count(con, f"SELECT count(*) FROM (FROM {table} LIMIT 1)") and not _count(
        con, "SELECT count(*) FROM ops.quarantine WHERE table_name = ?", [table]
    ):
        return CheckResult(name, "row", "quarantine", "not_applicable", 0, f"no rows for {table}", None, *why)
    counts = con.execute(
        "SELECT check_name, count(*) FROM ops.quarantine WHERE run_key = ? AND table_name = ? "
        "AND released_in_run_key IS NULL GROUP BY ALL ORDER BY 2 DESC, 1",
        [run_key, table],
    ).fetchall()
    offenders = sum(count for _, count in counts)
    detail = ", ".join(f"{check} ({count})" for check, count in counts) or "no row set aside"
    status: Any = "failed" if offenders else "passed"
    return CheckResult(name, "row", "quarantine", status, offenders, detail, None, *why)


def _run_bound(con: duckdb.DuckDBPyConnection, bound: Bound) -> CheckResult:
    row = con.execute(bound.measure).fetchone()
    if row is None or row[0] is None:
        return CheckResult(bound.name, "run", bound.severity, "not_applicable", 0, "too little to judge")
    measured = float(row[0])
    crossed = (bound.at_most is not None and measured > bound.at_most) or (
        bound.at_least is not None and measured < bound.at_least
    )
    detail = f"measured {measured:.4g}, allowed {limits(bound)}"
    if len(row) > 1 and row[1] is not None:
        detail += f" ({row[1]})"
    return CheckResult(bound.name, "run", bound.severity, "failed" if crossed else "passed", int(crossed), detail)


def _record(con: duckdb.DuckDBPyConnection, run_key: str, results: list[CheckResult]) -> None:
    """Each result and how long it took, in one statement each: to a lake every statement is a trip to its catalogue."""
    checked_at = datetime.now(UTC).replace(tzinfo=None)
    told = [
        (
            *(run_key, result.check_name, result.height, result.severity, result.status, result.offenders),
            *(result.detail, result.sample_keys, result.owner, result.reason, checked_at, result.reason_zh),
            result.seconds,
        )
        for result in results
    ]
    names = [name for name, *_ in con.execute("DESCRIBE ops.check_result").fetchall()]
    con.register("told", pa.Table.from_pylist([dict(zip([*names, "seconds"], row, strict=True)) for row in told]))
    con.begin()
    try:
        con.execute("DELETE FROM ops.check_result WHERE run_key = ?", [run_key])
        con.execute("INSERT INTO ops.check_result BY NAME SELECT * EXCLUDE (seconds) FROM told")
        con.execute("DELETE FROM ops.step_time WHERE run_key = ? AND step LIKE 'check:%'", [run_key])
        con.execute("INSERT INTO ops.step_time SELECT run_key, 'check:' || check_name, seconds FROM told")
        con.commit()
    except BaseException:
        con.rollback()
        raise
    finally:
        con.unregister("told")
