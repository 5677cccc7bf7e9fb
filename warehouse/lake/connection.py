"""Opening a lake: catalogue in PostgreSQL, data in a folder or an S3 bucket, extensions without a network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import duckdb

from warehouse.publish import CONFIG, WarehouseError

PREFIX = "ducklake:postgres:"
LAKE, CATALOGUE = "lake", "catalogue"
"""Names under which a connection knows the lake, and the database of its catalogue where a writer attaches that too."""


class LakeError(WarehouseError):
    """The lake cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """How an S3-compatible store is reached. `endpoint` is host:port; without a key DuckDB asks anonymously."""

    endpoint: str
    region: str = "us-east-1"
    key: str = ""
    secret: str = ""
    use_ssl: bool = True


@dataclass(frozen=True, slots=True)
class Lake:
    """Where a lake is. `catalogue` is a libpq connection string; `data` is needed when the lake is made."""

    catalogue: str
    data: str | None = None
    bucket: Bucket | None = None

    @property
    def shown(self) -> str:
        """The lake in a message, without a password."""
        plain = re.sub(r"(password\s*=\s*)('[^']*'|\S+)", r"\1…", self.catalogue)
        return PREFIX + re.sub(r"(://[^:/@]*):[^@]*@", r"\1:…@", plain)


def parse(address: str, data: str | None = None, bucket: Bucket | None = None) -> Lake:
    """The lake of an address `ducklake:postgres:host=… dbname=…`. Raises LakeError for any other catalogue."""
    if not address.startswith(PREFIX) or not address.removeprefix(PREFIX).strip():
        raise LakeError(f"a lake's address is {PREFIX}host=… dbname=… (libpq's words), and this is {address!r}")
    if data is not None and "://" not in data:
        data = str(Path(data).absolute())
    return Lake(address.removeprefix(PREFIX).strip(), data, bucket)


def connect(lake: Lake, *, snapshot: int | None = None, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection whose own database is the lake, so that `core.fact_figure` names its table.

    `snapshot` opens the state of that snapshot, read-only. Raises LakeError where the packages are missing, PostgreSQL
    does not answer, or the lake does not exist and may not be made.
    """
    reads = read_only or snapshot is not None
    catalogue = _for_reading(lake.catalogue) if reads else lake.catalogue
    con = duckdb.connect(config=CONFIG)
    try:
        for name in ("ducklake", "postgres_scanner", *(("httpfs",) if lake.bucket else ())):
            con.execute(f"LOAD {quoted(str(extension(name)))}")
        if lake.bucket is not None:
            con.execute(_secret(lake.bucket))
        con.execute(f"ATTACH {quoted(PREFIX + catalogue)} AS {LAKE}{_options(lake, snapshot, read_only)}")
        if not reads:
            con.execute(f"ATTACH {quoted(lake.catalogue)} AS {CATALOGUE} (TYPE postgres)")
        con.execute(f"USE {LAKE}")
    except duckdb.Error as error:
        con.close()
        if "creating a new DuckLake is explicitly disabled" in str(error):
            raise LakeError(f"{lake.shown}: there is no lake yet (aidledger run makes it)") from error
        raise LakeError(f"{lake.shown} cannot be opened: {_first_line(error)}") from error
    except BaseException:
        con.close()
        raise
    return con


@contextmanager
def told_plainly(lake: Lake) -> Iterator[None]:
    """A store or catalogue that refuses or goes away while it is asked is a LakeError of one line."""
    try:
        yield
    except duckdb.IOException as error:
        raise store_fault(lake, error) from error


def store_fault(lake: Lake, error: duckdb.IOException) -> LakeError:
    """The same as an error to raise."""
    return LakeError(f"{lake.shown}: its store does not give or take what it should: {_first_line(error)}")


def extension(name: str) -> Path:
    """The file of a DuckDB extension in the package that carries it. Raises LakeError where that is not installed."""
    found = find_spec(f"duckdb_extension_{name}")
    if found is None or found.origin is None:
        raise LakeError("a lake needs its packages: pip install 'aidledger[lake]'")
    path = Path(found.origin).parent / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
    if not path.exists():
        raise LakeError(f"the package of DuckDB's extension {name} is not of version {duckdb.__version__}")
    return path


def data_path(con: duckdb.DuckDBPyConnection) -> str:
    """Where the Parquet files of the lake behind `con` lie."""
    (found,) = con.execute(f"SELECT value FROM {LAKE}.options() WHERE option_name = 'data_path'").fetchall()
    return str(found[0])


def newest_snapshot(con: duckdb.DuckDBPyConnection) -> int:
    """Number of the last commit, whoever made it. A cursor of the connection may ask too."""
    (found,) = con.execute(f"SELECT id FROM ducklake_current_snapshot('{LAKE}')").fetchall()
    return int(found[0])


def _for_reading(catalogue: str) -> str:
    """The same connection with transactions that PostgreSQL itself keeps from writing, if it is not told otherwise."""
    option = "-c default_transaction_read_only=on"
    if "://" in catalogue:
        return f"{catalogue}{'&' if '?' in catalogue else '?'}options={option.replace(' ', '%20').replace('=', '%3D')}"
    return f"{catalogue} options='{option}'"


def _options(lake: Lake, snapshot: int | None, read_only: bool) -> str:
    told = [f"DATA_PATH {quoted(lake.data.rstrip('/') + '/')}"] if lake.data else []
    if snapshot is not None:
        told.append(f"SNAPSHOT_VERSION {snapshot}")
    elif read_only:
        told.append("READ_ONLY")
    return f" ({', '.join(told)})" if told else ""


def _secret(bucket: Bucket) -> str:
    given = {"KEY_ID": bucket.key, "SECRET": bucket.secret, "ENDPOINT": bucket.endpoint, "REGION": bucket.region}
    told = ", ".join(f"{name} {quoted(value)}" for name, value in given.items() if value)
    return f"CREATE SECRET (TYPE s3, {told}, URL_STYLE 'path', USE_SSL {str(bucket.use_ssl).lower()})"


def quoted(text: str) -> str:
    """A string of SQL."""
    return "'" + text.replace("'", "''") + "'"


def _first_line(error: duckdb.Error) -> str:
    line = str(error).strip().splitlines()[0]
    return re.sub(r"(password\s*=\s*)('[^']*'|\S+)", r"\1…", re.sub(r"(://[^:/@]*):[^@]*@", r"\1:…@", line))
