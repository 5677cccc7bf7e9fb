"""Which metric and aspect a quantity states, decided by the rules of `lexicons/metric_rules.toml`.

A figure's zone is the text around it up to the next comma or counted figure; its reach goes back to the start of the
semicolon segment. Rules name concepts that must or must not stand there; the highest declared priority wins, then the
nearest anchor. What no rule claims is ignored with a reason, or unknown and counted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from transforms.candidates import candidates_of
from transforms.carried import LOOSE, as_yearly, carried_level, from_to, inherit, part_of_whole
from transforms.claims import Candidate, Claim, Reading, Zone, claim_of
from transforms.distributed import Share, shares_of
from transforms.lexicons import load_units
from transforms.model import Quantity
from transforms.relative import has_base, relative_claims
from transforms.scene import Scene
from transforms.wording import change_before
from transforms.zones import zones_of

__all__ = ["Candidate", "Claim", "Reading", "Zone", "read_figures"]

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
_PLACES = re.compile(
    r"(?:(?:对口|国家级?|省级|深度|重点)*(?:支援|援[疆藏青外]|受援|帮扶|协作|援助|兄弟|中?西部|民族|边境|贫困|脱贫)|国家级|省级)(?:省|市|地州|区|县|旗|州)[市区县旗份]*(?![级属立直医人重])"
)
"""Places behind a classifier that something else may follow too: 19个对口支援省市组织实施项目1167个."""
_ONE_OF = re.compile(r"[^，。；、：\d]{1,12}之一(?![^，。；、])")
"""What makes a number only the company that something keeps: 三大民生项目之一."""
_BESIDE = 4
"""Within how many characters behind its classifier a noun is the figure's own."""
_PHONE = re.compile(r"电话|热线|拨打|号码|房间|编号|邮编")


def read_figures(scene: Scene) -> list[Reading]:
    """One reading a quantity of the scene, in order."""
    readings: list[Reading] = []
    shares = shares_of(scene)
    for index, zone in enumerate(zones_of(scene)):
        share = shares.get(index)
        reading = _distributed(scene, index, zone, share, readings) if share else None
        readings.append(reading or _read(scene, index, zone, readings))
    return readings


def _distributed(scene: Scene, index: int, plain: Zone, share: Share, earlier: Sequence[Reading]) -> Reading | None:
    """The reading of a figure that 分别 gives to a head of its own; None where the head says nothing."""
    quantity = scene.quantities[index]
    zone = replace(plain, left=share.head_start, right=quantity.char_end, lead=share.head_start)
    if quantity.form in RELATIVE:
        change = change_before(scene.text, share.shared, share.first, plain.sentence[0])
        base = change_before(scene.text, share.head_start, share.first, plain.sentence[0])
        claims, candidates = relative_claims(scene, quantity, zone, base or change, earlier, share.head_end)
    else:
        candidates = candidates_of(scene, quantity, zone, earlier, share.head_end)
        claims = (claim_of(scene, quantity, zone, candidates[0].rule, "level"),) if candidates else ()
    return _reading(scene, quantity, zone, claims, candidates) if claims else None


def _read(scene: Scene, index: int, zone: Zone, earlier: Sequence[Reading]) -> Reading:
    quantity = scene.quantities[index]
    reason = _not_counted(scene, quantity, zone)
    if reason is not None:
        return Reading(quantity, "ignored", reason)
    previous = earlier[-1] if earlier else None
    carried = from_to(scene, quantity, previous)
    if carried:
        return _reading(scene, quantity, zone, inherit(scene, quantity, zone, carried, "from_to"), ())
    relative = quantity.form in RELATIVE
    change = change_before(scene.text, zone.left, quantity.char_start, zone.sentence[0])
    if relative or change is not None:
        claims, candidates = relative_claims(scene, quantity, zone, change, earlier)
        if relative and not claims:
            claims = carried_level(scene, quantity, zone, earlier)
        if claims or relative or has_base(change):
            return _reading(scene, quantity, zone, claims, candidates)
    candidates = candidates_of(scene, quantity, zone, earlier)
    if not candidates and zone.lead < zone.left and not _names_its_own(scene, quantity, zone):
        candidates = candidates_of(scene, quantity, replace(zone, left=zone.lead), earlier)
    part = part_of_whole(scene, quantity, zone, earlier)
    if candidates and not (part and candidates[0].rule.priority <= LOOSE):
        claims = (as_yearly(scene, claim_of(scene, quantity, zone, candidates[0].rule, "level"), quantity, previous),)
    else:
        claims = part or carried_level(scene, quantity, zone, earlier)
    return _reading(scene, quantity, zone, claims, candidates)


def _names_its_own(scene: Scene, quantity: Quantity, zone: Zone) -> bool:
    """Whether 个 or 项 stands before a noun that the rules know: 推行新制度，帮扶27个薄弱学科建设 counts no rules."""
    if load_units().get(quantity.unit) != "item":
        return False
    end = quantity.char_end
    return any(hit.start - end <= _BESIDE for hit in scene.hits.within(end, zone.right))


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


def _counts_one(scene: Scene, quantity: Quantity, unit_class: str) -> bool:
    """Whether 一 behind its noun counts it: 捐赠救护车一辆。, but not 一辆救护车."""
    if unit_class not in ("vehicle", "operation") or scene.text[quantity.char_end : quantity.char_end + 1].isalnum():
        return False
    beside = scene.hits.within(quantity.char_start - 8, quantity.char_start)
    return bool(beside) and beside[-1].end == quantity.char_start and "equipment" in beside[-1].concepts


def _not_counted(scene: Scene, quantity: Quantity, zone: Zone) -> str | None:
    """Why the figure cannot be a fact whatever stands around it, or None."""
    text, unit_class = scene.text, load_units().get(quantity.unit, "")
    printed = text[quantity.char_start : quantity.char_end]
    if quantity.form in ("age", "measure", "ratio", "permille"):
        return IGNORED_FORMS[quantity.form]
    if unit_class == "foreign_money":
        return "foreign currency"
    if printed[0] == "一" and quantity.value == 1 and quantity.approximation == "exact":
        return None if _counts_one(scene, quantity, unit_class) else "一 as an article"
    if _ONE_OF.match(text, quantity.char_end):
        return "one of several"
    if unit_class == "item" and _PLACES.match(text, quantity.char_end):
        return IGNORED_UNITS["region"]
    if "rate_base" in scene.hits.concepts(zone.left, quantity.char_start):
        return "rate per head"
    if not quantity.unit and _PHONE.search(text, *zone.sentence):
        return "number without a unit"
    if scene.in_label(quantity.char_start, quantity.char_end):
        return "name in quotation marks"
    if quantity.value == 1 and unit_class in ("person", "case") and quantity.approximation == "exact":
        beside = scene.hits.concepts(quantity.char_start - 6, quantity.char_end + 10)
        if "patient" in beside:
            return "one patient's story"
    return None
