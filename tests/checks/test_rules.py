"""Each rule: silent on a sound warehouse, and failing once its fault is planted."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from checks import definitions
from checks.audit import CheckDefinitionError, Rule, audit, load_rules, parse_rule
from checks.definitions import policies
from checks.results import CheckResult
from tests.builders import RUN_KEY, article, document, extracted, figure, loaded, unclaimed
from warehouse.columns import COLUMNS

# Rules that compare facts are proved on texts, in test_planted_faults.py.
RULES = {rule.name: rule for rule in load_rules() if rule.gives is None}
COPY = "INSERT INTO {0} SELECT * FROM {0} LIMIT 1"
# The same shapes as real ones; no such area code and no such person exists.
IDENTITY_NUMBER = "99010119900101" + "123X"
MOBILE_NUMBER = "139" + "00000000"

FAULTS = {
    "orphan_article_document": "UPDATE core.dim_article SET document_key = 'none'",
    "orphan_article_story": "DELETE FROM core.dim_story",
    "orphan_article_published_on": "DELETE FROM core.dim_date",
    "orphan_fact_article": "UPDATE core.fact_figure SET article_key = 1",
    "orphan_fact_metric": "UPDATE core.fact_figure SET metric_key = 1",
    "orphan_fact_donor": "UPDATE core.fact_figure SET donor_key = 999999",
    "orphan_fact_recipient": "UPDATE core.fact_figure SET recipient_key = 999999",
    "orphan_fact_organisation": "DELETE FROM core.dim_organisation",
    "orphan_fact_programme": "DELETE FROM core.dim_programme",
    "orphan_fact_part_of": "UPDATE core.fact_figure SET part_of_key = 1",
    "orphan_fact_period_start": "UPDATE core.fact_figure SET period_start = DATE '1999-01-01'",
    "orphan_fact_period_end": "UPDATE core.fact_figure SET period_end = DATE '1999-01-01'",
    "orphan_unclaimed_article": "UPDATE core.unclaimed_figure SET article_key = 1",
    "orphan_place_parent": "DELETE FROM core.dim_place WHERE place_code = '350000'",
    "duplicate_document": COPY.format("raw.document"),
    "duplicate_article": COPY.format("core.dim_article"),
    "duplicate_story": COPY.format("core.dim_story"),
    "duplicate_metric": COPY.format("core.dim_metric"),
    "duplicate_place": COPY.format("core.dim_place"),
    "duplicate_organisation": COPY.format("core.dim_organisation"),
    "duplicate_programme": COPY.format("core.dim_programme"),
    "duplicate_date": COPY.format("core.dim_date"),
    "duplicate_figure": COPY.format("core.fact_figure"),
    "duplicate_unclaimed_figure": COPY.format("core.unclaimed_figure"),
    "duplicate_document_outcome": COPY.format("ops.document_outcome"),
    "duplicate_quarantine": COPY.format("ops.quarantine"),
    "duplicate_run": COPY.format("ops.run"),
    "duplicate_mention": "INSERT INTO core.fact_figure "
    "SELECT * REPLACE (1 AS figure_key) FROM core.fact_figure LIMIT 1",
    "fact_figure_is_not_its_slice": "UPDATE core.fact_figure SET figure = '17名' WHERE figure = '16名'",
    "unclaimed_figure_is_not_its_slice": "UPDATE core.unclaimed_figure SET figure = '31台'",
    "fact_span_outside_text": "UPDATE core.fact_figure SET char_end = 10000 WHERE figure = '16名'",
    "unclaimed_span_outside_text": "UPDATE core.unclaimed_figure SET char_end = char_start",
    "fact_sentence_is_not_its_slice": "UPDATE core.fact_figure SET sentence = '泉州市派人。'",
    "fact_unit_of_another_kind": "UPDATE core.fact_figure SET unit = 'CNY' WHERE figure = '16名'",
    "fact_unit_not_of_catalogue": "UPDATE core.fact_figure SET unit = 'bed' WHERE figure = '120台'",
    "fact_period_in_the_future": "UPDATE core.fact_figure SET period_start = DATE '2026-12-31'",
    "percent_over_hundred": "UPDATE core.fact_figure "
    "SET unit = 'percent', value = 101, aspect = 'share' WHERE figure = '16名'",
    "published_after_fetched": "UPDATE core.dim_article SET published_on = DATE '2026-12-31'",
    "other_sector_in_health_mart": "UPDATE core.fact_figure SET sector = 'road'; "
    "CREATE OR REPLACE VIEW mart.scorecard_fact AS SELECT figure_key FROM core.fact_figure",
    "scorecard_sums_what_adds_up": "UPDATE core.fact_figure SET is_part = true; "
    "CREATE OR REPLACE VIEW mart.scorecard_fact AS SELECT figure_key FROM core.fact_figure",
    "mart_loses_no_fact": "DELETE FROM core.fact WHERE metric = 'surgeries'",
    "coverage_counts_every_figure": "UPDATE core.document_coverage SET ignored = ignored + 1",
    "folded_facts_are_fresh": "UPDATE core.fact_figure SET value = value + 1 WHERE figure = '16名'",
    "accounting_of_the_run": "DELETE FROM core.fact_figure WHERE figure = '16名'",
    "accounting_of_documents": "DELETE FROM raw.document",
    "privacy_identity_number": f"UPDATE core.dim_article SET text = text || '（身份证号：{IDENTITY_NUMBER}）'",
    "privacy_mobile_number": f"UPDATE core.dim_article SET byline = '电话{MOBILE_NUMBER}'",
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a sound warehouse with rows in every table that a rule reads."""
    held = document()
    told = article(held)
    path = tmp_path_factory.mktemp("rules") / "sound.duckdb"
    con = loaded(
        extracted(
            held,
            figure(told, "16名", organisation="昌吉市人民医院", channel="援疆"),
            figure(told, "120台", "surgeries", unit="operation"),
            figure(told, "16", "surgeries", unit="operation", status="done"),
            unclaimed(told, "30台", "unknown", "no rule"),
        ),
        path=path,
    )
    con.execute(
        "INSERT INTO ops.run VALUES (?, 'direct', 'running', TIMESTAMP '2026-11-01', NULL, 'v', '', 1, 0)",
        [RUN_KEY],
    )
    con.close()
    return path


@pytest.fixture
def con(sound: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of it, to spoil."""
    made = duckdb.connect(shutil.copy(sound, tmp_path / "spoilt.duckdb"))
    yield made
    made.close()


def run(con: duckdb.DuckDBPyConnection, *names: str) -> dict[str, CheckResult]:
    rules = [RULES[name] for name in names] or list(RULES.values())
    return {result.check_name: result for result in audit(con, RUN_KEY, rules=rules, bounds=[])}


def test_every_rule_has_a_planted_fault() -> None:
    assert sorted(FAULTS) == sorted(RULES)


def test_every_rule_passes_on_a_sound_warehouse(con: duckdb.DuckDBPyConnection) -> None:
    results = run(con)
    assert {name: results[name].status for name in RULES} == dict.fromkeys(RULES, "passed")


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_each_rule_finds_its_fault(con: duckdb.DuckDBPyConnection, name: str) -> None:
    con.execute(FAULTS[name])
    result = run(con, name)[name]
    assert (result.status, result.severity) == ("failed", RULES[name].severity)
    assert result.offenders > 0
    assert result.owner
    assert result.reason == RULES[name].reason


@pytest.mark.parametrize("name", sorted(name for name, rule in RULES.items() if rule.sets_aside))
def test_a_quarantine_rule_moves_its_offenders_and_the_account_still_balances(
    con: duckdb.DuckDBPyConnection, name: str
) -> None:
    table = RULES[name].sets_aside
    con.execute(FAULTS[name])
    before = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    results = run(con, name, "accounting_of_the_run")
    assert results["accounting_of_the_run"].status == "passed"
    assert results[f"schema.{table}"].status == "failed"
    after = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    aside = con.execute(
        "SELECT count(*), count(document_key), min(payload->>'figure_key' = row_key) FROM ops.quarantine "
        "WHERE check_name = ? AND table_name = ?",
        [name, table],
    ).fetchone()
    assert before is not None
    assert after is not None
    assert aside == (before[0] - after[0], results[name].offenders, True)
    assert run(con, name)[name].status in ("passed", "not_applicable")


def test_every_key_that_refers_has_an_orphan_rule() -> None:
    """Keys of documents, stories, places and the like; a run is written when it ends, so `run_key` is left out."""
    orphans = [rule.sql for name, rule in RULES.items() if name.startswith("orphan_")]
    columns = [
        (table, column)
        for table, names in COLUMNS.items()
        if not table.startswith("ops.")
        for column in list(names)[1:]
        if column.endswith("_key") and column != "run_key"
    ]
    assert len(columns) >= 8
    bare = [
        (table, column)
        for table, column in columns
        if not any(f"FROM {table} AS child" in sql and f"= child.{column})" in sql for sql in orphans)
    ]
    assert bare == []


TEXTS = [
    ("UPDATE raw.document SET text = 'x{}'", True),
    ("UPDATE raw.document SET name = '{}.txt'", False),
    ("UPDATE core.fact_figure SET sentence = '电话{}。'", True),
    ("UPDATE core.unclaimed_figure SET reason = '{}'", True),
    ("UPDATE core.dim_organisation SET name = '{}'", False),
    ("UPDATE ops.document_outcome SET reason = '{}', outcome = 'failed'", True),
    ('UPDATE ops.quarantine SET payload = \'{{"sentence": "电话{}。"}}\'', True),
    ("UPDATE ops.quarantine SET reason = '{}'", True),
    (
        "INSERT INTO ops.change SELECT 1, 'r', 1, 'd', 'added', NULL, '{{\"text\": \"{}\"}}', NULL, 'v', "
        "TIMESTAMP '2026-11-01'",
        True,
    ),
]


@pytest.mark.parametrize(("plant", "mobile_too"), TEXTS)
def test_personal_numbers_are_found_in_any_text_of_any_table(
    con: duckdb.DuckDBPyConnection, plant: str, mobile_too: bool
) -> None:
    con.execute(plant.format(IDENTITY_NUMBER))
    result = run(con, "privacy_identity_number")["privacy_identity_number"]
    assert result.status == "failed"
    assert IDENTITY_NUMBER not in str(result)
    con.execute(plant.format(MOBILE_NUMBER))
    status = run(con, "privacy_mobile_number")["privacy_mobile_number"].status
    assert status == ("failed" if mobile_too else "passed")


@pytest.mark.parametrize(
    "text",
    [
        "投入15000000000元",
        "15000000000 元",
        "受益13900000000人次",
        "约1.3900000000",
        "1390000000",
        "00139000000001",
        "2023111113912345678",
    ],
)
def test_amounts_and_long_codes_are_no_mobile_numbers(con: duckdb.DuckDBPyConnection, text: str) -> None:
    con.execute("UPDATE core.fact_figure SET sentence = ?", [text])
    assert run(con, "privacy_mobile_number")["privacy_mobile_number"].status == "passed"


def test_keys_and_amounts_in_a_payload_are_no_personal_numbers(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "UPDATE ops.quarantine SET payload = ?, row_key = ?",
        [f'{{"figure_key": "{"1" * 18}", "value": "{MOBILE_NUMBER}"}}', "1" * 18],
    )
    results = run(con, "privacy_identity_number", "privacy_mobile_number")
    assert results["privacy_identity_number"].status == "passed"
    assert results["privacy_mobile_number"].status == "passed"


def test_masked_numbers_pass(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("UPDATE core.fact_figure SET sentence = '身份证号：******************，电话***********'")
    results = run(con, "privacy_identity_number", "privacy_mobile_number")
    assert results["privacy_identity_number"].status == "passed"
    assert results["privacy_mobile_number"].status == "passed"


HEADER = "-- name: r\n-- severity: warn\n-- owner: o\n-- reason: why\n-- reason_zh: 理由\n-- applies_to: t\n"


def test_a_rule_is_read_from_its_header() -> None:
    assert parse_rule("r.sql", HEADER + "SELECT 1;").severity == "warn"
    assert isinstance(parse_rule("r.sql", HEADER + "SELECT 1;"), Rule)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (HEADER.replace("-- owner: o\n", ""), "owner"),
        (HEADER + "-- mood: glad\n", "mood"),
        (HEADER.replace("warn", "fatal"), "fatal"),
        (HEADER.replace("why", ""), "empty"),
        (HEADER.replace("-- reason_zh: 理由\n", ""), r"r\.sql: missing \['reason_zh'\]"),
        (HEADER.replace("理由", ""), "empty"),
        (HEADER.replace("name: r", "name: s"), "calls itself s"),
        (HEADER.replace("warn", "quarantine"), "sets_aside"),
        (HEADER + "-- sets_aside: core.fact_figure\n", "sets_aside"),
        (HEADER + "-- gives: joy\n", "joy"),
    ],
)
def test_a_rule_that_is_not_whole_is_refused(text: str, named: str) -> None:
    with pytest.raises(CheckDefinitionError, match=named):
        parse_rule("r.sql", text + "SELECT 1;")


def test_every_check_says_why_in_chinese() -> None:
    for policy in policies().values():
        assert re.search(r"[\u4e00-\u9fff]", policy.reason_zh), policy.name
        assert not re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", policy.reason_zh), policy.name
        assert policy.reason_zh.endswith("。"), policy.name


@pytest.mark.parametrize("file_name", ["bounds.toml", "rows.toml"])
@pytest.mark.parametrize("change", ["", 'reason_zh = ""\n'])
def test_a_bound_or_policy_without_its_chinese_reason_is_refused(
    file_name: str, change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = (Path(definitions.__file__).parent / file_name).read_text("utf-8")
    (tmp_path / file_name).write_text(re.sub(r"reason_zh = .*\n", change, whole, count=1), "utf-8")
    monkeypatch.setattr(definitions.resources, "files", lambda _: tmp_path)
    load = {"bounds.toml": definitions.load_bounds, "rows.toml": definitions.load_row_policies.__wrapped__}[file_name]
    with pytest.raises(CheckDefinitionError, match=rf"{file_name}: (set_aside_share|raw\.document) has"):
        load()
