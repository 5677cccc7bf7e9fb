"""The places of a story as those that may give or receive, and how several of them make one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from transforms.model import PlaceMention
from transforms.organisations import OrganisationMention
from transforms.places import chain, common_parent, is_within, place

_AT = re.compile(r"(?:在|从|于|由|自)$")
_SCENE = re.compile(
    r"(?:(?!医院)[^，。；、]){0,6}?(?:机场|车站|火车站|高铁站|举[行办](?![^，。；]{0,8}(?:义诊|巡诊|讲座|培训|筛查|手术|带教))|召开|启程|出发|集结|欢送|登机|乘|集合|接受[^，。；]{0,4}培训|参加[^，。；]{0,6}培训|闭幕|开幕|开工|奠基|签署|签约|签订|进修|学习|跟岗)"
)
_DATELINE = re.compile(
    r"(?:在线|日报|晚报|晨报|都市报|卫生报|新闻网|新闻|网讯|卫视|电视台|广播|发布)"
    r"|(?:\d{1,2}月)?\d{1,2}日(?:电|讯|消息)|[讯电](?=[（ 　\s])"
)
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
    return common_parent({role.code for role in without_chains(group)})


def handed_out(text: str, roles: Sequence[Role], count: int) -> list[str]:
    """The codes of the first list of exactly `count` places, which 分别 gives to as many figures in order."""
    for group in groups_of(text, roles):
        places = without_chains(group)
        if len(places) == count:
            return [role.code for role in places]
    return []


def outside(code: str | None, group: Sequence[Role], roles: Sequence[Role]) -> str | None:
    """`code`, or the one place inside it that the clause names apart from its group (福建援疆厦门分指挥部 → 厦门市)."""
    if code is None:
        return None
    inside = [role for role in roles if role not in group and role.code != code and is_within(role.code, code)]
    return common_parent({role.code for role in inside}) if inside else code


def without_chains(roles: Sequence[Role]) -> list[Role]:
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
    roles = without_chains(roles)
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
