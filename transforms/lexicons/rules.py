"""Metric rules, indicators and qualifiers: the lexicons that say what a figure counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from transforms.lexicons import LexiconError, check_fields, load_metrics, load_units, read_csv, read_toml
from transforms.lexicons.concepts import load_concepts
from transforms.lexicons.words import Words

SCOPES = ("zone", "lead", "reach", "before", "sentence", "story")
_CONDITIONS = {f"{scope}_{kind}" for scope in SCOPES for kind in ("any", "none")}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of metric_rules.toml, whose header says what each field means."""

    code: str
    metric: str
    units: frozenset[str]
    priority: int
    anchor: frozenset[str]
    side: str
    nearer_none: frozenset[str]
    within: int
    bare: bool
    after: frozenset[str]
    claimed: frozenset[str]
    zone_all: tuple[frozenset[str], ...]
    any_of: tuple[tuple[str, frozenset[str]], ...]
    none_of: tuple[tuple[str, frozenset[str]], ...]

    def holds(self, scopes: Mapping[str, frozenset[str]], claimed: frozenset[str]) -> bool:
        """Whether the concepts of each scope, and the metrics that the sentence has stated, meet the conditions."""
        zone = scopes["zone"]
        if self.anchor and self.anchor.isdisjoint(zone):
            return False
        if self.claimed and self.claimed.isdisjoint(claimed):
            return False
        for scope, wanted in self.any_of:
            if scopes[scope].isdisjoint(wanted):
                return False
        for scope, unwanted in self.none_of:
            if not scopes[scope].isdisjoint(unwanted):
                return False
        return all(not zone.isdisjoint(wanted) for wanted in self.zone_all) if self.zone_all else True


def _rule(code: str, entry: dict[str, Any]) -> Rule:
    file_name = "metric_rules.toml"
    check_fields(
        file_name,
        code,
        entry,
        {"units", "priority"},
        {"anchor", "side", "after", "zone_all", "within", "bare", "nearer_none", "claimed"} | _CONDITIONS,
    )
    metric = code.split(".")[0]
    if metric not in load_metrics():
        raise LexiconError(f"{file_name}: {code}: no metric {metric} in the catalogue")
    named = [*entry.get("anchor", ()), *(c for group in entry.get("zone_all", ()) for c in group)]
    named += entry.get("nearer_none", ())
    named += [concept for condition in _CONDITIONS for concept in entry.get(condition, ())]
    unknown = set(named) - load_concepts().keys() or set(entry["units"]) - set(load_units().values())
    if unknown:
        raise LexiconError(f"{file_name}: {code}: unknown {sorted(unknown)}")
    return Rule(
        code=code,
        metric=metric,
        units=frozenset(entry["units"]),
        priority=int(entry["priority"]),
        anchor=frozenset(entry.get("anchor", ())),
        side=entry.get("side", "both"),
        nearer_none=frozenset(entry.get("nearer_none", ())),
        within=int(entry.get("within", 1000)),
        bare=bool(entry.get("bare", False)),
        after=frozenset(entry.get("after", ())),
        claimed=frozenset(entry.get("claimed", ())),
        zone_all=tuple(frozenset(group) for group in entry.get("zone_all", ())),
        any_of=tuple((s, frozenset(entry[f"{s}_any"])) for s in SCOPES if f"{s}_any" in entry),
        none_of=tuple((s, frozenset(entry[f"{s}_none"])) for s in SCOPES if f"{s}_none" in entry),
    )


@cache
def load_rules() -> tuple[Rule, ...]:
    """All metric rules, in the order of the file (which decides nothing)."""
    return tuple(_rule(code, entry) for code, entry in read_toml("metric_rules.toml").items())


@cache
def rules_for(unit_class: str) -> tuple[Rule, ...]:
    """The rules that a figure with a unit of this class can meet; "" is a number without a unit."""
    if not unit_class:
        return tuple(rule for rule in load_rules() if rule.bare)
    return tuple(rule for rule in load_rules() if unit_class in rule.units)


@cache
def load_indicators() -> Words[str]:
    """Names of what a change or a share is of → metric code."""
    entries = {}
    for surface, metric, _source in read_csv("indicators.csv", ("surface", "metric", "source")):
        if metric not in load_metrics() or surface in entries:
            raise LexiconError(f"indicators.csv: {surface}: unknown metric or twice")
        entries[surface] = metric
    return Words(entries)


@cache
def load_qualifiers() -> Mapping[str, Words[str]]:
    """Metric → the kinds that narrow it."""
    entries: dict[str, dict[str, str]] = {}
    for surface, qualifier, metric, _source in read_csv("qualifiers.csv", ("surface", "qualifier", "metric", "source")):
        if metric not in load_metrics():
            raise LexiconError(f"qualifiers.csv: {surface}: unknown metric {metric}")
        entries.setdefault(metric, {})[surface] = qualifier
    return {metric: Words(surfaces) for metric, surfaces in entries.items()}
