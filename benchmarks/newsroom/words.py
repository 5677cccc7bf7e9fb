"""The words of the grammar, and the scene that one article keeps to: who helps whom, where, and when."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from transforms.aid_pairs import aid_pairs
from transforms.gazetteer import all_places, chain, place, rows

FIRST_DAY = date(2015, 1, 1)
DAYS = 3_650
_SLOT = re.compile(r"\{(\w+)\}")
_LEADERS = ("第一人民医院", "第二人民医院", "中医医院", "妇幼保健院", "中心医院", "人民医院", "人民医院", "人民医院")


@cache
def vocabulary() -> dict[str, tuple[str, ...]]:
    """Every list of `vocabulary.toml`."""
    with (Path(__file__).parent / "vocabulary.toml").open("rb") as file:
        return {name: tuple(words.split(" ")) for name, words in tomllib.load(file).items()}


@dataclass(frozen=True, slots=True)
class Pair:
    """A donor with the cities in it, by name; a recipient with the places in it, by code; what their aid is called."""

    donors: tuple[str, ...]
    recipients: tuple[str, ...]
    province: str
    programme: str


@cache
def pairs() -> tuple[Pair, ...]:
    """Every pair of the plans."""
    found = []
    for pair in aid_pairs():
        if pair.recipient_code is None:
            continue
        donors = [place(code) for code in _below()[pair.donor_code]]
        recipients = _below()[pair.recipient_code]
        province = place(chain(pair.recipient_code)[0]).name
        cities = [each.name for each in donors if each.level != "county"] or [each.name for each in donors]
        found.append(Pair(tuple(cities), tuple(recipients), province, pair.programme))
    return tuple(found)


@cache
def townships() -> dict[str, tuple[str, ...]]:
    """The townships of each county, by its code."""
    return {row["county_code"]: tuple(row["names"].split(" ")) for row in rows("townships.csv")}


def _towns(dice: random.Random, recipient: str) -> tuple[str, ...]:
    """Some townships of a recipient, given by its code."""
    counties = [code for code in _below()[recipient] if code in townships()]
    if not counties:
        return ("团结镇", "幸福乡")
    county = townships()[dice.choice(counties)]
    return tuple(dice.sample(county, min(5, len(county))))


@cache
def _below() -> dict[str, list[str]]:
    """Every place's code → the codes of itself and of all places in it."""
    below: dict[str, list[str]] = {}
    for each in all_places():
        for code in chain(each.code):
            below.setdefault(code, []).append(each.code)
    return below


@dataclass(frozen=True, slots=True)
class Scene:
    """What one article keeps to: 泉州市 helps 昌吉市, 援疆, in 昌吉市人民医院, told on a day by a paper."""

    donor: str
    recipient: str
    towns: tuple[str, ...]
    province: str
    programme: str
    hospital: str
    sender: str
    outlet: str
    batch: int
    day: date

    @property
    def year(self) -> int:
        return self.day.year


def draw_scene(dice: random.Random) -> Scene:
    """A scene of some pair of the plans, some day in ten years."""
    pair = dice.choice(pairs())
    donor, code = dice.choice(pair.donors), dice.choice(pair.recipients)
    recipient = place(code).name
    return Scene(
        donor=donor,
        recipient=recipient,
        towns=_towns(dice, code),
        province=pair.province,
        programme=pair.programme,
        hospital=recipient + dice.choice(_LEADERS),
        sender=donor + dice.choice(_LEADERS),
        outlet=donor.rstrip("省市区县") + dice.choice(vocabulary()["outlet_kind"]),
        batch=dice.randint(1, 11),
        day=FIRST_DAY + timedelta(days=dice.randrange(DAYS)),
    )


def person(dice: random.Random) -> str:
    """林晓岚, 热娜: a made-up name."""
    words = vocabulary()
    if dice.random() < 0.25:
        return dice.choice(words["local_name"])
    return dice.choice(words["surname"]) + "".join(dice.choices(words["given"], k=dice.choice((1, 2, 2, 2))))


def moment(dice: random.Random, scene: Scene) -> str:
    """6月16日上午, 去年冬天: a time in running text."""
    told = scene.day - timedelta(days=dice.randrange(90))
    return dice.choice(
        (
            f"{told.month}月{told.day}日",
            f"{told.month}月{told.day}日{dice.choice(('上午', '下午', '晚', '清晨'))}",
            f"{told.year}年{told.month}月",
            *("去年冬天", "今年开春", "不久前", "这个夏天", "日前", "近日", "入秋以来", "前些日子"),
        )
    )


_MADE: dict[str, Callable[[random.Random, Scene], str]] = {
    "name": lambda dice, scene: person(dice),
    "moment": moment,
    "township": lambda dice, scene: dice.choice(scene.towns),
    "donor": lambda dice, scene: scene.donor,
    "recipient": lambda dice, scene: scene.recipient,
    "province": lambda dice, scene: scene.province,
    "hospital": lambda dice, scene: scene.hospital,
    "sender": lambda dice, scene: scene.sender,
    "programme": lambda dice, scene: scene.programme if len(scene.programme) == 2 else "帮扶",
    "age": lambda dice, scene: str(dice.randint(3, 89)),
    "batch": lambda dice, scene: "第" + "一二三四五六七八九十"[min(scene.batch, 10) - 1] + "批",
}


def fill(pattern: str, dice: random.Random, scene: Scene) -> str:
    """`pattern` with its slots filled: from the scene, from what is made up, or from the list of that name."""

    def word(slot: re.Match[str]) -> str:
        make = _MADE.get(slot[1])
        return make(dice, scene) if make else dice.choice(vocabulary()[slot[1]])

    return _SLOT.sub(word, pattern)
