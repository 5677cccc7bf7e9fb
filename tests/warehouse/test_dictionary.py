"""The data dictionary is what the comments say."""

from pathlib import Path

from tests.builders import open_warehouse
from warehouse.dictionary import dictionary

PAGE = Path(__file__).parents[2] / "docs" / "data_dictionary.md"


def test_the_page_is_true() -> None:
    assert PAGE.read_text(encoding="utf-8") == dictionary(open_warehouse()), (
        "run: python -m warehouse.dictionary > docs/data_dictionary.md"
    )


def test_it_tells_of_tables_views_and_nulls() -> None:
    page = dictionary(open_warehouse())
    assert "### mart.metrics (view)" in page
    assert "| `value_high` | DECIMAL(22,4), may be NULL | Upper end of what the wording allows" in page
