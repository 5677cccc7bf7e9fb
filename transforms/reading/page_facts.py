"""What a web page says of its article: title, outlet and day of publication."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from transforms.reading.content import cleaned_line, squeezed
from transforms.reading.dates import published_date

_DATE_NAMES = (
    "article:published_time", "og:release_date", "weibo:article:create_at", "datepublished", "pubdate", "publishdate",
    "publish_time", "publishtime", "publication_date", "dc.date.issued", "dc.date", "date",
)  # fmt: skip
_OUTLET_NAMES = ("source", "contentsource", "mediaid", "og:article:author", "article:source", "og:site_name")
_WECHAT_TIME = re.compile(
    r"\bvar\s+ct\s*=\s*[\"']([0-9]{10})[\"']|create_?[tT]ime\s*[:=]\s*(?:JsDecode\()?[\"']([0-9: -]{10,19})[\"']"
)
_WECHAT_NAME = re.compile(r"var\s+nickname\s*=\s*(?:htmlDecode\()?[\"']([^\"'<>\n]{1,40})[\"']")
_SITE_SUFFIX = re.compile(r"\s*(?:[_|]|[-–—]{1,2}(?=[^0-9]))\s*[^_|]{1,24}$")
_INFO = re.compile(r"time|date|source|info|pub|from|origin|laiyuan|riqi", re.IGNORECASE)
_SOURCE = re.compile(r"来源\s*[:：]\s*([^\s　|，。；:：<>（(]{2,24})")
_SHOWN_DATE = re.compile(r"(?:19|20)[0-9]{2}[-/.年] ?[0-9]{1,2}[-/.月] ?[0-9]{1,2}")
_MOST_INFO = 200
_LONGEST_INFO = 160


@dataclass(frozen=True, slots=True)
class PageFacts:
    title: str | None = None
    outlet: str | None = None
    published_on: date | None = None


def page_facts(tree: Any, source: str) -> PageFacts:
    """Title, outlet and date of publication of a parsed page; `source` is its text, for what only scripts hold."""
    named = _named(tree)
    linked = list(_linked_data(tree))
    shown = _shown(tree)
    title = _title(tree, named)
    outlet = (
        _first_text(tree, "//*[@id='js_name']")
        or _script(_WECHAT_NAME, source)
        or next((named[name] for name in _OUTLET_NAMES[:-1] if named.get(name)), None)
        or next((found[1] for text in shown if (found := _SOURCE.search(text))), None)
        or next((name for entry in linked if (name := _publisher(entry))), None)
        or named.get(_OUTLET_NAMES[-1])
    )
    values = [
        *(named.get(name) for name in _DATE_NAMES),
        *(entry.get("datePublished") for entry in linked),
        _script(_WECHAT_TIME, source),
        _first_text(tree, "//*[@id='publish_time']"),
        *tree.xpath("//time/@datetime")[:1],
        *(text for text in shown if _SHOWN_DATE.search(text)),
    ]
    published = next((day for value in values if (day := published_date(value))), None)
    return PageFacts(title, cleaned_line(outlet), published)


def _named(tree: Any) -> dict[str, str]:
    """The contents of meta elements by lower-case name, property or itemprop; the first of each."""
    found: dict[str, str] = {}
    for meta in tree.xpath("//meta[@content]")[:500]:
        content = (meta.get("content") or "").strip()
        for key in ("property", "name", "itemprop"):
            name = (meta.get(key) or "").strip().lower()
            if name and content:
                found.setdefault(name, content[:1000])
    return found


def _linked_data(tree: Any) -> Iterator[dict[str, Any]]:
    """Objects of JSON-LD that describe an article."""
    for script in tree.xpath("//script[@type='application/ld+json']")[:10]:
        try:
            value = json.loads((script.text or "")[:200_000])
        except (ValueError, RecursionError):
            continue
        for entry in value if isinstance(value, list) else [value]:
            if isinstance(entry, dict) and "datePublished" in entry:
                yield entry


def _publisher(entry: dict[str, Any]) -> str | None:
    publisher = entry.get("publisher")
    name = publisher.get("name") if isinstance(publisher, dict) else publisher
    return name if isinstance(name, str) else None


def _title(tree: Any, named: dict[str, str]) -> str | None:
    """The headline: WeChat's, else the one h1, else the shared title, else the page's without the site's name."""
    wechat = _first_text(tree, "//*[@id='activity-name']")
    if wechat:
        return wechat
    headings = [text for heading in tree.xpath("//h1")[:20] if (text := cleaned_line(heading.text_content()))]
    page = _first_text(tree, "//head/title") or _first_text(tree, "//title")
    shared = cleaned_line(named.get("og:title"))
    for heading in headings:
        if len(headings) == 1 or squeezed(heading) in squeezed(f"{page} {shared}"):
            return heading
    if shared:
        return _without_site(shared)
    return _without_site(page) if page else None


def _without_site(title: str) -> str:
    """福建援疆医疗队抵达_新华网 without _新华网."""
    shorter = title
    for _ in range(3):
        cut = _SITE_SUFFIX.sub("", shorter)
        if cut == shorter or len(cut) < 6:
            break
        shorter = cut
    return shorter


def _shown(tree: Any) -> list[str]:
    """Short texts of the elements that a page keeps for date and source."""
    found: list[str] = []
    for element in tree.xpath("//*[@class or @id]"):
        label = f"{element.get('class', '')} {element.get('id', '')}"
        if not _INFO.search(label) or element.tag in ("script", "style", "html", "body"):
            continue
        text = " ".join("".join(element.itertext()).split()) if len(element) < 12 else ""
        if 4 <= len(text) <= _LONGEST_INFO:
            found.append(text)
        if len(found) >= _MOST_INFO:
            break
    return found


def _first_text(tree: Any, path: str) -> str | None:
    found = tree.xpath(path)
    return cleaned_line(found[0].text_content()) if found else None


def _script(pattern: re.Pattern[str], source: str) -> str | None:
    found = pattern.search(source)
    return next((group for group in found.groups() if group), None) if found else None
