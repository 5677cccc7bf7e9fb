"""Percentages, multiples, shares and 同比 amounts: bound to the metric that is named before them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from transforms.candidates import claimed_before, nearest_anchor
from transforms.claims import Candidate, Claim, Reading, Zone, build_claim
from transforms.lexicons import load_metrics
from transforms.lexicons.rules import SCOPES, Rule, load_indicators, load_rules
from transforms.model import Aspect, Quantity
from transforms.scene import Scene
from transforms.wording import negative

_BLOCKERS = re.compile(r"率|费|时间|收入|满意|成本|死亡|并发症|能力|水平|质量|比重|出血")
TO_LEVEL = re.compile(r"(?:到|至|为|达|成)(?:了|约|近|超|逾)?$")
_COMPARES = re.compile(r"同比|环比|[较比与]")
_REACHES = re.compile(r"率达到$")
"""达标率达到100% is no share of what reaches the standard."""
_OTHERS = ("number without a unit", "price, fee or income", "population", "count of goods", "plays and likes")
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
    rf"(?:引进|开展|举办|完成|发表)?(?:总)?(?:数量?|量|人次|人数|台次|例数|场次|总量|规模|总数)?{_NOTHING_ELSE.pattern}(?:占比?|占总数的?|的)?"
)


def has_base(change: str | None) -> bool:
    """Whether the change says what it compares with and does not go on to the level reached (同比增加18场)."""
    return change is not None and _COMPARES.match(change) is not None and TO_LEVEL.search(change) is None


def relative_claims(
    scene: Scene,
    quantity: Quantity,
    zone: Zone,
    change: str | None,
    earlier: Sequence[Reading],
    head_end: int | None = None,
) -> tuple[tuple[Claim, ...], tuple[Candidate, ...]]:
    """Claims of a percentage, multiple, share or 同比 amount: bound to the metric named before it.

    `head_end`: where the words that name the metric end, if not at the figure (分别).
    """
    text, start = scene.text, head_end or quantity.char_start
    before = text[zone.left : start]
    to_level = TO_LEVEL.search(before) is not None and (change is None or not change.endswith("翻"))
    code = "indicator"
    metrics = _named_before(scene, zone, start, quantity.char_end)
    if not metrics and not ("占" in before and ("其中" in before or before[0] in "（(")):
        rule = _rule_of_words(scene, quantity, zone, earlier)
        metrics, code = ((rule.metric,), rule.code.split(".")[1]) if rule else ((), "")
    if not metrics:
        metrics, code = _carried(quantity, zone, earlier, change, to_level, before), "carried"
    claims = []
    for metric in metrics:
        aspect = _aspect(metric, quantity, change, to_level, before)
        if aspect == "change_pct" and not has_base(change) and _compared_with_last_year(earlier, zone):
            aspect = "yoy_pct"
        if aspect is not None:
            unit = _relative_unit(metric, aspect)
            sign = -1 if change is not None and aspect != "level" and negative(change) else 1
            claims.append(build_claim(scene, quantity, zone, metric, aspect, unit, f"{metric}.{code}", sign))
    return tuple(claims), ()


def _compared_with_last_year(earlier: Sequence[Reading], zone: Zone) -> bool:
    """Whether the change before in the sentence is against last year: 门急诊比去年同期增长22.4%，住院增长13%."""
    if not earlier or not earlier[-1].claims or earlier[-1].quantity.char_start < zone.sentence[0]:
        return False
    return earlier[-1].claims[-1].aspect in ("yoy_pct", "yoy_abs")


def _named_before(scene: Scene, zone: Zone, start: int, quantity_end: int) -> tuple[str, ...]:
    """Metrics named before the figure, the last list of them: 门急诊人次、床位使用率均…, 手术量中，近六成…"""
    text = scene.text
    for low, high in ((zone.left, start), (scene.clauses.before(zone.left - 1) if zone.left else 0, zone.left)):
        found = load_indicators().outermost(text, low, high)
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


def _rule_of_words(scene: Scene, quantity: Quantity, zone: Zone, earlier: Sequence[Reading]) -> Rule | None:
    """The rule that the words left of the figure would give a count: 义诊受益群众同比增加约两成."""
    left = scene.hits.within(zone.left, quantity.char_start)
    concepts = frozenset().union(*(hit.concepts for hit in left))
    scopes = dict.fromkeys(SCOPES, concepts)
    claimed = claimed_before(earlier, zone)
    found = []
    for rule in load_rules():
        if rule.after or not rule.anchor or not rule.holds(scopes, claimed):
            continue
        if load_metrics()[rule.metric].group == "people":
            continue  # nothing in the news compares parties of people by percentages of verbs
        anchor = nearest_anchor(rule, quantity, left, ())
        if anchor is not None and _says_amount(scene.text, zone.left, quantity.char_start - anchor[0], quantity):
            found.append(Candidate(rule, *anchor))
    found.sort(key=lambda c: (-c.rule.priority, c.distance, c.rule.code))
    percent_of = [c for c in found if quantity.form != "percent" or load_metrics()[c.rule.metric].unit != "percent"]
    return (percent_of or found)[0].rule if found else None


def _says_amount(text: str, low: int, anchor_end: int, quantity: Quantity) -> bool:
    """Whether the words between a rule's anchor and a relative figure tell of its amount and nothing else."""
    between = text[anchor_end : quantity.char_start]
    if _REACHES.search(text, low, anchor_end) or _BLOCKERS.search(between):
        return False
    return _OF_AMOUNT.fullmatch(between) is not None


def _carried(
    quantity: Quantity, zone: Zone, earlier: Sequence[Reading], change: str | None, to_level: bool, before: str
) -> tuple[str, ...]:
    """The metric of the figure before in the same sentence: 门诊量83286人次，同比增长20.54%. Only where the words in
    between name nothing else."""
    changed = change is not None or quantity.form == "multiple"
    shared = "占" in before and ("其中" in before or before[0] in "（(")
    if not shared and (not (changed or to_level) or not _NOTHING_ELSE.fullmatch(before)):
        return ()
    for reading in reversed(earlier):
        if reading.quantity.char_start < zone.sentence[0]:
            break
        if reading.reason in _OTHERS and not shared:
            return ()  # 旅游人次突破千万，同比增长33.5%
        if reading.claims:
            metric = reading.claims[-1].metric
            is_rate = load_metrics()[metric].unit == "percent"
            return (metric,) if shared or not to_level or is_rate else ()
    return ()


def _aspect(metric: str, quantity: Quantity, change: str | None, to_level: bool, before: str) -> Aspect | None:
    """What a relative figure says of `metric`; None where it says nothing that the ledger keeps."""
    is_rate = load_metrics()[metric].unit == "percent"
    yoy = change is not None and re.search(r"同比|同期|[比较与](?:[上去][一1]?|前一)年", change) is not None
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
