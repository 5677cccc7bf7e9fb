"""The house's words as data, and the one strict loader that reads them.

CSV holds flat maps, TOML nested ones. A field that the loader does not know, a row of the wrong width, a duplicate
or a text that is not NFC is a `LexiconError` naming the file: a wrong lexicon never loads in part.
"""

from __future__ import annotations

import csv
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

METRIC_FIELDS = {"zh", "en", "unit", "group", "additive", "means", "means_zh"}


class LexiconError(ValueError):
    """A lexicon file that breaks its own rules; the message names the file and the entry."""


def read_text(file_name: str) -> str:
    """The text of one lexicon file of this package. Raises LexiconError where it is missing or not NFC."""
    path = resources.files(__package__).joinpath(file_name)
    if not path.is_file():
        raise LexiconError(f"{file_name}: no such lexicon")
    text = path.read_text(encoding="utf-8")
    if unicodedata.normalize("NFC", text) != text:
        raise LexiconError(f"{file_name}: text is not in Unicode NFC")
    return text


def read_csv(file_name: str, columns: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Rows of a CSV lexicon whose header must be `columns`. Lines that start with # are comments."""
    lines = [line for line in read_text(file_name).splitlines() if line and not line.startswith("#")]
    reader = csv.reader(lines)
    header = tuple(next(reader, ()))
    if header != columns:
        raise LexiconError(f"{file_name}: header is {header}, expected {columns}")
    for row in reader:
        if len(row) != len(columns):
            raise LexiconError(f"{file_name}: {row} has {len(row)} fields, expected {len(columns)}")
        yield tuple(row)


def read_toml(file_name: str) -> dict[str, Any]:
    """A TOML lexicon. Raises LexiconError on a syntax error."""
    try:
        return tomllib.loads(read_text(file_name))
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(f"{file_name}: {error}") from error


def check_fields(file_name: str, entry: str, given: dict[str, Any], required: set[str], optional: set[str]) -> None:
    """Raise LexiconError unless `given` has every required field and none that is unknown."""
    missing, unknown = required - given.keys(), given.keys() - required - optional
    if missing or unknown:
        raise LexiconError(f"{file_name}: {entry}: missing {sorted(missing)}, unknown {sorted(unknown)}")


@dataclass(frozen=True, slots=True)
class Metric:
    """One entry of the metric catalogue. `unit` is canonical; `additive` where values of stories may be summed.

    What counts (`means`) and what looks alike and does not (`not_`, or empty) are told in both languages.
    """

    code: str
    zh: str
    en: str
    unit: str
    group: str
    additive: bool
    means: str
    not_: str
    means_zh: str
    not_zh: str


@cache
def load_metrics() -> dict[str, Metric]:
    """The metric catalogue by code, in the order of the file: the single source of metric names."""
    file_name = "metrics.toml"
    metrics = {}
    for code, entry in read_toml(file_name).items():
        check_fields(file_name, code, entry, METRIC_FIELDS, {"not", "not_zh"})
        if ("not" in entry) != ("not_zh" in entry):
            raise LexiconError(f"{file_name}: {code}: not and not_zh go together")
        blank = [name for name, value in entry.items() if isinstance(value, str) and not value.strip()]
        if blank:
            raise LexiconError(f"{file_name}: {code}: empty {sorted(blank)}")
        fields = {"not_zh": ""} | {name: value for name, value in entry.items() if name != "not"}
        metrics[code] = Metric(code=code, not_=entry.get("not", ""), **fields)
    return metrics


@cache
def load_units() -> dict[str, str]:
    """Unit as written → unit class."""
    units: dict[str, str] = {}
    for surface, unit_class, _source in read_csv("units.csv", ("surface", "unit_class", "source")):
        if surface in units:
            raise LexiconError(f"units.csv: {surface} stands twice")
        units[surface] = unit_class
    return units


@cache
def load_numeral_words() -> tuple[str, ...]:
    """Words that hold numerals and count nothing, longest first."""
    words = [word for word, _source in read_csv("numeral_words.csv", ("word", "source"))]
    if len(words) != len(set(words)):
        raise LexiconError("numeral_words.csv: a word stands twice")
    return tuple(sorted(words, key=len, reverse=True))
