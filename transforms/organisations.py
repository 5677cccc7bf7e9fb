"""Hospitals and health bodies that a text names: found by rule from the head word leftwards, and by learnt short names.

A name is place + qualifiers + head (昌吉州 + 第二人民 + 医院). Where the article introduces or implies a short name
(泉州一院, 省医, 红星医院), the short name is the same body and carries its full name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from transforms.gazetteer import is_within
from transforms.lexicons.words import Words
from transforms.model import PlaceMention
from transforms.organisation_aliases import introduced, level_word, short_forms, word_goes_on
from transforms.organisation_words import own_name_before, qualifiers_before, schools_in, vocabulary
from transforms.places import find_places

OrganisationKind = Literal["hospital", "primary", "public_health", "authority", "school"]
_LONGEST = 40
_LEVELS = ("自治区", "地区", "省", "市", "州", "县", "区", "师", "旗")
_NOT_ONE = "全各两多个家该等数每几一二三四五六七八九十跨级"


@dataclass(frozen=True, slots=True)
class OrganisationMention:
    """A health body named in a text. `name` is its full name there, without the places that contain its place."""

    name: str
    char_start: int
    char_end: int
    surface: str
    place_code: str | None
    """Where it stands: the most exact place in its name. None where the text does not say."""
    kind: OrganisationKind
    is_alias: bool = False


@dataclass(frozen=True, slots=True)
class Organisation:
    """One body over all its mentions in a text."""

    name: str
    place_code: str | None
    kind: OrganisationKind
    mentions: tuple[OrganisationMention, ...]


@dataclass(frozen=True, slots=True)
class _Name:
    """A full name as found. `rest` is the name after its leading place, whose code is `lead_code`."""

    start: int
    end: int
    name: str
    rest: str
    lead_code: str | None
    place_code: str | None
    kind: OrganisationKind


class _Places:
    """Places and universities by position, and which place a bare 县 or 省 means at a point of the text."""

    def __init__(self, text: str, mentions: Iterable[PlaceMention]) -> None:
        self._schools = schools_in(text)
        self.mentions = [one for one in mentions if not one.is_abbreviation]
        self.by_end = {one.char_end: one for one in self.mentions}
        self.starts = {one.char_end: one.char_start for one in self.mentions}
        self._latest: dict[str, PlaceMention] = {}
        self._next = 0

    def ending_at(self, position: int) -> PlaceMention | None:
        """The place that ends here, or one character later: 福建省|立医院 is 福建 + 省立医院."""
        for end in (position, position + 1):
            one = self.by_end.get(end)
            if one and one.char_start < position:
                return one
        return None

    def school_between(self, reached: int, start: int) -> tuple[int, str] | None:
        """The university that ends in this range: 复旦大学|附属|华山医院."""
        if not self._schools:
            return None
        ends = range(reached, start + 1)
        return next((self._schools[end] for end in ends if end in self._schools), None)

    def latest(self, level: str, position: int) -> PlaceMention | None:
        """The last place of this level before `position`; positions must not decrease between calls."""
        while self._next < len(self.mentions) and self.mentions[self._next].char_end <= position:
            one = self.mentions[self._next]
            self._latest[level_word(one.name)] = one
            self._next += 1
        return self._latest.get(level)


def find_organisations(text: str, places: Sequence[PlaceMention] | None = None) -> list[OrganisationMention]:
    """Health bodies in reading order, never overlapping; `text[char_start:char_end] == surface`.

    `places` are the text's place mentions where the caller has them already. 率泉州市第一医院 gives 泉州市第一医院;
    新疆昌吉市人民医院 has the name 昌吉市人民医院; 县人民医院 is the one of the county named last.
    """
    known = _Places(text, find_places(text) if places is None else places)
    names = _full_names(text, known)
    first: dict[tuple[str | None, str], str] = {}
    for one in names:
        first.setdefault(_identity(one), one.name)
    found = []
    for one in names:
        name = _fuller_name(one, first) or first[_identity(one)]
        surface = text[one.start : one.end]
        found.append(OrganisationMention(name, one.start, one.end, surface, one.place_code, one.kind))
    found.extend(_short_names(text, names, found))
    return sorted(found, key=lambda one: one.char_start)


def _fuller_name(one: _Name, first: dict[tuple[str | None, str], str]) -> str | None:
    """边坝县医院 is 边坝县人民医院, and 上海市六医院 is 上海市第六人民医院, where the text names those too."""
    match = re.fullmatch("第?([一二三四五六七八九十]*)(?:人民)?医院", one.rest)
    if match is None:
        return None
    number = f"第{match[1]}" if match[1] else ""
    return first.get((one.lead_code, f"{number}人民医院")) or first.get((one.lead_code, f"{number}医院"))


def _identity(one: _Name) -> tuple[str | None, str]:
    return one.lead_code, re.sub("(?<!中医)中医院", "中医医院", one.rest)


def _full_names(text: str, known: _Places) -> list[_Name]:
    names: list[_Name] = []
    heads = [(match.start(), match.end(), False) for match in vocabulary().head.finditer(text)]
    heads += [(match.start(), match.end(), True) for match in vocabulary().named.finditer(text)]
    for start, end, is_named in sorted(heads, key=lambda head: (head[1], head[0])):
        one = _named(text, start, end, known) if is_named else _read_name(text, start, end, known)
        if one is None:
            continue
        while names and names[-1].start >= one.start:
            names.pop()
        if not names or names[-1].end <= one.start:
            names.append(one)
    return names


def _read_name(text: str, head_start: int, end: int, known: _Places) -> _Name | None:
    """The name that ends in the head word at `head_start`, or None where the head stands alone (各乡镇卫生院)."""
    head = text[head_start:end]
    kind = cast(OrganisationKind, vocabulary().kind_by_head[head])
    start, inside, code = _reach_left(text, head_start, known)
    if not inside and code is None:
        return _by_level(text, start, end, kind, known)
    if head == "医院" and start + 2 >= head_start - 1 and not _is_own(text, inside, head_start):
        return None
    lead = _leading(inside, start)
    own_end = lead[-1].char_end if lead else start
    lead_code = lead[-1].code if lead else code
    rest = text[own_end:end]
    if lead and rest[0] == text[own_end - 1]:  # 边坝县县人民医院
        rest = rest[1:]
    place_code = inside[0].code if inside else code
    name = lead[-1].surface + rest if lead else text[start:end]
    return _Name(start, end, name, rest, lead_code, place_code, kind)


def _is_own(text: str, inside: list[PlaceMention], head_start: int) -> bool:
    """福建|医院 is any hospital there; 南安市|医院 is one body."""
    last = inside[0] if inside else None
    return last is None or last.char_end != head_start or text[head_start - 1] in "市县区州旗省师团"


def _reach_left(text: str, head_start: int, known: _Places) -> tuple[int, list[PlaceMention], str | None]:
    """Where the name starts, the places in it from right to left, and the place of its university, if any."""
    start, inside, code = head_start, list[PlaceMention](), None
    while head_start - start < _LONGEST:
        reached = qualifiers_before(text, start)
        one = known.ending_at(reached)
        if one is None and not inside and code is None:
            gap = own_name_before(text, reached, known.starts)
            if gap is not None and gap not in known.by_end:
                start = gap
                continue
            one = known.by_end[gap] if gap is not None else None
        if one is not None:
            inside.append(one)
            start = one.char_start
            continue
        school = known.school_between(reached, start)
        if school:
            start, code = school
            continue
        if inside or code is not None:  # qualifiers in front of the first place belong to another word
            break
        return reached, inside, code
    return start, inside, code


def _leading(inside: list[PlaceMention], start: int) -> list[PlaceMention]:
    """The places at the front, each inside the one before: 新疆 昌吉市 of 新疆昌吉市人民医院."""
    lead: list[PlaceMention] = []
    for one in reversed(inside):
        if one.char_start != (lead[-1].char_end if lead else start):
            break
        if lead and not is_within(one.code, lead[-1].code):
            break
        lead.append(one)
    return lead


def _by_level(text: str, start: int, end: int, kind: OrganisationKind, known: _Places) -> _Name | None:
    """县人民医院, 省卫健委: the body of the county or province named last."""
    for level in _LEVELS:
        first = start - len(level)
        if first >= 0 and text.startswith(level, first):
            if first and text[first - 1] in _NOT_ONE:
                return None
            where = known.latest(level, first)
            rest = text[start:end]
            if where is None:
                return _Name(first, end, text[first:end], rest, None, None, kind)
            return _Name(first, end, where.name + rest, rest, where.code, where.code, kind)
    return None


def _named(text: str, start: int, end: int, known: _Places) -> _Name:
    """A hospital of the list, which says where it stands: 湘雅医院, 复旦大学附属华山医院."""
    listed = text[start:end]
    code = vocabulary().hospitals[listed]
    reached, inside, school = _reach_left(text, start, known)
    first = reached if inside or school else start
    return _Name(first, end, text[first:end], listed, code, code, "hospital")


def _short_names(text: str, names: list[_Name], found: list[OrganisationMention]) -> Iterable[OrganisationMention]:
    """Mentions by short names that belong to one body of this text alone."""
    meanings: dict[str, dict[str, OrganisationMention]] = defaultdict(dict)
    for one, mention in zip(names, found, strict=True):
        forms = set(short_forms(one.lead_code, one.rest)) if one.lead_code else set[str]()
        alias = introduced(text, one.end)
        for form in forms | ({alias} if alias else set()):
            meanings[form].setdefault(mention.name, mention)
    own = {form: next(iter(bodies.values())) for form, bodies in meanings.items() if len(bodies) == 1}
    if not own:
        return
    spans = iter(sorted((one.char_start, one.char_end) for one in found))
    taken = next(spans, None)
    for first, end, mention in Words(own).longest(text):
        while taken and taken[1] <= first:
            taken = next(spans, None)
        if (taken and taken[0] < end) or word_goes_on(text, end):
            continue
        yield replace(mention, char_start=first, char_end=end, surface=text[first:end], is_alias=True)


def link(mentions: Iterable[OrganisationMention]) -> tuple[Organisation, ...]:
    """One organisation for all mentions of a body, in order of first mention."""
    groups: dict[tuple[str, str | None], list[OrganisationMention]] = defaultdict(list)
    for one in mentions:
        groups[one.name, one.place_code].append(one)
    return tuple(Organisation(name, code, group[0].kind, tuple(group)) for (name, code), group in groups.items())
