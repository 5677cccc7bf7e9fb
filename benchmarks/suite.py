"""The benchmark suite: each row measured beside something plain in one run, with its goal.

    python -m benchmarks.suite [--size N] [--rows NAME,NAME] [--large] [--work FOLDER] [--no-history]
    python -m benchmarks.suite --page        write the newest rows of the history into docs/benchmarks.md

Corpora are written once into the working folder; each run is appended to `benchmarks/history.jsonl`.
"""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from benchmarks import soak
from benchmarks.results import HISTORY, ROOT, Row, append_history, fill_page, markdown, run_facts, tables
from benchmarks.rows import LARGE, ROWS
from benchmarks.workspace import LARGE_SIZE, Workspace

SIZE = 10_000


def run(space: Workspace, names: Sequence[str]) -> tuple[list[Row], list[str]]:
    """The rows of these names, measured in this order, and the names that failed; told on standard error."""
    rows: list[Row] = []
    failed: list[str] = []
    for name in names:
        began = perf_counter()
        print(f"{name} …", end=" ", file=sys.stderr, flush=True)
        try:
            rows += ROWS[name](space)
        except Exception:
            # The others are worth having: they took minutes.
            traceback.print_exc()
            failed.append(name)
        print(f"{perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    return rows, failed


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [name for name in names if name not in ROWS]:
        raise argparse.ArgumentTypeError(f"no row is called {unknown[0]!r}; there are {', '.join(ROWS)}")
    return names


def main() -> None:
    """Entry point of `make bench`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, help=f"articles; {SIZE:,} unless told")
    parser.add_argument("--rows", type=_names, help=f"which, of {', '.join(ROWS)}")
    parser.add_argument("--large", action="store_true", help=f"{', '.join(LARGE)} on {LARGE_SIZE:,} articles")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "bench", help="working folder")
    parser.add_argument("--history", type=Path, default=HISTORY, help="file to append to")
    parser.add_argument("--no-history", action="store_true", help="leave the history as it is")
    parser.add_argument("--page", action="store_true", help="only write docs/benchmarks.md from the history")
    options = parser.parse_args()
    if options.page:
        fill_page({"table": tables(), "soak": soak.told_newest()})
        return
    size = options.size or (LARGE_SIZE if options.large else SIZE)
    options.work.mkdir(parents=True, exist_ok=True)
    facts = run_facts(size)
    print(f"{size:,} articles, {facts.cpus} cores, Python {facts.python}, {facts.commit}", file=sys.stderr)
    rows, failed = run(
        Workspace(options.work.resolve(), size), options.rows or (LARGE if options.large else list(ROWS))
    )
    print(markdown(rows))
    if not options.no_history:
        append_history(facts, rows, options.history)
    if failed:
        raise SystemExit(f"not measured: {', '.join(failed)}")


if __name__ == "__main__":
    main()
