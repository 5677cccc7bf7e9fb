"""What is checked, as data: rules in SQL, bounds on a run, and the policy of each table's schema.

Every check has a name, a severity, an owner (who answers for it) and a reason, in English and in Chinese. A definition
that is not whole is refused when it is read, not when it would be needed.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, get_args

from checks.results import Height, Severity
from checks.schemas import SCHEMAS

RULE_FIELDS = {"name", "severity", "owner", "reason", "reason_zh", "applies_to"}
OPTIONAL_RULE_FIELDS = {"sets_aside", "for_each", "gives"}
BOUND_FIELDS = {"severity", "owner", "reason", "reason_zh", "decided_on", "measure"}
SCHEMA_FIELDS = {"owner", "reason", "reason_zh"}


class CheckDefinitionError(Exception):
    """A rule file or a bound is not written as it must be; the message names it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One file of `checks/rules`: a query whose rows are the offenders, the key of each in its first column.

    The query may ask `getvariable('run_key')` for the run under audit. With `for_each = text column` it is asked for
    every column that can hold text of people, and `{table}`, `{column}` and `{value}` stand for it. A rule of severity
    quarantine names in `sets_aside` the table whose rows its keys are. One with `gives = findings` compares facts:
    its columns are those of `checks.findings`, and a row with an explanation is no offender.
    """

    name: str
    severity: Severity
    owner: str
    reason: str
    reason_zh: str
    applies_to: str
    sql: str
    sets_aside: str | None = None
    for_each: str | None = None
    gives: str | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """One bound on a whole run: `measure` gives one number, or NULL where there is too little to judge.

    A second column, where there is one, says in words what the number is of.
    """

    name: str
    severity: Severity
    owner: str
    reason: str
    reason_zh: str
    measure: str
    at_most: float | None = None
    at_least: float | None = None
    decided_on: date = date.min


@dataclass(frozen=True, slots=True)
class RowPolicy:
    """Who answers for the schema of one table, and why it is as strict as it is. Its rows are set aside."""

    table: str
    owner: str
    reason: str
    reason_zh: str

    @property
    def name(self) -> str:
        return f"schema.{self.table}"


@dataclass(frozen=True, slots=True)
class Policy:
    """One check as people are told of it."""

    name: str
    height: Height
    severity: Severity
    owner: str
    reason: str
    reason_zh: str
    how: str
    """The query, the limits or the checks of the rows: what exactly is asked."""


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
    if fields.get("gives", "findings") != "findings":
        raise CheckDefinitionError(f"{file_name}: gives {fields['gives']!r}")
    return Rule(sql=text, **fields)  # type: ignore[arg-type]


def load_rules() -> tuple[Rule, ...]:
    """The rules of the package, in the order in which they are asked.

    Those that set rows aside come first, because what remains is what the others judge. Those that give findings come
    second, because their sentences are text that the privacy rules read.
    """
    files = [file for file in resources.files("checks").joinpath("rules").iterdir() if file.name.endswith(".sql")]
    rules = [parse_rule(file.name, file.read_text(encoding="utf-8")) for file in files]
    return tuple(sorted(rules, key=lambda rule: (rule.severity != "quarantine", rule.gives is None, rule.name)))


def load_bounds() -> tuple[Bound, ...]:
    """The bounds of `checks/bounds.toml`. CheckDefinitionError where one is not whole."""
    bounds = []
    for name, fields in _toml("bounds.toml").items():
        limits = set(fields) - BOUND_FIELDS
        if set(fields) & BOUND_FIELDS != BOUND_FIELDS or not limits or limits - {"at_most", "at_least"}:
            raise CheckDefinitionError(f"bounds.toml: {name} has the fields {sorted(fields)}")
        if not all(fields[told] for told in BOUND_FIELDS):
            raise CheckDefinitionError(f"bounds.toml: {name} has an empty field")
        if fields["severity"] not in ("block", "warn"):
            raise CheckDefinitionError(f"bounds.toml: {name} has severity {fields['severity']}: a run is not set aside")
        bounds.append(Bound(name=name, **fields))
    return tuple(bounds)


@cache
def load_row_policies() -> dict[str, RowPolicy]:
    """Table → policy, from `checks/rows.toml`: one for every schema. CheckDefinitionError where one is missing."""
    told = _toml("rows.toml")
    if set(told) != set(SCHEMAS):
        raise CheckDefinitionError(f"rows.toml: the tables differ from the schemas: {sorted(set(told) ^ set(SCHEMAS))}")
    for table, fields in told.items():
        if set(fields) != SCHEMA_FIELDS or not all(fields.values()):
            raise CheckDefinitionError(f"rows.toml: {table} has the fields {sorted(fields)}")
    return {table: RowPolicy(table, **fields) for table, fields in told.items()}


def policies() -> dict[str, Policy]:
    """Every check by its name: rows, then tables, then runs."""
    rows = [
        Policy(each.name, "row", "quarantine", each.owner, each.reason, each.reason_zh, row_checks(each.table))
        for each in load_row_policies().values()
    ]
    tables = [
        Policy(rule.name, "table", rule.severity, rule.owner, rule.reason, rule.reason_zh, rule.sql.strip())
        for rule in load_rules()
    ]
    runs = [
        Policy(each.name, "run", each.severity, each.owner, each.reason, each.reason_zh, _limits_and_measure(each))
        for each in load_bounds()
    ]
    return {policy.name: policy for policy in (*rows, *tables, *runs)}


def limits(bound: Bound) -> str:
    """`at most 0.2`, or both ends."""
    ends = (("at most", bound.at_most), ("at least", bound.at_least))
    return " and ".join(f"{word} {limit:g}" for word, limit in ends if limit is not None)


def row_checks(table: str) -> str:
    """What the schema of a table asks of a row, a line each: `unit.in_set: is none of person, …`."""
    schema = SCHEMAS[table]
    lines = [
        f"{name}.{check.error or check.name}" for name, column in schema.columns.items() for check in column.checks
    ]
    return "\n".join([*lines, *(str(check.error) for check in schema.checks)])


def _limits_and_measure(bound: Bound) -> str:
    return f"{limits(bound)} (decided on {bound.decided_on})\n{bound.measure.strip()}"


def _toml(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads(resources.files("checks").joinpath(name).read_text(encoding="utf-8"))
