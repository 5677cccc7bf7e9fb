"""The lexicons load whole or not at all, and the loader says which file is wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from importlib.resources.abc import Traversable
from pathlib import Path

import pytest

from tests.transforms.golden_scores import score_of
from transforms import lexicons
from transforms.lexicons import LexiconError, check_fields, concepts, read_csv, read_text, read_toml, rules

FOLDER = Path(lexicons.__file__).parent
FILES = sorted(path.name for path in FOLDER.iterdir() if path.suffix in {".csv", ".toml"})


@pytest.fixture
def lexicon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Puts a file of this content in place of the package's own, the others as they are."""
    for path in FOLDER.iterdir():
        if path.is_file() and path.suffix != ".py":
            (tmp_path / path.name).symlink_to(path)

    class Files:
        @staticmethod
        def files(_package: object) -> Traversable:
            return tmp_path

    def write(name: str, content: str) -> None:
        target = tmp_path / name
        target.unlink(missing_ok=True)
        target.write_text(content, encoding="utf-8")

    monkeypatch.setattr(lexicons, "resources", Files)
    return write


@pytest.mark.parametrize("name", FILES)
def test_every_lexicon_is_nfc_and_tells_what_it_holds(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert unicodedata.normalize("NFC", text) == text
    assert text.startswith("#")


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".csv")])
def test_every_row_of_a_flat_lexicon_has_its_fields(name: str) -> None:
    lines = [line for line in (FOLDER / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    columns = tuple(lines[0].split(","))
    rows = list(read_csv(name, columns))
    assert rows
    assert len(set(rows)) == len(rows)


def test_a_lexicon_that_is_missing_is_named() -> None:
    with pytest.raises(LexiconError, match=r"nowhere\.csv: no such lexicon"):
        read_text("nowhere.csv")


def test_text_that_is_not_nfc_is_refused(lexicon: Callable[[str, str], None]) -> None:
    lexicon("units.csv", "surface,unit_class,source\n" + unicodedata.normalize("NFD", "café") + ",item,x\n")
    with pytest.raises(LexiconError, match=r"units\.csv: .*NFC"):
        lexicons.load_units.__wrapped__()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("surface,unit_class\n名,person\n", "header"),
        ("surface,unit_class,source,more\n名,person,x,y\n", "header"),
        ("surface,unit_class,source\n名,person\n", "2 fields"),
        ("surface,unit_class,source\n名,person,x,y\n", "4 fields"),
        ("surface,unit_class,source\n名,person,x\n名,item,x\n", "名 stands twice"),
        ("", "header"),
    ],
)
def test_a_flat_lexicon_that_breaks_its_rules(lexicon: Callable[[str, str], None], content: str, told: str) -> None:
    lexicon("units.csv", content)
    with pytest.raises(LexiconError, match=rf"units\.csv: .*{told}"):
        lexicons.load_units.__wrapped__()


def test_a_word_that_stands_twice(lexicon: Callable[[str, str], None]) -> None:
    lexicon("numeral_words.csv", "word,source\n万一,idiom\n万一,idiom\n")
    with pytest.raises(LexiconError, match=r"numeral_words\.csv: .*twice"):
        lexicons.load_numeral_words.__wrapped__()


METRIC = '[surgeries]\nzh = "手术"\nen = "s"\nunit = "operation"\ngroup = "care"\nadditive = true\n'


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (METRIC + 'means_zh = "指手术"\n', r"surgeries: missing \['means'\]"),
        (METRIC + 'means = "m"\n', r"surgeries: missing \['means_zh'\]"),
        (METRIC + 'means = "m"\nmeans_zh = ""\n', r"surgeries: empty \['means_zh'\]"),
        (METRIC + 'means = "m"\nmeans_zh = "指手术"\nnot = "n"\n', "surgeries: not and not_zh go together"),
        (METRIC + 'means = "m"\nmeans_zh = "指手术"\nnot_zh = "不含"\n', "surgeries: not and not_zh go together"),
        (METRIC + 'means = "m"\nmeans_zh = "指手术"\ncolour = "red"\n', "unknown.*colour"),
        ("[surgeries\n", "at line 1"),
        (METRIC + 'means = "m"\n' + METRIC, "surgeries|overwrite|declare"),
    ],
)
def test_a_nested_lexicon_that_breaks_its_rules(lexicon: Callable[[str, str], None], content: str, told: str) -> None:
    lexicon("metrics.toml", content)
    with pytest.raises(LexiconError, match=rf"metrics\.toml: .*(?:{told})"):
        lexicons.load_metrics.__wrapped__()


def test_every_metric_is_defined_in_both_languages() -> None:
    for metric in lexicons.load_metrics().values():
        assert re.match(r"[A-Za-z ,]{6,}", metric.means), f"{metric.code}: examples alone define nothing"
        for text in (metric.means_zh, metric.not_zh):
            # A name that has no Chinese may stand in it (SCI, ICU); words may not.
            assert not re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", text), (metric.code, text)
        assert re.search(r"[\u4e00-\u9fff]", metric.means_zh), metric.code
        # The examples of one language are those of the other.
        assert set(re.findall(r"\d[\d.]*", metric.means_zh)) <= set(re.findall(r"\d[\d.]*", metric.means)), metric.code


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('["surgeries.head"]\nunits = ["operation"]\n', "surgeries.head.*missing.*priority"),
        ('["surgeries.head"]\nunits = ["operation"]\npriority = 1\ncolour = 1\n', "unknown.*colour"),
        ('["surgery.head"]\nunits = ["operation"]\npriority = 1\n', "no metric surgery"),
        ('["surgeries.head"]\nunits = ["operation"]\npriority = 1\nanchor = ["nothing"]\n', "unknown.*nothing"),
        ('["surgeries.head"]\nunits = ["furlong"]\npriority = 1\n', "unknown.*furlong"),
        ('["surgeries.head"]\nunits = ["operation"]\npriority = 1\nreach_any = ["nothing"]\n', "unknown.*nothing"),
    ],
)
def test_a_rule_that_names_what_is_not_there(lexicon: Callable[[str, str], None], content: str, told: str) -> None:
    lexicon("metric_rules.toml", content)
    with pytest.raises(LexiconError, match=rf"metric_rules\.toml: .*{told}"):
        rules.load_rules.__wrapped__()


def test_a_concept_whose_surface_stands_twice(lexicon: Callable[[str, str], None]) -> None:
    lexicon("concepts.toml", '[staff]\nmeans = "m"\nsource = "s"\nsurfaces = ["专家", "专家"]\n')
    with pytest.raises(LexiconError, match=r"concepts\.toml: staff: twice"):
        concepts.load_concepts.__wrapped__()


@pytest.mark.parametrize(
    ("name", "loader"),
    [("indicators.csv", rules.load_indicators), ("qualifiers.csv", rules.load_qualifiers)],
)
def test_an_entry_for_a_metric_that_is_not_in_the_catalogue(
    lexicon: Callable[[str, str], None], name: str, loader: object
) -> None:
    columns = (FOLDER / name).read_text(encoding="utf-8").split("\n")
    header = next(line for line in columns if not line.startswith("#"))
    row = ",".join({"metric": "nothing"}.get(column, "词") for column in header.split(","))
    lexicon(name, f"{header}\n{row}\n")
    with pytest.raises(LexiconError, match=name.replace(".", r"\.")):
        loader.__wrapped__()  # type: ignore[attr-defined]


def test_fields_are_checked_both_ways() -> None:
    check_fields("x.toml", "entry", {"a": 1, "b": 2}, {"a"}, {"b"})
    with pytest.raises(LexiconError, match=r"x\.toml: entry: missing \['a'\], unknown \['c'\]"):
        check_fields("x.toml", "entry", {"c": 1}, {"a"}, {"b"})


def test_the_metrics_are_read_in_the_order_of_the_file() -> None:
    assert list(lexicons.load_metrics()) == list(read_toml("metrics.toml"))


OPEN = ("corpus.jsonl", "corpus_2.jsonl", "corpus_3.jsonl", "examples.jsonl")


def test_every_rule_earns_its_place_with_a_golden_case() -> None:
    used = frozenset().union(*(score_of(name).rules for name in OPEN))
    unused = {rule.code for rule in rules.load_rules()} - used
    assert not unused, "these rules decide no golden case: write the case, or drop the rule"
