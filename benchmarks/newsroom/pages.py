"""How a newspaper prints its articles, and what an export of the page makes of them.

Lines of a column's width, credits, page furniture, spaces around digits, letter-spaced lines, column breaks in the
middle of a paragraph, the headline after its text, walls of notices; some pages in Traditional characters.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from benchmarks.newsroom.articles import Story
from benchmarks.newsroom.words import person, vocabulary

_DIGITS = re.compile(r"(?<=[一-鿿])([0-9][0-9,.]*%?)(?=[一-鿿])")
_NEVER_FIRST = "，。、；：！？”）》%"


def print_page(stories: Sequence[Story], dice: random.Random, *, notices: bool = False) -> str:
    """The text of one file."""
    width = dice.choice((0, 0, *range(14, 31, 2)))
    spaced = dice.random() < 0.4
    last = dice.random() < 0.3
    titles: list[str] = []
    blocks: list[str] = []
    for story in stories:
        lines = _story_lines(story, dice, width, spaced, opened=len(stories) > 1 or dice.random() < 0.4)
        if last:
            titles.append("\n".join(story.headline))
        else:
            lines = [*story.headline, *([""] if dice.random() < 0.5 else []), *lines]
        blocks.append("\n".join(lines))
    if notices:
        blocks.append("\n".join(_notices(stories[0], dice, width)))
    blocks += [_furniture(stories[0], dice), *titles] if last or len(stories) > 1 or dice.random() < 0.4 else []
    text = "\n\n".join(blocks) + "\n"
    return traditional(text) if dice.random() < 0.03 else text


def _story_lines(story: Story, dice: random.Random, width: int, spaced: bool, *, opened: bool) -> list[str]:
    parts = list(story.paragraphs)
    if opened:
        parts[0] = f"本报讯 记者{story.byline}报道：{parts[0]}"
    credit = dice.choice(("outlet", "byline", "none"))
    lines: list[str] = []
    for part in parts:
        lines += wrap(_DIGITS.sub(r" \1 ", part) if spaced else part, width, dice)
        if width and dice.random() < 0.03:
            lines.append("")
    if credit == "outlet":
        lines.append(f"（{story.scene.outlet}）")
    elif credit == "byline" and not opened:
        lines.insert(0, f"本报记者 {story.byline}")
    return lines


def wrap(paragraph: str, width: int, dice: random.Random) -> list[str]:
    """A paragraph in lines of `width` characters (0: one line), a column break or a letter-spaced line at times."""
    if not width:
        return [paragraph]
    lines, at = [], 0
    while at < len(paragraph):
        end = at + width
        while end < len(paragraph) and paragraph[end] in _NEVER_FIRST:
            end += 1
        line = paragraph[at:end]
        if dice.random() < 0.01 and end < len(paragraph):
            line = " ".join(line.replace(" ", ""))
        lines.append(line.strip())
        if dice.random() < 0.01 and end < len(paragraph):
            lines.append("")
        at = end
    return lines


def _furniture(story: Story, dice: random.Random) -> str:
    day: date = story.scene.day
    week = "一二三四五六日"[day.weekday()]
    told = f"{day.year}年{day.month}月{day.day}日 星期{week} {story.scene.outlet} {dice.randint(1, 8)}版"
    if dice.random() < 0.5:
        told += f"\n\n{dice.choice(vocabulary()['furniture'])}：{person(dice)}"
    return told


def _notices(story: Story, dice: random.Random, width: int) -> list[str]:
    """A wall of classified notices, with identity and phone numbers that belong to nobody."""
    lines = ["遗失声明"]
    for _ in range(dice.randint(2, 7)):
        identity = (
            f"99{dice.randint(1000, 9999)}19{dice.randint(50, 99)}{dice.randint(1, 12):02}{dice.randint(1, 28):02}"
        )
        identity += f"{dice.randint(0, 999):03}{dice.choice('0123456789X')}"
        place, name = dice.choice(story.scene.towns), person(dice)
        lines += wrap(
            dice.choice(
                (
                    f"●{name}（身份证号：{identity}）遗失护士执业证书，编号{dice.randint(10**11, 10**12)}，特此声明。",
                    f"●{name}遗失居民身份证，号码{identity}，声明作废。",
                    f"●{place}便民诊所遗失公章一枚，声明作废。联系电话：138{dice.randint(0, 99_999_999):08}。",
                    f"●{place}门面房转让，{dice.randint(30, 300)}平方米，电话0{dice.randint(900, 999)}-"
                    f"{dice.randint(2_000_000, 8_999_999)}。",
                )
            ),
            width,
            random.Random(0),
        )
    return lines


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("s2t")


def traditional(text: str) -> str:
    """The text in Traditional characters."""
    return str(_converter().convert(text))
