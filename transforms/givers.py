"""Which of a story's places give and which receive, told by how the story writes of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from transforms.aid_pairs import are_paired
from transforms.gazetteer import rows
from transforms.places import chain, find_foreign, is_within, place
from transforms.programmes import FOREIGN, ProgrammeMention
from transforms.roles import Role, groups_of, without_chains

_RECEIVING = {"65": 3, "54": 3, "63": 3, "53": 2, "52": 2, "62": 2, "64": 2, "45": 1, "51": 1, "15": 1}
"""How much a province is used to receiving: the regions of 援疆, 援藏, 援青, then those of 东西部协作."""
GIVING = frozenset({"11", "31", "12", "44", "32", "33", "35", "37", "21"})
_TO = re.compile(r"(?:赴|前往|奔赴|支援|帮扶|援助|对口|对口支援|驻|走进|帮助|向|抵达|来到|进驻|为|给|到|在|驰援|援)$")
_FROM_BEFORE = re.compile(r"(?:来自|由|从|自)$")
_FROM_AFTER = re.compile(
    r"^[^，。；]{0,8}?(?:选派|派出|派遣|援疆|援藏|援青|援滇|援黔|医疗队|专家|对口支援|对口帮扶|帮扶(?!协议|资金)|投入|捐赠|援建|支援|组团)"
)
_GIVES_TO = re.compile(
    r"[^，。；]{0,12}(?:向|对口支援|对口帮扶|支援|帮扶|援助|援建|捐赠|捐给|赴|前往|到|为)|[^，。；]{0,30}(?:走进|奔赴|深入|来到|进驻|对口支援|对口帮扶)"
)
_SENDS_INTO = re.compile(
    r"[^，。；]{0,6}(?:派出|选派|派遣|抽调|组织)[^，。；]{0,24}(?:支援|帮扶|赴|前往|到|对口[^，。；]{2})|(?:援助|对口支援|对口帮扶)"
    r"|[^，。；]{0,14}(?:医院|卫健委|卫生健康委|卫生局)[^，。；]{0,4}向[^，。；]{0,6}"
)
"""A province that sends staff into its own counties: 四川省共派出872名医务人员支援凉山州."""
_GOES_TO = re.compile(r"[^，。；、]{0,12}(?:赴|奔赴|前往|驰援|支援|援助|走进|对口支援|对口帮扶)(?:[^，。；、]{0,2})?")
"""A place, perhaps a hospital of it, that goes to the next one: 云南省|阜外医院再赴|新疆."""
_KNOWN_BODIES = "|".join(re.escape(row["name"]) for row in rows("organisations.csv"))
_IS_BODY = re.compile(rf"(?:大学|医科|医学)[^，。；、和及与]{{0,14}}|{_KNOWN_BODIES}")
"""A great hospital: what a province sends its own counties and others alike."""
_CALLS_ON = re.compile(r"(?:送医|医疗|医生|医疗队|送医送药)下乡|巡回医疗|巡诊|义诊")
_GOES_DOWN = re.compile(
    rf"(?:帮扶|支援|下沉)[^，。；]{{0,12}}(?:县级|县医院|县人民医院|基层医院|乡镇卫生院)|{_CALLS_ON.pattern}"
)
_TIBET = "54"
_TIBETAN_PREFECTURES = frozenset({"5132", "5133", "6230", "5334"})
"""Tibetan areas outside 西藏 and 青海 that 援藏 is said of too: 阿坝, 甘孜, 甘南, 迪庆."""


def receiving_provinces(text: str, roles: Sequence[Role], programmes: Sequence[ProgrammeMention]) -> frozenset[str]:
    """Two-digit codes of the provinces that receive in this story."""
    named = {mention.province for mention in programmes if mention.province}
    present = {role.code[:2] for role in roles}
    if named & present:
        return frozenset(named & present)
    if FOREIGN in named or aids_abroad(text):
        return frozenset()
    leans: Counter[str] = Counter()
    for group in groups_of(text, roles):
        towards = [_lean(text, role) for role in group]
        shared = max(0, towards[0])  # 到青海囊谦、班玛和四川甘孜: what holds of the first holds of all
        for role, lean in zip(group, towards, strict=True):
            leans[role.code[:2]] += lean or shared
    goes = _goes(text, roles)
    leans.update(goes)
    scores = {p: _RECEIVING.get(p, 0) - (3 if p in GIVING else 0) + 2 * max(-2, min(2, leans[p])) for p in present}
    for donor in present:
        for recipient in present - {donor}:
            if are_paired(donor + "0000", recipient + "0000"):
                scores[recipient] += 3
                scores[donor] -= 3
    best = max(scores.values(), default=0)
    if best == 0 and len(scores) > 1 and list(scores.values()).count(0) == 1:
        return frozenset(p for p, score in scores.items() if score == 0)  # the others are used to give
    if best <= 0:
        return frozenset()
    receiving = {p for p, score in scores.items() if score > 0 and (score == best or leans[p] > 0)}
    for group in groups_of(text, roles):  # 毕节市、黔南州、百色市: of one list all receive that are used to
        provinces = {role.code[:2] for role in group}
        if provinces & receiving:
            receiving |= {p for p in provinces & _RECEIVING.keys() if leans[p] >= 0}
    return frozenset(receiving)


def goes_down(text: str, roles: Sequence[Role]) -> bool:
    """Whether a story of one province tells of aid to its own counties: 54家三甲医院帮扶78家县级医院."""
    return any(_is_rural(role) for role in roles) and _GOES_DOWN.search(text) is not None


def callers_on(text: str, roles: Sequence[Role]) -> frozenset[str]:
    """Places that send doctors to a county inside them: 柳州市人民医院 holds a free clinic in 三江侗族自治县."""
    counties = {role.code for role in roles if _is_rural(role)}
    if not counties or not _CALLS_ON.search(text):
        return frozenset()
    return frozenset(role.code for role in roles) & {step for code in counties for step in chain(code) if step != code}


def _is_rural(role: Role) -> bool:
    return place(role.code).level == "county" and place(role.code).name[-1] in "县旗"


def helping_bodies(text: str, roles: Sequence[Role], receiving: frozenset[str]) -> frozenset[int]:
    """Starts of the roles that are a receiving province's own great hospitals, in one list behind those of a giving
    one: 浙江大学医学院附属第一医院、四川大学华西医院 aid a county of 四川 together."""
    found: set[int] = set()
    for group in groups_of(text, roles):
        if group[0].code[:2] not in receiving:
            own = [
                role
                for role in without_chains(group)
                if role.code[:2] in receiving and place(role.code).level == "province"
            ]
            found.update(role.char_start for role in own if _IS_BODY.match(text, role.char_end))
    return frozenset(found)


def _goes(text: str, roles: Sequence[Role]) -> dict[str, int]:
    """Province → -2 where it goes to another in so many words and none goes to it: 云南省阜外医院再赴新疆."""
    goes, reached = set(), set()
    for role, following in pairwise(roles):
        apart = role.code[:2] != following.code[:2]
        if apart and _GOES_TO.fullmatch(text, role.char_end, following.char_start):
            goes.add(role.code[:2])
            reached.add(following.code[:2])
    return dict.fromkeys(goes - reached, -2)


def tibetan_areas(roles: Sequence[Role], programmes: Sequence[ProgrammeMention]) -> frozenset[str]:
    """Prefectures outside 西藏 that 援藏 means in this story: those of the four provinces' Tibetan areas that it names,
    where it names nothing of 西藏 itself (青羊区援藏专家 in 得荣县)."""
    if not any(mention.province == _TIBET for mention in programmes):
        return frozenset()
    if any(role.code[:2] == _TIBET and not role.weak for role in roles):
        return frozenset()
    return frozenset(role.code[:4] for role in roles) & _TIBETAN_PREFECTURES


def aids_abroad(text: str) -> bool:
    """Whether the text names aid to a foreign country: 第25批援塞拉利昂医疗队."""
    return any(text[max(0, start - 1) : start] == "援" for _name, start, _end in find_foreign(text))


def givers_of(text: str, roles: Sequence[Role]) -> frozenset[str]:
    """Places that give to another of their own province: 成都市各医院向甘孜州…派驻, 南昌市第一医院支援…"""
    codes: set[str] = set()
    receivers: set[str] = set()
    distinct = [
        role for before, role in zip([None, *roles], roles, strict=False) if not before or before.code != role.code
    ]
    for role, following in (*pairwise(roles), *pairwise(distinct)):
        between = text[role.char_end : following.char_start]
        inside = is_within(following.code, role.code) or is_within(role.code, following.code)
        gives = _SENDS_INTO.fullmatch(between) if inside else _GIVES_TO.fullmatch(between)
        if gives and role.code not in receivers and role.code != following.code:
            codes.add(role.code)
            receivers.add(following.code)
    return frozenset(codes)


def _lean(text: str, role: Role) -> int:
    """+1 where the words around a place say that it receives, -1 where they say that it gives, else 0."""
    if _TO.search(text, max(0, role.char_start - 4), role.char_start):
        return 1
    before = _FROM_BEFORE.search(text, max(0, role.char_start - 2), role.char_start)
    return -1 if before or _FROM_AFTER.search(text[role.char_end : role.char_end + 14]) else 0
