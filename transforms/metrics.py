"""Which metric and aspect a quantity states, decided by the rules of `lexicons/metric_rules.toml`.

A figure's zone is the text around it up to the next comma or counted figure; its reach goes back to the start of the
semicolon segment. Rules name concepts that must or must not stand there; the highest declared priority wins, then the
nearest anchor. What no rule claims is ignored with a reason, or unknown and counted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from transforms.lexicons import load_metrics, load_units
from transforms.lexicons.concepts import Hit
from transforms.lexicons.rules import Rule, load_indicators, load_rules
from transforms.model import Aspect, Disposition, Quantity, Status
from transforms.scene import COUNTED, Scene
from transforms.wording import change_before, is_annual, is_part, negative, qualifier_of, status_of

LIST_START = re.compile(r"[、和及与]|以及|并")
RELATIVE = frozenset({"percent", "points", "multiple", "share"})
IGNORED_FORMS = {
    "age": "age",
    "duration": "duration",
    "measure": "distance, weight or other measure",
    "ratio": "ratio",
    "permille": "rate per thousand",
}
IGNORED_UNITS = {
    "region": "count of places",
    "population": "population",
    "animal": "animals",
    "plant": "plants",
    "text": "length of a text",
    "metaphor": "figure of speech",
    "goods": "count of goods",
    "dose": "count of doses",
}
IGNORED_CONCEPTS = {
    "price": "price, fee or income",
    "population": "population",
    "media": "plays and likes",
    "award": "honour",
    "meeting": "people at a meeting",
    "staffing": "staff counted as working at a place",
    "goods": "count of goods",
}
_BLOCKERS = re.compile(r"率|费|时间|收入|满意|成本|死亡|并发症|能力|水平|质量|比重|出血")
_TO_LEVEL = re.compile(r"(?:到|至|为|达)(?:了|约|近|超|逾)?$")
_OUT_OF = re.compile(r"从(?:曾经|原来|原先|过去|之前|最初|当初|以前|援助前|帮扶前)?的?$")


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
    reach: int
    sentence: tuple[int, int]
    paragraph: int


def read_figures(scene: Scene) -> list[Reading]:
    """One reading a quantity of the scene, in order."""
    readings: list[Reading] = []
    for index in range(len(scene.quantities)):
        readings.append(_read(scene, index, readings))
    return readings


def _read(scene: Scene, index: int, earlier: Sequence[Reading]) -> Reading:
    quantity = scene.quantities[index]
    zone = _zone(scene, index)
    reason = _not_counted(scene, quantity)
    if reason is not None:
        return Reading(quantity, "ignored", reason)
    previous = earlier[-1] if earlier else None
    relative = quantity.form in RELATIVE
    if relative or change_before(scene.text, zone.left, quantity.char_start) is not None:
        claims, candidates = _relative_claims(scene, quantity, zone, earlier)
        if claims or relative:
            return _reading(scene, quantity, zone, claims, candidates)
    candidates = _candidates(scene, quantity, zone, previous)
    claims = () if not candidates else (_claim(scene, quantity, zone, candidates[0].rule, "level"),)
    return _reading(scene, quantity, zone, claims, candidates)


def _reading(
    scene: Scene, quantity: Quantity, zone: Zone, claims: tuple[Claim, ...], candidates: tuple[Candidate, ...]
) -> Reading:
    if claims:
        return Reading(quantity, "fact", None, claims, candidates)
    unit_class = load_units().get(quantity.unit, "")
    if quantity.form in IGNORED_FORMS:
        return Reading(quantity, "ignored", IGNORED_FORMS[quantity.form])
    if unit_class in IGNORED_UNITS:
        return Reading(quantity, "ignored", IGNORED_UNITS[unit_class])
    concepts = scene.hits.concepts(zone.left, zone.right)
    for concept, reason in IGNORED_CONCEPTS.items():
        if concept in concepts:
            return Reading(quantity, "ignored", reason)
    if not quantity.unit:
        return Reading(quantity, "ignored", "number without a unit")
    return Reading(quantity, "unknown", "no rule claims it")


def _not_counted(scene: Scene, quantity: Quantity) -> str | None:
    """Why the figure cannot be a fact whatever stands around it, or None."""
    text, unit_class = scene.text, load_units().get(quantity.unit, "")
    printed = text[quantity.char_start : quantity.char_end]
    if quantity.form in ("age", "measure", "ratio", "permille"):
        return IGNORED_FORMS[quantity.form]
    if unit_class == "foreign_money":
        return "foreign currency"
    if printed[0] == "一" and quantity.value == 1 and quantity.approximation == "exact":
        return "一 as an article"
    if scene.in_label(quantity.char_start, quantity.char_end):
        return "name in quotation marks"
    if quantity.value == 1 and unit_class in ("person", "case") and quantity.approximation == "exact":
        beside = scene.hits.concepts(quantity.char_start - 6, quantity.char_end + 10)
        if "patient" in beside:
            return "one patient's story"
    return None


def _zone(scene: Scene, index: int) -> Zone:
    quantity = scene.quantities[index]
    start, end = quantity.char_start, quantity.char_end
    left, right = scene.clauses.before(start), scene.clauses.after(end)
    for other in reversed(scene.quantities[:index]):
        if other.char_end <= left:
            break
        if _bounds(other):
            left = max(left, other.char_end)
            break
    for other in scene.quantities[index + 1 :]:
        if other.char_start >= right:
            break
        if _bounds(other):
            right = min(right, other.char_start)
            break
    if LIST_START.match(scene.text, end):
        right = end
    sentence = scene.sentence_at(start)
    reach = max(scene.segments.before(start), sentence.start)
    return Zone(left, right, min(reach, left), (sentence.start, sentence.end), scene.paragraph_at(start).start)


def _bounds(quantity: Quantity) -> bool:
    """Whether a neighbouring figure ends a zone: counted ones do, 一 as an article and durations do not."""
    return quantity.form in COUNTED and not (quantity.value == 1 and quantity.approximation == "exact")


def _candidates(
    scene: Scene, quantity: Quantity, zone: Zone, previous: Reading | None, relative: bool = False
) -> tuple[Candidate, ...]:
    """Rules whose conditions hold, best first."""
    unit_class = load_units().get(quantity.unit, "")
    left = scene.hits.within(zone.left, quantity.char_start)
    right = scene.hits.within(quantity.char_end, zone.right)
    if unit_class not in ("person", "person_time") and left and quantity.char_start - left[-1].end <= 1:
        adjacent = [rule for rule in load_rules() if unit_class in rule.units and left[-1].concepts & rule.anchor]
        right = [] if adjacent else right
    zone_concepts = frozenset().union(*(hit.concepts for hit in left + right))
    scopes = {
        "zone": zone_concepts,
        "reach": scene.hits.concepts(zone.reach, zone.right),
        "sentence": scene.hits.concepts(*zone.sentence),
        "story": scene.hits.concepts(zone.paragraph, zone.sentence[1]),
    }
    found = []
    for rule in load_rules():
        if unit_class not in rule.units or not rule.holds(scopes) or not _after(rule, scene, quantity, previous):
            continue
        anchor = _anchor(rule, quantity, left, right)
        if anchor is not None:
            found.append(Candidate(rule, *anchor))
    return tuple(sorted(found, key=lambda c: (-c.rule.priority, c.distance, c.rule.code)))


def _after(rule: Rule, scene: Scene, quantity: Quantity, previous: Reading | None) -> bool:
    """Whether the figure directly before states what the rule asks for (37批次、211名, 8批次36人)."""
    if not rule.after:
        return True
    if previous is None or not previous.claims or previous.claims[-1].metric not in rule.after:
        return False
    between = scene.text[previous.quantity.char_end : quantity.char_start]
    return re.fullmatch(r"[、和，及与共计合总（(]{0,3}", between) is not None


def _anchor(rule: Rule, quantity: Quantity, left: Sequence[Hit], right: Sequence[Hit]) -> tuple[int, str] | None:
    """Distance and words of the rule's nearest anchor; None where it has to have one and has none."""
    if not rule.anchor:
        return (0 if rule.after else 50), ""
    best: tuple[int, str] | None = None
    sides = ((left, "left"), (right, "right"))
    for hits, side in sides:
        if rule.side not in ("both", side):
            continue
        for hit in hits:
            distance = quantity.char_start - hit.end if side == "left" else hit.start - quantity.char_end
            if hit.concepts & rule.anchor and (best is None or distance < best[0]):
                best = (distance, "/".join(sorted(hit.concepts & rule.anchor)))
    return best


def _claim(scene: Scene, quantity: Quantity, zone: Zone, rule: Rule, aspect: Aspect) -> Claim:
    unit = load_metrics()[rule.metric].unit
    if unit == "person" and load_units().get(quantity.unit) == "person_time":
        unit = "person_time"
    return _build(scene, quantity, zone, rule.metric, aspect, unit, rule.code, sign=1)


def _build(
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
        qualifier=qualifier_of(scene.text, metric, zone.left, quantity.char_start, quantity.char_end, zone.right),
        is_annual=is_annual(scene.text, zone.reach, zone.left, start),
        is_part=is_part(scene.text, zone.sentence[0], start),
        rule_code=rule_code,
    )


def _relative_claims(
    scene: Scene, quantity: Quantity, zone: Zone, earlier: Sequence[Reading]
) -> tuple[tuple[Claim, ...], tuple[Candidate, ...]]:
    """Claims of a percentage, multiple, share or 同比 amount: bound to the metric named before it."""
    text, start = scene.text, quantity.char_start
    change = change_before(text, zone.left, start)
    to_level = _TO_LEVEL.search(text, zone.left, start) is not None
    metrics = _named_before(scene, zone, start)
    code = "indicator"
    if not metrics:
        metrics, code = _carried(quantity, zone, earlier, change is not None, to_level), "carried"
    claims = []
    for metric in metrics:
        aspect = _aspect(metric, quantity, change, to_level, text[zone.left : start])
        if aspect is not None:
            unit = _relative_unit(metric, aspect)
            sign = -1 if change is not None and aspect != "level" and negative(change) else 1
            claims.append(_build(scene, quantity, zone, metric, aspect, unit, f"{metric}.{code}", sign))
    return tuple(claims), ()


def _named_before(scene: Scene, zone: Zone, start: int) -> tuple[str, ...]:
    """Metrics whose names stand before the figure in its zone, the last list of them: 门急诊人次、床位使用率均…"""
    text, found = scene.text, []
    for begin, end, metric in load_indicators().find(text, zone.left, start):
        found.append((begin, end, metric))
    if not found or _BLOCKERS.search(text, found[-1][1], start):
        return ()
    metrics = [found[-1]]
    for item in reversed(found[:-1]):
        if re.fullmatch(r"[、和及与]|以及", text[item[1] : metrics[-1][0]]) is None:
            break
        metrics.append(item)
    return tuple(dict.fromkeys(item[2] for item in reversed(metrics)))


def _carried(
    quantity: Quantity, zone: Zone, earlier: Sequence[Reading], changed: bool, to_level: bool
) -> tuple[str, ...]:
    """The metric of the figure before in the same sentence: 门诊量83286人次，同比增长20.54%; 从20%提升至92%."""
    for reading in reversed(earlier):
        if reading.quantity.char_start < zone.sentence[0]:
            break
        if reading.claims:
            claim = reading.claims[-1]
            same_kind = load_metrics()[claim.metric].unit == "percent" or claim.aspect != "level"
            if changed and (not to_level or same_kind):
                return (claim.metric,)
            break
    return ()


def _aspect(metric: str, quantity: Quantity, change: str | None, to_level: bool, before: str) -> Aspect | None:
    """What a relative figure says of `metric`; None where it says nothing that the ledger keeps."""
    is_rate = load_metrics()[metric].unit == "percent"
    yoy = change is not None and re.search(r"同比|同期|[比较][上去][一1]?年", change) is not None
    if quantity.form == "multiple":
        return "multiple"
    if quantity.form == "points":
        return "change_pp" if change is not None else None
    if quantity.form in ("percent", "share"):
        if change is not None and not to_level:
            return "yoy_pct" if yoy else "change_pct"
        if is_rate:
            return "level"
        return "share" if re.search(r"占|中|为|达|有", before) else None
    if load_metrics()[metric].unit == "day":
        if quantity.form != "duration":
            return None
        return "level" if change is None or to_level else "yoy_abs"
    if change is not None and yoy and not to_level:
        return "yoy_abs"
    return None


def _relative_unit(metric: str, aspect: Aspect) -> str:
    if aspect in ("level", "yoy_abs"):
        return load_metrics()[metric].unit
    return "times" if aspect == "multiple" else "percent"
