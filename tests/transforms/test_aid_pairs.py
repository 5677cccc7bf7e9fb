"""Who aids whom, as data: consistent with the table of places, and a hint with years."""

from __future__ import annotations

from transforms.aid_pairs import aid_pairs, are_paired, recipients_of
from transforms.gazetteer import place, rows


def test_every_recipient_is_named_as_its_table_names_it() -> None:
    abroad = {row[column] for row in rows("foreign_places.csv") for column in ("name", "country")}
    at_home = [pair for pair in aid_pairs() if pair.recipient_code]
    assert [pair for pair in at_home if place(str(pair.recipient_code)).name != pair.recipient] == []
    assert [pair for pair in aid_pairs() if not pair.recipient_code and pair.recipient not in abroad] == []


def test_all_donors_of_2010_have_a_recipient_in_xinjiang() -> None:
    """Eighteen provinces and 深圳."""
    donors = {pair.donor_code for pair in aid_pairs() if pair.programme == "援疆" and pair.valid_from == 2010}
    assert len(donors) == 19
    assert "440300" in donors


def test_pairs_reach_up_and_down_and_end() -> None:
    assert are_paired("350500", "652301")
    assert are_paired("350000", "652325")
    assert are_paired("350000", "652300")
    assert not are_paired("440000", "652300")
    assert are_paired("350000", "540400", 2010)
    assert not are_paired("350000", "540400", 2020)
    assert not are_paired("350000", "540300", 2010)
    assert "652300" in recipients_of("350000")
    assert recipients_of("659011") == frozenset()
