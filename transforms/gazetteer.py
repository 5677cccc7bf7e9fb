"""The table of administrative divisions: provinces, prefectures and counties, their names and how they nest.

Read once, on first use, from `lexicons/places.csv`. Codes are six digits; names are the official ones of today
(昌吉回族自治州).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import cast

from transforms.model import PlaceLevel

_SUFFIX = re.compile(r"^(.+?)(?:特别行政区|自治区|自治县|自治旗|林区|新区|地区|省|市|州|盟|县|区|旗)$")


@dataclass(frozen=True, slots=True)
class Place:
    """One administrative division. `parent_code` is None for a province; `short_name` is bare: 泉州."""

    code: str
    name: str
    level: PlaceLevel
    parent_code: str | None
    short_name: str


def rows(file_name: str) -> Iterator[dict[str, str]]:
    """The rows of a CSV lexicon; lines that start with # are its header notes."""
    text = files("transforms.lexicons").joinpath(file_name).read_text(encoding="utf-8")
    return csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))


@cache
def _ethnic_tail() -> re.Pattern[str]:
    names = "|".join(sorted((row["name"] for row in rows("ethnic_groups.csv")), key=len, reverse=True))
    return re.compile(f"^(.{{2,}}?)(?:(?:{names})族?)+(?:自治(州|县|旗|区)|(?:民族)?(乡))$")


def without_ethnic_part(name: str) -> str | None:
    """木垒哈萨克自治县 → 木垒县, 大南沟乌孜别克族乡 → 大南沟乡; None where there is no such part."""
    match = _ethnic_tail().match(name)
    if match:
        return match[1] + (match[2] or match[3])
    if name.endswith(("自治县", "自治旗")):  # 鄂伦春自治旗, 东乡族自治县: the people's name is the place's name
        return name[:-3].removesuffix("族") + name[-1]
    return None


def bare_name(name: str) -> str:
    """The name without ethnic part and suffix: 昌吉回族自治州 → 昌吉, 浦东新区 → 浦东. 范县 stays as it is."""
    short = without_ethnic_part(name) or name
    match = _SUFFIX.match(short)
    return match[1] if match and len(match[1]) > 1 else short


@cache
def _places() -> Mapping[str, Place]:
    return MappingProxyType(
        {
            row["code"]: Place(
                code=row["code"],
                name=row["name"],
                level=cast(PlaceLevel, row["level"]),
                parent_code=row["parent_code"] or None,
                short_name=bare_name(row["name"]),
            )
            for row in rows("places.csv")
        }
    )


def all_places() -> tuple[Place, ...]:
    """Every division of the table, sorted by code."""
    return tuple(_places().values())


def place(code: str) -> Place:
    """The division with this code. Raises KeyError for a code that the table does not hold."""
    return _places()[code]


@cache
def chain(code: str) -> tuple[str, ...]:
    """Codes from the province down to `code` itself: 652301 → 650000, 652300, 652301."""
    parent = place(code).parent_code
    return (*chain(parent), code) if parent else (code,)


def is_within(code: str, ancestor: str) -> bool:
    """Whether `code` is `ancestor` or lies in it: 昌吉市 is within 昌吉回族自治州."""
    return ancestor in chain(code)


def common_parent(codes: Iterable[str]) -> str | None:
    """The lowest division that holds all `codes`: 昌吉市, 奇台县 → 昌吉回族自治州. None where none does."""
    chains = [chain(code) for code in set(codes)]
    if not chains:
        return None
    lowest = None
    for level in zip(*chains, strict=False):
        if len(set(level)) > 1:
            break
        lowest = level[0]
    return lowest


def full_name(code: str) -> str:
    """The names from the province down: 新疆维吾尔自治区昌吉回族自治州昌吉市."""
    return "".join(place(part).name for part in chain(code))
