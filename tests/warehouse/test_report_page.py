"""The report in a real Chromium: it runs without fault, tells what the marts tell, and is accessible and quick."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.builders import article, document, extracted, figure, loaded
from tests.many_articles import publish_record
from tests.warehouse.conftest import Page, write

AXE = (Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")
Browse = Callable[..., Page]

TRIES = 20

FILTER = """async ([id, value]) => {
    const box = document.getElementById(id);
    const state = document.documentElement.dataset;
    const painted = state.painted;
    box.value = value;
    const began = performance.now();
    box.dispatchEvent(new Event("change", { bubbles: true }));
    while (state.painted === painted) await new Promise(requestAnimationFrame);
    return performance.now() - began;
}"""
TILES = """() => Object.fromEntries([...document.querySelectorAll(".tile")].map(
    (tile) => [`${tile.dataset.metric}|${tile.dataset.unit}`, tile.dataset.total]))"""


def ask(page: Any, box: str, value: str) -> float:
    """Milliseconds from a choice to the page that answers it, its charts included."""
    return float(page.evaluate(FILTER, [f"filter-{box}", value]))


def totals(con: duckdb.DuckDBPyConnection, where: str = "true") -> dict[str, str]:
    rows = con.execute(
        "SELECT counted.metric || '|' || counted.unit, sum(counted.value) FROM mart.scorecard_fact AS counted "
        "LEFT JOIN core.dim_place AS donor ON donor.place_key = counted.donor_key "
        "LEFT JOIN core.dim_place AS recipient ON recipient.place_key = counted.recipient_key "
        f"WHERE {where} GROUP BY ALL"
    ).fetchall()
    return {key: f"{total:f}".rstrip("0").rstrip(".") if "." in f"{total:f}" else f"{total:f}" for key, total in rows}


def all_tiles(page: Any) -> dict[str, str]:
    page.evaluate("document.querySelector('#totals > .more')?.click()")
    return dict(page.evaluate(TILES))


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light"), (1920, "dark")])
def test_the_page_fits_runs_without_fault_and_asks_for_nothing(
    examples_page: Path, browse: Browse, width: int, scheme: str
) -> None:
    opened = browse(examples_page, width=width, color_scheme=scheme)
    page = opened.page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("#flow-chart svg path").count() > 0
    assert page.locator("#trend-chart svg path").count() > 0
    page.locator("#language").click()
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.locator("h1").inner_text() == "Medical aid ledger"
    page.locator("#theme").click()
    assert opened.faults == []
    assert all(url.startswith(("file:", "data:", "blob:")) for url in opened.asked)


@pytest.mark.parametrize("which", ["examples", "seeds"])
def test_numbers_on_the_page_equal_the_marts(
    which: str, request: pytest.FixtureRequest, tmp_path: Path, browse: Browse
) -> None:
    con = request.getfixturevalue(which)
    page = browse(write(con, tmp_path / "page.html")).page
    assert all_tiles(page) == totals(con)
    flows = page.evaluate(
        "() => { const more = document.querySelector('#flows .more'); while (!more.hidden) more.click(); "
        "return [...document.querySelectorAll('#flows tbody tr')].map((row) => "
        "[...row.children].map((held) => held.textContent)) }"
    )
    marts = con.execute(
        "SELECT donor, recipient, count(*), count(*), count(DISTINCT story_key) FROM mart.story_metrics "
        "WHERE donor IS NOT NULL AND recipient IS NOT NULL GROUP BY donor_code, donor, recipient_code, recipient"
    ).fetchall()
    assert sorted(flows) == sorted([str(cell) for cell in row] for row in marts)
    donor = con.execute(
        "SELECT donor_code FROM mart.story_metrics GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    ).fetchall()
    stem = donor[0][0].rstrip("0") if donor[0][0].endswith("0000") else donor[0][0]
    ask(page, "place", donor[0][0])
    of_place = totals(con, f"donor.place_code LIKE '{stem}%' OR recipient.place_code LIKE '{stem}%'")
    assert all_tiles(page) == of_place != totals(con)


def test_the_scorecard_adds_up_to_its_programme(
    examples: duckdb.DuckDBPyConnection, examples_page: Path, browse: Browse
) -> None:
    page = browse(examples_page).page
    shown = page.evaluate(
        "() => [...document.querySelectorAll('#scorecard tbody tr')].map((row) => Number(row.lastChild.textContent))"
    )
    (channel, counted), *_ = examples.execute(
        "SELECT channel, count(*) FROM core.story_fact JOIN core.dim_programme USING (programme_key) "
        "WHERE figure_key IN (SELECT figure_key FROM mart.scorecard_fact) AND channel = ? GROUP BY channel",
        [page.locator("#scorecard [aria-pressed=true]").inner_text()],
    ).fetchall()
    assert (channel, sum(shown)) == (channel, counted)


def test_every_number_opens_its_evidence(examples_page: Path, browse: Browse) -> None:
    opened = browse(examples_page)
    told = opened.page.evaluate(
        """async () => {
            const dialog = document.getElementById("evidence"), body = document.getElementById("evidence-body");
            document.querySelectorAll("details").forEach((held) => { held.open = true; });
            const silent = [];
            const buttons = [...document.querySelectorAll("main button.num")];
            for (const button of buttons) {
                button.click();
                const rows = body.querySelectorAll("tbody tr").length;
                const sentence = body.querySelector("mark");
                if (!dialog.open || !(rows || sentence)) silent.push(button.outerHTML);
                dialog.close();
                await new Promise((resolve) => setTimeout(resolve));
            }
            return [buttons.length, silent];
        }"""
    )
    assert told[0] > 150
    assert told[1] == []
    assert opened.faults == []


def test_the_evidence_of_a_fact_is_whole(
    examples: duckdb.DuckDBPyConnection, examples_page: Path, browse: Browse
) -> None:
    (key, figure_, sentence, donor), *_ = examples.execute(
        "SELECT figure_key, fact.figure, fact.sentence, donor.name FROM core.story_fact AS fact "
        "JOIN core.dim_place AS donor ON donor.place_key = donor_key "
        "WHERE approximation = 'at_least' AND value_high IS NOT NULL ORDER BY figure_key LIMIT 1"
    ).fetchall()
    page = browse(examples_page, hash_=f"#fact={key}").page
    page.wait_for_selector("#evidence-mark")
    body = page.locator("#evidence-body").inner_text()
    assert page.locator("#evidence-mark").inner_text() == figure_
    assert sentence in body
    assert donor in body
    assert page.locator("#evidence-words").inner_text().startswith("至少")
    assert "在" in page.locator("dl.why").inner_text()
    page.locator(".article .text button").first.click()
    page.locator("#evidence-back").click()
    assert page.locator("#evidence-mark").inner_text() == figure_


# Every text and label of the page but what articles, names of files and codes say; a fact of each metric is opened.
SAID = """async () => {
    const APART = "[lang=zh], code, .code, script, style, noscript, #language";
    document.querySelectorAll("details").forEach((held) => { held.open = true; });
    const said = new Set();
    const take = (root) => {
        const found = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        while (found.nextNode()) {
            const within = found.currentNode.parentElement;
            if (!within.closest(APART)) said.add(found.currentNode.data);
        }
        root.querySelectorAll("[title], [aria-label]").forEach((held) => {
            if (!held.closest("#language")) said.add(held.title).add(held.ariaLabel ?? "");
        });
    };
    take(document.body);
    const seen = new Set();
    for (const row of [...document.querySelectorAll("#list tbody tr")]) {
        const metric = row.querySelector("th").textContent;
        if (seen.has(metric)) continue;
        seen.add(metric);
        row.querySelector("button.num").click();
        take(document.getElementById("evidence"));
        document.getElementById("evidence").close();
        await new Promise((resolve) => setTimeout(resolve));
    }
    return [...said];
}"""
ENGLISH = re.compile(r"[A-Za-z']{2,}(?:[ ,:]+[A-Za-z']{2,}){2,}")
REASONS = """() => [...document.querySelectorAll("#state details:first-of-type tbody tr")].map(
    (row) => [row.querySelector("th").textContent, row.lastChild.textContent])"""


def all_facts(page: Any) -> None:
    page.evaluate("() => { const more = document.querySelector('#list .more'); while (!more.hidden) more.click(); }")


def test_no_english_sentence_stands_on_the_chinese_page(
    telling: duckdb.DuckDBPyConnection, tmp_path: Path, browse: Browse
) -> None:
    opened = browse(write(telling, tmp_path / "page.html"))
    page = opened.page
    all_facts(page)
    said = page.evaluate(SAID)
    assert len(said) > 500
    assert any("文件为空" in text for text in said), "the page tells of a file that was not read"
    assert [text for text in said if ENGLISH.search(text)] == []
    reasons = telling.execute("SELECT check_name, reason_zh, reason FROM mart.quality").fetchall()
    assert dict(page.evaluate(REASONS)) == {name: reason_zh for name, reason_zh, _ in reasons}
    page.locator("#language").click()
    all_facts(page)
    assert dict(page.evaluate(REASONS)) == {name: reason for name, _, reason in reasons}
    assert opened.faults == []


def test_a_definition_is_in_the_language_of_the_page(
    telling: duckdb.DuckDBPyConnection, tmp_path: Path, browse: Browse
) -> None:
    (key, *told), *_ = telling.execute(
        "SELECT figure_key, counts_zh, excludes_zh, counts, excludes FROM core.story_fact "
        "JOIN core.dim_metric USING (metric_key) WHERE excludes IS NOT NULL ORDER BY figure_key LIMIT 1"
    ).fetchall()
    counts = "dl.why dd:nth-last-of-type(2)"
    excludes = "dl.why dd:last-of-type"
    page = browse(write(telling, tmp_path / "page.html"), hash_=f"#fact={key}").page
    assert [page.locator(held).inner_text() for held in (counts, excludes)] == told[:2]
    page.locator("#evidence-close").click()
    page.locator("#language").click()
    page.evaluate("key => { location.hash = `#fact=${key}`; }", str(key))
    page.wait_for_selector("#evidence-mark")
    assert [page.locator(held).inner_text() for held in (counts, excludes)] == told[2:]


def test_what_an_earlier_version_wrote_is_told_in_english(tmp_path: Path, browse: Browse) -> None:
    con = loaded()
    publish_record(con, "run-a")
    of_check = ["run-a", "c", "run", "warn", "failed", 1, "d", None, "o", "why it is there", "2026-11-01", None]
    con.execute("INSERT INTO ops.check_result VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", of_check)
    con.execute("UPDATE core.dim_metric SET counts_zh = NULL, excludes_zh = NULL")
    opened = browse(write(con, tmp_path / "page.html"))
    page = opened.page
    assert page.locator("#state td [lang=en]").first.inner_text() == "why it is there"
    page.locator("#list button.num").first.click()
    assert page.locator("dl.why [lang=en]").first.inner_text() in ("staff sent", "operations performed")
    assert opened.faults == []


def test_the_dialog_takes_the_focus_and_gives_it_back(examples_page: Path, browse: Browse) -> None:
    page = browse(examples_page).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    first = page.locator("#totals .num").first
    first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "evidence-title"
    for _ in range(60):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    page.keyboard.press("Escape")
    assert first.evaluate("element => element === document.activeElement")


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark"), (1280, "light")])
def test_axe_finds_no_serious_fault(examples_page: Path, browse: Browse, width: int, scheme: str) -> None:
    page = browse(examples_page, width=width, color_scheme=scheme, bypass_csp=True).page
    page.evaluate("document.querySelectorAll('details').forEach((held) => { held.open = true; })")
    if width < 900:
        page.locator("#more-filters").click()
    page.evaluate(AXE)
    for step in ("page", "list", "evidence"):
        if step != "page":
            page.locator("#totals .num" if step == "list" else "#evidence-body .num").first.click()
        found = page.evaluate("async () => (await axe.run()).violations")
        faults = [
            (fault["id"], fault["nodes"][0]["html"]) for fault in found if fault["impact"] in ("serious", "critical")
        ]
        assert faults == [], step


def test_five_thousand_articles_are_filtered_in_a_tenth_of_a_second(many_page: Path, browse: Browse) -> None:
    opened = browse(many_page)
    page = opened.page
    choices = [
        ("place", "650000"),
        ("metric", "surgeries"),
        ("programme", "援疆"),
        ("from", "2020"),
        ("quality", "inexact"),
    ]
    # The machine may be busy with other tests: the quickest of several tries is the page's own time.
    for box, value in (*choices, ("text", "第300号")):
        spent: list[float] = []
        while not spent or (min(spent) >= 100 and len(spent) < TRIES):
            if spent:
                page.wait_for_timeout(200)
            spent.append(ask(page, box, value))
            ask(page, box, "")
        assert min(spent) < 100, (box, spent)
    assert int(page.locator("#found").inner_text().split()[0].replace(",", "")) > 44_000
    assert page.evaluate("document.querySelectorAll('*').length") < 5_000, "a list is drawn by steps"
    assert opened.faults == []


HOSTILE = (
    "<script>window.hacked=1</script><img src=x onerror=alert(1)>完成手术12台，</script><script>alert(2)</script>"
    '=HYPERLINK("http://x")\u202e反转\u2066文字{{data}}\u2028${1}，选派16名医生。'
)


def test_a_hostile_article_is_text(tmp_path: Path, browse: Browse) -> None:
    held = document("<b>x</b>.txt", f"<img src=x onerror=alert(3)>\u202e\n{HOSTILE}\n")
    own = article(held, outlet="<script>alert(4)</script>")
    con = loaded(
        extracted(
            held,
            figure(
                own, "12台", "surgeries", unit="operation", organisation="<svg onload=alert(5)>", channel="<i>援疆</i>"
            ),
            figure(own, "16名", qualifier="\u202e=1+1"),
            articles=(own,),
        )
    )
    publish_record(con, "run-a")
    opened = browse(write(con, tmp_path / "hostile.html"))
    page = opened.page
    for button in ("#totals .num", "#evidence-body .num"):
        if page.locator(button).count():
            page.locator(button).first.click()
    page.wait_for_selector("#evidence-mark")
    text = page.locator(".article .text").inner_text()
    assert "<script>window.hacked=1</script><img src=x onerror=alert(1)>" in text
    assert "{{data}}" in text
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("document.querySelectorAll('script').length") == 4
    assert page.evaluate("document.querySelectorAll('img, i.data, b, main svg[onload]').length") == 0
    assert not set("\u202e\u2066") & set(page.locator("body").inner_text())
    assert opened.faults == []
