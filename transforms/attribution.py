"""Whose a figure is, and when: donor, recipient, organisation, programme and period, from the nearest words.

The order is clause, segment, sentence, paragraph, section, story. Each answer keeps the step that gave it; what no
step gives stays None. A place gives or receives by its region: the channel (援疆, 援藏, …) names the region that
receives; where there is none, the words around the places and the regions' usual part decide.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from transforms.aid_pairs import are_paired
from transforms.model import PlaceMention
from transforms.organisations import OrganisationMention, find_organisations
from transforms.periods import Period, find_periods, resolve_stints
from transforms.places import chain, common_parent, find_foreign, find_places, is_within, place
from transforms.programmes import FOREIGN, SAME, ProgrammeMention, find_programmes, main_channel
from transforms.scene import Scene
from transforms.sentences import Span

_RECEIVING = {"65": 3, "54": 3, "63": 3, "53": 2, "52": 2, "62": 2, "64": 2, "45": 1, "51": 1, "15": 1}
"""How much a province is used to receiving: the regions of 援疆, 援藏, 援青, then those of 东西部协作."""
_GIVING = frozenset({"11", "31", "12", "44", "32", "33", "35", "37", "21"})
_TO = re.compile(r"(?:赴|前往|奔赴|支援|帮扶|援助|对口|对口支援|驻|走进|帮助|向|抵达|来到|进驻|为|给|到|在|驰援|援)$")
_FROM_BEFORE = re.compile(r"(?:来自|由|从|自)$")
_FROM_AFTER = re.compile(
    r"^[^，。；]{0,8}?(?:选派|派出|派遣|援疆|援藏|援青|援滇|援黔|医疗队|专家|对口支援|对口帮扶|帮扶(?!协议|资金)|投入|捐赠|援建|支援|组团)"
)
_MOVE = re.compile(r"(?:赴|前往|奔赴|到|来到|抵达|走进|支援|进驻|飞赴|驰援|远赴|至)(?:了)?(?:[^，。；、\d]{0,6})$")
_AT = re.compile(r"(?:在|从|于|由|自)$")
_SCENE = re.compile(
    r"(?:(?!医院)[^，。；、]){0,6}?(?:机场|车站|火车站|高铁站|举行|召开|举办|启程|出发|集结|欢送|登机|乘|集合|闭幕|开幕|开工|奠基|签署|签约|签订|进修|学习|跟岗)"
)
_DATELINE = re.compile(
    r"(?:在线|日报|晚报|晨报|都市报|卫生报|新闻网|新闻|网讯|卫视|电视台|广播|发布)"
    r"|(?:\d{1,2}月)?\d{1,2}日(?:电|讯|消息)|讯(?=[（ 　\s])"
)
_GIVES_TO = re.compile(r"[^，。；]{0,12}(?:向|对口支援|对口帮扶|支援|帮扶|援助|赴|前往|到|为)")
_SEVERAL = frozenset("各全两多几数一二三四五六七八九十")
_SUBHEAD = re.compile(r"[。！？；…”』」]$")
_LIST = re.compile(r"[、和及与]|以及|等地")


@dataclass(frozen=True, slots=True)
class Role:
    """A place that gives or receives, at one spot of the text."""

    code: str
    char_start: int
    char_end: int
    weight: float
    weak: bool
    """A province read out of an abbreviation such as 进疆: it yields to any fuller name."""


@dataclass(frozen=True, slots=True)
class Found:
    """An answer and the step that gave it."""

    value: str | None
    step: str | None


@dataclass(frozen=True, slots=True)
class Attribution:
    """Donor, recipient, organisation, programme and period of one figure."""

    donor: Found
    recipient: Found
    organisation: str | None
    channel: str | None
    batch: str | None
    period_start: date | None
    period_end: date | None
    period_step: str | None


class Attributor:
    """Everything about one article that attribution asks, found once."""

    def __init__(self, scene: Scene, headline: str | None, published_on: date | None) -> None:
        self.scene = scene
        self.published_on = published_on
        mentions = find_places(scene.text)
        self.organisations = find_organisations(scene.text, mentions)
        self.programmes = find_programmes(scene.text)
        self.channel = main_channel(self.programmes)
        self.headline_end = len(headline) if headline and scene.text.startswith(headline) else 0
        roles = _places_as_roles(scene.text, mentions, self.organisations, self.headline_end)
        receiving = _receiving_provinces(scene.text, roles, self.programmes)
        within = len({role.code[:2] for role in roles}) == 1
        giving = _givers(scene.text, roles) if within else frozenset()
        if within and any(mention.province == SAME for mention in self.programmes):
            receiving = frozenset(role.code[:2] for role in roles)
        self.recipients = [role for role in roles if role.code[:2] in receiving and role.code not in giving]
        self.donors = [role for role in roles if role.code[:2] not in receiving or role.code in giving]
        if within and not self.donors and any(mention.province == SAME for mention in self.programmes):
            self.donors = [role for role in roles if place(role.code).level == "province"]
        self.periods = resolve_stints(scene.text, find_periods(scene.text, published_on), published_on)
        self.openings = _openings(scene, self.periods)
        self.sections = _sections(scene)
        givers = [role for role in self.donors if role.code[:2] in _GIVING]
        donor = _majority(self.donors) or _majority(givers)
        self._story = {"recipient": _majority(self.recipients), "donor": donor}

    def attribute(self, start: int, end: int) -> Attribution:
        """Who gave, who received and when, for the figure at [start, end)."""
        recipient = self._refined("recipient", self._nearest(self.recipients, start, end, "recipient"))
        donor = self._refined("donor", self._nearest(self.donors, start, end, "donor"))
        period, step = self._period(start, end)
        return Attribution(
            donor=donor,
            recipient=recipient,
            organisation=self._organisation(start, end, recipient.value),
            channel=self.channel,
            batch=self._batch(start),
            period_start=period.start if period else None,
            period_end=_end(period),
            period_step=step,
        )

    def _clause(self, start: int, end: int) -> Span:
        return Span(self.scene.clauses.before(start), self.scene.clauses.after(end))

    def _nearest(self, roles: Sequence[Role], start: int, end: int, which: str) -> Found:
        """The place of one role that stands nearest to the figure, step by step outwards."""
        strong = [role for role in roles if not role.weak]
        clause = self._clause(start, end)
        inside = [role for role in strong if clause.start <= role.char_start and role.char_end <= clause.end]
        sentence = self.scene.sentence_at(start)
        if inside:
            answer = self._in_clause(inside, start, end, which)
            if which == "recipient" and answer is not None and place(answer).level == "province":
                near = [role for role in strong if sentence.start <= role.char_start and role.char_end <= start]
                answer = _outside(answer, (), near)
            return Found(answer, "clause")
        segment = max(self.scene.segments.before(start), sentence.start)
        for step, low, high in (("clause", segment, start), ("sentence", sentence.start, start)):
            before = [role for role in strong if low <= role.char_start and role.char_end <= high]
            if before:
                return Found(_joined(_groups(self.scene.text, before)[-1]), step)
        limit = min(self.scene.segments.after(end), sentence.end)
        after = [role for role in strong if end <= role.char_start and role.char_end <= limit]
        if after and which == "recipient":
            return Found(_joined(_groups(self.scene.text, after)[0]), "sentence")
        paragraph = self.scene.paragraph_at(start)
        before = [role for role in strong if paragraph.start <= role.char_start and role.char_end <= start]
        if before:
            last = self.scene.sentence_at(before[-1].char_start)
            return Found(_majority([role for role in before if role.char_start >= last.start]), "paragraph")
        if after:
            return Found(_joined(_groups(self.scene.text, after)[0]), "sentence")
        part = next((span for span in self.sections if span.start <= start < span.end), None)
        if part is not None and len(self.sections) > 1:
            here = [r for r in roles if part.start <= r.char_start < part.end]
            answer = _majority(here)
            if which == "recipient" and (answer is None or place(answer).level == "province"):
                named = [r for r in here if r.char_end <= start and not r.weak and place(r.code).level != "province"]
                answer = named[-1].code if named else answer
            if answer is not None:
                return Found(answer, "section")
        story = self._story[which]
        return Found(story, "story" if story else None)

    def _in_clause(self, inside: list[Role], start: int, end: int, which: str) -> str | None:
        """Of the places in the figure's clause: one that it moves to, else the nearest before, else the next after."""
        text = self.scene.text
        after = [role for role in inside if role.char_start >= end]
        before = [role for role in inside if role.char_end <= start]
        moved = [role for role in after if _MOVE.search(text, max(0, role.char_start - 12), role.char_start)]
        if which == "recipient" and moved:
            group = _groups(text, [r for r in after if r.char_start >= moved[0].char_start])[0]
        else:
            group = _groups(text, before)[-1] if before else _groups(text, after)[0]
        return _outside(_joined(group), group, inside)

    def _refined(self, which: str, found: Found) -> Found:
        """A province yields to the place inside it that the whole story is about; without one, weak mentions count."""
        story = self._story[which]
        if found.value is None and which == "donor" and story is not None:
            return Found(story, "story")  # donors of two provinces in one list: the one that the story is about
        if found.value is None or story is None or found.value == story or found.step == "clause":
            return found
        if which == "recipient" and place(found.value).level == "province" and is_within(story, found.value):
            return Found(story, "story")
        return found

    def _organisation(self, start: int, end: int, recipient: str | None) -> str | None:
        """The health body at the recipient's side nearest before the figure in its sentence, or in its clause after."""
        sentence, clause = self.scene.sentence_at(start), self._clause(start, end)
        here = [o for o in self.organisations if sentence.start <= o.char_start and self._receives(o, recipient)]
        before = [o for o in here if o.char_end <= start]
        if before:
            return before[-1].name
        after = [o for o in here if end <= o.char_start and o.char_end <= clause.end]
        return after[0].name if after else None

    @staticmethod
    def _receives(organisation: OrganisationMention, recipient: str | None) -> bool:
        code = organisation.place_code
        return code is not None and recipient is not None and (is_within(code, recipient) or is_within(recipient, code))

    def _batch(self, start: int) -> str | None:
        """The batch named nearest before the figure in its sentence, else the first that the story names."""
        batches = [m for m in self.programmes if m.kind == "batch" and self._of_people(m)]
        sentence = self.scene.sentence_at(start)
        here = [m for m in batches if sentence.start <= m.char_start < sentence.end]
        chosen = next((m for m in reversed(here) if m.char_end <= start), here[0] if here else None)
        if chosen is None and batches:
            chosen = batches[0]
        return chosen.name if chosen else None

    def _of_people(self, mention: ProgrammeMention) -> bool:
        return (
            re.search(
                r"援|医疗队|队员|组团|工作队|专家|人才", self.scene.text[mention.char_end : mention.char_end + 12]
            )
            is not None
        )

    def _period(self, start: int, end: int) -> tuple[Period | None, str | None]:
        """The span of time that governs the figure: in its clause, before it in the segment and sentence, then a
        beginning named earlier in the paragraph."""
        dated = [p for p in self.periods if p.start is not None or (p.kind == "until" and p.end is not None)]
        clause, sentence = self._clause(start, end), self.scene.sentence_at(start)
        segment = max(self.scene.segments.before(start), sentence.start)
        steps = (("clause", clause.start, start), ("clause", segment, start), ("sentence", sentence.start, start))
        for step, low, high in steps:
            here = [p for p in dated if low <= p.char_start and p.char_end <= high]
            if here:
                return self._with_start(here, start), step
        here = [p for p in dated if end <= p.char_start and p.char_end <= clause.end]
        if here:
            return here[0], "clause"
        paragraph = self.scene.paragraph_at(start)
        begun = [
            p for p in dated if p.kind in ("since", "stint") and paragraph.start <= p.char_start and p.char_end <= start
        ]
        if begun:
            return begun[-1], "paragraph"
        opening = [p for p in self.openings if p.char_start < start]
        if opening:
            same = opening[-1].char_start >= paragraph.start
            return opening[-1], "paragraph" if same else "story"
        return None, None

    @staticmethod
    def _with_start(here: Sequence[Period], start: int) -> Period:
        """The last span before the figure; 截至目前 takes the beginning that stands before it."""
        last = here[-1]
        if last.kind == "until":
            begun = [p for p in here[:-1] if p.kind in ("since", "stint", "span") and p.start is not None]
            if begun:
                return Period(begun[-1].start, last.end, "span", begun[-1].char_start, last.char_end)
        return last


def _end(period: Period | None) -> date | None:
    """The period's end; None where the dates put it before the start: one of them is no bound then."""
    if period is None or (period.start and period.end and period.end < period.start):
        return None
    return period.end


def _places_as_roles(
    text: str, mentions: Iterable[PlaceMention], organisations: Iterable[OrganisationMention], headline_end: int
) -> list[Role]:
    """Place mentions, and the places of bodies named without one (红星医院 → 新星市), in reading order."""
    roles = []
    covered: set[int] = set()
    for mention in mentions:
        weak = mention.is_abbreviation and mention.level == "province"
        if _DATELINE.match(text, mention.char_end):
            continue  # 新华社乌鲁木齐8月6日电 says where the reporter was
        scene = _is_scene(text, mention.char_start, mention.char_end)
        weak = weak or scene
        weight = 3.0 if mention.char_start < headline_end else (0.25 if weak else 1.0)
        roles.append(Role(mention.code, mention.char_start, mention.char_end, weight, weak))
        covered.update(range(mention.char_start, mention.char_end))
    for body in organisations:
        if text[body.char_start - 1 : body.char_start] in _SEVERAL:
            continue  # 四县人民医院 are several, not the one named last
        if body.place_code is not None and not covered & set(range(body.char_start, body.char_end)):
            roles.append(Role(body.place_code, body.char_start, body.char_end, 0.5, False))
    return sorted(roles, key=lambda role: role.char_start)


def _is_scene(text: str, start: int, end: int) -> bool:
    """Whether a place is only where people meet, leave or study: 座谈会在广州举行, 从长沙黄花机场启程, 在武汉进修."""
    return _AT.search(text, max(0, start - 3), start) is not None and _SCENE.match(text, end) is not None


def _receiving_provinces(text: str, roles: Sequence[Role], programmes: Sequence[ProgrammeMention]) -> frozenset[str]:
    """Two-digit codes of the provinces that receive in this story."""
    named = {mention.province for mention in programmes if mention.province}
    present = {role.code[:2] for role in roles}
    if named & present:
        return frozenset(named & present)
    if FOREIGN in named or any(text[max(0, start - 1) : start] == "援" for _name, start, _end in find_foreign(text)):
        return frozenset()
    leans: Counter[str] = Counter()
    for role in roles:
        leans[role.code[:2]] += _lean(text, role)
    scores = {p: _RECEIVING.get(p, 0) - (3 if p in _GIVING else 0) + 2 * max(-2, min(2, leans[p])) for p in present}
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
    return frozenset(p for p, score in scores.items() if score > 0 and (score == best or leans[p] > 0))


def _givers(text: str, roles: Sequence[Role]) -> frozenset[str]:
    """Places that give to another of their own province: 成都市各医院向甘孜州…派驻, 南昌市第一医院支援…"""
    codes: set[str] = set()
    receivers: set[str] = set()
    for role, following in pairwise(roles):
        between = text[role.char_end : following.char_start]
        inside = is_within(following.code, role.code) or is_within(role.code, following.code)
        if not inside and role.code not in receivers and _GIVES_TO.fullmatch(between):
            codes.add(role.code)
            receivers.add(following.code)
    return frozenset(codes)


def _lean(text: str, role: Role) -> int:
    """+1 where the words around a place say that it receives, -1 where they say that it gives, else 0."""
    if _TO.search(text, max(0, role.char_start - 4), role.char_start):
        return 1
    before = _FROM_BEFORE.search(text, max(0, role.char_start - 2), role.char_start)
    return -1 if before or _FROM_AFTER.search(text[role.char_end : role.char_end + 14]) else 0


def _openings(scene: Scene, periods: Sequence[Period]) -> list[Period]:
    """Long spans that open a paragraph or stand in the headline (2023年，…): they govern until the next one.

    A paragraph that opens with any other time ends the rule of the one before, which the empty span stands for.
    """
    opened = []
    for period in periods:
        paragraph = scene.paragraph_at(period.char_start)
        if period.kind not in ("span", "since", "named_day") or period.start is None:
            continue
        first = paragraph.start <= scene.paragraphs[min(1, len(scene.paragraphs) - 1)].start
        if period.char_start - paragraph.start > (40 if first else 4):
            continue
        long = period.kind == "span" and period.end is not None and (period.end - period.start).days >= 80
        opened.append(period if long else Period(None, None, "span", period.char_start, period.char_end))
    return opened


def _sections(scene: Scene) -> list[Span]:
    """The story cut at its subheads: short paragraphs that end in no full stop."""
    starts = [0]
    for index, paragraph in enumerate(scene.paragraphs):
        written = scene.text[paragraph.start : paragraph.end]
        if index and len(written) <= 30 and not _SUBHEAD.search(written):
            starts.append(paragraph.start)
    return [Span(low, high) for low, high in zip(starts, [*starts[1:], len(scene.text)], strict=True)]


def _groups(text: str, roles: Sequence[Role]) -> list[list[Role]]:
    """Roles that stand in one list or chain (漳州、龙岩; 西藏自治区昌都市洛隆县)."""
    groups: list[list[Role]] = []
    for role in roles:
        between = text[groups[-1][-1].char_end : role.char_start] if groups else "。"
        joined = not between or (len(between) <= 14 and _LIST.search(between) and not re.search(r"[，。；]", between))
        if groups and joined:
            groups[-1].append(role)
        else:
            groups.append([role])
    return groups


def _joined(group: Sequence[Role]) -> str | None:
    """One code for a group: a chain (西藏自治区昌都市洛隆县) is its last place, a list the lowest common parent."""
    return common_parent({role.code for role in _without_chains(group)})


def _outside(code: str | None, group: Sequence[Role], roles: Sequence[Role]) -> str | None:
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


def _majority(roles: Sequence[Role]) -> str | None:
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
