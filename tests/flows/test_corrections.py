"""Corrections in a run: fixed and rejected facts, guards, what matches nothing, and what is taken back."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from flows.inspection import ask
from flows.job import Request, run_job
from flows.settings import BadUsage, Settings

KASHGAR = "2024-06-18_kashgar.txt"
FIX = f"""
[[correction]]
document = "{KASHGAR}"
metric = "surgeries"
value = 132
action = "fix"
expects = {{ value = 132 }}
set = {{ value = 123 }}
reason = "Two digits swapped in print."
source = "Yearly report, page 4."
"""
REJECT = FIX.replace('"fix"', '"reject"').replace("set = { value = 123 }\n", "")
SURGERIES = "SELECT value, value_low, rule_code, run_key FROM mart.metrics WHERE metric = 'surgeries'"


def rows(home: Path, sql: str) -> list[tuple[Any, ...]]:
    return list(ask(home, sql).rows)


def write(home: Path, text: str) -> None:
    home.mkdir(exist_ok=True)
    (home / "corrections.toml").write_text(text, encoding="utf-8")


def test_a_fix_keeps_the_original_beside_it(request_for: Request, settings: Settings, home: Path) -> None:
    write(home, FIX)
    report = run_job(request_for, settings)
    assert report.ending == "published"
    ((value, low, rule, _),) = rows(home, SURGERIES)
    assert (value, low) == (Decimal(123), Decimal(123))
    assert rule.endswith("+corrected")
    assert rows(home, "SELECT document, metric, original_value, value, reason FROM mart.corrections") == [
        (KASHGAR, "surgeries", Decimal(132), Decimal(123), "Two digits swapped in print.")
    ]
    assert run_job(request_for, settings).ending == "nothing_new"


def test_a_rejected_fact_leaves_the_marts_and_stays_on_record(
    request_for: Request, settings: Settings, home: Path
) -> None:
    write(home, REJECT)
    assert run_job(request_for, settings).ending == "published"
    assert rows(home, SURGERIES) == []
    assert rows(home, "SELECT check_name, reason FROM ops.quarantine") == [
        ("correction.reject", "Two digits swapped in print.")
    ]


@pytest.mark.parametrize("entry", [FIX, REJECT], ids=["fix", "reject"])
def test_an_entry_that_leaves_the_file_is_taken_back(
    request_for: Request, settings: Settings, home: Path, entry: str
) -> None:
    run_job(request_for, settings)
    before = rows(home, "SELECT * FROM core.fact_figure ORDER BY figure_key")
    write(home, entry)
    assert run_job(request_for, settings).ending == "published"
    assert rows(home, "SELECT * FROM core.fact_figure ORDER BY figure_key") != before
    write(home, "")
    assert run_job(request_for, settings).ending == "published"
    assert rows(home, "SELECT * FROM core.fact_figure ORDER BY figure_key") == before
    assert rows(home, "SELECT count(*) FROM mart.corrections") == [(0,)]


def test_a_fact_is_named_by_its_key_too(request_for: Request, settings: Settings, home: Path) -> None:
    run_job(request_for, settings)
    ((key,),) = rows(home, "SELECT figure_key FROM core.fact_figure WHERE figure = '132台'")
    named = FIX.replace(f'document = "{KASHGAR}"\nmetric = "surgeries"\nvalue = 132', f'figure_key = "{key}"')
    write(home, named)
    run_job(request_for, settings)
    assert rows(home, SURGERIES)[0][0] == 123


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (FIX.replace("value = 132\naction", "value = 133\naction"), "matches no fact"),
        (FIX.replace("expects = { value = 132 }", "expects = { value = 131 }"), "expects value 131"),
        (FIX.replace("expects = { value = 132 }", 'expects = { unit = "operation" }'), "does not guard value"),
        (FIX.replace("set = { value = 123 }", "set = { value = -123 }"), "impossible fact"),
        (FIX.replace("set = { value = 123 }", "set = { colour = 3 }"), "colour"),
        (FIX.replace('reason = "Two digits swapped in print."\n', ""), "reason"),
        (FIX + "mood = 1\n", "mood"),
        (FIX + FIX, "twice"),
        ("[[corection]]\n", "corection"),
        ("[[correction]\n", "corrections.toml"),
    ],
    ids=["no match", "guard", "unguarded", "impossible", "field", "reason", "unknown", "twice", "table", "toml"],
)
def test_an_entry_that_cannot_be_applied_fails_the_run(
    request_for: Request, settings: Settings, home: Path, text: str, told: str
) -> None:
    write(home, text)
    with pytest.raises(BadUsage, match=told):
        run_job(request_for, settings)
    assert not (home / "aidledger.duckdb").exists()
