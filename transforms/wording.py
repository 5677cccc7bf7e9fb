"""Small words that turn a figure: planned, yearly, part of a whole, grown, shrunk, of one kind."""

from __future__ import annotations

import re
from functools import cache

from transforms.lexicons import LexiconError, check_fields, load_units, read_toml
from transforms.lexicons.rules import load_qualifiers
from transforms.model import Quantity, Status
from transforms.scene import Scene

_TABLES = (
    "planned", "will", "done", "committed", "left", "yearly", "yearly_noun", "part", "change", "decline", "base",
)  # fmt: skip


@cache
def _words(table: str) -> str:
    """The fragments of one table of wording.toml, joined by "or". Raises LexiconError on an unknown field or table."""
    file_name = "wording.toml"
    tables = read_toml(file_name)
    if set(tables) != set(_TABLES):
        raise LexiconError(f"{file_name}: tables are {sorted(tables)}, expected {sorted(_TABLES)}")
    check_fields(file_name, table, tables[table], {"means", "source", "patterns"}, set())
    return "|".join(tables[table]["patterns"])


_PLANNED = re.compile(rf"{_words('planned')}|(?<![即麻上大])将(?=(?:{_words('will')}))")
_DONE = re.compile(_words("done"))
_ALREADY = re.compile(r"已(?!经?计划)")
_COMMITTED = re.compile(_words("committed"))
_AS_IT_WAS = re.compile(r"[从由](?:原来|原先|原有|目前|现在|现有|当前)的?$")
"""What stands before the beginning of a change, planned or not: 将由原来的360个增加至500个."""
_NEXT_WILL = re.compile(
    r"[，,](?:全体队员|他们|队员们)?(?:即将|拟于?|计划于?|将)"
    r"[^，。；]{0,12}?(?:出发|启程|赴|前往|到任|抵达|进驻|开赴)"
)
_WILL_LEAVE = re.compile(
    r"[^，。；]{0,14}?(?<![即麻])(?:即将|将)(?:陆续|于|在|分批|分[一二三两四五]批)?[^，。；]{0,6}?"
    r"(?:出发|启程|赴|前往|到任|到岗|抵达|进驻|奔赴)"
)
_LEFT = re.compile(_words("left"))
_YEARLY = re.compile(_words("yearly"))
_YEARLY_NOUN = re.compile(_words("yearly_noun"))
_PART = re.compile(_words("part"))
_IN_BRACKET = re.compile(r"(?<=[0-9名人台例项个篇次家场期张辆])[（(][^（()）]{0,40}$")
_CHANGE = re.compile(rf"(?:{_words('change')})(?:了|幅度?为?|率为?|约|近|超过?|逾|达到?|到|至|为)*$")
_COMPARED = re.compile(r"(?:多|少)(?:出|了|办|做|开|收|派|用)?了?$")
_BASE = re.compile(_words("base"))
_SAME_TERM = re.compile(r"与[^，。；]{0,8}(?:去年|上年)(?:同期)?相比")
_NEGATIVE = re.compile(_words("decline"))


def change_before(text: str, start: int, end: int, sentence_start: int) -> str | None:
    """The words of growth or decline right before `end`, after the base that they compare with; None without any.

    与去年同期相比，义诊场次增加18场: the base may stand earlier in the sentence. 多 and 少 need one.
    """
    head = max(start, end - 24)
    verb = _CHANGE.search(text, head, end)
    base = list(_BASE.finditer(text, start, verb.start() if verb else end))
    if verb is None:
        verb = _COMPARED.search(text, head, end) if base or _SAME_TERM.search(text, sentence_start, end) else None
        if verb is None:
            return None
    if not base:
        base = list(_SAME_TERM.finditer(text, sentence_start, start))
    return (base[-1][0] if base else "") + verb[0]


def negative(change: str) -> bool:
    """Whether the wording is of decline: 减少, 下降, 缩短."""
    return _NEGATIVE.search(change) is not None


def status_of(scene: Scene, quantity: Quantity, reach: int) -> Status:
    """planned where 计划, 将, 预计, 设计 … governs the figure; a total investment is a commitment, hence actual."""
    text, start = scene.text, quantity.char_start
    before = text[reach:start]
    if _COMMITTED.search(text, max(scene.clauses.before(start), start - 14), start):
        return "actual"
    if _AS_IT_WAS.search(text, max(0, start - 8), start):
        return "actual"
    cues = list(_PLANNED.finditer(before))
    if cues and not _DONE.search(before, cues[-1].end()):
        after = scene.clauses.after(quantity.char_end)
        return "actual" if _ALREADY.search(text, quantity.char_end, after) else "planned"
    following = scene.clauses.after(quantity.char_end)
    leaves = _WILL_LEAVE.match(text, quantity.char_end) is not None
    sets_out = (leaves or _NEXT_WILL.match(text, following)) and load_units().get(quantity.unit) in (
        "person",
        "team",
        "batch",
    )
    if sets_out and not _DONE.search(before) and not _LEFT.search(text, reach, start if leaves else following):
        return "planned"
    return "actual"


def is_annual(text: str, reach: int, left: int, start: int) -> bool:
    """Whether the figure is of one year on average or every year."""
    return bool(_YEARLY.search(text, reach, start) or _YEARLY_NOUN.search(text, max(0, left), start))


def part_mark(text: str, sentence_start: int, start: int) -> int | None:
    """Where 其中, or a bracket right after a figure, opens between the sentence's start and `start`; else None."""
    mark = _PART.search(text, sentence_start, start)
    if mark is None:
        mark = _IN_BRACKET.search(text, sentence_start, start)
    return mark.start() if mark else None


def qualifier_of(scene: Scene, metric: str, left: tuple[int, int], quantity: Quantity, right: int) -> str | None:
    """The kind that narrows the metric, nearest to the figure: 123例大骨节病手术 → 大骨节.

    `left` holds the starts of the figure's zone and of the clause before it, for where the zone says none.
    """
    surfaces = load_qualifiers().get(metric)
    if surfaces is None:
        return None
    start, end = quantity.char_start, quantity.char_end
    for begin in left:
        found = [(start - stop, name) for _begin, stop, name in surfaces.outermost(scene.text, begin, start)]
        found += [(begin - end, name) for begin, _stop, name in surfaces.outermost(scene.text, end, right)]
        if found:
            return min(found)[1]
    return None
