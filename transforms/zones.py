"""A figure's zone: the text around it up to the next comma or the next counted figure."""

from __future__ import annotations

import re

from transforms.claims import Zone
from transforms.lexicons import load_units
from transforms.model import Quantity
from transforms.scene import COUNTED, Scene
from transforms.sentences import LONGEST

LIST_START = re.compile(r"[、和及与]|以及|并")


_TOGETHER = re.compile(r"[、，]?(?:共计?|合计|总计|累计)?")
_OF_HOUSES = re.compile(r"[^，。；、0-9]{0,4}(?:医院|医疗机构|卫生机构|单位)的?")
_COORDINATED = re.compile(r"[^，。；]+(?:[、和及与]|以及)")


def zones_of(scene: Scene) -> list[Zone]:
    """The zone of every figure of the scene, in order. One pass from each side: linear in the figures."""
    lefts = _left_bounds(scene)
    rights = _right_bounds(scene)
    return [_zone(scene, index, lefts, rights[index]) for index in range(len(scene.quantities))]


def _left_bounds(scene: Scene) -> list[int]:
    """For each figure where the last counted figure before it ends; -1 where there is none."""
    bounds, last = [], -1
    for quantity in scene.quantities:
        bounds.append(last)
        if ends_zone(quantity):
            last = quantity.char_end
    return bounds


def _right_bounds(scene: Scene) -> list[int]:
    """For each figure where its zone ends on the right: the clause, the next counted figure, a list mark right behind.

    Coordinated figures share what follows the last of them: 逾30批次、超400人次的柔性专家.
    """
    text, quantities = scene.text, scene.quantities
    bounds = [0] * len(quantities)
    following = len(text)
    for index in range(len(quantities) - 1, -1, -1):
        quantity = quantities[index]
        sentence = scene.sentence_at(quantity.char_start)
        right = min(scene.clauses.after(quantity.char_end), following, max(sentence.end, quantity.char_end))
        mark = LIST_START.match(text, quantity.char_end)
        if index + 1 < len(quantities) and _is_party(text, quantity, quantities[index + 1]):
            right = bounds[index + 1]
        elif mark:
            shares = index + 1 < len(quantities) and quantities[index + 1].char_start == mark.end()
            right = bounds[index + 1] if shares and quantities[index + 1].unit else quantity.char_end
        bounds[index] = right
        if ends_zone(quantity):
            following = quantity.char_start
    return bounds


def _is_party(text: str, first: Quantity, people: Quantity) -> bool:
    """Whether batches or hospitals are followed at once by their people: 先后分6批共40多名专家, 9家医院27人组成."""
    units = load_units()
    if units.get(people.unit) not in ("person", "person_time"):
        return False
    if units.get(first.unit) == "institution":
        return _OF_HOUSES.fullmatch(text, first.char_end, people.char_start) is not None
    if units.get(first.unit) != "batch":
        return False
    return _TOGETHER.fullmatch(text, first.char_end, people.char_start) is not None


def _zone(scene: Scene, index: int, lefts: list[int], right: int) -> Zone:
    start = scene.quantities[index].char_start
    sentence = scene.sentence_at(start)
    left = max(scene.clauses.before(start), sentence.start)
    if lefts[index] > left:
        left = lefts[index]
        if _COORDINATED.fullmatch(scene.text, left, start):
            left = start  # 三个平台和二十一个重点专科: the words between are the neighbour's
    reach = max(scene.segments.before(start), sentence.start)
    paragraph = max(scene.paragraph_at(start).start, sentence.start - LONGEST)
    lead = _lead(scene, left, reach, lefts[index])
    return Zone(left, right, lead, min(reach, left), (sentence.start, sentence.end), paragraph)


def _lead(scene: Scene, left: int, reach: int, counted: int) -> int:
    """Start of the clause right before the zone, where that clause counts nothing itself; else the zone's own start.

    `counted`: where the last counted figure before the zone ends.
    """
    if left <= reach or left != scene.clauses.before(left):
        return left
    start = max(reach, scene.clauses.before(left - 1))
    return left if counted > start else start


def ends_zone(quantity: Quantity) -> bool:
    """Whether a neighbouring figure ends a zone: counted ones do; 一 as an article, durations and 6个县 do not."""
    if quantity.value == 1 and quantity.approximation == "exact":
        return False
    return quantity.form in COUNTED and load_units().get(quantity.unit) != "region"
