"""The whole job on the real documents beside the repository: scored, and searched for personal numbers."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from flows.job import Request, run_job
from flows.settings import Settings

SHARED = Path(__file__).resolve().parents[3] / "shared"
IDENTITY_NUMBER = re.compile(rb"(?<!\d)\d{17}[\dXx](?!\d)")

pytestmark = [
    pytest.mark.skipif(os.environ.get("CI") == "true", reason="CI has the repository alone, without ../shared"),
    pytest.mark.skipif(not (SHARED / "seeds").is_dir(), reason="../shared/seeds is not there"),
]


@pytest.fixture(scope="module")
def seeds_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("seeds")
    report = run_job(Request(home=home, sources=(str(SHARED / "seeds"),)), Settings())
    assert report.ending == "published"
    return home


def test_the_score_holds(seeds_home: Path) -> None:
    gold = SHARED / "gold"
    scored = subprocess.run(
        [sys.executable, gold / "score.py", seeds_home / "aidledger.duckdb", gold / "seeds.jsonl", "--min-f1", "0.70"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert scored.returncode == 0, scored.stdout
    precision = re.search(r"precision ([\d.]+)", scored.stdout)
    assert precision
    assert float(precision[1]) >= 0.85


def test_no_identity_number_reaches_the_home_folder(seeds_home: Path) -> None:
    source = b"".join(path.read_bytes() for path in (SHARED / "seeds").iterdir())
    numbers = set(IDENTITY_NUMBER.findall(source))
    assert numbers, "the documents hold identity numbers, or this test proves nothing"
    kept = b"".join(path.read_bytes() for path in seeds_home.rglob("*") if path.is_file())
    assert not [number for number in numbers if number in kept]
