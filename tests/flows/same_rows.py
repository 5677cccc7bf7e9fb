"""What of a warehouse must be the same however it was filled: every row, less the columns that name a run or a time."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import duckdb

from tests.many_articles import SENTENCES
from warehouse.publish import connect_published

OF_THE_RUN = ("run_key", "extractor_version", "fetched_at", "current_since", "source", "address", "document")
TABLES = (
    *("raw.document", "core.dim_article", "core.dim_story", "core.dim_organisation", "core.dim_programme"),
    *("core.dim_date", "core.dim_metric", "core.dim_place", "core.fact_figure", "core.unclaimed_figure"),
    *("mart.metrics", "mart.story_metrics", "mart.scorecard", "mart.contradictions", "mart.coverage"),
)
PLACES = ("喀什地区", "昌吉市", "玉树市", "林芝市", "阿勒泰地区", "伊宁县")
TEAMS = ("福建省", "泉州市", "北京市", "山东省")


def table_hashes(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Table → a hash over its rows, whatever their order. `con` reads a warehouse or a lake."""
    return {table: _hash(con, table) for table in TABLES}


def published_hashes(home: Path) -> dict[str, str]:
    """The same of the warehouse that is published in `home`."""
    with connect_published(home) as con:
        return table_hashes(con)


def _hash(con: duckdb.DuckDBPyConnection, table: str) -> str:
    names = [row[0] for row in con.execute(f"DESCRIBE {table}").fetchall() if row[0] not in OF_THE_RUN]
    rows = con.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY ALL").fetchall()
    return f"{len(rows)} {hashlib.sha256(repr(rows).encode()).hexdigest()[:16]}"


def write_news(folder: Path, number: int, *, seed: int = 3, name: str = "news") -> Path:
    """`number` files of invented news, the same for one seed: a fifth retell the one before, a few cannot be read."""
    rng = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    told = ""
    for each in range(number):
        if each % 5 != 4 or not told:
            told = _story(rng, each)
        text = told if each % 5 != 4 else told.replace("本报讯", f"晚报讯 第{each}版", 1)
        path = folder / f"{name}_{each:04d}.txt"
        path.write_bytes(b"\x00\xff" * 40 if each % 19 == 18 else text.encode("gb18030" if each % 3 == 0 else "utf-8"))
    return folder


def _story(rng: random.Random, number: int) -> str:
    day = f"202{rng.randrange(5)}年{rng.randrange(1, 13)}月{rng.randrange(1, 29)}日"
    team, place = rng.choice(TEAMS), rng.choice(PLACES)
    lines = [f"{place}：{team}医疗援助纪事之{number}", f"本报讯 {day}，{team}援派的医疗队在{place}人民医院开展帮扶。"]
    for line in range(SENTENCES):
        lines.append(
            rng.choice(
                (
                    f"第{line}个月，医疗队完成手术{rng.randrange(3, 400)}台，诊治患者{rng.randrange(50, 9000)}余人次。",
                    f"{team}投入援助资金{rng.randrange(20, 900)}万元，用于{place}医院的设备更新。",
                    f"开展培训班{rng.randrange(2, 40)}期，培训医务人员{rng.randrange(30, 800)}人次。",
                )
            )
        )
    return "\n".join(lines) + "\n"
