"""Why a file could not be read, in Chinese: every sentence that reading and fetching can give has one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from transforms.reading import _SIGNATURES
from warehouse.report.unread import in_chinese

ROOT = Path(__file__).resolve().parents[2]
TELLING = {"Unreadable", "FetchError", "Unread", "_not_read", "_Broken"}
"""What is called with a sentence that becomes the reason of a file that was not read."""


def sentences() -> Iterator[str]:
    """The sentences of the source, with a number where one is filled in."""
    for path in (*(ROOT / "transforms" / "reading").glob("*.py"), *(ROOT / "flows").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TELLING:
                yield from (told for each in node.args if " " in (told := _written(each)))


def _written(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_every_sentence_of_the_source_has_its_chinese() -> None:
    found = sorted({*sentences(), *(kind for _, kind in _SIGNATURES)})
    assert len(found) > 50
    assert [told for told in found if in_chinese(told) is None] == []


@pytest.mark.parametrize(
    ("reason", "chinese"),
    [
        ("the PDF has 900 pages, more than the limit of 500", "PDF有900页，超过上限500"),
        ("the file is not plain text but a PNG image", "文件不是纯文本，而是PNG图片"),
        ("was not fetched: there is no such page (status 404)", "未能获取：没有此页面（状态码404）"),
        ("cannot be read: permission denied", "无法读取：没有权限"),
        ("cannot be read: stale file handle", "无法读取：stale file handle"),
        ("a sentence of a later version", None),
    ],
)
def test_what_differs_is_carried_over(reason: str, chinese: str | None) -> None:
    assert in_chinese(reason) == chinese


def test_the_table_fills_as_many_places_in_both() -> None:
    text = (ROOT / "warehouse" / "report" / "unread.toml").read_text("utf-8")
    for english, chinese in re.findall(r'^"(.+)" = "(.+)"$', text, re.MULTILINE):
        assert english.count("{}") == chinese.count("{}"), english
