"""Every check of a loaded run: rows set aside, rules in SQL, bounds on the whole."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from importlib import resources
from typing import Any, get_args

import duckdb

from checks.quarantine import quarantine_rows
from checks.results import CheckResult, Height, Severity, blocking
from checks.schemas import SCHEMAS

__all__ = ["Bound", "CheckResult", "Rule", "audit", "blocking", "load_bounds", "load_rules"]

SAMPLE = 5
RULE_FIELDS = {"name", "severity", "owner", "reason", "applies_to"}
OPTIONAL_RULE_FIELDS = {"sets_aside", "for_each"}
BOUND_FIELDS = {"severity", "owner", "reason", "measure"}
NUMBERS_IN_PAYLOAD = '"([a-z_]+_key|value|value_low|value_high)": ?"[^"]*"'
TEXT_COLUMNS = """
    SELECT schema_name || '.' || table_name AS table_name, column_name, data_type
    FROM duckdb_columns()
    WHERE NOT internal
        AND (schema_name, table_name) IN (SELECT (schema_name, table_name) FROM duckdb_tables())
        AND data_type IN ('VARCHAR', 'JSON')
        AND NOT regexp_matches(column_name, '_(key|keys|version)$')
    ORDER BY ALL
"""


class CheckDefinitionError(Exception):
    """A rule file or a bound is not written as it must be; the message names it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One file of `checks/rules`: a query whose rows are the offenders, the key of each in its first column.

    The query may ask `getvariable('run_key')` for the run under audit. With `for_each = text column` it is asked for
    every column that can hold text of people, and `{table}`, `{column}` and `{value}` stand for it. A rule of severity
    quarantine names in `sets_aside` the table whose rows its keys are.
    """

    name: str
    severity: Severity
    owner: str
    reason: str
    applies_to: str
    sql: str
    sets_aside: str | None = None
    for_each: str | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """One bound on a whole run: `measure` gives one number, or NULL where there is too little to judge."""

    name: str
    severity: Severity
    owner: str
    reason: str
    measure: str
    at_most: float | None = None
    at_least: float | None = None


def parse_rule(file_name: str, text: str) -> Rule:
    """A rule from its header: `-- field: value` lines before the query. CheckDefinitionError where one is amiss."""
    fields: dict[str, str] = {}
    for line in text.splitlines():
        if not line.startswith("-- "):
            break
        name, _, value = line[3:].partition(":")
        fields[name.strip()] = value.strip()
    missing, foreign = RULE_FIELDS - set(fields), set(fields) - RULE_FIELDS - OPTIONAL_RULE_FIELDS
    if missing or foreign:
        raise CheckDefinitionError(f"{file_name}: missing {sorted(missing)}, not known {sorted(foreign)}")
    if fields["severity"] not in get_args(Severity) or not all(fields.values()):
        raise CheckDefinitionError(f"{file_name}: severity {fields['severity']!r}, or an empty field")
    if fields["name"] != file_name.removesuffix(".sql"):
        raise CheckDefinitionError(f"{file_name}: calls itself {fields['name']}")
    if (fields["severity"] == "quarantine") != ("sets_aside" in fields):
        raise CheckDefinitionError(f"{file_name}: severity quarantine and sets_aside go together")
    return Rule(sql=text, **fields)  # type: ignore[arg-type]


def load_rules() -> tuple[Rule, ...]:
    """The rules of the package, those that set rows aside first: what remains is what the others judge."""
    files = [file for file in resources.files("checks").joinpath("rules").iterdir() if file.name.endswith(".sql")]
    rules = [parse_rule(file.name, file.read_text(encoding="utf-8")) for file in files]
    return tuple(sorted(rules, key=lambda rule: (rule.severity != "quarantine", rule.name)))


def load_bounds() -> tuple[Bound, ...]:
    """The bounds of `checks/bounds.toml`. CheckDefinitionError where one is not whole."""
    told = tomllib.loads(resources.files("checks").joinpath("bounds.toml").read_text(encoding="utf-8"))
    bounds = []
    for name, fields in told.items():
        limits = set(fields) - BOUND_FIELDS
        if set(fields) & BOUND_FIELDS != BOUND_FIELDS or not limits or limits - {"at_most", "at_least"}:
            raise CheckDefinitionError(f"bounds.toml: {name} has the fields {sorted(fields)}")
        if fields["severity"] not in ("block", "warn"):
            raise CheckDefinitionError(f"bounds.toml: {name} has severity {fields['severity']}: a run is not set aside")
        bounds.append(Bound(name=name, **fields))
    return tuple(bounds)


def audit(
    con: duckdb.DuckDBPyConnection,
    run_key: str,
    *,
    rules: Iterable[Rule] | None = None,
    bounds: Iterable[Bound] | None = None,
) -> list[CheckResult]:
    """Run every check on the private copy, set aside what fails a quarantine rule, and record each result.

    The caller asks `blocking(results)`: anything in it, and the run must not be published.
    """
    con.execute("SET VARIABLE run_key = ?", [run_key])
    results = []
    for rule in load_rules() if rules is None else rules:
        results.append(_guarded("table", rule, partial(_run_rule, con, run_key, rule)))
    for table in SCHEMAS:
        results.append(_row_result(con, run_key, table))
    for bound in load_bounds() if bounds is None else bounds:
        results.append(_guarded("run", bound, partial(_run_bound, con, bound)))
    _record(con, run_key, results)
    return results


def _guarded(height: Height, check: Rule | Bound, run: Callable[[], CheckResult]) -> CheckResult:
    try:
        result = run()
    except Exception as error:
        # The class alone: DuckDB's messages quote values, and a value may be what must not be told.
        result = CheckResult(check.name, height, check.severity, "error", 0, f"could not run: {type(error).__name__}")
    return replace(result, owner=check.owner, reason=check.reason)


def _count(con: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any] | None = None) -> int:
    row = con.execute(sql, parameters or []).fetchone()
    return int(row[0]) if row else 0


def _run_rule(con: duckdb.DuckDBPyConnection, run_key: str, rule: Rule) -> CheckResult:
    if rule.for_each is not None:
        return _run_for_each(con, rule)
    if not any(
        _count(con, f"SELECT count(*) FROM (FROM {name.strip()} LIMIT 1)") for name in rule.applies_to.split(",")
    ):
        return CheckResult(rule.name, "table", rule.severity, "not_applicable", 0, f"no rows in {rule.applies_to}")
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


def _run_for_each(con: duckdb.DuckDBPyConnection, rule: Rule) -> CheckResult:
    """A rule on every text column of every table, among them those added after the rule was written."""
    if rule.for_each != "text column":
        raise CheckDefinitionError(f"{rule.name}: for_each {rule.for_each!r}")
    found = []
    offenders = 0
    columns = con.execute(TEXT_COLUMNS).fetchall()
    for table, column, data_type in columns:
        value = f'"{column}"'
        if data_type == "JSON":
            # Keys and amounts inside a payload are numbers too, and a hash can look like any of them.
            value = f"regexp_replace(CAST({value} AS VARCHAR), '{NUMBERS_IN_PAYLOAD}', '', 'g')"
        rows = con.execute(rule.sql.format(table=table, column=column, value=value)).fetchall()
        if rows:
            offenders += len(rows)
            found.append(f"{table}.{column} ({len(rows)})")
    status: Any = "failed" if offenders else "passed"
    detail = ", ".join(found) if found else f"none in {len(columns)} columns"
    return CheckResult(rule.name, "table", rule.severity, status, offenders, detail)


def _set_aside(con: duckdb.DuckDBPyConnection, run_key: str, rule: Rule, keys: list[Any]) -> None:
    """Move the rows with these keys from their table to `ops.quarantine`."""
    table = str(rule.sets_aside)
    key = con.execute(f"DESCRIBE {table}").fetchall()[0][0]
    bad = con.execute(f"SELECT * FROM {table} WHERE list_contains(?, {key})", [keys]).to_arrow_table()
    frame = bad.to_pandas(integer_object_nulls=True, date_as_object=True)
    aside = quarantine_rows(table, frame, [[(rule.name, rule.reason)]] * len(frame), run_key)
    documents = dict(con.execute("SELECT article_key, document_key FROM core.dim_article").fetchall())
    con.begin()
    try:
        for row, article_key in zip(aside.to_dict("records"), frame["article_key"], strict=True):
            con.execute(
                "INSERT INTO ops.quarantine VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                [
                    *(row["quarantine_key"], row["run_key"], documents.get(article_key), row["table_name"]),
                    *(row["row_key"], row["check_name"], row["reason"], row["payload"]),
                ],
            )
        con.execute(f"DELETE FROM {table} WHERE list_contains(?, {key})", [keys])
        con.commit()
    except BaseException:
        con.rollback()
        raise


def _row_result(con: duckdb.DuckDBPyConnection, run_key: str, table: str) -> CheckResult:
    """What the schema of `table` did in this run, told from the rows that it set aside."""
    name = f"schema.{table}"
    reason = "A row that is not of its table's shape and ranges must not reach an analyst."
    if not _count(con, f"SELECT count(*) FROM (FROM {table} LIMIT 1)") and not _count(
        con, "SELECT count(*) FROM ops.quarantine WHERE table_name = ?", [table]
    ):
        return CheckResult(name, "row", "quarantine", "not_applicable", 0, f"no rows for {table}", reason=reason)
    counts = con.execute(
        "SELECT check_name, count(*) FROM ops.quarantine WHERE run_key = ? AND table_name = ? "
        "AND released_in_run_key IS NULL GROUP BY ALL ORDER BY 2 DESC, 1",
        [run_key, table],
    ).fetchall()
    offenders = sum(count for _, count in counts)
    detail = ", ".join(f"{check} ({count})" for check, count in counts) or "no row set aside"
    return CheckResult(name, "row", "quarantine", "failed" if offenders else "passed", offenders, detail, reason=reason)


def _run_bound(con: duckdb.DuckDBPyConnection, bound: Bound) -> CheckResult:
    row = con.execute(bound.measure).fetchone()
    if row is None or row[0] is None:
        return CheckResult(bound.name, "run", bound.severity, "not_applicable", 0, "too little to judge")
    measured = float(row[0])
    crossed = (bound.at_most is not None and measured > bound.at_most) or (
        bound.at_least is not None and measured < bound.at_least
    )
    limits = [
        f"{word} {limit:g}"
        for word, limit in (("at most", bound.at_most), ("at least", bound.at_least))
        if limit is not None
    ]
    detail = f"measured {measured:.4g}, allowed {' and '.join(limits)}"
    return CheckResult(bound.name, "run", bound.severity, "failed" if crossed else "passed", int(crossed), detail)


def _record(con: duckdb.DuckDBPyConnection, run_key: str, results: list[CheckResult]) -> None:
    checked_at = datetime.now(UTC).replace(tzinfo=None)
    con.begin()
    try:
        con.execute("DELETE FROM ops.check_result WHERE run_key = ?", [run_key])
        for result in results:
            con.execute(
                "INSERT INTO ops.check_result VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    *(run_key, result.check_name, result.height, result.severity, result.status, result.offenders),
                    *(result.detail, result.sample_keys, result.owner, result.reason, checked_at),
                ],
            )
        con.commit()
    except BaseException:
        con.rollback()
        raise
