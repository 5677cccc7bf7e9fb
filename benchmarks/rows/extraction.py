"""Extraction alone, in one process, beside jieba.cut of the same text; and where its time goes.

python -m benchmarks.rows.extraction [FILE_OR_FOLDER ...] [--repeats N] [--profile]
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

from benchmarks.results import ROOT, Row, beside
from benchmarks.workspace import Workspace
from flows.extraction import extract_stored
from transforms.articles import split
from transforms.model import Document, ExtractedDocument
from transforms.pipeline import article_figures, extract
from transforms.reading import read
from transforms.repair import repair_document
from transforms.sentences import tokens

EXAMPLES = ROOT / "examples"
SAMPLE = 300


def documents(paths: Sequence[Path], most: int | None = None) -> list[Document]:
    """Every text file of these, read; at most so many, evenly chosen."""
    files = [file for path in paths for file in (sorted(path.rglob("*.txt")) if path.is_dir() else [path])]
    step = max(1, len(files) // most) if most else 1
    return [read(file.read_bytes(), name=file.name, address=file.name) for file in files[::step][:most]]


def seconds(work: Callable[[], Any]) -> float:
    """Processor seconds of one run, without the garbage of the run before."""
    gc.collect()
    began = process_time()
    work()
    return process_time() - began


def in_turn(works: dict[str, Callable[[], Any]], repeats: int) -> dict[str, float]:
    """The median of each, timed in turn so that a busy machine weighs on all alike."""
    for work in works.values():
        work()
    runs: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            runs[name].append(seconds(work))
    return {name: statistics.median(times) for name, times in runs.items()}


def measure(held: Sequence[Document], repeats: int) -> tuple[float, dict[str, float]]:
    """Megabytes of the documents' text, and processor seconds a MB of each work."""
    texts = [document.text for document in held]
    articles = [article for document in held for article in split(document, repair_document(document)[0])]
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    tokens("预热")
    taken = in_turn(
        {
            "jieba.cut": lambda: [list(jieba.cut(text)) for text in texts],
            "extract": lambda: [extract(document) for document in held],
            "figures": lambda: [article_figures(article) for article in articles],
        },
        repeats,
    )
    return megabytes, {name: spent / megabytes for name, spent in taken.items()}


def extract_alone(space: Workspace) -> list[Row]:
    """`extract` alone on a sample of the corpus."""
    held = [each for each in documents([space.corpus()], SAMPLE) if isinstance(extract_stored(each), ExtractedDocument)]
    megabytes, taken = measure(held, repeats=5)
    row = beside(
        "extract",
        "extraction alone, CPU a MB",
        taken["extract"],
        "s/MB",
        "jieba.cut",
        taken["jieba.cut"],
        note=f"one process, {megabytes:.2f} MB; of it, reading and attributing figures {taken['figures']:.2f} s/MB",
    )
    return [row]


def profile(held: Sequence[Document], lines: int = 25) -> None:
    """The functions in which `extract` spends most, their own time alone."""
    profiler = cProfile.Profile()
    profiler.enable()
    for document in held:
        extract(document)
    profiler.disable()
    pstats.Stats(profiler).strip_dirs().sort_stats("tottime").print_stats(lines)


def main() -> None:
    """Entry point: the same for any files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, default=[EXAMPLES])
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--profile", action="store_true", help="list the functions that take most of extract's time")
    options = parser.parse_args()
    held = documents(options.paths)
    megabytes, taken = measure(held, options.repeats)
    print(f"{len(held)} documents, {megabytes:.3f} MB, median of {options.repeats}")
    print(f"{'':18} {'s per MB':>9} {'of jieba.cut':>13}")
    for name, spent in taken.items():
        print(f"{name:18} {spent:9.2f} {spent / taken['jieba.cut']:12.2f}×")
    if options.profile:
        profile(held)


if __name__ == "__main__":
    main()
