"""Our quantities beside those of other libraries, over the wordings and traps of tests/golden/quantities.jsonl.

    python benchmarks/peers.py [--repeats N] [--text FOLDER] [--json]

The peers are no dependencies: `make bench-peers` installs them into an environment of their own, and the suite runs
this file there with the repository on PYTHONPATH. One that is not importable is said not to be installed.
Each is read generously: a share may come as a fraction of one, a unit in the peer's own name.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import statistics
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from time import process_time
from typing import Any

from transforms.quantities import find_quantities, scan

GOLDEN = Path(__file__).parent.parent / "tests" / "golden" / "quantities.jsonl"
MEASURES = frozenset({"age", "duration", "measure"})
TOLERANCE = Decimal("0.0001")
_ENOUGH_SECONDS = 10.0
_ENOUGH_BYTES = 100_000
_LONGEST_TEXT = 2_000
UNITS = {
    "Chinese yuan": "元",
    "United States dollar": "美元",
    "Square meter": "平方米",
    "Kilometer": "公里",
    "Year": "岁",
    "Day": "天",
    "Month": "个月",
}
"""A peer's name of a unit → as it is written in the text."""


@dataclass(frozen=True)
class Found:
    """One quantity as a library gives it: its value, its unit where it has one, whether it is told to be inexact."""

    value: Decimal
    unit: str
    inexact: bool


Finder = Callable[[str], list[Found]]


def ours() -> Finder:
    """aidledger's own grammar."""
    return lambda text: [Found(q.value, q.unit, q.approximation != "exact") for q in find_quantities(text)]


def recognizers() -> Finder:
    """recognizers-text-suite: numbers, percentages, and numbers with units."""
    from recognizers_number import recognize_number, recognize_percentage
    from recognizers_number_with_unit import recognize_age, recognize_currency, recognize_dimension
    from recognizers_text import Culture

    def find(text: str) -> list[Found]:
        found = []
        for recognize in (
            recognize_number,
            recognize_percentage,
            recognize_currency,
            recognize_dimension,
            recognize_age,
        ):
            for one in recognize(text, Culture.Chinese):
                value = str((one.resolution or {}).get("value"))
                unit = "%" if value.endswith("%") else str((one.resolution or {}).get("unit", ""))
                found.extend(_found(value, UNITS.get(unit, unit)))
        return found

    return find


def jionlp() -> Finder:
    """jionlp's extractor of amounts of money, the one kind of quantity that it finds in running text."""
    with contextlib.redirect_stdout(io.StringIO()):
        import jionlp as library

    def find(text: str) -> list[Found]:
        found = []
        for one in library.ner.extract_money(text, with_parsing=True):
            told = one["detail"]
            amount = told["num"][0] if isinstance(told["num"], list) else told["num"]
            found.extend(_found(str(amount), str(told["case"]), told["definition"] != "accurate"))
        return found

    return find


def chinese2digits() -> Finder:
    """chinese2digits: every numeral of a text turned into digits."""
    import chinese2digits as library

    def find(text: str) -> list[Found]:
        told = library.takeNumberFromString(text)
        pairs = zip(told["CHNumberStringList"], told["digitsStringList"], strict=True)
        return [
            one
            for written, digits in pairs
            for one in _found(str(digits), "%" if "%" in written or "百分" in written else "")
        ]

    return find


PEERS = {
    "aidledger": ours,
    "recognizers-text-suite": recognizers,
    "jionlp": jionlp,
    "chinese2digits": chinese2digits,
}


def _found(value: str, unit: str, inexact: bool = False) -> list[Found]:
    try:
        return [Found(Decimal(value.rstrip("%")), unit, inexact)]
    except InvalidOperation:
        return []


def _same(found: Found, wanted: dict[str, Any]) -> bool:
    value = Decimal(wanted["value"])
    values = [value]
    if wanted.get("form") in ("share", "percent"):
        values += [value / 100, value / 10]
    return any(abs(found.value - one) < TOLERANCE for one in values)


def _same_unit(found: Found, wanted: dict[str, Any]) -> bool:
    percent = {"%", "％"}
    return found.unit == wanted["unit"] or (found.unit in percent and wanted["unit"] in percent)


def score(find: Finder, cases: Sequence[dict[str, Any]]) -> dict[str, int]:
    """How many quantities have the right value, value and unit, sign of inexactness; how many traps give anything."""
    counts = {"value": 0, "value and unit": 0, "inexactness": 0, "traps hit": 0}
    for case in cases:
        found = find(case["text"])
        if case.get("trap"):
            counts["traps hit"] += bool(found)
            continue
        for wanted in case["quantities"]:
            right = [one for one in found if _same(one, wanted)]
            counts["value"] += bool(right)
            counts["value and unit"] += any(_same_unit(one, wanted) for one in right)
            counts["inexactness"] += "approximation" in wanted and any(one.inexact for one in right)
    return counts


def seconds_per_megabyte(find: Finder, texts: Sequence[str], repeats: int) -> float:
    """Median processor seconds over all texts, one at a time, by their size in UTF-8; a slow library is timed once."""
    times: list[float] = []
    while len(times) < repeats and sum(times) < _ENOUGH_SECONDS:
        began = process_time()
        for text in texts:
            find(text)
        times.append(process_time() - began)
    return statistics.median(times) / (sum(len(text.encode()) for text in texts) / 1e6)


def running_text(folder: Path) -> list[str]:
    """Lines of a corpus joined to paragraphs, as the grammar meets them: about 100 KB."""
    found: list[str] = []
    size = 0
    for path in sorted(folder.rglob("*.txt")):
        text = path.read_bytes().decode("utf-8", "ignore")
        found.append(text.replace("\n", "")[:_LONGEST_TEXT])
        size += len(found[-1].encode())
        if size > _ENOUGH_BYTES:
            break
    return found


def compare(cases: Sequence[dict[str, Any]], texts: Sequence[str], repeats: int) -> dict[str, dict[str, float]]:
    """Accuracy and speed of each library that can be imported."""
    found = {}
    for name, make in PEERS.items():
        try:
            find = make()
        except ImportError:
            continue
        find("预热：选派医生3名，投入资金20万元。")
        found[name] = score(find, cases) | {"seconds": seconds_per_megabyte(find, texts, repeats)}
    return found


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--text", type=Path, help="a folder of texts for the speed, in place of the wordings")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    cases = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
    # Ages, distances and durations are quantities, though no fact: finding them is no fault.
    cases = [c for c in cases if not (c.get("trap") and any(q.form in MEASURES for q in scan(c["text"])))]
    wanted = [quantity for case in cases for quantity in case.get("quantities", [])]
    asked = {
        "quantities": len(wanted),
        "inexact": sum("approximation" in quantity for quantity in wanted),
        "traps": sum(bool(case.get("trap")) for case in cases),
    }
    texts = running_text(options.text) if options.text else [case["text"] for case in cases]
    found = compare(cases, texts, options.repeats)
    if options.json:
        print(json.dumps({"asked": asked, "found": found}))
        return
    print(", ".join(f"{number} {name}" for name, number in asked.items()))
    print(f"{'':24} {'value':>7} {'and unit':>9} {'inexact':>8} {'traps hit':>10} {'s per MB':>9}")
    for name in PEERS:
        if name not in found:
            print(f"{name:24} not installed")
            continue
        told = [found[name][key] for key in ("value", "value and unit", "inexactness", "traps hit")]
        print(f"{name:24} {told[0]:7} {told[1]:9} {told[2]:8} {told[3]:10} {found[name]['seconds']:9.2f}")


if __name__ == "__main__":
    main()
