"""Model objects made by hand: one small article with one true fact, and what a test wishes to change about it."""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from checks.quarantine import set_aside_all
from transforms.model import Article, Document, ExtractedDocument, Figure, hash64
from warehouse.folding import fold
from warehouse.load import load_dimensions, load_frames
from warehouse.migrate import migrate
from warehouse.rows import to_frames

RUN_KEY = "run-a"
VERSION = "0123456789abcdef"
FETCHED_AT = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
SENTENCE = "泉州市选派16名医生到昌吉市，完成手术120台，其中白内障手术30台。"
TEXT = "援疆医疗队抵达\n" + SENTENCE + "\n"

METRICS = pd.DataFrame(
    [
        ("personnel_sent", "派出人员", "Personnel sent", "person", "people", True, "staff sent", "patients"),
        ("surgeries", "手术量", "Surgeries", "operation", "care", True, "operations performed", None),
        ("funds_invested", "投入资金", "Funds invested", "CNY", "resources", True, "money invested", None),
        ("bed_occupancy", "床位使用率", "Bed occupancy", "percent", "outcome", False, "share of beds in use", None),
    ],
    columns=["code", "zh", "en", "unit", "group", "additive", "means", "not"],
).assign(
    means_zh=["派出的人员数", "完成手术的台次数", "投入的资金", "床位使用的百分比"],
    not_zh=["患者", None, None, None],
)
PLACES = pd.DataFrame(
    [
        ("350000", "福建省", "province", None, "福建"),
        ("350500", "泉州市", "prefecture", "350000", "泉州"),
        ("650000", "新疆维吾尔自治区", "province", None, "新疆"),
        ("652300", "昌吉回族自治州", "prefecture", "650000", "昌吉"),
        ("652301", "昌吉市", "county", "652300", None),
    ],
    columns=["code", "name", "level", "parent_code", "short_name"],
)


def document(name: str = "a.txt", text: str = TEXT, **changes: Any) -> Document:
    made = Document(
        document_key=hashlib.sha256(f"{name}:{text}".encode()).hexdigest(),
        name=name,
        address=f"in/{name}",
        media_type="text/plain",
        charset="utf-8",
        size_bytes=len(text.encode()) or 1,
        text=text,
    )
    return replace(made, **changes)


def article(of: Document, ordinal: int = 0, **changes: Any) -> Article:
    made = Article(
        article_key=hash64(of.document_key, ordinal),
        document_key=of.document_key,
        ordinal=ordinal,
        kind="news",
        headline=of.text.split("\n", 1)[0] or None,
        text=of.text,
        published_on=date(2026, 10, 30),
        published_origin="text",
    )
    return replace(made, **changes)


def figure(of: Article, printed: str = "16名", metric: str | None = "personnel_sent", **changes: Any) -> Figure:
    """A fact at the first place where `printed` stands in the article's text, or at `char_start`."""
    start = changes.pop("char_start", of.text.find(printed))
    value = changes.pop("value", Decimal("".join(char for char in printed if char.isdigit()) or "1"))
    sentence_start = of.text.rfind("\n", 0, max(start, 0)) + 1
    sentence = of.text[sentence_start:].split("\n", 1)[0] or of.text
    made = Figure(
        figure_key=hash64(of.article_key, start, printed, metric, changes.get("aspect", "level")),
        article_key=of.article_key,
        document_key=of.document_key,
        disposition="fact",
        reason=None,
        metric=metric,
        aspect="level",
        value=value,
        value_low=value,
        value_high=value,
        approximation="exact",
        unit="person",
        status="actual",
        qualifier=None,
        is_annual=False,
        is_part=False,
        donor_code="350500",
        donor="泉州市",
        recipient_code="652301",
        recipient="昌吉市",
        organisation=None,
        channel=None,
        batch=None,
        period_start=None,
        period_end=None,
        sector="health",
        sentence=sentence,
        sentence_start=sentence_start,
        char_start=start,
        char_end=start + len(printed),
        figure=printed,
        rule_code="sent.select",
    )
    return replace(made, **changes)


def unclaimed(of: Article, printed: str, disposition: str = "ignored", reason: str = "date") -> Figure:
    return figure(of, printed, None, disposition=disposition, reason=reason, aspect=None, unit=printed[-1])


def extracted(of: Document | None = None, *figures: Figure, articles: tuple[Article, ...] = ()) -> ExtractedDocument:
    """One document with its one article and a fact, a part and an ignored figure, unless others are given."""
    held = of or document()
    told = articles or (article(held),)
    if not figures:
        figures = (
            figure(told[0], "16名", organisation="昌吉市人民医院", channel="援疆", batch="第九批"),
            figure(told[0], "120台", "surgeries", unit="operation"),
            figure(told[0], "30台", "surgeries", unit="operation", is_part=True, qualifier="白内障"),
        )
    return ExtractedDocument(document=held, articles=told, figures=figures)


def frames(*documents: ExtractedDocument, run_key: str = RUN_KEY, **changes: Any) -> dict[str, pd.DataFrame]:
    settings = {"extractor_version": VERSION, "fetched_at": FETCHED_AT, "source": "in"} | changes
    return to_frames(documents or (extracted(),), run_key=run_key, **settings)


@cache
def _template() -> Path:
    """An empty migrated warehouse on disk: a copy costs a tenth of a migration."""
    folder = tempfile.TemporaryDirectory(prefix="aidledger-tests-")
    atexit.register(folder.cleanup)
    path = Path(folder.name) / "template.duckdb"
    with duckdb.connect(str(path)) as con:
        migrate(con)
        load_dimensions(con, METRICS, PLACES)
    return path


def open_warehouse(path: Path | None = None) -> duckdb.DuckDBPyConnection:
    """An empty warehouse with the dimensions of `METRICS` and `PLACES`, at `path` or in a file that nobody needs."""
    held = path or _template().with_name(f"{uuid.uuid4().hex}.duckdb")
    return duckdb.connect(shutil.copyfile(_template(), held))


def loaded(
    *documents: ExtractedDocument, run_key: str = RUN_KEY, path: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """A warehouse that holds these documents, checked as a run checks them."""
    con = open_warehouse(path)
    load_frames(con, set_aside_all(frames(*documents, run_key=run_key), run_key=run_key))
    fold(con)
    return con
