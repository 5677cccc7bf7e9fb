"""Lakes for tests: an empty one, one with two releases, and its settings as variables."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from checks.results import CheckResult
from flows import job
from flows.job import Request, run_job
from flows.published import lake_of
from flows.settings import PREFIX, Settings
from tests.flows.postgres import Postgres
from tests.flows.same_rows import table_hashes, write_news
from warehouse.folding import fold
from warehouse.lake.connection import connect
from warehouse.lake.releases import connect_released, releases


def _unchecked(run: job.Run) -> list[CheckResult]:
    fold(run.writer.connection)
    return []


UNCHECKED = job.Steps(check=_unchecked)
"""A run without its audit, which has tests of its own and takes most of a small run's time."""


def empty_lake(postgres: Postgres, folder: Path) -> Settings:
    """Settings of a lake that is empty."""
    address = f"ducklake:postgres:{postgres.new_database()}"
    return Settings(lake=address, lake_data=str(folder / "lake"), lock_wait_seconds=60, workers=1)


@pytest.fixture
def on_lake(postgres: Postgres, tmp_path: Path) -> Settings:
    return empty_lake(postgres, tmp_path)


def environment(settings: Settings) -> dict[str, str]:
    """The settings of a lake as variables, with small batches."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", PREFIX))}
    given = {"LAKE": str(settings.lake), "LAKE_DATA": str(settings.lake_data), "WORKERS": "1"}
    small = {"BATCH_DOCUMENTS": "3", "LOAD_DOCUMENTS": "3"}
    if settings.lake_s3_secret is not None:
        given |= {"LAKE_S3_ENDPOINT": str(settings.lake_s3_endpoint), "LAKE_S3_KEY": str(settings.lake_s3_key)}
        given |= {
            "LAKE_S3_SECRET": settings.lake_s3_secret.get_secret_value(),
            "LAKE_S3_SSL": str(settings.lake_s3_ssl),
        }
    return plain | {f"{PREFIX}{name}": value for name, value in (given | small).items()}


@pytest.fixture(scope="module")
def two_states(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A lake with two releases: one document, then another one beside it. Tests leave it so."""
    folder = tmp_path_factory.mktemp("two_states")
    settings = empty_lake(postgres, folder)
    for path in sorted(write_news(folder / "news", 2).iterdir()):
        assert run_job(Request(folder / "home", (str(path),)), settings, UNCHECKED).ending == "published"
    return settings


def released_hashes(settings: Settings) -> dict[str, str]:
    with connect_released(lake_of(settings)) as con:
        return table_hashes(con)


def releases_of(settings: Settings) -> list[int]:
    with connect(lake_of(settings), read_only=True) as con:
        return [each.snapshot_id for each in releases(con)]
