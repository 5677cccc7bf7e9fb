"""Places that give or receive: which of a story's places play which part, and how several make one."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from transforms.aid_pairs import are_paired
from transforms.model import PlaceMention
from transforms.organisations import OrganisationMention
from transforms.places import chain, common_parent, find_foreign, is_within, place
from transforms.programmes import FOREIGN, ProgrammeMention

_RECEIVING = {"65": 3, "54": 3, "63": 3, "53": 2, "52": 2, "62": 2, "64": 2, "45": 1, "51": 1, "15": 1}
"""How much a province is used to receiving: the regions of 援疆, 援藏, 援青, then those of 东西部协作."""
GIVING = frozenset({"11", "31", "12", "44", "32", "33", "35", "37", "21"})
_TO = re.compile(r"(?:赴|前往|奔赴|支援|帮扶|援助|对口|对口支援|驻|走进|帮助|向|抵达|来到|进驻|为|给|到|在|驰援|援)$")
_FROM_BEFORE = re.compile(r"(?:来自|由|从|自)$")
_FROM_AFTER = re.compile(
    r"^[^，。；]{0,8}?(?:选派|派出|派遣|援疆|援藏|援青|援滇|援黔|医疗队|专家|对口支援|对口帮扶|帮扶(?!协议|资金)|投入|捐赠|援建|支援|组团)"
)
_AT = re.compile(r"(?:在|从|于|由|自)$")
_SCENE = re.compile(
    r"(?:(?!医院)[^，。；、]){0,6}?(?:机场|车站|火车站|高铁站|举[行办](?![^，。；]{0,8}(?:义诊|巡诊|讲座|培训|筛查|手术|带教))|召开|启程|出发|集结|欢送|登机|乘|集合|接受[^，。；]{0,4}培训|参加[^，。；]{0,6}培训|闭幕|开幕|开工|奠基|签署|签约|签订|进修|学习|跟岗)"
)
_DATELINE = re.compile(
    r"(?:在线|日报|晚报|晨报|都市报|卫生报|新闻网|新闻|网讯|卫视|电视台|广播|发布)"
    r"|(?:\d{1,2}月)?\d{1,2}日(?:电|讯|消息)|[讯电](?=[（ 　\s])"
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
_IS_BODY = re.compile(r"(?:大学|医科|医学)[^，。；、和及与]{0,14}|华西")
"""A university hospital: what a province sends its own counties and others alike."""
_CALLS_ON = re.compile(r"(?:送医|医疗|医生|医疗队|送医送药)下乡|巡回医疗|巡诊|义诊")
_GOES_DOWN = re.compile(
    rf"(?:帮扶|支援|下沉)[^，。；]{{0,12}}(?:县级|县医院|县人民医院|基层医院|乡镇卫生院)|{_CALLS_ON.pattern}"
)
_TIBET = "54"
_TIBETAN_PREFECTURES = frozenset({"5132", "5133", "6230", "5334"})
"""Tibetan areas outside 西藏 and 青海 that 援藏 is said of too: 阿坝, 甘孜, 甘南, 迪庆."""
_AND_OTHERS = re.compile(r"等(?:[0-9]{1,4}|[一二三四五六七八九十两几多数]{1,3})余?多?个?(?:省|市|地|州|县|区|旗)")
_ENUMERATED = re.compile(r"[0-9一二三四五六七八九十两]个?(?:县市|县区|县|市|区|州|省|地|乡镇|镇)(（[^（）]{4,60}）)")
"""Places that only spell out a count: 东部四县（库车、沙雅、新和、拜城）."""
_SEVERAL = frozenset("各全两多几数一二三四五六七八九十个县区市州")
_REGIONS = frozenset({"南疆", "北疆", "东疆", "兵团", "新疆兵团", "新疆生产建设兵团"})
_LIST = re.compile(r"[、和及与]|以及|等地")
_APART = re.compile(r"[，。；0-9]|支援|援助|援建|帮扶|对口|派|赴|负责|投入|捐")
"""What never stands between two places of one list: 杭州市援助阿克苏市5名医生、湖州市…"""


@dataclass(frozen=True, slots=True)
class Role:
    """A place that gives or receives, at one spot of the text."""

    code: str
    char_start: int
    char_end: int
    weight: float
    weak: bool
    """A province read out of an abbreviation such as 进疆: it yields to any fuller name."""
    scene: bool = False
    """Only where people meet: 在云南省昆明市举行."""


def places_as_roles(
    text: str, mentions: Iterable[PlaceMention], organisations: Iterable[OrganisationMention], headline_end: int
) -> list[Role]:
    """Place mentions, and the places of bodies named without one (红星医院 → 新星市), in reading order."""
    roles: list[Role] = []
    covered: set[int] = set()
    enumerated = [match.span(1) for match in _ENUMERATED.finditer(text)]
    for mention in mentions:
        weak = mention.is_abbreviation and mention.level == "province"
        if _DATELINE.match(text, mention.char_end):
            continue  # 新华社乌鲁木齐8月6日电 says where the reporter was
        chained = roles and roles[-1].char_end == mention.char_start and roles[-1].scene
        scene = bool(chained) or _is_scene(text, mention.char_start, mention.char_end)
        weak = (
            weak
            or scene
            or any(low <= mention.char_start < high for low, high in enumerated)
            or text[mention.char_start : mention.char_end] in _REGIONS
        )
        weight = 3.0 if mention.char_start < headline_end else (0.25 if weak else 1.0)
        code = _of_several(text, mention)
        if code is not None:
            roles.append(Role(code, mention.char_start, mention.char_end, weight, weak, scene))
        covered.update(range(mention.char_start, mention.char_end))
    for body in organisations:
        if text[body.char_start - 1 : body.char_start] in _SEVERAL:
            continue  # 四县人民医院 are several, not the one named last
        if body.place_code is not None and not covered & set(range(body.char_start, body.char_end)):
            roles.append(Role(body.place_code, body.char_start, body.char_end, 0.5, False))
    return sorted(roles, key=lambda role: role.char_start)


def _of_several(text: str, mention: PlaceMention) -> str | None:
    """The mention's code, or what holds it where it stands for several: 西藏等18个省份 is no place of the table."""
    return place(mention.code).parent_code if _AND_OTHERS.match(text, mention.char_end) else mention.code


def _is_scene(text: str, start: int, end: int) -> bool:
    """Whether a place is only where people meet, leave or study: 座谈会在广州举行, 从长沙黄花机场启程, 在武汉进修."""
    return _AT.search(text, max(0, start - 3), start) is not None and _SCENE.match(text, end) is not None


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
                for role in _without_chains(group)
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


def groups_of(text: str, roles: Sequence[Role]) -> list[list[Role]]:
    """Roles that stand in one list or chain (漳州、龙岩; 西藏自治区昌都市洛隆县)."""
    groups: list[list[Role]] = []
    for role in roles:
        between = text[groups[-1][-1].char_end : role.char_start] if groups else "。"
        joined = not between or (len(between) <= 14 and _LIST.search(between) and not _APART.search(between))
        if groups and joined:
            groups[-1].append(role)
        else:
            groups.append([role])
    return groups


def joined(group: Sequence[Role]) -> str | None:
    """One code for a group: a chain (西藏自治区昌都市洛隆县) is its last place, a list the lowest common parent."""
    return common_parent({role.code for role in _without_chains(group)})


def handed_out(text: str, roles: Sequence[Role], count: int) -> list[str]:
    """The codes of the first list of exactly `count` places, which 分别 gives to as many figures in order."""
    for group in groups_of(text, roles):
        places = _without_chains(group)
        if len(places) == count:
            return [role.code for role in places]
    return []


def outside(code: str | None, group: Sequence[Role], roles: Sequence[Role]) -> str | None:
    """`code`, or the one place inside it that the clause names apart from its group (福建援疆厦门分指挥部 → 厦门市)."""
    if code is None:
        return None
    inside = [role for role in roles if role not in group and role.code != code and is_within(role.code, code)]
    return common_parent({role.code for role in inside}) if inside else code


def _without_chains(roles: Sequence[Role]) -> list[Role]:
    """The roles without those that only lead to the next: 贵州省|黔东南州|剑河县 names one place."""
    kept = []
    for role, following in zip(roles, [*roles[1:], None], strict=True):
        leads = following is not None and following.char_start == role.char_end
        if not (leads and following is not None and is_within(following.code, role.code)):
            kept.append(role)
    return kept


def of_sentence(roles: Sequence[Role]) -> str | None:
    """What one sentence says: of a province and a place in it the place, else what most of its places are in."""
    deepest = max(roles, key=lambda role: len(chain(role.code)), default=None)
    if deepest is not None and all(is_within(deepest.code, role.code) for role in roles):
        return deepest.code
    return majority(roles)


def majority(roles: Sequence[Role]) -> str | None:
    """The most exact place under which at least half of the weight lies; None where there is none."""
    if not roles:
        return None
    if any(not role.weak for role in roles):
        strong = [role for role in roles if not role.weak]
        roles = strong
    roles = _without_chains(roles)
    weights: defaultdict[str, float] = defaultdict(float)
    total = 0.0
    for role in roles:
        total += role.weight
        for step in chain(role.code):
            weights[step] += role.weight
    best, depth = None, -1
    for code, weight in sorted(weights.items(), key=lambda item: (-item[1], item[0])):
        if weight * 2 > total and len(chain(code)) > depth and (best is None or is_within(code, best)):
            best, depth = code, len(chain(code))
    return best
