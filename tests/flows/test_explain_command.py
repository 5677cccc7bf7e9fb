"""`aidledger explain`: what it shows of a figure, within 100 columns, and what it says of bad usage."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner, Result

from flows.cli import BAD_USAGE, DONE, app

ROOT = Path(__file__).resolve().parents[2]
NEWS = """喀什：援疆医疗队带来新技术
本报讯 2024年6月18日，山东省第九批援疆医疗队在喀什地区完成手术132台。68岁的牧民从200公里外赶来。
去年，医疗队诊治患者8600余人次，安装电梯12部，床位使用率从60%提升至85%。
"""


def explain(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["explain", *map(str, arguments)])


def told(result: Result) -> str:
    """The output with every run of blanks as one."""
    assert result.exit_code == DONE, result.output
    return " ".join(result.stdout.split())


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "2024-06-18_page.txt"
    path.write_text(NEWS, encoding="utf-8")
    return path


def test_a_figure_is_shown_with_all_that_decided(page: Path) -> None:
    shown = told(explain(page, "--figure", "1"))
    assert "figure 1 132台 fact" in shown
    assert "headline 喀什：援疆医疗队带来新技术" in shown
    assert "在喀什地区完成手术«132台»。" in shown
    assert "完成 手术 132 台" in shown
    assert "quantity 132 台, exact" in shown
    assert "手术 = surgery (beside it)" in shown
    assert "→ surgeries.unit" in shown
    assert "surgeries.unit has the highest priority" in shown
    assert "fact surgeries level 132 operation, actual" in shown
    assert "donor 山东省 from the clause" in shown
    assert "recipient 喀什地区 from the clause" in shown
    assert "about 援疆 第九批" in shown
    assert "period 2024-06-18 to 2024-06-18 from the clause" in shown


def test_every_figure_is_explained_in_turn(page: Path) -> None:
    result = explain(page)
    shown = told(result)
    assert [f"figure {number} " in shown for number in range(1, 9)] == [True] * 7 + [False]
    assert "ignored: age" in shown
    assert "8600 人次, at_least, from 8600 to 8700" in shown
    assert "no rule's conditions hold; kept as unknown and counted" in shown
    assert "taken from the figure before it, of which it is the end" in shown
    assert shown.count("headline") == 1


def test_the_output_fits_a_hundred_columns(page: Path) -> None:
    assert max(cell_len(line) for line in explain(page).stdout.splitlines()) <= 100


@pytest.mark.parametrize(
    ("content", "number", "reason"),
    [(NEWS, "8", "has 7 figures, and no figure 8"), (NEWS, "0", "no figure 0"), ("", "1", "is empty")],
)
def test_bad_usage_is_one_line(tmp_path: Path, content: str, number: str, reason: str) -> None:
    path = tmp_path / "page.txt"
    path.write_text(content, encoding="utf-8")
    result = explain(path, "--figure", number)
    assert result.exit_code == BAD_USAGE
    assert reason in " ".join(result.stderr.split())


def test_one_file_at_a_time(page: Path, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text(NEWS, encoding="utf-8")
    result = explain(tmp_path)
    assert result.exit_code == BAD_USAGE
    assert "explain takes one file, and this names 2" in " ".join(result.stderr.split())


def test_a_file_without_figures_says_so(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text("医疗队受到各族群众的热烈欢迎。", encoding="utf-8")
    assert told(explain(path)) == "No figures."


def test_the_output_in_the_docs_is_what_the_command_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    page = (ROOT / "docs" / "reading_a_figure.md").read_text(encoding="utf-8")
    command, printed = page.split("```console\n$ aidledger explain ", 1)[1].split("```", 1)[0].split("\n", 1)
    now = "\n".join(line.rstrip() for line in explain(*command.split()).stdout.strip("\n").splitlines())
    assert printed.strip() == now.strip()
