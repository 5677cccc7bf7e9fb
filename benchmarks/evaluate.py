"""Scores the extraction on the golden corpus: precision, recall, F1 and attribution, by metric and by document.

    python benchmarks/evaluate.py [CORPUS.jsonl ...] [--show] [--only ID]

Without files: all golden files. Those named held_out are scored and never shown: --show refuses them.
"""

from __future__ import annotations

import argparse
import collections
import json
import pathlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from transforms.model import Article, Figure
from transforms.pipeline import article_figures, extract
from transforms.reading import read

ROOT = pathlib.Path(__file__).parent.parent
GOLDEN = ROOT / "tests" / "golden"
EXAMPLES = ROOT / "examples"
FLOORS = GOLDEN / "floor.toml"
ATTRIBUTES = [
    "approximation",
    "status",
    "qualifier",
    "donor",
    "recipient",
    "period_start",
    "period_end",
    "value_low",
    "value_high",
    "is_annual",
    "is_part",
]


@dataclass
class Score:
    """Counts over the cases of one file."""

    found: int = 0
    missed: int = 0
    invented: int = 0
    by_metric: dict[str, collections.Counter[str]] = field(
        default_factory=lambda: collections.defaultdict(collections.Counter)
    )
    by_case: dict[str, collections.Counter[str]] = field(
        default_factory=lambda: collections.defaultdict(collections.Counter)
    )
    rules: set[str] = field(default_factory=set)
    """Rules that decided a fact that is expected."""
    stated: collections.Counter[str] = field(default_factory=collections.Counter)
    right: collections.Counter[str] = field(default_factory=collections.Counter)
    faults: list[tuple[str, ...]] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Found among all that were given."""
        return self.found / max(1, self.found + self.invented)

    @property
    def recall(self) -> float:
        """Found among all that were expected."""
        return self.found / max(1, self.found + self.missed)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.precision * self.recall / max(1e-9, self.precision + self.recall)

    def attribute(self, name: str) -> float:
        """How often an attribute that the golden fact states is right."""
        return self.right[name] / max(1, self.stated[name])


def load_cases(path: pathlib.Path) -> list[dict[str, Any]]:
    """The cases of one corpus file; facts that name a document (a file of examples/) are one case a document."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    cases: dict[str, dict[str, Any]] = {}
    for line in lines:
        if "document" not in line:
            cases[line["id"]] = line
            continue
        case = {"id": line["document"], "document": line["document"], "text": "", "facts": []}
        cases.setdefault(line["document"], case)["facts"].append(line)
    return list(cases.values())


def case_figures(case: dict[str, Any]) -> list[Figure]:
    """Facts that the extraction finds in one case, its headline in front of its text as in a stored article."""
    if "document" in case:
        path = EXAMPLES / case["document"]
        return [
            figure
            for figure in extract(read(path.read_bytes(), name=path.name, address=path.name)).figures
            if _counts(figure)
        ]
    headline = case.get("headline")
    text = f"{headline}\n{case['text']}" if headline else case["text"]
    published = date.fromisoformat(case["published_on"]) if case.get("published_on") else None
    article = Article(0, "0" * 64, 0, "news", headline, text, published_on=published)
    return [figure for figure in article_figures(article) if _counts(figure)]


def _counts(figure: Figure) -> bool:
    """Whether a figure is a fact of the health sector: facts of other sectors never enter a health mart."""
    return figure.disposition == "fact" and figure.sector == "health"


def _key(metric: str, aspect: str, value: object) -> tuple[str, str, Decimal]:
    return metric, aspect, round(Decimal(str(value)), 4)


def _agrees(name: str, want: object, figure: Figure) -> bool:
    got = getattr(figure, name)
    if got is None:
        return want is None
    if name in ("value_low", "value_high"):
        return want is not None and abs(Decimal(str(want)) - got) < Decimal("0.0001")
    if name.startswith("period"):
        return str(got).startswith(str(want))
    return bool(got == want)


def score_case(case: dict[str, Any], score: Score) -> None:
    """Add one case to the score."""
    found: dict[tuple[str, str, Decimal], list[Figure]] = collections.defaultdict(list)
    for figure in case_figures(case):
        found[_key(figure.metric or "", figure.aspect or "level", figure.value)].append(figure)
    wanted = {
        _key(f["metric"], f.get("aspect", "level"), f["value"]): f for f in case["facts"] if not f.get("optional")
    }
    allowed = {_key(f["metric"], f.get("aspect", "level"), f["value"]) for f in case["facts"]}
    for key, fact in wanted.items():
        outcome = "found" if key in found else "missed"
        score.by_metric[key[0]][outcome] += 1
        score.by_case[case["id"]][outcome] += 1
        if outcome == "missed":
            score.missed += 1
            score.faults.append((case["id"], "missed", *map(str, key), fact["quote"], case["text"]))
            continue
        score.found += 1
        score.rules.add(found[key][0].rule_code)
        _score_attributes(case, key, fact, found[key], score)
    for key in found.keys() - allowed:
        score.invented += 1
        score.by_metric[key[0]]["invented"] += 1
        score.by_case[case["id"]]["invented"] += 1
        figure = found[key][0]
        score.faults.append((case["id"], "invented", *map(str, key), figure.figure, figure.rule_code, case["text"]))


def _score_attributes(
    case: dict[str, Any], key: tuple[str, str, Decimal], fact: dict[str, Any], figures: list[Figure], score: Score
) -> None:
    for name in ATTRIBUTES:
        default = {"status": "actual"}.get(name)
        if name not in fact and default is None:
            continue
        want = fact.get(name, default)
        if want is None and name not in ("value_high",):
            continue
        score.stated[name] += 1
        if any(_agrees(name, want, figure) for figure in figures):
            score.right[name] += 1
        else:
            got = str(getattr(figures[0], name))
            score.faults.append((case["id"], "wrong " + name, *map(str, key), f"{want} but {got}", case["text"]))


def score_file(path: pathlib.Path, only: str | None = None) -> Score:
    """The score of one corpus file."""
    score = Score()
    for case in load_cases(path):
        if only is None or case["id"] == only:
            score_case(case, score)
    return score


def report(name: str, score: Score, *, tables: Sequence[Mapping[str, Mapping[str, int]]]) -> None:
    """Print one file's score, and the counts of these tables."""
    print(f"{name}: found {score.found} missed {score.missed} invented {score.invented}", end="  ")
    print(f"precision {score.precision:.3f} recall {score.recall:.3f} f1 {score.f1:.3f}")
    print("   " + "  ".join(f"{a} {score.attribute(a):.3f}" for a in ATTRIBUTES if score.stated[a]))
    for table in tables:
        for row, counts in sorted(table.items()):
            told = "  ".join(f"{counts[outcome]:4} {outcome}" for outcome in ("found", "missed", "invented"))
            print(f"   {row:44} {told}")


FILES = ("corpus.jsonl", "corpus_2.jsonl", "corpus_3.jsonl", "examples.jsonl", "held_out.jsonl", "held_out_2.jsonl")
"""The files that are scored where none is named."""


def main() -> None:
    """Entry point of `make eval`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    parser.add_argument("--show", action="store_true", help="list every fault (never of the held-out cases)")
    parser.add_argument("--only", help="one case's id")
    options = parser.parse_args()
    for path in options.files or [GOLDEN / name for name in FILES]:
        hidden = path.stem.startswith("held_out")
        score = score_file(path, options.only)
        by_document = {name: counts for name, counts in score.by_case.items() if name.endswith(".txt")}
        report(path.stem, score, tables=() if hidden else (score.by_metric, by_document))
        if options.show and not hidden:
            for fault in score.faults:
                print("\t".join(fault))
    sys.exit(0)


if __name__ == "__main__":
    main()
