"""A warehouse as one hash: what two builds of the same documents must agree in, whatever runs made them."""

from __future__ import annotations

import hashlib

import duckdb

MARTS = ("mart.metrics", "mart.story_metrics", "mart.scorecard", "mart.scorecard_fact", "mart.contradictions")
TABLES = (
    "core.dim_article",
    "core.fact_figure",
    "core.unclaimed_figure",
    "core.dim_organisation",
    "core.dim_programme",
)
STAMPS = ("run_key", "extractor_version", "first_run_key", "last_run_key", "address")
"""Columns that name a run, or the folder of a test."""


def marts_hash(con: duckdb.DuckDBPyConnection) -> str:
    """A hash over the rows of the marts and of what they are made from, in any order."""
    digest = hashlib.sha256()
    for relation in (*MARTS, "mart.coverage", *TABLES):
        names = [name for name, *_ in con.execute(f"DESCRIBE {relation}").fetchall() if name not in STAMPS]
        columns = ", ".join(f'"{name}"' for name in names)
        rows = sorted(map(repr, con.execute(f"SELECT {columns} FROM {relation}").fetchall()))
        digest.update(f"{relation} {len(rows)}\n".encode() + "\n".join(rows).encode())
    return digest.hexdigest()
