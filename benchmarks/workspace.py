"""Where the suite works: corpora, kept from run to run, and the homes that this run's jobs filled."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.corpus import SEED, CorpusFacts, write_corpus
from benchmarks.process import Measured, measure_module

LARGE_SIZE = 100_000


@dataclass
class Workspace:
    """A folder for one run of the suite, and how many articles the run is about."""

    folder: Path
    size: int
    jobs: dict[int, Measured] = field(default_factory=dict)
    cuts: dict[int, list[Measured]] = field(default_factory=dict)
    _facts: dict[int, CorpusFacts] = field(default_factory=dict)

    def corpus(self, size: int | None = None) -> Path:
        """The corpus of so many articles, written where it is not there yet."""
        size = size or self.size
        folder = self.folder / f"corpus-{SEED}-{size}"
        told = folder.with_suffix(".json")
        if not told.exists():
            shutil.rmtree(folder, ignore_errors=True)
            told.parent.mkdir(parents=True, exist_ok=True)
            told.write_text(json.dumps(asdict(write_corpus(folder, size))), encoding="utf-8")
        self._facts[size] = CorpusFacts(**json.loads(told.read_text(encoding="utf-8")))
        return folder

    def megabytes(self, size: int | None = None) -> float:
        """Size of a corpus's text, millions of bytes of UTF-8."""
        self.corpus(size)
        return self._facts[size or self.size].megabytes

    def job(self, size: int | None = None) -> Measured:
        """The whole job over a corpus, measured once a run; between two halves of a bare `jieba.cut` of its text."""
        size = size or self.size
        if size not in self.jobs:
            source, home = self.corpus(size), self.home(size)
            shutil.rmtree(home, ignore_errors=True)
            first = measure_module("benchmarks.measured", "cut", str(source), "0")
            job = measure_module("benchmarks.measured", "job", str(source), str(home))
            second = measure_module("benchmarks.measured", "cut", str(source), "1")
            if job.told["ending"] != "published":
                raise RuntimeError(f"the job was held back by {job.told['blocking']}")
            self.jobs[size], self.cuts[size] = job, [first, second]
        return self.jobs[size]

    def home(self, size: int | None = None) -> Path:
        """The home that the job of this size fills; `job` must have run before its warehouse is asked."""
        return self.folder / f"home-{size or self.size}"

    def filled_home(self, size: int | None = None) -> Path:
        """The same, filled."""
        self.job(size)
        return self.home(size)

    def cut_seconds_per_megabyte(self, size: int | None = None) -> float:
        """Processor seconds of a bare `jieba.cut` a MB, before and after the job together."""
        self.job(size)
        told = [each.told for each in self.cuts[size or self.size]]
        return sum(each["cpu"] for each in told) / sum(each["megabytes"] for each in told)


def of_large(space: Workspace, goal: str) -> str:
    """A goal that is one for many articles; with fewer, the same is measured and not judged."""
    return goal if space.size >= LARGE_SIZE else ""
