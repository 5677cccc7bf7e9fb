"""Which metric and aspect a quantity states, decided by the rules of `lexicons/metric_rules.toml`.

A figure's zone is the text around it up to the next comma or counted figure; its reach goes back to the start of the
semicolon segment. Rules name concepts that must or must not stand there; the highest declared priority wins, then the
nearest anchor. What no rule claims is ignored with a reason, or unknown and counted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from transforms.lexicons import load_metrics, load_units
from transforms.lexicons.concepts import Hit
from transforms.lexicons.rules import Rule, load_indicators, load_rules
from transforms.model import Aspect, Disposition, Quantity, Status
from transforms.scene import COUNTED, Scene
from transforms.wording import change_before, is_annual, negative, part_mark, qualifier_of, status_of

LIST_START = re.compile(r"[、和及与]|以及|并")
RELATIVE = frozenset({"percent", "points", "multiple", "share"})
_DOINGS = frozenset(
    [
        "treat",
        "patient",
        "public",
        "outpatient",
        "inpatient",
        "surgery",
        "consult",
        "screening",
        "introduce",
        "lecture",
        "rounds",
        "free_clinic",
        "serve",
        "rescue",
        "home",
        "train",
    ]
)
"""What staff do to others, once the staff themselves have been named."""
IGNORED_FORMS = {
    "age": "age",
    "duration": "duration",
    "measure": "distance, weight or other measure",
    "ratio": "ratio",
    "permille": "rate per thousand",
}
IGNORED_UNITS = {
    "region": "count of places",
    "population": "population",
    "animal": "animals",
    "plant": "plants",
    "text": "length of a text",
    "metaphor": "figure of speech",
    "goods": "count of goods",
    "dose": "count of doses",
}
IGNORED_CONCEPTS = {
    "price": "price, fee or income",
    "population": "population",
    "media": "plays and likes",
    "award": "honour",
    "meeting": "people at a meeting",
    "staffing": "staff counted as working at a place",
    "goods": "count of goods",
}
_BLOCKERS = re.compile(r"率|费|时间|收入|满意|成本|死亡|并发症|能力|水平|质量|比重|出血")
_TO_LEVEL = re.compile(r"(?:到|至|为|达|成)(?:了|约|近|超|逾)?$")
_BARE = re.compile(r"[：:—-]{0,2}|(?:从|由)[^，。；、\d]{0,6}|达到?|为|近|约|超")
_PHONE = re.compile(r"电话|热线|拨打|号码|房间|编号|邮编")
_COMPARES = re.compile(r"同比|环比|[较比与]")
_OF_WHOLE = re.compile(r"(?:患者|病人|病例|总数)?(?:中|里|当中|之中)?[，,]|[^，。；]{0,12}[：:]")
_SHARING = re.compile(r"占|中|为|达|有|其")
_SHARE = re.compile(r"占|[成半]|%|分之")
_NOTHING_ELSE = re.compile(
    r"(?:并|且|也|又|更|均|分别|其中|同期|累计|总体|实现|每年|年均|平均|三年|两年|约|这|是|则|还|再|已|就|"
    r"\d{4}年(?:底|末)?(?:总和|全年|同期)?的?|[去今前上]年(?:同期|全年)?的?|五年总和的?|"
    r"(?:同比|环比|与?[较比][^，。；]{1,14}|增长|增加|提升|提高|上升|上涨|增幅|增速|减少|下降|降低|缩短|降幅|降|减|增|升|翻|涨|多|少|出|"
    r"了|到|至|为|达|幅度|率|超过?|近|逾))*"
)
_OF_AMOUNT = re.compile(
    rf"(?:总)?(?:数量?|量|人次|人数|台次|例数|场次|总量|规模|总数)?{_NOTHING_ELSE.pattern}(?:占比?|占总数的?|的)?"
)
_FROM = re.compile(r"(?:从|由)[^，。；、]{0,12}$")
_RISES_TO = re.compile(
    r"[^，。；、\d]{0,6}?(?:增加|增长|提升|提高|上升|扩大|跃升|拓展|增|升|涨|提|跃|变|扩|发展|降低|下降|缩短|减少|降|减|压缩|压|缩)?(?:了)?(?:到|至|为|成)(?:了|如今的|现在的|目前的|今年的|去年的|\d{4}年的)?"
)
_LIST_ITEM = re.compile(r"[、和及与]|以及")
_ARRIVES = re.compile(r"[^。；]{0,12}?(?:达到|达|为|至|到|共|突破|升至|增至|降至)(?:了)?")
_LOOSE = 52
"""Rules up to this priority are general ones: a part of a total takes the total's metric before them."""
_RISES = re.compile(r"[增升扩涨提](?:大|加|长|高)?[至到]")
_PEOPLE = frozenset({"名", "人", "位", "个"})


@dataclass(frozen=True, slots=True)
class Claim:
    """One metric that a quantity states. Values are in the metric's canonical unit, signed for changes."""

    metric: str
    aspect: Aspect
    value: Decimal
    value_low: Decimal
    value_high: Decimal | None
    unit: str
    status: Status
    qualifier: str | None
    is_annual: bool
    is_part: bool
    rule_code: str
    part_of: int | None = None
    """Index of the reading that states the whole, where the figure is a part of one."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rule that a figure met, and how far its anchor stood."""

    rule: Rule
    distance: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What was decided about one quantity, and the candidates that were weighed."""

    quantity: Quantity
    disposition: Disposition
    reason: str | None
    claims: tuple[Claim, ...] = ()
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Zone:
    """The stretch of text around a figure in which its anchor must stand."""

    left: int
    right: int
    lead: int
    reach: int
    sentence: tuple[int, int]
    paragraph: int


def read_figures(scene: Scene) -> list[Reading]:
    """One reading a quantity of the scene, in order."""
    readings: list[Reading] = []
    for index in range(len(scene.quantities)):
        readings.append(_read(scene, index, readings))
    return readings


def _read(scene: Scene, index: int, earlier: Sequence[Reading]) -> Reading:
    quantity = scene.quantities[index]
    zone = _zone(scene, index)
    reason = _not_counted(scene, quantity, zone)
    if reason is not None:
        return Reading(quantity, "ignored", reason)
    previous = earlier[-1] if earlier else None
    carried = _from_to(scene, quantity, previous)
    if carried:
        return _reading(scene, quantity, zone, _inherit(scene, quantity, zone, carried, "from_to"), ())
    relative = quantity.form in RELATIVE
    change = change_before(scene.text, zone.left, quantity.char_start, zone.sentence[0])
    if relative or change is not None:
        claims, candidates = _relative_claims(scene, quantity, zone, change, earlier)
        if relative and not claims:
            claims = _carried_level(scene, quantity, zone, earlier)
        if claims or relative or _has_base(change):
            return _reading(scene, quantity, zone, claims, candidates)
    candidates = _candidates(scene, quantity, zone, previous)
    if not candidates and zone.lead < zone.left:
        candidates = _candidates(scene, quantity, replace(zone, left=zone.lead), previous)
    part = _part_of_whole(scene, quantity, zone, earlier)
    if candidates and not (part and candidates[0].rule.priority <= _LOOSE):
        claims = (_claim(scene, quantity, zone, candidates[0].rule, "level"),)
    else:
        claims = part or _carried_level(scene, quantity, zone, earlier)
    return _reading(scene, quantity, zone, claims, candidates)


def _has_base(change: str | None) -> bool:
    """Whether the change says what it compares with and does not go on to the level reached (同比增加18场)."""
    return change is not None and _COMPARES.match(change) is not None and _TO_LEVEL.search(change) is None


def _from_to(scene: Scene, quantity: Quantity, previous: Reading | None) -> tuple[Claim, ...]:
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


def _carried_level(scene: Scene, quantity: Quantity, zone: Zone, earlier: Sequence[Reading]) -> tuple[Claim, ...]:
    """Claims of a figure that names no metric itself: an item of a list (812台、1035台), a part (其中老年人9000名),
    the amount after a change (较前年翻了一番，达到356台)."""
    if not earlier or not earlier[-1].claims or not quantity.unit:
        return ()
    previous = earlier[-1]
    between = scene.text[previous.quantity.char_end : quantity.char_start]
    if previous.quantity.char_start < zone.sentence[0]:
        return ()
    if _LIST_ITEM.fullmatch(between) and _same_kind(previous.quantity, quantity):
        return _inherit(scene, quantity, zone, previous.claims, "list")
    unit_class = load_units().get(quantity.unit, "")
    claim = previous.claims[-1]
    reached = claim.aspect != "level" or _RISES.search(between) is not None
    if _ARRIVES.fullmatch(between) and reached and _takes(claim.metric, unit_class):
        return _inherit(scene, quantity, zone, (claim,), "total", "level")
    return ()


def _part_of_whole(scene: Scene, quantity: Quantity, zone: Zone, earlier: Sequence[Reading]) -> tuple[Claim, ...]:
    """Claims of a part that has the total's own unit: 签署协议8个，其中学科共建5个、人才培养2个."""
    if part_mark(scene.text, zone.sentence[0], quantity.char_start) is None or not quantity.unit:
        return ()
    whole = next((r for r in reversed(earlier) if r.claims and not r.claims[-1].is_part), None)
    if whole is None or whole.quantity.char_start < zone.sentence[0] or whole.claims[-1].aspect != "level":
        return ()
    same = whole.quantity.unit == quantity.unit or {whole.quantity.unit, quantity.unit} <= _PEOPLE
    if not same or quantity.value > whole.quantity.value:
        return ()
    return _inherit(scene, quantity, zone, whole.claims[-1:], "part")


def _takes(metric: str, unit_class: str) -> bool:
    return any(rule.metric == metric and unit_class in rule.units for rule in load_rules())


def _inherit(
    scene: Scene, quantity: Quantity, zone: Zone, claims: Sequence[Claim], how: str, aspect: Aspect | None = None
) -> tuple[Claim, ...]:
    """`claims` again with this figure's own values."""
    built = []
    for claim in claims:
        own = aspect or claim.aspect
        unit = load_metrics()[claim.metric].unit if own == "level" else claim.unit
        new = _build(scene, quantity, zone, claim.metric, own, unit, f"{claim.metric}.{how}", 1)
        if how == "from_to":
            new = replace(new, qualifier=new.qualifier or claim.qualifier, is_annual=claim.is_annual)
        built.append(new)
    return tuple(built)


def _reading(
    scene: Scene, quantity: Quantity, zone: Zone, claims: tuple[Claim, ...], candidates: tuple[Candidate, ...]
) -> Reading:
    if claims:
        return Reading(quantity, "fact", None, claims, candidates)
    unit_class = load_units().get(quantity.unit, "")
    if quantity.form in IGNORED_FORMS:
        return Reading(quantity, "ignored", IGNORED_FORMS[quantity.form])
    if unit_class in IGNORED_UNITS:
        return Reading(quantity, "ignored", IGNORED_UNITS[unit_class])
    concepts = scene.hits.concepts(zone.left, zone.right)
    for concept, reason in IGNORED_CONCEPTS.items():
        if concept in concepts:
            return Reading(quantity, "ignored", reason)
    if not quantity.unit:
        return Reading(quantity, "ignored", "number without a unit")
    return Reading(quantity, "unknown", "no rule claims it")


def _not_counted(scene: Scene, quantity: Quantity, zone: Zone) -> str | None:
    """Why the figure cannot be a fact whatever stands around it, or None."""
    text, unit_class = scene.text, load_units().get(quantity.unit, "")
    printed = text[quantity.char_start : quantity.char_end]
    if quantity.form in ("age", "measure", "ratio", "permille"):
        return IGNORED_FORMS[quantity.form]
    if unit_class == "foreign_money":
        return "foreign currency"
    if printed[0] == "一" and quantity.value == 1 and quantity.approximation == "exact":
        return "一 as an article"
    if "rate_base" in scene.hits.concepts(zone.left, quantity.char_start):
        return "rate per head"
    if not quantity.unit and _PHONE.search(text, *scene.sentence_at(quantity.char_start)):
        return "number without a unit"
    if scene.in_label(quantity.char_start, quantity.char_end):
        return "name in quotation marks"
    if quantity.value == 1 and unit_class in ("person", "case") and quantity.approximation == "exact":
        beside = scene.hits.concepts(quantity.char_start - 6, quantity.char_end + 10)
        if "patient" in beside:
            return "one patient's story"
    return None


def _zone(scene: Scene, index: int) -> Zone:
    quantity = scene.quantities[index]
    start, end = quantity.char_start, quantity.char_end
    left, right = scene.clauses.before(start), scene.clauses.after(end)
    for other in reversed(scene.quantities[:index]):
        if other.char_end <= left:
            break
        if _bounds(other):
            left = max(left, other.char_end)
            break
    for other in scene.quantities[index + 1 :]:
        if other.char_start >= right:
            break
        if _bounds(other):
            right = min(right, other.char_start)
            break
    mark = LIST_START.match(scene.text, end)
    if mark:
        following = scene.quantities[index + 1] if index + 1 < len(scene.quantities) else None
        if following is None or following.char_start != mark.end() or not following.unit:
            right = end
        else:
            right = _zone(scene, index + 1).right
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
    counted = any(start <= other.char_start < left and _bounds(other) for other in scene.quantities[:index])
    return left if counted else start


def _bounds(quantity: Quantity) -> bool:
    """Whether a neighbouring figure ends a zone: counted ones do; 一 as an article, durations and 6个县 do not."""
    if quantity.value == 1 and quantity.approximation == "exact":
        return False
    return quantity.form in COUNTED and load_units().get(quantity.unit) != "region"


def _candidates(scene: Scene, quantity: Quantity, zone: Zone, previous: Reading | None) -> tuple[Candidate, ...]:
    """Rules whose conditions hold, best first."""
    unit_class = load_units().get(quantity.unit, "")
    left = scene.hits.within(zone.left, quantity.char_start)
    right = scene.hits.within(quantity.char_end, zone.right)
    beside = left and not scene.text[left[-1].end : quantity.char_start].strip("了约近超逾达共")
    if unit_class not in ("person", "person_time") and beside:
        heads = left[-1].concepts
        adjacent = [r for r in load_rules() if unit_class in r.units and heads & r.anchor and r.side != "right"]
        right = [] if adjacent else right
    if unit_class in ("person", "person_time", "item"):
        coupled = scene.text[quantity.char_start - 1 : quantity.char_start] in ("与", "和", "同")
        right = _own_noun(right, coupled)
    zone_concepts = frozenset().union(*(hit.concepts for hit in left + right))
    scopes = {
        "zone": zone_concepts,
        "lead": scene.hits.concepts(zone.lead, zone.right),
        "reach": scene.hits.concepts(zone.reach, zone.right),
        "sentence": scene.hits.concepts(*zone.sentence),
        "story": scene.hits.concepts(zone.paragraph, zone.sentence[1]),
    }
    found = []
    for rule in load_rules():
        if unit_class not in rule.units and not (rule.bare and not quantity.unit):
            continue
        if not rule.holds(scopes) or not _after(rule, scene, quantity, previous):
            continue
        anchor = _anchor(rule, quantity, left, right if quantity.unit else ())
        if anchor is None or anchor[0] > rule.within:
            continue
        before = scene.text[quantity.char_start - anchor[0] : quantity.char_start]
        if quantity.unit or _BARE.fullmatch(before):
            found.append(Candidate(rule, *anchor))
    return tuple(sorted(found, key=lambda c: (-c.rule.priority, c.distance, c.rule.code)))


def _own_noun(right: Sequence[Hit], coupled: bool) -> list[Hit]:
    """The hits right of a classifier up to where the people it counts begin to do something to others.

    11名队员|接诊患者: the patients are not what is counted; 200名人才赴闽进修 keeps the study that its people do, and
    与17名骨干结成师徒 (`coupled`) what both do.
    """
    kept: list[Hit] = []
    staff = any(hit.concepts & {"study", "enrol"} for hit in right)
    if staff:
        return list(right)
    for hit in right:
        doing = hit.concepts & _DOINGS and not (coupled and "mentor" in hit.concepts)
        if staff and doing and "staff" not in hit.concepts:
            break
        staff = staff or bool(hit.concepts & {"staff", "member", "team_noun"})
        kept.append(hit)
    return kept


def _after(rule: Rule, scene: Scene, quantity: Quantity, previous: Reading | None) -> bool:
    """Whether the figure directly before states what the rule asks for (37批次、211名, 8批次36人)."""
    if not rule.after:
        return True
    if previous is None or not previous.claims or previous.claims[-1].metric not in rule.after:
        return False
    between = scene.text[previous.quantity.char_end : quantity.char_start]
    if rule.anchor:
        return re.fullmatch(r"[、和及与][^，。；、]{0,10}", between) is not None
    return (
        re.fullmatch(r"(?:的?(?:队员|人员|专家|医生|医务人员|医疗人才|骨干))?[、和，及与共计合总累（(]{0,3}", between)
        is not None
    )


def _anchor(rule: Rule, quantity: Quantity, left: Sequence[Hit], right: Sequence[Hit]) -> tuple[int, str] | None:
    """Distance and words of the rule's nearest anchor; None where it has to have one and has none."""
    if not rule.anchor:
        return (0 if rule.after else 50), ""
    best: tuple[int, str] | None = None
    sides = ((left, "left"), (right, "right"))
    for hits, side in sides:
        if rule.side not in ("both", side):
            continue
        for hit in hits:
            distance = quantity.char_start - hit.end if side == "left" else hit.start - quantity.char_end
            if not hit.concepts & rule.anchor or (best is not None and distance >= best[0]):
                continue
            others = (*left, *right)
            if not any(_nearer(other, quantity, distance) & rule.nearer_none for other in others):
                best = (distance, "/".join(sorted(hit.concepts & rule.anchor)))
    return best


def _nearer(hit: Hit, quantity: Quantity, distance: int) -> frozenset[str]:
    """The hit's concepts where it stands nearer to the figure than `distance`; else none."""
    own = quantity.char_start - hit.end if hit.end <= quantity.char_start else hit.start - quantity.char_end
    return hit.concepts if own < distance else frozenset()


def _claim(scene: Scene, quantity: Quantity, zone: Zone, rule: Rule, aspect: Aspect) -> Claim:
    unit = load_metrics()[rule.metric].unit
    if unit == "person" and load_units().get(quantity.unit) == "person_time":
        unit = "person_time"
    return _build(scene, quantity, zone, rule.metric, aspect, unit, rule.code, sign=1)


def _build(
    scene: Scene, quantity: Quantity, zone: Zone, metric: str, aspect: Aspect, unit: str, rule_code: str, sign: int
) -> Claim:
    low, high = quantity.value_low, quantity.value_high
    if sign < 0:
        low, high = (-high if high is not None else -quantity.value), -low
    start = quantity.char_start
    return Claim(
        metric=metric,
        aspect=aspect,
        value=quantity.value * sign,
        value_low=low,
        value_high=high,
        unit=unit,
        status=status_of(scene, quantity, zone.reach),
        qualifier=qualifier_of(scene.text, metric, zone.left, quantity.char_start, quantity.char_end, zone.right),
        is_annual=is_annual(scene.text, zone.reach, zone.left, start),
        is_part=part_mark(scene.text, zone.sentence[0], start) is not None,
        rule_code=rule_code,
    )


def _relative_claims(
    scene: Scene, quantity: Quantity, zone: Zone, change: str | None, earlier: Sequence[Reading]
) -> tuple[tuple[Claim, ...], tuple[Candidate, ...]]:
    """Claims of a percentage, multiple, share or 同比 amount: bound to the metric named before it."""
    text, start = scene.text, quantity.char_start
    before = text[zone.left : start]
    to_level = _TO_LEVEL.search(before) is not None and (change is None or not change.endswith("翻"))
    code = "indicator"
    metrics = _named_before(scene, zone, start, quantity.char_end)
    if not metrics and not ("其中" in before and "占" in before):
        metrics, code = _metric_of_words(scene, quantity, zone), "words"
    if not metrics:
        metrics, code = _carried(quantity, zone, earlier, change, to_level, before), "carried"
    claims = []
    for metric in metrics:
        aspect = _aspect(metric, quantity, change, to_level, before)
        if (
            aspect == "change_pct"
            and code == "carried"
            and not _has_base(change)
            and _last_aspect(earlier) == "yoy_abs"
        ):
            aspect = "yoy_pct"
        if aspect is not None:
            unit = _relative_unit(metric, aspect)
            sign = -1 if change is not None and aspect != "level" and negative(change) else 1
            claims.append(_build(scene, quantity, zone, metric, aspect, unit, f"{metric}.{code}", sign))
    return tuple(claims), ()


def _last_aspect(earlier: Sequence[Reading]) -> str | None:
    return earlier[-1].claims[-1].aspect if earlier and earlier[-1].claims else None


def _named_before(scene: Scene, zone: Zone, start: int, quantity_end: int) -> tuple[str, ...]:
    """Metrics whose names stand before the figure, the last list of them: 门急诊人次、床位使用率均…, 手术量中，近六成…"""
    text = scene.text
    for low, high in ((zone.left, start), (scene.clauses.before(zone.left - 1) if zone.left else 0, zone.left)):
        found = list(load_indicators().find(text, low, high))
        if not found:
            continue
        between = text[found[-1][1] : start]
        if low != zone.left and not (_OF_WHOLE.match(between) and _SHARE.search(between + text[start:quantity_end])):
            return ()
        if _BLOCKERS.search(between):
            return ()
        metrics = [found[-1]]
        for item in reversed(found[:-1]):
            if re.fullmatch(r"[、和及与]|以及", text[item[1] : metrics[-1][0]]) is None:
                break
            metrics.append(item)
        return tuple(dict.fromkeys(item[2] for item in reversed(metrics)))
    return ()


def _metric_of_words(scene: Scene, quantity: Quantity, zone: Zone) -> tuple[str, ...]:
    """The metric that the words left of the figure would give a count: 义诊受益群众同比增加约两成."""
    left = scene.hits.within(zone.left, quantity.char_start)
    concepts = frozenset().union(*(hit.concepts for hit in left))
    scopes = {"zone": concepts, "lead": concepts, "reach": concepts, "sentence": concepts, "story": concepts}
    found = []
    for rule in load_rules():
        anchor = _anchor(rule, quantity, left, ()) if rule.anchor and rule.holds(scopes) else None
        if anchor is not None and not _BLOCKERS.search(
            scene.text[quantity.char_start - anchor[0] : quantity.char_start]
        ):
            found.append(Candidate(rule, *anchor))
    found.sort(key=lambda c: (-c.rule.priority, c.distance, c.rule.code))
    percent_of = [c for c in found if quantity.form != "percent" or load_metrics()[c.rule.metric].unit != "percent"]
    return (percent_of[0].rule.metric,) if percent_of else ((found[0].rule.metric,) if found else ())


def _carried(
    quantity: Quantity, zone: Zone, earlier: Sequence[Reading], change: str | None, to_level: bool, before: str
) -> tuple[str, ...]:
    """The metric of the figure before in the same sentence: 门诊量83286人次，同比增长20.54%. Only where the words in
    between name nothing else."""
    changed = change is not None or quantity.form == "multiple"
    shared = "其中" in before and "占" in before
    if not shared and (not (changed or to_level) or not _NOTHING_ELSE.fullmatch(before)):
        return ()
    for reading in reversed(earlier):
        if reading.quantity.char_start < zone.sentence[0]:
            break
        if reading.claims:
            metric = reading.claims[-1].metric
            is_rate = load_metrics()[metric].unit == "percent"
            return (metric,) if shared or not to_level or is_rate else ()
    return ()


def _aspect(metric: str, quantity: Quantity, change: str | None, to_level: bool, before: str) -> Aspect | None:
    """What a relative figure says of `metric`; None where it says nothing that the ledger keeps."""
    is_rate = load_metrics()[metric].unit == "percent"
    yoy = change is not None and re.search(r"同比|同期|[比较与][上去][一1]?年", change) is not None
    if quantity.form == "multiple":
        return "multiple"
    if quantity.form == "points":
        return "change_pp" if change is not None else None
    if quantity.form in ("percent", "share"):
        if change is not None and not to_level:
            return "yoy_pct" if yoy else "change_pct"
        if is_rate:
            return "level"
        if to_level and "占" not in before and change is not None:
            return None
        return "share" if not before or _SHARING.search(before) else None
    if load_metrics()[metric].unit == "day":
        if quantity.form != "duration":
            return None
        return "level" if change is None or to_level else "yoy_abs"
    if change is not None and yoy and not to_level:
        return "yoy_abs"
    return None


def _relative_unit(metric: str, aspect: Aspect) -> str:
    if aspect in ("level", "yoy_abs"):
        return load_metrics()[metric].unit
    return "times" if aspect == "multiple" else "percent"
