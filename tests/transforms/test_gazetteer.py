"""The table of divisions and the lexicons beside it: whole, consistent, and every name leads back to its place."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest

from transforms.gazetteer import (
    all_places,
    bare_name,
    chain,
    common_parent,
    full_name,
    is_within,
    place,
    rows,
    without_ethnic_part,
)
from transforms.places import find_places


def test_the_table_is_whole_and_nests() -> None:
    places = all_places()
    assert Counter(one.level for one in places) == {"province": 34, "prefecture": 333, "county": 2845}
    assert all(is_within(one.code, one.parent_code) for one in places if one.parent_code)
    assert all(place(chain(one.code)[0]).level == "province" for one in places)


@pytest.mark.parametrize("file", ["place_aliases.csv", "place_abbreviations.csv", "aid_pairs.csv", "townships.csv"])
def test_every_code_in_a_lexicon_is_a_place(file: str) -> None:
    columns = ("code", "donor_code", "recipient_code", "county_code")
    codes = [row[column] for row in rows(file) for column in columns if row.get(column)]
    assert codes
    assert [code for code in codes if place(code).code != code] == []


def test_every_unambiguous_official_name_is_found() -> None:
    holders = Counter(one.name for one in all_places())
    conditional = {row["stem"] for row in rows("place_stems.csv") if row["class"] != "safe"}
    missed = [
        one.name
        for one in all_places()
        if holders[one.name] == 1
        and one.name not in conditional
        and [mention.code for mention in find_places(one.name)] != [one.code]
    ]
    assert missed == []


def test_every_name_is_found_after_its_parent() -> None:
    missed = []
    for one in all_places():
        if one.parent_code:
            found = find_places(place(one.parent_code).name + one.name)
            if [mention.code for mention in found] != [one.parent_code, one.code]:
                missed.append(one.name)
    assert missed == []


def test_every_safe_alias_is_found_alone() -> None:
    missed = [
        row["alias"]
        for row in rows("place_aliases.csv")
        if row["class"] == "safe" and [one.code for one in find_places(row["alias"])] != [row["code"]]
    ]
    assert missed == []


def test_every_trap_is_no_place() -> None:
    context = frozenset(one.code for one in all_places() if one.level == "prefecture")
    caught = [row["word"] for row in rows("place_traps.csv") if find_places(row["word"], context)]
    assert caught == []


@pytest.mark.parametrize(
    ("name", "short", "bare"),
    [
        ("昌吉回族自治州", "昌吉州", "昌吉"),
        ("克孜勒苏柯尔克孜自治州", "克孜勒苏州", "克孜勒苏"),
        ("木垒哈萨克自治县", "木垒县", "木垒"),
        ("积石山保安族东乡族撒拉族自治县", "积石山县", "积石山"),
        ("东乡族自治县", "东乡县", "东乡"),
        ("鄂伦春自治旗", "鄂伦春旗", "鄂伦春"),
        ("大南沟乌孜别克族乡", "大南沟乡", "大南沟乡"),
        ("西藏自治区", None, "西藏"),
        ("内蒙古自治区", None, "内蒙古"),
        ("广西壮族自治区", "广西区", "广西"),
        ("浦东新区", None, "浦东"),
        ("范县", None, "范县"),
    ],
)
def test_short_forms_by_rule(name: str, short: str | None, bare: str) -> None:
    assert without_ethnic_part(name) == short
    assert bare_name(name) == bare


def test_common_parent() -> None:
    assert common_parent(["652301", "652325"]) == "652300"
    assert common_parent(["652301", "652300"]) == "652300"
    assert common_parent(["652301", "659011"]) == "650000"
    assert common_parent(["652301"]) == "652301"
    assert common_parent(["350500", "652300"]) is None
    assert common_parent([]) is None


def test_chains_read_from_the_province_down() -> None:
    assert full_name("652301") == "新疆维吾尔自治区昌吉回族自治州昌吉市"
    assert chain("659011") == ("650000", "659011")
    with pytest.raises(KeyError):
        place("999999")


FILES = {
    "aid_pairs.csv": ("programme", "donor_code", "recipient_code", "recipient"),
    "ethnic_groups.csv": ("name",),
    "foreign_places.csv": ("name",),
    "organisation_words.csv": ("word", "role"),
    "organisations.csv": ("name",),
    "place_abbreviations.csv": ("abbreviation", "code"),
    "place_aliases.csv": ("alias",),
    "place_stems.csv": ("stem",),
    "place_traps.csv": ("word",),
    "places.csv": ("code",),
    "townships.csv": ("county_code",),
}


@pytest.mark.parametrize(("file", "columns"), FILES.items(), ids=FILES)
def test_a_lexicon_is_sorted_without_doubles_and_in_one_form(file: str, columns: tuple[str, ...]) -> None:
    keys = [tuple(row[column] for column in columns) for row in rows(file)]
    assert keys == sorted(set(keys))
    assert [key for key in keys if any(unicodedata.normalize("NFC", part) != part for part in key)] == []


def test_no_alias_takes_an_official_name() -> None:
    official = {one.name for one in all_places()}
    assert [row["alias"] for row in rows("place_aliases.csv") if row["alias"] in official] == []


def test_every_trap_hides_a_name() -> None:
    surfaces = {row["stem"] for row in rows("place_stems.csv")} | {row["alias"] for row in rows("place_aliases.csv")}
    surfaces |= {one.short_name for one in all_places()} | {"京藏", "川藏"}
    idle = [row["word"] for row in rows("place_traps.csv") if not any(form in row["word"] for form in surfaces)]
    assert idle == []
