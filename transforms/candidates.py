"""The rules that a figure meets, best first: the higher priority, then the nearer anchor."""

from __future__ import annotations

import re
from collections.abc import Sequence

from transforms.claims import Candidate, Reading, Zone
from transforms.lexicons import load_units
from transforms.lexicons.concepts import Hit
from transforms.lexicons.rules import Rule, rules_for
from transforms.model import Quantity
from transforms.scene import Scene

_PARTY = frozenset({"staff", "member", "team_noun"})
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
        "mentor",
        "train",
    ]
)
"""What staff do to others, once the staff themselves have been named."""
_ACTS = re.compile(r"(?:已经?|先后|累计|共计|总共|共(?![享建同有用管治])|均|每[天日周月])")
"""What follows people who do something to others: 全队8人已接诊1.06万人次."""
_AMONG = re.compile(r"当?中(?:[有，的已能]|就有)")
"""Some of those that the words before count: 徒弟中有12人晋升副高职称."""
_PEOPLE = re.compile(r"(?:[^，。；、\d个次]{0,4}?(?<!每))?(?:孩子|患儿|患者|病人|老人|儿童|学生|村民|牧民|徒弟|学员)")
"""People that 个 counts. 个家庭, 个科室 are none."""
_WITH = re.compile(r"[与和同](?:当地|本地|受援)?$")
_FOR = re.compile(r"[为给向]$")
_GROWS = re.compile(r"(?:增|扩|升|发展|减)[^，。；]{0,3}(?:到|至)")
"""What follows a staff that grew: 护士由2人增至27人 counts those who work there."""
_BRACKET = re.compile(r"（[^（）]{1,20}）")
_BARE = re.compile(
    r"[：:—-]{0,2}|(?:总)?(?:人次|人数|台次|例数|数|量)?(?:已|共|累计|达到?|为)?|(?:从|由)[^，。；、\d]{0,6}|达到?|为|近|约|超"
)


def candidates_of(
    scene: Scene, quantity: Quantity, zone: Zone, earlier: Sequence[Reading], head_end: int | None = None
) -> tuple[Candidate, ...]:
    """Rules whose conditions hold, best first. `head_end`: where the left words end, if not at the figure (分别)."""
    previous = _stated_before(scene.text, quantity, earlier)
    claimed = claimed_before(earlier, zone)
    unit_class = _class_of(scene.text, quantity)
    served = unit_class in ("person", "person_time") and _FOR.search(
        scene.text, max(0, quantity.char_start - 1), quantity.char_start
    )
    left = scene.hits.within(zone.left, head_end or quantity.char_start)
    right = scene.hits.within(quantity.char_end, zone.right)
    if served:  # 8位专家为52名患者: the staff before 为 are not what is counted
        left = [hit for hit in left if hit.concepts.isdisjoint(_PARTY)]
    elif unit_class in ("case", "operation"):
        left = [hit for hit in left if not hit.concepts <= _PARTY]
    beside = left and not scene.text[left[-1].end : quantity.char_start].strip("了约近超逾达共")
    if unit_class not in ("person", "person_time") and beside:
        heads = left[-1].concepts
        adjacent = [rule for rule in rules_for(unit_class) if heads & rule.anchor and rule.side != "right"]
        right = [] if adjacent else right
    if unit_class in ("person", "person_time", "item"):
        coupled = _WITH.search(scene.text, max(0, quantity.char_start - 4), quantity.char_start) is not None
        acts = _ACTS.match(scene.text, quantity.char_end) is not None
        right = [] if acts else _own_noun(right, coupled)
    if unit_class in ("item", "kind"):
        right = _without_neighbours(scene.text, right, quantity, zone)
    zone_concepts = frozenset().union(*(hit.concepts for hit in left + right))
    scopes = {
        "zone": zone_concepts,
        "lead": scene.hits.concepts(zone.lead, zone.right),
        "reach": scene.hits.concepts(zone.reach, zone.right),
        "before": scene.hits.concepts(zone.sentence[0], zone.right),
        "sentence": scene.hits.concepts(*zone.sentence),
        "story": scene.hits.concepts(zone.paragraph, zone.sentence[1]),
    }
    barred = _barred(scene, quantity, zone)
    found = []
    for rule in rules_for(unit_class):
        if rule.metric in barred or not rule.holds(scopes, claimed) or not _after(rule, scene, quantity, previous):
            continue
        anchor = nearest_anchor(rule, quantity, left, right if quantity.unit else ())
        if anchor is None or anchor[0] > rule.within:
            continue
        before = scene.text[quantity.char_start - anchor[0] : quantity.char_start]
        if _AMONG.match(before) and any(hit.end == quantity.char_start - anchor[0] for hit in left):
            continue
        if quantity.unit or _BARE.fullmatch(before):
            found.append(Candidate(rule, *anchor))
    return tuple(sorted(found, key=lambda c: (-c.rule.priority, c.distance, c.rule.code)))


def _class_of(text: str, quantity: Quantity) -> str:
    """The class of what the unit counts; 个 before people counts people: 1004个孩子."""
    unit_class = load_units().get(quantity.unit, "")
    return "person" if unit_class == "item" and _PEOPLE.match(text, quantity.char_end) else unit_class


def _without_neighbours(text: str, right: list[Hit], quantity: Quantity, zone: Zone) -> list[Hit]:
    """The hits right of a figure without the one that the next figure counts: 近20个专科领域新技术|330余项.

    It stands right before that figure, and this one has a noun of its own before it.
    """
    if len(right) < 2 or right[-1].end != zone.right or not text[zone.right : zone.right + 1].strip("，。；、"):
        return right
    return right[:-1] if right[0].start - quantity.char_end <= 2 and right[0].end < right[-1].start else right


def _barred(scene: Scene, quantity: Quantity, zone: Zone) -> frozenset[str]:
    """Metrics that the words beside the figure rule out: 为上百名医生 are served, 护士由2人增至27人 work there."""
    if _GROWS.match(scene.text, quantity.char_end):
        return frozenset({"personnel_sent", "staff_trained"})
    served = _FOR.search(scene.text, max(0, quantity.char_start - 1), quantity.char_start)
    if served is not None and zone.right - quantity.char_end > 1:
        return frozenset({"personnel_sent"})
    return frozenset()


def _stated_before(text: str, quantity: Quantity, earlier: Sequence[Reading]) -> Reading | None:
    """The reading before this one; what a bracket adds between them is passed over: 三批干部（每批三年），共计5人."""
    if (
        len(earlier) > 1
        and not earlier[-1].claims
        and text.find("）", earlier[-1].quantity.char_end, quantity.char_start) >= 0
    ):
        return earlier[-2]
    return earlier[-1] if earlier else None


def claimed_before(earlier: Sequence[Reading], zone: Zone) -> frozenset[str]:
    """Metrics that the sentence's earlier figures state."""
    metrics = []
    for reading in reversed(earlier):
        if reading.quantity.char_start < zone.sentence[0]:
            break
        metrics += [claim.metric for claim in reading.claims]
    return frozenset(metrics)


def _own_noun(right: Sequence[Hit], coupled: bool) -> list[Hit]:
    """The hits right of a classifier up to where the people it counts begin to do something to others.

    11名队员|接诊患者: the patients are not what is counted; 200名人才赴闽进修 keeps the study that its people do, and
    与17名骨干结成师徒 (`coupled`) what both do.
    """
    kept: list[Hit] = []
    staff = any(hit.concepts & {"study", "enrol", "joins"} for hit in right)
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
    between = _BRACKET.sub("", scene.text[previous.quantity.char_end : quantity.char_start])
    if rule.anchor:
        return re.fullmatch(r"[、和及与][^，。；、]{0,10}", between) is not None
    return (
        re.fullmatch(
            r"(?:的?(?:援[疆藏青外])?(?:队员|人员|专家|医生|医务人员|医疗人才|骨干|干部|干部人才|医疗队|医疗队员))?[、和，及与共计合总累（(]{0,3}",
            between,
        )
        is not None
    )


def nearest_anchor(rule: Rule, quantity: Quantity, left: Sequence[Hit], right: Sequence[Hit]) -> tuple[int, str] | None:
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
            if (best is not None and distance >= best[0]) or rule.anchor.isdisjoint(hit.concepts):
                continue
            others = (*left, *right) if rule.nearer_none else ()
            if not any(_nearer(other, quantity, distance) & rule.nearer_none for other in others):
                best = (distance, "/".join(sorted(hit.concepts & rule.anchor)))
    return best


def _nearer(hit: Hit, quantity: Quantity, distance: int) -> frozenset[str]:
    """The hit's concepts where it stands nearer to the figure than `distance`; else none."""
    own = quantity.char_start - hit.end if hit.end <= quantity.char_start else hit.start - quantity.char_end
    return hit.concepts if own < distance else frozenset()
