"""The README's answers are what the examples give."""

from __future__ import annotations

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).parent.parent


def test_answers_below_the_sql_are_true(tmp_path: pathlib.Path) -> None:
    readme = ROOT / "README.md"
    before = readme.read_text("utf-8")
    assert before.count("```sql") >= 5
    script = (
        "import pathlib, sys; sys.path.insert(0, 'docs'); import readme_answers as r; "
        "home = pathlib.Path(sys.argv[1]); warehouse = r.run_examples(home); "
        "(home / 'README.md').write_text(r.answered(pathlib.Path('README.md').read_text('utf-8'), warehouse), 'utf-8')"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, check=True, capture_output=True)
    after = (tmp_path / "README.md").read_text("utf-8")
    assert after == before, "the answers have moved: run `make readme` and look at the difference"
