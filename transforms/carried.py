"""Figures that name no metric of their own and take that of the figure they are tied to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from transforms.claims import Claim, Reading, Zone, build_claim
from transforms.lexicons import load_metrics, load_units
from transforms.lexicons.rules import load_rules
from transforms.model import Aspect, Quantity
from transforms.scene import Scene
from transforms.wording import part_mark

_FROM = re.compile(r"(?:从|由)[^，。；、]{0,12}$")
_RISES_TO = re.compile(
    r"[^，。；、\d]{0,6}?(?:增加|增长|提升|提高|上升|扩大|跃升|拓展|增|升|涨|提|跃|变|扩|发展|降低|下降|缩短|减少|降|减|压缩|压|缩)?(?:了)?(?:到|至|为|成)(?:了|如今的|现在的|目前的|今年的|去年的|\d{4}年的)?"
)
_LIST_ITEM = re.compile(r"[、和及与]|以及")
_DATED_ITEM = re.compile(
    r"[，、；](?:到)?(?:\d{4}年|[去今前明]年|上年)(?:上半年|下半年|全年|底)?(?:，?这个数字)?(?:又有|是|为|达到?|则)?"
)
_ARRIVES = re.compile(r"[^。；]{0,12}?(?:达到|达|为|至|到|共|突破|升至|增至|降至)(?:了)?")
_GOES_ON = re.compile(
    r"，?(?:而|到)?(?:如今|现在|目前|去年|今年|现已)?[^，。；\d累计共]{0,4}(?:达到?|有|为|是|突破)?了?"
)
LOOSE = 52
"""Rules up to this priority are general ones: a part of a total takes the total's metric before them."""
_RISES = re.compile(r"[增升扩涨提](?:大|加|长|高)?[至到]")
_SAME_COUNT = frozenset({"from_to", "list", "total"})
"""Figures that count as the one before does, yearly where it is yearly: 年手术量380台，如今达到2160台."""
_PEOPLE = frozenset({"名", "人", "位", "个"})


def from_to(scene: Scene, quantity: Quantity, previous: Reading | None) -> tuple[Claim, ...]:
    """Claims of the figure that this one is the end of: 从20%提升至92%, 由1.1万增至3.4万."""
    if previous is None or not previous.claims or not _same_kind(previous.quantity, quantity):
        return ()
    start = previous.quantity.char_start
    begins = _FROM.search(scene.text, max(0, start - 12), start)
    between = scene.text[previous.quantity.char_end : quantity.char_start]
    return previous.claims if begins and _RISES_TO.fullmatch(between) else ()


def _same_kind(first: Quantity, second: Quantity) -> bool:
    """Whether two figures have the same unit, or one of them leaves it out (1.1万增至3.4万人次)."""
    return first.form == second.form and (first.unit == second.unit or not (first.unit and second.unit))


def carried_level(scene: Scene, quantity: Quantity, zone: Zone, earlier: Sequence[Reading]) -> tuple[Claim, ...]:
    """Claims of a figure that names no metric itself: an item of a list (812台、1035台), a part (其中老年人9000名),
    the amount after a change (较前年翻了一番，达到356台)."""
    if not earlier or not earlier[-1].claims or not quantity.unit:
        return ()
    previous = earlier[-1]
    between = scene.text[previous.quantity.char_end : quantity.char_start]
    if previous.quantity.char_start < zone.sentence[0]:
        return ()
    if (_LIST_ITEM.fullmatch(between) or _DATED_ITEM.fullmatch(between)) and _same_kind(previous.quantity, quantity):
        return inherit(scene, quantity, zone, previous.claims, "list")
    unit_class = load_units().get(quantity.unit, "")
    claim = previous.claims[-1]
    reached = claim.aspect != "level" or _RISES.search(between) is not None
    if _ARRIVES.fullmatch(between) and reached and _takes(claim.metric, unit_class):
        return inherit(scene, quantity, zone, (claim,), "total", "level")
    return ()


def as_yearly(scene: Scene, claim: Claim, quantity: Quantity, previous: Reading | None) -> Claim:
    """The claim, yearly where it goes on with a yearly one: 年手术量只有380台，如今达到2160台."""
    if previous is None or not previous.claims:
        return claim
    before = previous.claims[-1]
    between = scene.text[previous.quantity.char_end : quantity.char_start]
    goes_on = before.is_annual and before.metric == claim.metric and _GOES_ON.fullmatch(between) is not None
    return replace(claim, is_annual=True) if goes_on else claim


def part_of_whole(scene: Scene, quantity: Quantity, zone: Zone, earlier: Sequence[Reading]) -> tuple[Claim, ...]:
    """Claims of a part that has the total's own unit: 签署协议8个，其中学科共建5个、人才培养2个."""
    if part_mark(scene.text, zone.reach, quantity.char_start) is None or not quantity.unit:
        return ()
    if "detected" in scene.hits.concepts(zone.left, zone.right):
        return ()  # of 3793 examined, 90 suspected cases: no part of the examining
    whole = None
    opens = scene.text.startswith("其中", zone.sentence[0])
    for reading in reversed(earlier):
        if reading.quantity.char_start < (zone.paragraph if opens else zone.sentence[0]):
            break
        if reading.claims and not reading.claims[-1].is_part:
            whole = reading
            break
        if not reading.claims and _same_people(reading.quantity, quantity):
            return ()  # 确诊53名，其中29名: a part of what is no fact
    if whole is None or whole.claims[-1].aspect != "level":
        return ()
    if not _same_people(whole.quantity, quantity) or quantity.value > whole.quantity.value:
        return ()
    return inherit(scene, quantity, zone, whole.claims[-1:], "part")


def _same_people(whole: Quantity, part: Quantity) -> bool:
    return whole.unit == part.unit or {whole.unit, part.unit} <= _PEOPLE


def _takes(metric: str, unit_class: str) -> bool:
    return any(rule.metric == metric and unit_class in rule.units for rule in load_rules())


def inherit(
    scene: Scene, quantity: Quantity, zone: Zone, claims: Sequence[Claim], how: str, aspect: Aspect | None = None
) -> tuple[Claim, ...]:
    """`claims` again with this figure's own values."""
    built = []
    for claim in claims:
        own = aspect or claim.aspect
        unit = load_metrics()[claim.metric].unit if own == "level" else claim.unit
        new = build_claim(scene, quantity, zone, claim.metric, own, unit, f"{claim.metric}.{how}", 1)
        if how == "from_to":
            new = replace(new, qualifier=new.qualifier or claim.qualifier)
        if how in _SAME_COUNT:
            new = replace(new, is_annual=new.is_annual or claim.is_annual)
        built.append(new)
    return tuple(built)
