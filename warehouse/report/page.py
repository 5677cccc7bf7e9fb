"""The page put together: template, style, scripts and data, under a policy that lets nothing else run."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from zoneinfo import ZoneInfo

import duckdb

from warehouse.report import standing
from warehouse.report.coding import safe_json
from warehouse.report.facts import told

_META = re.compile(r'<meta name="aidledger-(run|since)" content="([^"]*)">')
_SLOT = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True, slots=True)
class Telling:
    """Which run a page tells of, and since which run it tells what is new. None where there is none."""

    run_key: str | None
    since: str | None

    def next_since(self, newest: str | None) -> str | None:
        """Since which run the next page tells: this page's run, or where nothing was published meanwhile, the same."""
        return self.since if newest == self.run_key else self.run_key


def told_by(page: str) -> Telling:
    """What an earlier page says of itself. A text that is no report gives two Nones."""
    found = {name: html.unescape(value) or None for name, value in _META.findall(page[:4000])}
    return Telling(found.get("run"), found.get("since"))


def build(
    con: duckdb.DuckDBPyConnection, *, generated_at: datetime, timezone: str, previous: Telling | None = None
) -> str:
    """One HTML page that needs nothing but a browser.

    Args:
        con: a warehouse, read-only or not; nothing is written.
        generated_at: when, with its time zone; in `timezone` it is shown.
        previous: what the report before this one told of, for what is new since.
    """
    run = standing.last_run(con)
    newest = run["run_key"] if run else None
    since = previous.next_since(newest) if previous else None
    facts = told(con)
    changes = standing.changes(con, since)
    if changes:
        changes["since_at"] = _moment(changes["since"]["started_at"], timezone)
    data = {
        "generated_at": _moment(generated_at, timezone),
        "timezone": timezone,
        "run": run,
        "run_at": _moment(run["started_at"], timezone) if run else None,
        "counts": standing.counts(con),
        "facts": facts.facts,
        "articles": facts.articles,
        "metrics": facts.metrics,
        "places": facts.places,
        "contradictions": standing.contradictions(con, facts),
        "quality": standing.quality(con, newest),
        "changes": changes,
    }
    return _assemble({"run": newest, "since": since}, safe_json(data), safe_json(facts.texts))


def _moment(moment: datetime, timezone: str) -> str:
    """A moment as people there write it. One without a zone is UTC, as the warehouse keeps them."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%d %H:%M")


def _assemble(meta: dict[str, str | None], data: str, texts: str) -> str:
    style = _asset("report.css")
    library = _asset("vendor/echarts.min.js")
    scripts = sorted(entry.name for entry in resources.files("warehouse.report").joinpath("assets/js").iterdir())
    program = '"use strict";\n(() => {\n' + "\n".join(_asset(f"js/{name}") for name in scripts) + "\n})();\n"
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; "
        f"script-src {_hash(library)} {_hash(program)}; style-src {_hash(style)}"
    )
    slots = {
        "policy": policy,
        "run": html.escape(meta["run"] or ""),
        "since": html.escape(meta["since"] or ""),
        "style": style,
        "library": library,
        "program": program,
        "data": data,
        "texts": texts,
    }
    # One pass, so that a slot's name inside an article stays what it is.
    return _SLOT.sub(lambda slot: slots[slot[1]], _asset("report.html"))


def _asset(name: str) -> str:
    return resources.files("warehouse.report").joinpath("assets", *name.split("/")).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{digest}'"
