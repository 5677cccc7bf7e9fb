"""What extraction costs: processor seconds a MB of `extract` over the examples, beside a bare jieba.cut of their text.

    python benchmarks/extraction_cost.py [FILE_OR_FOLDER ...] [--repeats N] [--profile]

Both are timed in this one process, in turn, on the same text; the middle of the repeats is printed. MB are of UTF-8.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import pstats
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time
from typing import Any

import jieba

from transforms.articles import split
from transforms.model import Document
from transforms.pipeline import article_figures, extract
from transforms.reading import read
from transforms.repair import repair_document
from transforms.sentences import tokens

EXAMPLES = Path(__file__).parent.parent / "examples"


def documents(paths: Sequence[Path]) -> list[Document]:
    """Every file of these, read."""
    files = [file for path in paths for file in (sorted(path.glob("*.txt")) if path.is_dir() else [path])]
    return [read(file.read_bytes(), name=file.name, address=file.name) for file in files]


def seconds(work: Callable[[], Any]) -> float:
    """Processor seconds of one run, without the garbage of the run before."""
    gc.collect()
    began = process_time()
    work()
    return process_time() - began


def measure(works: dict[str, Callable[[], Any]], repeats: int) -> dict[str, float]:
    """The median of each, timed in turn so that a busy machine weighs on all alike."""
    for work in works.values():
        work()
    runs: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            runs[name].append(seconds(work))
    return {name: statistics.median(times) for name, times in runs.items()}


def main() -> None:
    """Entry point of `make bench-extract`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, default=[EXAMPLES])
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--profile", action="store_true", help="list the functions that take most of extract's time")
    options = parser.parse_args()
    held = documents(options.paths)
    texts = [document.text for document in held]
    articles = [article for document in held for article in split(document, repair_document(document)[0])]
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    tokens("预热")
    taken = measure(
        {
            "jieba.cut": lambda: [list(jieba.cut(text)) for text in texts],
            "extract": lambda: [extract(document) for document in held],
            "  of it, figures": lambda: [article_figures(article) for article in articles],
        },
        options.repeats,
    )
    base = taken["jieba.cut"] / megabytes
    print(f"{len(held)} documents, {megabytes:.3f} MB, median of {options.repeats}")
    print(f"{'':18} {'s per MB':>9} {'of jieba.cut':>13}")
    for name, spent in taken.items():
        print(f"{name:18} {spent / megabytes:9.2f} {spent / megabytes / base:12.2f}×")
    if options.profile:
        profile(held)


def profile(held: Sequence[Document], lines: int = 25) -> None:
    """The functions in which `extract` spends most, their own time alone."""
    profiler = cProfile.Profile()
    profiler.enable()
    for document in held:
        extract(document)
    profiler.disable()
    pstats.Stats(profiler).strip_dirs().sort_stats("tottime").print_stats(lines)


if __name__ == "__main__":
    main()
