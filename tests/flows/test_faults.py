"""What the machine does to a run: each time a plain sentence, the published file as it was, and the next run whole.

As root no file mode forbids anything, so a lost permission is a small file system of its own that is made read-only, or
the system's refusal put in the place of its call.
"""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows import job
from flows.command_parts import exit_code
from flows.inspection import ask
from flows.job import Request, Steps, run_job
from flows.settings import BadUsage, Settings
from flows.snapshots import restore
from warehouse import publish as publishing
from warehouse.publish import PRIVATE_NAME, PUBLISHED_NAME, WarehouseError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def published(request_for: Request, settings: Settings, home: Path, news: Path) -> bytes:
    """The published file after a first run; a third document waits for the next."""
    run_job(request_for, settings)
    (news / "2024-07-01_more.txt").write_text("喀什：医疗队\n本报讯 2024年7月1日，完成手术7台。\n", encoding="utf-8")
    return (home / PUBLISHED_NAME).read_bytes()


def assert_heals(request: Request, settings: Settings, before: bytes) -> None:
    assert (request.home / PUBLISHED_NAME).read_bytes() == before
    assert run_job(request, settings).counts.documents == 1
    assert ask(request.home, "SELECT count(*) FROM raw.document").rows == ((3,),)
    assert not (request.home / PRIVATE_NAME).exists()


def refusing(number: int) -> Callable[..., Any]:
    def refuse(*_: Any, **__: Any) -> Any:
        raise OSError(number, os.strerror(number))

    return refuse


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EACCES, "permission is denied"),
        (errno.EROFS, "the file system is read-only"),
        (errno.EIO, "the disk reports an input/output error"),
    ],
)
def test_a_refusal_of_the_system_while_it_publishes(
    published: bytes, request_for: Request, settings: Settings, number: int, words: str
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(publishing.os, "replace", refusing(number))
        with pytest.raises(WarehouseError, match=words) as told:
            run_job(request_for, settings)
    assert exit_code(told.value) == 2
    assert_heals(request_for, settings, published)


def test_a_file_that_may_not_grow(published: bytes, request_for: Request, settings: Settings, home: Path) -> None:
    """As on a full disk, by a limit on this process's files: DuckDB itself meets the refusal."""
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))\n"
        "from flows.cli import main\nsys.argv = ['aidledger', *sys.argv[1:]]\nmain()"
    )
    arguments = ["run", "--direct", "--source", *request_for.sources, "--home", str(home)]
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "a file would be larger than this process may write" in line
    assert_heals(request_for, settings, published)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 32 MB of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)


def test_a_disk_that_is_full_and_one_that_became_read_only(
    published: bytes, request_for: Request, settings: Settings, small_disk: Path, news: Path
) -> None:
    home = small_disk / "home"
    home.mkdir()
    (home / PUBLISHED_NAME).write_bytes(published)
    request = Request(home, (str(news),))
    free = shutil.disk_usage(small_disk).free
    (small_disk / "filler").write_bytes(b"\0" * (free - len(published) - 300_000))
    with pytest.raises(WarehouseError, match="the disk is full: free some space"):
        run_job(request, settings)
    (small_disk / "filler").unlink()
    assert (home / PUBLISHED_NAME).read_bytes() == published

    def lose_permission(run: job.Run, batch: job.Batch) -> None:
        job.load(run, batch)
        subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], capture_output=True, check=True)

    class Stuck(Exception):
        """The open database keeps the file system writable."""

    def lose_permission_or_tell(run: job.Run, batch: job.Batch) -> None:
        try:
            lose_permission(run, batch)
        except subprocess.CalledProcessError:
            raise Stuck from None

    try:
        with pytest.raises((WarehouseError, Stuck)):
            run_job(request, settings, Steps(load=lose_permission_or_tell))
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=False)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    try:
        with pytest.raises(WarehouseError, match=r"read-only|cannot hold a warehouse"):
            run_job(request, settings)
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert_heals(request, settings, published)


def test_a_source_folder_that_vanishes_in_mid_run(
    published: bytes, request_for: Request, settings: Settings, news: Path
) -> None:
    away = news.with_name("away")

    def vanish(batch: Any) -> Any:
        news.rename(away)
        return job.read(batch)

    report = run_job(request_for, settings, Steps(read=vanish))
    assert [each.reason for each in report.unread] == ["cannot be read: no such file or directory"]
    with pytest.raises(BadUsage, match="there is no such file or folder"):
        run_job(request_for, settings)
    assert ask(request_for.home, "SELECT count(*) FROM raw.document").rows == ((2,),)
    away.rename(news)
    assert run_job(request_for, settings).counts.documents == 1


def test_a_working_database_that_breaks(published: bytes, request_for: Request, settings: Settings, home: Path) -> None:
    """Its bytes are overwritten in mid-run, as a faulty disk would."""

    def damage(run: job.Run) -> Any:
        run.writer.connection.execute("CHECKPOINT")
        with (home / PRIVATE_NAME).open("r+b") as file:
            file.seek(4096)
            file.write(os.urandom(2_000_000))
        run.writer.connection.close()
        run.writer._connection = publishing._open(home / PRIVATE_NAME, read_only=False, told_as=home / PRIVATE_NAME)
        return job.check(run)

    with pytest.raises(WarehouseError):
        run_job(request_for, settings, Steps(check=damage))
    assert_heals(request_for, settings, published)


def test_a_published_file_that_breaks_is_told_and_an_earlier_one_put_back(
    published: bytes, request_for: Request, settings: Settings, home: Path
) -> None:
    run_job(request_for, settings)
    path = home / PUBLISHED_NAME
    path.unlink()  # not written in place: the snapshot is the same file
    path.write_bytes(b"\0" * 100_000)
    with pytest.raises(WarehouseError, match="aidledger snapshots list"):
        run_job(request_for, settings)
    restore(home, None, settings, lambda _: None)
    assert ask(home, "SELECT count(*) FROM raw.document").rows == ((2,),)
    assert run_job(request_for, settings).counts.documents == 1
