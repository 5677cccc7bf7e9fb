"""What the checks cost beside the rest of a run, measured by the run itself."""

from pathlib import Path

import pytest

from flows.inspection import ask
from flows.job import Request, run_job
from flows.settings import Settings
from tests.checks.news_grammar import sound_corpus

SHARE = """
SELECT
    sum(step.seconds) FILTER (step IN ('check rows', 'audit'))
        / (date_diff('millisecond', any_value(run.started_at), any_value(run.finished_at)) / 1000),
    string_agg(step || ' ' || round(step.seconds, 2), ', ' ORDER BY step.seconds DESC)
        FILTER (step NOT LIKE 'check:%')
FROM ops.step_time AS step
JOIN ops.run AS run USING (run_key)
"""


def share_of_checks(folder: Path, articles: int) -> float:
    """The share of a run's time that its checks take, from its own ledger."""
    news = folder / "news"
    news.mkdir()
    for each in sound_corpus(articles):
        (news / each.name).write_text(each.text, encoding="utf-8")
    report = run_job(Request(home=folder / "home", sources=(str(news),)), Settings(workers=1, batch_documents=500))
    assert report.ending == "published", report.blocking
    ((share, steps),) = ask(folder / "home", SHARE).rows
    print(f"\n{articles} articles: checks take {share:.1%} of {report.seconds:.0f} s ({steps})")  # noqa: T201
    return float(share)


def test_every_step_and_every_check_is_timed(tmp_path: Path) -> None:
    assert 0 < share_of_checks(tmp_path, 150) < 0.6
    steps = {step for (step,) in ask(tmp_path / "home", "SELECT step FROM ops.step_time").rows}
    assert {"check rows", "audit", "check:parts_do_not_add_up", "check:schema.core.fact_figure"} <= steps


@pytest.mark.slow
def test_the_checks_of_ten_thousand_articles_cost_less_than_a_fifth_of_the_run(tmp_path: Path) -> None:
    assert share_of_checks(tmp_path, 10_000) < 0.2
