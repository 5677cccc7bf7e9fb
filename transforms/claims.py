"""What a figure is found to state, and the stretch of text in which that is decided."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from transforms.lexicons import load_metrics, load_units
from transforms.lexicons.rules import Rule
from transforms.model import Aspect, Disposition, Quantity, Status
from transforms.scene import Scene
from transforms.wording import is_annual, part_mark, qualifier_of, status_of


@dataclass(frozen=True, slots=True)
class Claim:
    """One metric that a quantity states. Values are in the metric's canonical unit, signed for changes."""

    metric: str
    aspect: Aspect
    value: Decimal
    value_low: Decimal
    value_high: Decimal | None
    unit: str
    status: Status
    qualifier: str | None
    is_annual: bool
    is_part: bool
    rule_code: str
    part_of: int | None = None
    """Index of the reading that states the whole, where the figure is a part of one."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rule that a figure met, and how far its anchor stood."""

    rule: Rule
    distance: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What was decided about one quantity, and the candidates that were weighed."""

    quantity: Quantity
    disposition: Disposition
    reason: str | None
    claims: tuple[Claim, ...] = ()
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Zone:
    """The stretch of text around a figure in which its anchor must stand."""

    left: int
    right: int
    lead: int
    reach: int
    sentence: tuple[int, int]
    paragraph: int


def claim_of(scene: Scene, quantity: Quantity, zone: Zone, rule: Rule, aspect: Aspect) -> Claim:
    unit = load_metrics()[rule.metric].unit
    if unit == "person" and load_units().get(quantity.unit) == "person_time":
        unit = "person_time"
    return build_claim(scene, quantity, zone, rule.metric, aspect, unit, rule.code, sign=1)


def build_claim(
    scene: Scene, quantity: Quantity, zone: Zone, metric: str, aspect: Aspect, unit: str, rule_code: str, sign: int
) -> Claim:
    low, high = quantity.value_low, quantity.value_high
    if sign < 0:
        low, high = (-high if high is not None else -quantity.value), -low
    start = quantity.char_start
    return Claim(
        metric=metric,
        aspect=aspect,
        value=quantity.value * sign,
        value_low=low,
        value_high=high,
        unit=unit,
        status=status_of(scene, quantity, zone.reach),
        qualifier=qualifier_of(scene, metric, (zone.left, zone.lead), quantity, zone.right),
        is_annual=is_annual(scene.text, zone.reach, zone.left, start),
        is_part=part_mark(scene.text, zone.reach, start) is not None,
        rule_code=rule_code,
    )
