"""A lake whose data lies in an S3-compatible store: a real one on loopback, its signatures checked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner, Result

from flows.cli import app
from flows.job import Request, run_job
from flows.lake import compact, state_of
from flows.published import lake_of
from flows.settings import Settings
from tests.flows.lakes import UNCHECKED, empty_lake, environment
from tests.flows.object_store import BUCKET, KEY, SECRET, ObjectStore, object_store
from tests.flows.postgres import Postgres, postgres
from tests.flows.same_rows import published_hashes, table_hashes, write_news
from warehouse.lake.connection import connect
from warehouse.lake.releases import connect_released

__all__ = ["object_store", "postgres"]

pytestmark = pytest.mark.server
COUNT = "SELECT count(*) AS n FROM raw.document"


@pytest.fixture
def on_s3(postgres: Postgres, object_store: ObjectStore, tmp_path: Path) -> Settings:
    """Settings of an empty lake in the store's bucket."""
    bucket = {"lake_s3_endpoint": object_store.endpoint, "lake_s3_key": KEY, "lake_s3_secret": SecretStr(SECRET)}
    told = {"lake_data": f"s3://{BUCKET}/{tmp_path.name}", "lake_s3_ssl": False} | bucket
    return empty_lake(postgres, tmp_path).model_copy(update=told)


def ask(settings: Settings, *arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, list(arguments), env=environment(settings))
    assert result.exit_code == code, result.output
    return result


def test_a_lake_in_a_bucket_holds_what_one_machine_holds(on_s3: Settings, tmp_path: Path) -> None:
    news, home = write_news(tmp_path / "news", 6), tmp_path / "home"
    first = sorted(news.iterdir())[0]
    assert run_job(Request(home, (str(first),)), on_s3, UNCHECKED).ending == "published"
    done = json.loads(ask(on_s3, "run", "--direct", "--json", "--source", str(news), "--home", str(home)).stdout)
    assert done["ending"] == "published"
    assert Path(done["report"]).exists()

    # All of its rows lie in files of the bucket, and none of them elsewhere.
    _, old = state_of(on_s3).releases
    compact(on_s3)
    with connect(lake_of(on_s3), read_only=True) as con:
        files = con.execute("FROM ducklake_list_files('lake', 'fact_figure', schema => 'core')").fetchall()
    assert files
    assert all(str(path).startswith(f"{on_s3.lake_data}/core/fact_figure/") for path, *_ in files)
    assert not list(tmp_path.rglob("*.parquet"))

    run_job(Request(tmp_path / "alone", (str(news),)), Settings(workers=1), UNCHECKED)
    with connect_released(lake_of(on_s3)) as con:
        assert table_hashes(con) == published_hashes(tmp_path / "alone")
    assert ask(on_s3, "query", COUNT, "--format", "csv").stdout == "n\n6\n"
    assert ask(on_s3, "query", COUNT, "--format", "csv", "--as-of", str(old.snapshot_id)).stdout == "n\n1\n"


def test_a_store_that_refuses_is_told_in_one_line(on_s3: Settings, tmp_path: Path) -> None:
    news, home = write_news(tmp_path / "news", 2), tmp_path / "home"
    wrong = on_s3.model_copy(update={"lake_s3_secret": SecretStr("guessed-it")})
    told = ask(wrong, "run", "--direct", "--source", str(news), "--home", str(home), code=2).stderr
    assert "403" in told
    assert "guessed-it" not in told
    assert told.startswith("aidledger: ducklake:postgres:")


def test_a_query_reaches_nothing_beside_the_lake_in_its_store(on_s3: Settings, tmp_path: Path) -> None:
    news = write_news(tmp_path / "news", 1)
    assert run_job(Request(tmp_path / "home", (str(news),)), on_s3, UNCHECKED).ending == "published"
    with connect(lake_of(on_s3)) as con:
        con.execute(f"COPY (SELECT 1 AS n) TO 's3://{BUCKET}/other/n.parquet'")
        assert con.execute(f"FROM 's3://{BUCKET}/other/n.parquet'").fetchall() == [(1,)]
    assert ask(on_s3, "query", COUNT, "--format", "csv").stdout == "n\n1\n"
    for sql in (f"FROM 's3://{BUCKET}/other/n.parquet'", "FROM read_text('/etc/hostname')"):
        assert "a query may read the warehouse alone" in " ".join(ask(on_s3, "query", sql, code=2).stderr.split())
