"""Names and types of the columns of every table that frames are loaded into, in the tables' order."""

from __future__ import annotations

TEXT, KEY, FLAG, DAY, MOMENT, AMOUNT = "str", "Int64", "boolean", "datetime64[s]", "datetime64[us]", "object"
"""pandas dtypes: counts are `KEY` too, and an `AMOUNT` column holds `Decimal` or None."""

_TYPES = {"text": TEXT, "int": KEY, "flag": FLAG, "day": DAY, "moment": MOMENT, "amount": AMOUNT}

_TABLES = {
    "raw.document": """
        text: document_key name address source media_type charset; int: size_bytes; text: text reading_outcome;
        int: damaged_chars masked_numbers; text: repairs title outlet; day: published_on; text: published_origin;
        moment: fetched_at current_since; text: run_key extractor_version""",
    "core.dim_organisation": "int: organisation_key; text: name",
    "core.dim_programme": "int: programme_key; text: channel batch name",
    "core.dim_article": """
        int: article_key; text: document_key; int: story_key ordinal; text: kind headline text outlet byline;
        day: published_on; text: published_origin sector sector_words run_key extractor_version""",
    "core.fact_figure": """
        int: figure_key article_key metric_key; text: aspect; amount: value value_low value_high;
        text: approximation unit status qualifier; flag: is_annual is_part;
        int: donor_key recipient_key organisation_key programme_key; day: period_start period_end;
        text: sector sentence; int: sentence_start char_start char_end; text: figure rule_code
        donor_step recipient_step period_step run_key extractor_version; int: part_of_key""",
    "core.unclaimed_figure": """
        int: figure_key article_key char_start char_end; text: figure; amount: value;
        text: unit disposition reason rule_code sentence run_key extractor_version""",
    "ops.document_outcome": """
        int: outcome_key; text: run_key document_key name address outcome reason;
        int: articles figures facts ignored unknown""",
    "ops.quarantine": """
        int: quarantine_key; text: run_key document_key table_name row_key check_name reason payload
        released_in_run_key discarded_in_run_key decision""",
    "core.dim_metric": """
        int: metric_key; text: metric_code name_zh name_en unit metric_group; flag: is_additive;
        text: counts excludes counts_zh excludes_zh""",
    "core.dim_place": "int: place_key; text: place_code name level parent_code short_name",
}


def _parse(spec: str) -> dict[str, str]:
    columns = {}
    for group in spec.split(";"):
        kind, names = group.split(":")
        columns.update(dict.fromkeys(names.split(), _TYPES[kind.strip()]))
    return columns


COLUMNS = {table: _parse(spec) for table, spec in _TABLES.items()}
"""Table → column → pandas dtype. The tables stand in the order of loading: what is referred to comes first."""

KEYS = {table: next(iter(columns)) for table, columns in COLUMNS.items()}
"""Table → its key, which is its first column."""
