"""Settings: one typed class, read from the environment, nothing done on import.

Each field is an environment variable with the prefix `AIDLEDGER_` (`AIDLEDGER_HOME=/srv/aid`). A variable with that
prefix that names no field is an error: a misspelt setting that is silently ignored is worse than none.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "AIDLEDGER_"


class BadUsage(Exception):
    """A mistake in what the user asked for or configured: one clear line, exit code 2."""


class Settings(BaseSettings):
    """How runs behave. Times are in seconds, sizes in bytes."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    home: Path = Field(
        default=Path("data"), description="folder of the warehouse, its lock and the private file of a run"
    )
    config: Path | None = Field(default=None, description="sources file that is read where no --source is given")
    cron: str = Field(default="0 6 * * *", description="when the served ingest flow runs")
    timezone: str = Field(
        default="Asia/Shanghai", description="time zone of the schedule and of the times that are shown"
    )
    batch_documents: int = Field(default=50, ge=1, description="documents that are read and extracted together")
    load_documents: int = Field(
        default=2000, ge=1, description="documents that are checked and loaded together, in one transaction"
    )
    workers: int = Field(default=0, ge=0, description="extracting processes; 0 is one a core")
    parallel_from: int = Field(
        default=24, ge=1, description="new documents from which extracting processes are worth starting"
    )
    runner: Literal["local", "dask"] = Field(
        default="local", description="where documents are extracted: on this machine, or on a Dask cluster"
    )
    dask_address: str | None = Field(
        default=None, description="address of the Dask scheduler, tcp://HOST:8786, where the runner is dask"
    )
    lake: str | None = Field(
        default=None, description="a lake instead of a file: ducklake:postgres: and libpq's words for its catalogue"
    )
    lake_data: str | None = Field(
        default=None, description="where a new lake keeps its Parquet files: a shared folder, or s3://BUCKET/FOLDER"
    )
    lake_s3_endpoint: str | None = Field(
        default=None, description="HOST:PORT of the S3-compatible store that holds the lake's data"
    )
    lake_s3_region: str = Field(default="us-east-1", description="its region")
    lake_s3_key: str | None = Field(default=None, description="access key for it")
    lake_s3_secret: SecretStr | None = Field(default=None, description="secret of that key")
    lake_s3_ssl: bool = Field(default=True, description="whether it is asked over TLS")
    max_bytes: int = Field(default=20_000_000, ge=1, description="a larger file is refused before it is read")
    lock_wait_seconds: float = Field(default=600.0, ge=0, description="how long a run waits for another one to end")
    run_timeout_seconds: float = Field(
        default=14_400.0, gt=0, description="how long a Prefect flow may take before it is stopped"
    )
    keep_snapshots: int = Field(
        default=7, ge=0, description="published files that stay readable after they were replaced"
    )
    notify_url: str | None = Field(
        default=None, description="webhook that gets one JSON message where a run fails or a check blocks"
    )
    notify_command: str | None = Field(
        default=None, description="command that gets the same message as JSON on its standard input"
    )
    read_retries: int = Field(
        default=3, ge=0, description="how often reading a batch is tried again, as a Prefect flow"
    )
    read_retry_seconds: float = Field(
        default=2.0, ge=0, description="wait before the first retry; it doubles each time"
    )
    user_agent: str = Field(
        default="aidledger/0.1 (archive of public news; obeys robots.txt)",
        min_length=3,
        description="who asks, in every request to the web; add an address at which you can be reached",
    )
    fetch_timeout_seconds: float = Field(default=20.0, gt=0, description="how long a site may be silent")
    fetch_rest_seconds: float = Field(default=300.0, ge=0, description="a source that was just asked rests so long")
    write_report: bool = Field(default=True, description="the report is written after each run that publishes")
    server_start_seconds: int = Field(
        default=120, ge=1, description="how long a temporary Prefect server may take to start"
    )

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"no time zone is called {name!r}") from error
        return name

    @field_validator("cron")
    @classmethod
    def _five_fields(cls, cron: str) -> str:
        if len(cron.split()) != 5:
            raise ValueError(f"a cron schedule has five fields, and {cron!r} has {len(cron.split())}")
        return cron

    @model_validator(mode="after")
    def _names_its_cluster(self) -> Self:
        if (self.runner == "dask") != (self.dask_address is not None):
            raise ValueError(f"{PREFIX}RUNNER=dask and {PREFIX}DASK_ADDRESS=tcp://HOST:PORT go together")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The time zone, ready to use."""
        return ZoneInfo(self.timezone)

    @property
    def processes(self) -> int:
        """Extracting processes, with 0 resolved to the machine's cores."""
        return self.workers or os.cpu_count() or 1

    def read_backoff(self) -> list[float]:
        """Seconds before each retry of reading: 2, 4, 8."""
        return [self.read_retry_seconds * 2**n for n in range(self.read_retries)]


def load_settings() -> Settings:
    """The settings that this process's environment gives.

    Raises:
        BadUsage: a variable has a wrong value, or names no setting.
    """
    known = {f"{PREFIX}{field}".upper() for field in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in known)
    if unknown:
        raise BadUsage(f"{unknown[0]}: no setting has this name (known: {', '.join(sorted(known))})")
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        told = first["msg"].removeprefix("Value error, ")
        raise BadUsage(f"{PREFIX}{str(first['loc'][0]).upper()}: {told}" if first["loc"] else told) from error
