"""Which surface forms may name a place, and under which condition: the index behind `places.find_places`.

Forms come from `lexicons/`: official names, short forms by rule (昌吉州, 木垒县), aliases, bare names (泉州), townships
(named for their county) and one-character abbreviations inside compounds (闽昌, 赴闽, 援疆).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from transforms.aid_pairs import recipients_of
from transforms.gazetteer import all_places, bare_name, chain, place, rows, without_ethnic_part
from transforms.lexicons.words import Words

Strength = Literal["safe", "context", "common", "township", "trap"]
_LEVELS = {"province": 0, "prefecture": 1, "county": 2}


@dataclass(frozen=True, slots=True)
class Claim:
    """What one surface form may mean.

    `tiers` holds candidate codes in order of preference: 吉林 is the province before it is the city. `before` and
    `after` mark the seam of two words (其中|卫生院); `after` "*" stands for any character.
    """

    tiers: tuple[tuple[str, ...], ...]
    strength: Strength
    before: str = ""
    after: str = ""
    is_abbreviation: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A claim inside a pattern: `pattern[offset:offset + length]` is the surface that it is made on."""

    offset: int
    length: int
    claim: Claim
    not_before: str = ""
    """Characters that may not follow the whole pattern."""
    donor_code: str | None = None
    """In a pair: the donor, whose known recipients decide where the article does not."""


Pattern = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class _Stem:
    strength: Strength
    before: str
    after: str


def _stems() -> dict[str, _Stem]:
    return {
        row["stem"]: _Stem(_strength(row["class"], row["stem"]), row["before"], row["after"])
        for row in rows("place_stems.csv")
    }


def _strength(word: str, surface: str) -> Strength:
    match word:
        case "safe" | "context" | "common":
            return word
    raise ValueError(f"{surface}: class {word!r} is none of safe, context, common")


def _tiers(codes: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    by_level: dict[int, list[str]] = defaultdict(list)
    for code in sorted(set(codes)):
        by_level[_LEVELS[place(code).level]].append(code)
    return tuple(tuple(by_level[level]) for level in sorted(by_level))


def _named(stems: dict[str, _Stem]) -> dict[str, Claim]:
    """Official names, and short forms by rule where no official name has the same letters."""
    full: dict[str, list[str]] = defaultdict(list)
    short: dict[str, list[str]] = defaultdict(list)
    for one in all_places():
        full[one.name].append(one.code)
        form = without_ethnic_part(one.name)
        if form:
            short[form].append(one.code)
    for form, codes in short.items():
        if form not in full:
            full[form] = codes
    claims = {}
    for surface, codes in full.items():
        rule = stems.get(surface, _Stem("safe", "", ""))
        claims[surface] = Claim(_tiers(codes), rule.strength, rule.before, rule.after)
    return claims


def _bare(stems: dict[str, _Stem]) -> dict[str, Claim]:
    by_stem: dict[str, list[str]] = defaultdict(list)
    for one in all_places():
        stem = bare_name(one.name)
        if stem != one.name and stem != (without_ethnic_part(one.name) or ""):
            by_stem[stem].append(one.code)
    claims = {}
    for stem, codes in by_stem.items():
        tiers = _tiers(codes)
        if place(tiers[0][0]).level == "province":
            claims[stem] = Claim(tiers, "safe")
        elif stem in stems:
            rule = stems[stem]
            claims[stem] = Claim(tiers, rule.strength, rule.before, rule.after)
    return claims


def _aliases() -> dict[str, Claim]:
    return {
        row["alias"]: Claim(((row["code"],),), _strength(row["class"], row["alias"]))
        for row in rows("place_aliases.csv")
    }


def _townships() -> dict[str, Claim]:
    counties: dict[str, set[str]] = defaultdict(set)
    for row in rows("townships.csv"):
        for name in row["names"].split():
            for form in {name, without_ethnic_part(name) or name}:
                if len(form) > 2:
                    counties[form].add(row["county_code"])
    return {name: Claim((tuple(sorted(codes)),), "township") for name, codes in counties.items()}


def _abbreviations() -> dict[str, Pattern]:
    """Compounds with one-character names: 援疆, 赴闽, and pairs of a donor with its recipient: 闽昌, 泉昌."""
    codes: dict[str, list[str]] = defaultdict(list)
    not_before: dict[str, str] = {}
    after: dict[str, str] = {}
    for row in rows("place_abbreviations.csv"):
        codes[row["abbreviation"]].append(row["code"])
        not_before[row["abbreviation"]] = row["not_before"]
        after[row["abbreviation"]] = row["after"]
    patterns: dict[str, Pattern] = {}
    for letter, meanings in codes.items():
        claim = Claim((tuple(meanings),), "safe", is_abbreviation=True)
        for sign in after[letter]:
            patterns[sign + letter] = (Part(1, 1, claim, not_before[letter]),)
    for donor, donors in codes.items():
        for recipient, recipients in codes.items():
            if donor != recipient and _linked(donors, recipients):
                first = Claim((tuple(donors),), "safe", is_abbreviation=True)
                second = Claim((tuple(recipients),), "safe", is_abbreviation=True)
                barred = not_before[recipient]
                donor_code = donors[0] if len(donors) == 1 else None
                patterns[donor + recipient] = (Part(0, 1, first, barred), Part(1, 1, second, barred, donor_code))
    return patterns


def _linked(donors: Iterable[str], recipients: Iterable[str]) -> bool:
    """A city's pair is its own or its province's: 泉昌 through 福建 → 昌吉."""
    reached = {code for donor in donors for step in chain(donor) for code in recipients_of(step)}
    return any(code in reached for code in recipients)


@cache
def place_words() -> Words[Pattern]:
    """All forms that may name a place, with what each may mean. Built once, on first use."""
    stems = _stems()
    claims: dict[str, Claim] = {}
    for source in (_townships(), _bare(stems), _aliases(), _named(stems)):  # a later source wins
        claims.update(source)
    patterns: dict[str, Pattern] = {surface: (Part(0, len(surface), claim),) for surface, claim in claims.items()}
    for surface, parts in _abbreviations().items():
        patterns[surface] = (*patterns.get(surface, ()), *parts)
    for row in rows("place_traps.csv"):
        word = row["word"]
        patterns[word] = (Part(0, len(word), Claim((), "trap")),)
    return Words(patterns)
