"""A warehouse of generated articles: as many as a test asks for, each with its own text, figures and places."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb

from tests.builders import article, document, extracted, figure, frames, open_warehouse
from transforms.model import ExtractedDocument, Figure
from warehouse.folding import fold
from warehouse.load import RunRecord, load_frames, record_run

SIZES = {
    "personnel_sent": ("选派{}名医生到{}", "person"),
    "surgeries": ("在{1}完成手术{0}台", "operation"),
    "funds_invested": ("向{1}投入援助资金{0}元", "CNY"),
}
PLACES = {"652300": "昌吉回族自治州", "652301": "昌吉市", "650000": "新疆维吾尔自治区", "350000": "福建省"}
DONORS = {"350000": "福建省", "350500": "泉州市"}
SENTENCES = 9
CHANNELS = ("援疆", "援藏", "对口帮扶")


def generated(number: int, rng: random.Random) -> ExtractedDocument:
    """One document with one article of nine sentences, each with a figure."""
    day = date(2015, 1, 1) + timedelta(days=rng.randrange(4_000))
    lines = [f"医疗援助纪事第{number}号"]
    told: list[tuple[int, str, str, str, str, int]] = []
    at = len(lines[0]) + 1
    for _ in range(SENTENCES):
        metric = rng.choice(list(SIZES))
        wording, unit = SIZES[metric]
        donor, recipient = rng.choice(list(DONORS)), rng.choice(list(PLACES))
        size = rng.randrange(2, 2_000)
        body = wording.format(size, PLACES[recipient])
        line = f"{day.year}年{day.month}月，{DONORS[donor]}医疗队{body}，受到各族群众好评，当地医院的诊疗能力稳步提升。"
        told.append((at + line.index(str(size), 6), metric, unit, donor, recipient, size))
        lines.append(line)
        at += len(line) + 1
    held = document(f"{number:05d}.txt", "\n".join(lines) + "\n")
    own = article(held, published_on=day)
    figures: list[Figure] = [
        figure(
            own,
            str(size),
            metric,
            unit=unit,
            value=Decimal(size),
            char_start=start,
            donor_code=donor,
            donor=DONORS[donor],
            recipient_code=recipient,
            recipient=PLACES[recipient],
            channel=rng.choice(CHANNELS),
            approximation=rng.choice(("exact", "exact", "at_least")),
            period_end=day,
            period_start=day.replace(day=1),
        )
        for start, metric, unit, donor, recipient, size in told
    ]
    return extracted(held, *figures, articles=(own,))


def many_articles(number: int, seed: int = 7) -> duckdb.DuckDBPyConnection:
    """A warehouse of `number` articles, the same for one seed, as if one run had published it."""
    rng = random.Random(seed)
    con = open_warehouse()
    load_frames(con, frames(*(generated(each, rng) for each in range(number)), run_key="run-many"))
    fold(con)
    publish_record(con, "run-many")
    return con


def publish_record(con: duckdb.DuckDBPyConnection, run_key: str, **changes: Any) -> None:
    """The record of a run that published."""
    from datetime import UTC, datetime

    moment = changes.pop("started_at", datetime(2026, 11, 1, tzinfo=UTC))
    record_run(
        con,
        RunRecord(
            run_key=run_key,
            mode="direct",
            status="published",
            started_at=moment,
            extractor_version="0123456789abcdef",
            finished_at=moment,
            sources="in",
            documents_found=1,
            documents_known=0,
        ),
    )
