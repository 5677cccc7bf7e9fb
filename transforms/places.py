"""Places that a text names: one linear scan, then names that need it are settled by the other places of the article."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from transforms.aid_pairs import recipients_of
from transforms.foreign import find_foreign
from transforms.gazetteer import Place, all_places, chain, common_parent, full_name, is_within, place
from transforms.model import PlaceMention
from transforms.place_names import Claim, place_words

__all__ = [
    "Place",
    "all_places",
    "chain",
    "common_parent",
    "find_foreign",
    "find_places",
    "full_name",
    "is_within",
    "place",
    "resolve",
]

_STREET = ("路", "街", "大道", "大街", "巷")
_STREET_AS_WORD = ("路上", "路过", "路途", "路程", "路径", "街头")
_AFTER_COUNTY = frozenset("级域")
_AFTER_TOWNSHIP = frozenset("镇村")
_AFTER_TEACHER = frozenset("范资傅生德")
_DIRECTIONS = frozenset("东西南北中")
_AIDED = re.compile(
    r"(?:对口支援|对口帮扶|对口协作|结对帮扶|支援|帮扶|援助|援建|驰援|驻|赴|奔赴|前往|飞抵|抵达|来到|走进|驶进|深入)(?:了)?$"
)
_LISTED = frozenset("、和及与")
_WATERS = frozenset("江河湖峰岭")
_XPCC = ("兵团", "团场", "援疆", "师市")


class _Span(NamedTuple):
    start: int
    end: int
    claim: Claim
    donor_code: str | None


Chooser = Callable[[_Span, str | None], str | None]


def find_places(text: str, context_codes: frozenset[str] = frozenset()) -> list[PlaceMention]:
    """Places in `text` in reading order, never overlapping, each the longest name that holds.

    `context_codes` are places known from around the text (headline, article): they settle names that stand for
    several places (朝阳区, 泉昌), as do the places that `text` itself names. A name that stays open is left out.
    福建省泉州市南安市 gives three mentions, each with its own span; 六工镇 gives its county 昌吉市.
    """
    spans = list(_spans(text))
    certain = [code for code, _ in _walk(text, spans, lambda span, adjacent: _unconditional(span))]
    full = frozenset(code for code, span in _walk(text, spans, lambda span, adjacent: _in_full(span)))
    corps = ("650000",) if any(word in text for word in _XPCC) else ()
    named = _closure((*context_codes, *certain, *corps, *_aided(text, spans)))
    found = list(_walk(text, spans, lambda span, adjacent: _choose(span, adjacent, named, full)))
    found = _with_listed(text, spans, found)
    return [_mention(text, span, code) for code, span in found]


def _aided(text: str, spans: Sequence[_Span]) -> Iterator[str]:
    """Counties that a word of aid or of going there stands right before: 对口支援汶川, 赴张北; and those that two
    names one after the other mean: 第十师北屯医院."""
    starts: dict[int, list[_Span]] = {}
    for span in spans:
        starts.setdefault(span.start, []).append(span)
    for span in spans:
        for following in starts.get(span.end, ()):
            both = {code for tier in span.claim.tiers for code in tier} & {
                code for tier in following.claim.tiers for code in tier
            }
            if len(both) == 1:
                yield from both
    for span in spans:
        tier = span.claim.tiers[0] if span.claim.tiers else ()
        is_county = span.claim.strength == "context" and len(tier) == 1
        if is_county and _AIDED.search(text, max(0, span.start - 6), span.start):
            yield tier[0]


def _with_listed(text: str, spans: Iterable[_Span], found: list[tuple[str, _Span]]) -> list[tuple[str, _Span]]:
    """`found` with the bare names that stand in one list with a place of their prefecture: 布拖 settles 美姑、布拖."""
    taken = {at for _, span in found for at in range(span.start, span.end)}
    open_spans = [
        span
        for span in spans
        if span.claim.strength in ("context", "common") and span.claim.tiers and not taken & {span.start, span.end - 1}
    ]
    if not open_spans:
        return found
    starts = {span.start: code for code, span in found}
    ends = {span.end: code for code, span in found}
    for span in (*open_spans, *reversed(open_spans)):
        left = ends.get(span.start - 1) if text[span.start - 1 : span.start] in _LISTED else None
        right = starts.get(span.end + 1) if text[span.end : span.end + 1] in _LISTED else None
        if span.start in starts or not (left or right):
            continue
        code = _sibling(span, left) or _sibling(span, right)
        if code is not None:
            starts[span.start] = ends[span.end] = code
            found.append((code, span))
    return sorted(found, key=lambda one: one[1].start)


def _sibling(span: _Span, listed: str | None) -> str | None:
    """The county that the name means in the prefecture of a county that it is listed with."""
    if listed is None or place(listed).level != "county":
        return None
    near = [code for tier in span.claim.tiers for code in tier if place(code).parent_code == place(listed).parent_code]
    return near[0] if len(near) == 1 else None


def resolve(candidates: Iterable[str], context_codes: Iterable[str]) -> str | None:
    """The one candidate that the context supports: named itself, then in a named prefecture, then in a named province.

    朝阳区 of 北京 and of 长春 with 北京市 in the context gives 110105; None where none or several hold.
    """
    return _supported(tuple(candidates), _closure(context_codes))


def _closure(codes: Iterable[str]) -> frozenset[str]:
    return frozenset(step for code in codes for step in chain(code))


def _spans(text: str) -> Iterator[_Span]:
    """Every reading that the text around it allows, by start, longest first."""
    found = []
    for first, end, parts in place_words().find(text):
        follower = text[end : end + 1]
        for part in parts:
            if part.not_before and follower and follower in part.not_before:
                continue
            span = _Span(first + part.offset, first + part.offset + part.length, part.claim, part.donor_code)
            if not _is_seam(text, span):
                found.append(span)
    found.sort(key=lambda span: (span.start, -span.end))
    return iter(found)


def _is_seam(text: str, span: _Span) -> bool:
    """Whether the letters belong to two other words (其中|卫生院, 提高|县级), or to a street (北京路)."""
    claim = span.claim
    if claim.strength == "trap" or claim.is_abbreviation:
        return False
    start, end = span.start, span.end
    last, following = text[end - 1], text[end : end + 1]
    between_words = claim.before and start and text[start - 1] in claim.before
    if between_words and (claim.after == "*" or (following and following in claim.after)):
        return True
    if last in "县市区" and following in _AFTER_COUNTY:
        return True
    if claim.strength in ("context", "common") and following in _WATERS:
        return True  # 澜沧江, 黑水河
    if claim.strength == "township":
        return following in _AFTER_TOWNSHIP
    if last == "师" and following in _AFTER_TEACHER:
        return True
    ahead = end + 1 if following in _DIRECTIONS else end
    return text.startswith(_STREET, ahead) and not text.startswith(_STREET_AS_WORD, ahead)


def _walk(text: str, spans: list[_Span], choose: Chooser) -> Iterator[tuple[str, _Span]]:
    """Left to right: the longest reading takes its characters; an everyday word that is no place gives them back."""
    position, last_end = 0, -1
    last_code: str | None = None
    for span in spans:
        if span.start < position:
            continue
        adjacent = last_code if last_end == span.start else None
        code = choose(span, adjacent)
        if code is not None:
            yield code, span
            position = last_end = span.end
            last_code = code
        elif span.claim.strength in ("safe", "township", "trap"):
            position = span.end


def _unconditional(span: _Span) -> str | None:
    claim = span.claim
    if claim.strength == "safe" and len(claim.tiers[0]) == 1:
        return claim.tiers[0][0]
    return None


def _in_full(span: _Span) -> str | None:
    """The code of a name that can mean one place alone: 昌吉市, 昌吉州, but not 昌吉."""
    return _unconditional(span) if len(span.claim.tiers) == 1 else None


def _choose(span: _Span, adjacent: str | None, named: frozenset[str], full: frozenset[str]) -> str | None:
    claim = span.claim
    if not claim.tiers:
        return None
    if adjacent is not None and not claim.is_abbreviation:
        for tier in claim.tiers:
            inside = [code for code in tier if code != adjacent and is_within(code, adjacent)]
            if len(inside) == 1:
                return inside[0]
    first = claim.tiers[0]
    if len(claim.tiers) > 1 and place(first[0]).level == "prefecture" and full.isdisjoint(first):
        inside = [code for tier in claim.tiers[1:] for code in tier if code in full and is_within(code, first[0])]
        if len(inside) == 1:
            return inside[0]  # the article writes 昌吉市 in full, so that its 昌吉 is the city
    match claim.strength:
        case "safe" if len(first) == 1:
            return first[0]
        case "safe":
            return _supported(first, named) or _by_pair(first, span.donor_code)
        case "context":
            return _supported(tuple(code for code in first if _is_near(code, named)), named)
        case "township":
            if len(first) == 1 and not named:
                return first[0]
            return _supported(first, named)
    return None


def _is_near(code: str, named: frozenset[str]) -> bool:
    """Named itself, or its prefecture or province is."""
    one = place(code)
    if code in named or one.parent_code in named:
        return True
    return chain(code)[0] in named


def _supported(candidates: tuple[str, ...], named: frozenset[str]) -> str | None:
    best: list[str] = []
    best_depth = 0
    for code in candidates:
        steps = chain(code)
        depth = max((index for index, step in enumerate(steps, 1) if step in named), default=0)
        depth += 3 if depth == len(steps) else 0
        if depth > best_depth:
            best, best_depth = [code], depth
        elif depth and depth == best_depth:
            best.append(code)
    return best[0] if len(best) == 1 else None


def _by_pair(candidates: tuple[str, ...], donor_code: str | None) -> str | None:
    """Where the article is silent, the only candidate that the donor is known to aid: 豫哈 → 哈密市."""
    if donor_code is None:
        return None
    known = {code for step in chain(donor_code) for code in recipients_of(step)}
    linked = [code for code in candidates if code in known]
    return linked[0] if len(linked) == 1 else None


def _mention(text: str, span: _Span, code: str) -> PlaceMention:
    one = place(code)
    return PlaceMention(
        code=code,
        name=one.name,
        level=one.level,
        char_start=span.start,
        char_end=span.end,
        surface=text[span.start : span.end],
        is_abbreviation=span.claim.is_abbreviation,
    )
