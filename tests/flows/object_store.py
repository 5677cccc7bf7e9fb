"""A real S3-compatible store on free loopback ports: SeaweedFS, one program that comes as a package."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

PATIENCE_SECONDS = 240
KEY, SECRET = "lake-writer", "hush-hush"
BUCKET = "ledger"


@dataclass(frozen=True)
class ObjectStore:
    """A running store with one bucket, `BUCKET`, for whoever signs with `KEY` and `SECRET`."""

    port: int

    @property
    def endpoint(self) -> str:
        """As AIDLEDGER_LAKE_S3_ENDPOINT takes it."""
        return f"127.0.0.1:{self.port}"


@pytest.fixture(scope="module")
def object_store() -> Iterator[ObjectStore]:
    program = shutil.which("weed", path=str(Path(sys.executable).parent)) or shutil.which("weed")
    if program is None:
        pytest.skip("no S3-compatible store is installed (make install-dev)")
    home = Path(tempfile.mkdtemp(prefix="object-store-"))
    roles = ("master", "volume", "filer", "s3")
    names = [f"{role}.port{kind}" for role in roles for kind in ("", ".grpc")]
    ports = dict(zip(names, _free_ports(len(names)), strict=True))
    owner = {"name": "owner", "credentials": [{"accessKey": KEY, "secretKey": SECRET}]}
    identities = {"identities": [owner | {"actions": ["Admin", "Read", "List", "Tagging", "Write"]}]}
    (home / "s3.json").write_text(json.dumps(identities))
    told = {"dir": home, "ip": "127.0.0.1", "ip.bind": "127.0.0.1", "volume.max": 20, "master.volumeSizeLimitMB": 64}
    told |= {"s3.config": home / "s3.json", "s3.port.iceberg": 0, "s3.port.lance": 0} | ports
    command = [program, "server", "-filer", "-s3", *(f"-{name}={value}" for name, value in told.items())]
    with (home / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=home)
    try:
        _wait(process, home, f"http://127.0.0.1:{ports['s3.port']}/status", "GET")
        # A bucket is a folder of the store's own file system.
        _wait(process, home, f"http://127.0.0.1:{ports['filer.port']}/buckets/{BUCKET}/", "POST")
        yield ObjectStore(ports["s3.port"])
    finally:
        # Nothing of it is wanted any more, and its own way to end takes half a minute.
        process.kill()
        process.wait()
        shutil.rmtree(home, ignore_errors=True)


def _free_ports(number: int) -> list[int]:
    """So many different ones: each is held until all are found."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(number)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def _wait(process: subprocess.Popen[bytes], home: Path, url: str, method: str) -> None:
    """Until an address of the store answers well."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, (home / "log").read_text()[-2000:]
        try:
            if httpx.request(method, url, timeout=5).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"the store does not answer at {url}: {(home / 'log').read_text()[-2000:]}")
