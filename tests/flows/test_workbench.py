"""The quarantine as a workbench: listed, shown, released after a fix, discarded, and never lost."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from checks import audit, quarantine
from checks.results import CheckResult
from flows import job, workbench
from flows.inspection import ask
from flows.job import Request, run_job
from flows.settings import BadUsage, Settings
from flows.workbench import Choice, discard, look_at, release
from warehouse.load import RunRecord, record_run
from warehouse.publish import Writer

SURGERIES = "SELECT value::BIGINT, document FROM mart.metrics WHERE metric = 'surgeries'"


def rows(home: Path, sql: str) -> list[tuple[Any, ...]]:
    return list(ask(home, sql).rows)


def too_strict(table: str, frame: pd.DataFrame) -> dict[int, list[tuple[str, str]]]:
    """A check with a fault of its own: no fact may be of 132."""
    found = schemas_faults(table, frame)
    if table == "core.fact_figure":
        for place in frame.index[frame["figure"].str.startswith("132")]:
            found.setdefault(int(place), []).append(("too_strict", "the row has a figure that it may have"))
    return found


schemas_faults = quarantine.row_faults


@pytest.fixture
def with_one_aside(
    request_for: Request, settings: Settings, monkeypatch: pytest.MonkeyPatch, home: Path
) -> pytest.MonkeyPatch:
    """A published run that set one sound fact aside; undo the patch to mend the check."""
    monkeypatch.setattr(quarantine, "row_faults", too_strict)
    assert run_job(request_for, settings).ending == "published"
    assert rows(home, SURGERIES) == []
    return monkeypatch


def mend(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(quarantine, "row_faults", schemas_faults)


@pytest.mark.parametrize(
    "choice", [Choice(check="too_strict"), Choice(document="2024-06-18_kashgar.txt"), Choice(row="key")], ids=str
)
def test_a_released_row_reaches_the_marts(
    with_one_aside: pytest.MonkeyPatch, settings: Settings, home: Path, choice: Choice
) -> None:
    (aside,) = look_at(home, Choice())
    assert (aside["check_name"], aside["figure"], aside["document"]) == (
        "too_strict",
        "132台",
        "2024-06-18_kashgar.txt",
    )
    if choice.row is not None:
        choice = Choice(row=str(aside["quarantine_key"]))
    mend(with_one_aside)
    others = rows(home, "SELECT * EXCLUDE (run_key) FROM mart.metrics ORDER BY ALL")
    decided = release(home, choice, settings)
    assert decided.done == (aside["quarantine_key"],)
    assert decided.stayed == {}
    assert rows(home, SURGERIES) == [(132, "2024-06-18_kashgar.txt")]
    told = "SELECT * EXCLUDE (run_key) FROM mart.metrics WHERE metric <> 'surgeries' ORDER BY ALL"
    assert rows(home, told) == others
    assert look_at(home, Choice()) == []
    (kept,) = look_at(home, Choice(), all_rows=True)
    assert kept["released_in_run_key"] == decided.run_key
    assert rows(home, "SELECT mode, status FROM ops.run ORDER BY started_at")[-1] == ("release", "published")


def test_a_key_of_eighteen_digits_holds_no_decision_back(
    with_one_aside: pytest.MonkeyPatch, settings: Settings, home: Path
) -> None:
    """Written in the run's record as it is, it would pass for the number of somebody's identity."""
    key = 123_456_789_012_345_678
    with Writer(home) as writer:
        writer.connection.execute("UPDATE ops.quarantine SET quarantine_key = ?", [key])
        record_run(writer.connection, RunRecord("rekeyed", "direct", "published", datetime.now(UTC), "0" * 16))
        writer.publish()
    mend(with_one_aside)
    assert not release(home, Choice(row=str(key)), settings).is_blocked
    told = rows(home, "SELECT sources FROM ops.run WHERE mode = 'release'")
    assert told == [("row 123_456_789_012_345_678",)]


def test_what_still_fails_stays_with_its_reason(
    with_one_aside: pytest.MonkeyPatch, settings: Settings, home: Path
) -> None:
    decided = release(home, Choice(check="too_strict"), settings)
    assert list(decided.stayed.values()) == ["the row has a figure that it may have"]
    (aside,) = look_at(home, Choice())
    assert aside["decision"].endswith("the row has a figure that it may have")
    assert rows(home, SURGERIES) == []


def test_a_row_that_today_s_rules_do_not_find_stays(
    with_one_aside: pytest.MonkeyPatch, settings: Settings, home: Path
) -> None:
    extract = workbench.extract
    mend(with_one_aside)
    with_one_aside.setattr(workbench, "extract", lambda document: replace(extract(document), figures=()))
    decided = release(home, Choice(check="too_strict"), settings)
    assert list(decided.stayed.values()) == ["today's rules find no such row in its document"]


def test_a_discarded_row_stays_out_and_on_record(
    with_one_aside: pytest.MonkeyPatch, settings: Settings, home: Path, request_for: Request
) -> None:
    decided = discard(home, Choice(check="too_strict"), "A misprint.", settings)
    assert look_at(home, Choice()) == []
    (kept,) = look_at(home, Choice(), all_rows=True)
    assert (kept["discarded_in_run_key"], kept["decision"]) == (decided.run_key, "A misprint.")
    mend(with_one_aside)
    with pytest.raises(BadUsage, match="nothing is set aside"):
        release(home, Choice(check="too_strict"), settings)
    assert rows(home, SURGERIES) == []


def test_a_re_run_loses_nothing_of_the_quarantine(
    with_one_aside: pytest.MonkeyPatch, settings: Settings, home: Path, request_for: Request, news: Path
) -> None:
    before = rows(home, "SELECT * FROM ops.quarantine")
    mend(with_one_aside)
    (news / "2024-07-01_hotan.txt").write_text("新疆和田：援疆医疗队完成手术91台。\n", encoding="utf-8")
    assert run_job(request_for, settings).ending == "published"
    assert rows(home, "SELECT * FROM ops.quarantine") == before


def blocked(request: Request, settings: Settings) -> None:
    def check(run: Any) -> list[CheckResult]:
        values = [run.key, "too_good", "run", "block", "failed", 1, "d", None, "o", "r", "2024-06-18", "理由"]
        run.writer.connection.execute("INSERT INTO ops.check_result VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", values)
        return [CheckResult("too_good", "run", "block", "failed", 1, "d")]

    assert run_job(request, settings, job.Steps(check=check)).ending == "blocked"


def test_a_document_held_back_whole_is_released_from_where_it_lies(
    request_for: Request, settings: Settings, home: Path, news: Path
) -> None:
    blocked(request_for, settings)
    assert len(look_at(home, Choice())) == 2
    decided = release(home, Choice(document="2024-06-18_kashgar.txt"), settings)
    assert decided.stayed == {}
    assert rows(home, SURGERIES) == [(132, "2024-06-18_kashgar.txt")]
    (left,) = look_at(home, Choice())
    assert left["document"] == "2023-12-01_yushu.txt"
    (news / "2023-12-01_yushu.txt").unlink()
    stayed = release(home, Choice(check="too_good"), settings).stayed
    assert "no longer at" in stayed[left["quarantine_key"]]


def test_nothing_is_decided_without_a_choice(
    with_one_aside: pytest.MonkeyPatch, settings: Settings, home: Path
) -> None:
    with pytest.raises(BadUsage, match="--row, --document or --check"):
        release(home, Choice(), settings)


def test_a_release_that_a_check_blocks_publishes_nothing(
    with_one_aside: pytest.MonkeyPatch, settings: Settings, home: Path
) -> None:
    mend(with_one_aside)
    bad = CheckResult("too_good", "run", "block", "failed", 1, "d")
    with_one_aside.setattr(workbench, "audit", lambda con, run_key, **_: [bad])
    assert release(home, Choice(check="too_strict"), settings).is_blocked
    assert rows(home, SURGERIES) == []
    assert len(look_at(home, Choice())) == 1


def test_a_row_that_breaks_a_rule_again_is_set_aside_again(
    with_one_aside: pytest.MonkeyPatch, settings: Settings, home: Path
) -> None:
    """The schema lets it in, a rule does not: it is back, under the audit that set it aside."""
    mend(with_one_aside)
    known = audit.load_rules()
    rule = next(each for each in known if each.sets_aside)
    strict = replace(rule, sql="SELECT figure_key FROM core.fact_figure WHERE figure = '132台'")
    kept = [each for each in known if each.name.startswith("duplicate")]
    with_one_aside.setattr(audit, "load_rules", lambda: (strict, *kept))
    for _ in range(2):
        release(home, Choice(document="2024-06-18_kashgar.txt"), settings)
        assert rows(home, SURGERIES) == []
        assert len(look_at(home, Choice())) == 1
