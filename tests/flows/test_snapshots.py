"""Earlier states: kept, read, put back; warehouses of earlier and of later versions."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from checks import quarantine
from checks.results import blocking
from flows.inspection import ask
from flows.job import Request, run_job
from flows.settings import BadUsage, Settings
from flows.snapshots import restore, states, upgrade
from flows.workbench import Choice, discard, look_at, release
from tests.flows.conftest import write_news
from tests.warehouse.marts import marts_hash
from warehouse import migrate as migrating
from warehouse import publish as publishing
from warehouse import snapshots as keeping
from warehouse.load import RunRecord, record_run
from warehouse.migrate import MigrationError, Script
from warehouse.publish import PUBLISHED_NAME, Writer, connect_file, connect_published
from warehouse.snapshots import snapshots


def quiet(_: str) -> None:
    """Says nothing."""


def add(news: Path, n: int) -> None:
    text = f"喀什：医疗队\n本报讯 2024年7月{n}日，援疆医疗队完成手术{n}台。\n"
    (news / f"2024-07-0{n}_more.txt").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], Path]:
    """Three runs, each with a document more; their keys, and the folder of their home and news."""
    folder = tmp_path_factory.mktemp("three")
    home, news = folder / "home", write_news(folder / "news")
    keys = []
    for n in (1, 2, 3):
        add(news, n)
        keys.append(str(run_job(Request(home, (str(news),)), Settings()).run_key))
    return keys, folder


@pytest.fixture
def three(built: tuple[list[str], Path], home: Path, news: Path) -> list[str]:
    """The keys of those runs, in a home of the test's own."""
    keys, folder = built
    shutil.copytree(folder / "home", home)
    shutil.copytree(folder / "news", news, dirs_exist_ok=True)
    return keys


DOCUMENTS = "SELECT count(*) FROM raw.document"


def test_each_state_can_be_asked(three: list[str], home: Path) -> None:
    assert [(snapshot.run_key, note) for snapshot, note in states(home)] == [
        (three[2], "published"),
        (three[1], "kept"),
        (three[0], "kept"),
    ]
    assert [ask(home, DOCUMENTS, key).rows for key in three] == [((3,),), ((4,),), ((5,),)]
    with pytest.raises(BadUsage, match="no state of run nothing is kept"):
        ask(home, DOCUMENTS, "nothing")


def test_a_snapshot_costs_no_copy(three: list[str], home: Path, request_for: Request, news: Path) -> None:
    before = (home / PUBLISHED_NAME).stat().st_ino
    add(news, 4)
    run_job(request_for, Settings())
    assert keeping.snapshot_path(home, three[2]).stat().st_ino == before


def test_where_there_are_no_hard_links_it_is_a_copy(
    three: list[str], home: Path, request_for: Request, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError(1, os.strerror(1))

    monkeypatch.setattr(keeping.os, "link", refuse)
    add(news, 4)
    run_job(request_for, Settings())
    assert ask(home, DOCUMENTS, three[2]).rows == ((5,),)


def test_only_so_many_are_kept(three: list[str], home: Path, request_for: Request, news: Path) -> None:
    add(news, 4)
    run_job(request_for, Settings(keep_snapshots=1))
    assert [snapshot.run_key for snapshot in snapshots(home)] == [three[2]]
    add(news, 5)
    run_job(request_for, Settings(keep_snapshots=0))
    assert snapshots(home) == ()


def test_a_decision_about_the_quarantine_is_a_state_of_its_own(
    request_for: Request, settings: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Publications that read no document leave the states before them as they were."""
    aside = "SELECT count(*) FROM ops.quarantine WHERE discarded_in_run_key IS NULL AND released_in_run_key IS NULL"
    found = quarantine.row_faults

    def strict(table: str, frame: Any) -> dict[int, list[tuple[str, str]]]:
        of_facts = frame.index[:3] if table == "core.fact_figure" else ()
        return found(table, frame) | {int(place): [("strict", "one of the first three")] for place in of_facts}

    with monkeypatch.context() as patched:
        patched.setattr(quarantine, "row_faults", strict)
        first = run_job(request_for, settings).run_key
    (one, two, *_) = look_at(home, Choice(check="strict"))
    runs = [
        discard(home, Choice(row=str(one["quarantine_key"])), "A misprint.", settings),
        release(home, Choice(row=str(two["quarantine_key"])), settings),
    ]
    assert [blocking(run.results) for run in runs] == [[], []]
    decided = [run.run_key for run in runs]
    assert [snapshot.run_key for snapshot, _ in states(home)] == [decided[1], decided[0], first]
    held = [ask(home, aside, key).rows[0][0] for key in (first, *decided)]
    assert held == [held[0], held[0] - 1, held[0] - 2]
    discard(home, Choice(check="strict"), "One more.", Settings(keep_snapshots=1))
    assert len(snapshots(home)) == 1


def test_a_state_has_its_name_whatever_the_clock_says(three: list[str], home: Path, settings: Settings) -> None:
    """The newest run is the one that was recorded last, though its clock was set back."""
    early = datetime(2001, 1, 1, tzinfo=UTC)
    for key in ("back-a", "back-b"):
        with Writer(home) as writer:
            record_run(writer.connection, RunRecord(key, "direct", "published", early, "0" * 16, finished_at=early))
            writer.publish()
    assert {snapshot.run_key for snapshot, _ in states(home)} == {*three, "back-a", "back-b"}
    assert ask(home, DOCUMENTS, three[2]).rows == ((5,),)
    with Writer(home) as writer, pytest.raises(RuntimeError, match="without a run of its own, after run back-b"):
        writer.publish()


def test_the_previous_state_is_one_command_away_and_so_is_the_way_back(
    three: list[str], home: Path, settings: Settings, request_for: Request
) -> None:
    assert restore(home, None, settings, quiet) == three[1]
    assert ask(home, DOCUMENTS).rows == ((4,),)
    told = ask(home, "SELECT mode, sources FROM ops.run ORDER BY started_at DESC LIMIT 1").rows
    assert told == (("restore", f"snapshot {three[1]}"),)
    assert restore(home, three[2], settings, quiet) == three[2]
    assert ask(home, DOCUMENTS).rows == ((5,),)
    # What came after a restored state is read again.
    restore(home, three[0], settings, quiet)
    assert run_job(request_for, settings).counts.documents == 2


def test_nothing_to_restore_is_told_plainly(home: Path, settings: Settings) -> None:
    with pytest.raises(BadUsage, match="keeps no earlier state"):
        restore(home, None, settings, quiet)


def test_an_earlier_warehouse_is_brought_forward_with_all_it_holds(
    request_for: Request, home: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later version adds a column and fills it; the file as it was stays readable."""
    first = run_job(request_for, settings)
    con = connect_published(home)
    wanted = marts_hash(con)
    con.close()
    known = migrating.scripts("migrations")
    views = migrating.scripts("views")
    later = Script(9000, "9000_later.sql", "ALTER TABLE core.fact_figure ADD COLUMN later BIGINT DEFAULT 7;")
    with monkeypatch.context() as patched:
        patched.setattr(migrating, "scripts", lambda folder: (*known, later) if folder == "migrations" else views)
        assert upgrade(home, settings, quiet) == ("9000_later.sql",)
        assert upgrade(home, settings, quiet) == ()
        assert ask(home, "SELECT DISTINCT later FROM core.fact_figure").rows == ((7,),)
    kept = keeping.snapshot_path(home, str(first.run_key))
    con = connect_file(kept)
    assert marts_hash(con) == wanted
    con.close()
    # And this version refuses what the later one made, to read as to write.
    for refused in (lambda: ask(home, DOCUMENTS), lambda: run_job(request_for, settings)):
        with pytest.raises(MigrationError, match="at migration 9000, and this version of aidledger knows only"):
            refused()
    restore(home, None, settings, quiet)
    assert ask(home, DOCUMENTS).rows == ((2,),)


def test_a_migration_that_fails_leaves_the_file_as_it_was(
    request_for: Request, home: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_job(request_for, settings)
    before = (home / PUBLISHED_NAME).read_bytes()
    known = migrating.scripts("migrations")
    views = migrating.scripts("views")
    broken = Script(9000, "9000_broken.sql", "DELETE FROM core.fact_figure; SELECT * FROM core.nothing;")
    with monkeypatch.context() as patched:
        patched.setattr(migrating, "scripts", lambda folder: (*known, broken) if folder == "migrations" else views)
        with pytest.raises(MigrationError, match=r"9000_broken\.sql failed and was undone"):
            upgrade(home, settings, quiet)
    assert (home / PUBLISHED_NAME).read_bytes() == before
    assert run_job(request_for, settings).ending == "nothing_new"


def test_every_earlier_shape_is_brought_forward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From each migration that ever was the newest, by the real scripts."""
    known = migrating.scripts("migrations")
    views = migrating.scripts("views")
    for script in known[:-1]:
        home = tmp_path / str(script.number)
        until = script.number
        with monkeypatch.context() as patched:
            patched.setattr(
                migrating,
                "scripts",
                lambda folder, until=until: (
                    tuple(each for each in known if each.number <= until) if folder == "migrations" else ()
                ),
            )
            # An earlier shape has no views of today, which folding reads, and nothing to fold.
            patched.setattr(publishing, "fold", lambda _: 0)
            with Writer(home) as writer:
                writer.publish()
        assert len(upgrade(home, Settings(), quiet)) == len(known) - until
        con = connect_published(home)
        assert len(views) <= len(con.execute("SELECT * FROM duckdb_views() WHERE NOT internal").fetchall())
        con.close()
