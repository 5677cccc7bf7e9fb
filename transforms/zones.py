"""A figure's zone: the text around it up to the next comma or the next counted figure."""

from __future__ import annotations

import re

from transforms.claims import Zone
from transforms.lexicons import load_units
from transforms.model import Quantity
from transforms.scene import COUNTED, Scene

LIST_START = re.compile(r"[、和及与]|以及|并")


_COORDINATED = re.compile(r"[^，。；]+(?:[、和及与]|以及)")


def zone_of(scene: Scene, index: int) -> Zone:
    """The zone of the scene's figure number `index`."""
    quantity = scene.quantities[index]
    start, end = quantity.char_start, quantity.char_end
    left, right = scene.clauses.before(start), scene.clauses.after(end)
    for other in reversed(scene.quantities[:index]):
        if other.char_end <= left:
            break
        if ends_zone(other):
            left = max(left, other.char_end)
            if _COORDINATED.fullmatch(scene.text, left, start):
                left = start  # 三个平台和二十一个重点专科: the words between are the neighbour's
            break
    for other in scene.quantities[index + 1 :]:
        if other.char_start >= right:
            break
        if ends_zone(other):
            right = min(right, other.char_start)
            break
    mark = LIST_START.match(scene.text, end)
    if mark:
        following = scene.quantities[index + 1] if index + 1 < len(scene.quantities) else None
        if following is None or following.char_start != mark.end() or not following.unit:
            right = end
        else:
            right = zone_of(scene, index + 1).right
    sentence = scene.sentence_at(start)
    reach = max(scene.segments.before(start), sentence.start)
    return Zone(
        left,
        right,
        _lead(scene, index, left, reach),
        min(reach, left),
        (sentence.start, sentence.end),
        scene.paragraph_at(start).start,
    )


def _lead(scene: Scene, index: int, left: int, reach: int) -> int:
    """Start of the clause right before the zone, where that clause counts nothing itself; else the zone's own start."""
    if left <= reach or left != scene.clauses.before(left):
        return left
    start = max(reach, scene.clauses.before(left - 1))
    counted = any(start <= other.char_start < left and ends_zone(other) for other in scene.quantities[:index])
    return left if counted else start


def ends_zone(quantity: Quantity) -> bool:
    """Whether a neighbouring figure ends a zone: counted ones do; 一 as an article, durations and 6个县 do not."""
    if quantity.value == 1 and quantity.approximation == "exact":
        return False
    return quantity.form in COUNTED and load_units().get(quantity.unit) != "region"
