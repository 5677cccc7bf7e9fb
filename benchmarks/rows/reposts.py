"""The search for reposts: linear in articles."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import duckdb

from benchmarks.results import Row, beside
from benchmarks.workspace import Workspace
from flows.reposts import find_stories
from warehouse.publish import PUBLISHED_NAME

# A repost follows its original within 200 files, so a tenth is one stretch of the corpus.
_FIRST = """
DELETE FROM core.dim_article WHERE document_key NOT IN (
    SELECT document_key FROM raw.document ORDER BY regexp_extract(name, '_([0-9]+)', 1) LIMIT $documents
)
"""


def linear(space: Workspace) -> list[Row]:
    """Processor time of the search over all news of the warehouse, nothing kept, beside that over a tenth of it."""
    home, tenth = space.filled_home(), max(1, space.size // 10)
    spent, reposts = [], 0
    for documents in (tenth, space.size):
        with TemporaryDirectory(dir=space.folder) as folder:
            path = Path(folder) / PUBLISHED_NAME
            shutil.copyfile(home / PUBLISHED_NAME, path)
            with duckdb.connect(str(path)) as con:
                con.execute(_FIRST, {"documents": documents})
                con.execute("DELETE FROM core.article_print")
                con.execute("DELETE FROM core.article_pair")
                began = process_time()
                find_stories(con)
                spent.append(process_time() - began)
                sql = "SELECT count(*) - count(DISTINCT story_key) FROM core.dim_article"
                reposts = int(con.execute(sql).fetchall()[0][0])
    row = beside(
        "reposts",
        f"repost search, {space.size:,} documents, CPU",
        spent[1],
        "s",
        f"{tenth:,} documents",
        spent[0],
        goal="≤ 10.5",
        note=f"every article compared anew; {reposts:,} reposts found",
    )
    return [row]
