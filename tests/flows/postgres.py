"""A real PostgreSQL on a free loopback port, from the system's own binaries; a database of its own for each test."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

USERS = ("postgres", "nobody")
"""Whom PostgreSQL may run as where the tests are run by root, which it refuses."""
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Postgres:
    """A running server that trusts its loopback."""

    port: int
    binaries: Path

    def words(self, database: str) -> str:
        """How libpq reaches a database of it."""
        return f"host=127.0.0.1 port={self.port} user=aid dbname={database}"

    def new_database(self) -> str:
        """The words of a database that was made now."""
        name = f"lake_{uuid.uuid4().hex[:8]}"
        self.run("createdb", name)
        return self.words(name)

    def run(self, program: str, *arguments: str) -> str:
        """What one of PostgreSQL's programs prints."""
        where = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "aid"]
        command = [str(self.binaries / program), *where, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def binaries() -> Path | None:
    """The folder of the newest PostgreSQL on this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    folder = binaries()
    if folder is None:
        pytest.skip("no PostgreSQL is installed (Debian: apt-get install postgresql)")
    known = {each.pw_name for each in pwd.getpwall()}
    user = next((name for name in USERS if name in known), None) if os.getuid() == 0 else ""
    if user is None:
        pytest.skip("PostgreSQL refuses to run as root, and there is no other user to run it as")
    home = Path(tempfile.mkdtemp(prefix="postgres-"))
    if user:
        shutil.chown(home, user)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    options = {"user": user, "extra_groups": []} if user else {}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": home, **options}
    make = [str(folder / "initdb"), "-D", str(home / "data"), "-U", "aid", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run([*make, "--locale=C"], check=True, **quiet)  # type: ignore[call-overload]
    told = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off"}
    settings = [part for name, value in told.items() for part in ("-c", f"{name}={value}")]
    run = [str(folder / "postgres"), "-D", str(home / "data"), "-p", str(port), *settings]
    process = subprocess.Popen(run, **quiet)  # type: ignore[call-overload]
    end = time.monotonic() + PATIENCE_SECONDS
    while subprocess.run(
        [str(folder / "pg_isready"), "-h", "127.0.0.1", "-p", str(port)], capture_output=True
    ).returncode:
        assert process.poll() is None, "PostgreSQL ended"
        assert time.monotonic() < end, "PostgreSQL did not start"
        time.sleep(0.1)
    yield Postgres(port, folder)
    process.terminate()
    process.wait()
    shutil.rmtree(home, ignore_errors=True)
