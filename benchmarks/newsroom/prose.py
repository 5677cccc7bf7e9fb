"""Sentences without a figure of the ledger: the greater part of a newspaper. Ages and dates occur in them."""

from __future__ import annotations

import random

from benchmarks.newsroom.words import Scene, fill

TALES = (
    "{moment}，{name}在{township}{setting}{act}，{manner}。",
    "“{quote}。”{recipient}{patient}{name}{said}。",
    "“{quote}，{quote}。”来自{sender}{department}的{doctor_role}{name}{said}。",
    "{township}{landscape}，{difficulty}。",
    "在{hospital}{department}，{name}{measure}，{outcome}。",
    "针对{disease}患者多、{department}人手少的情况，{team_word}{measure}，又{measure}。",
    "{link}，{name}和{name}{measure}，{outcome}。",
    "{age}岁的{patient}{name}患{disease}多年，{link}，{name}为其实施了{operation}，术后恢复良好。",
    "{department}{doctor_role}{name}{report_verb}，{technique}过去在{recipient}无人会做，{link}，{outcome}。",
    "{name}的{kin}患有{disease}，听说{sender}的医生来了，{moment}便从{township}赶来，{act}。",
    "{link}，{patient}{name}{act}，{manner}，{kin}也{act}。",
    "据了解，{team_word}{virtue}、{virtue}，{measure}，{outcome}。",
    "{donor}与{recipient}虽相隔遥远，却{virtue}，{goal}。",
    "{moment}，{recipient}{body}在{weekday_place}举行{meeting}，{name}、{name}等到场并{report_verb}了下一步的打算。",
    "从{township}到{township}，{name}带着{equipment}{measure}，{manner}。",
    "面对突发{disease}的{patient}，{name}顾不上休息，{link}便同{department}的同事{name}商量方案，{operation}随即展开。",
    "“{quote}。”{link}，{name}在{setting}{said}，{manner}。",
    "为了用好新到的{equipment}，{department}的{name}跟着{name}学习{technique}，{outcome}。",
    "{recipient}{body}有关负责人{name}{report_verb}，将继续{goal}，并{goal}。",
    "{name}是{sender}{department}{doctor_role}，{moment}随{team_word}来到{recipient}，{measure}，{manner}。",
    "队员{name}刚下飞机就赶到{hospital}{department}，{kin}生病也没能回去，{name}说起这些{manner}。",
    "{technique}、{technique}等做法传到{township}，{patient}{name}成了最早受益的人，{manner}。",
    "夜里，{hospital}{department}的灯还亮着，{name}正同{name}讨论{disease}的病例，{link}，{outcome}。",
    "{landscape}，这便是{name}初到{township}的印象；{link}，{manner}。",
    "考虑到{patient}{name}合并{disease}和{disease}，{department}与{department}一起会诊，{operation}终于顺利完成。",
    "{name}没有想到，{kin}的{disease}能在{township}看好，{link}{act}，{manner}。",
)
OTHER_TALES = (
    "{moment}，{township}的{project_other}旁，{other_tale}，{name}{manner}。",
    "“{quote}。”{patient}{name}{said}，{other_tale}。",
    "{township}{landscape}，如今{other_tale}。",
    "{name}领着{name}看新建的{project_other}，{other_tale}，{kin}也{act}。",
    "{recipient}{body}{name}{report_verb}，{project_other}和{project_other}要接着建，{other_tale}。",
    "{link}，{name}在{township}{setting}{act}，{other_tale}。",
)
OPENINGS = (
    "{moment}，{recipient}{meeting}在{weekday_place}举行，{donor}{batch}{team_word}领队{name}和队员{name}、{name}参加。",
    "{moment}，{hospital}{department}里，来自{sender}的{name}{measure}，{manner}。",
    "一边是{donor}，一边是{recipient}，{landscape}。{link}，{name}{act}。",
    "{moment}，记者在{township}见到{donor}{batch}{team_word}的{name}时，{name}正在{setting}{act}。",
)


class Tales:
    """The tales of one article: a manner of telling comes again only when every other one has been used."""

    def __init__(self, dice: random.Random, scene: Scene, *, health: bool = True) -> None:
        self._dice, self._scene = dice, scene
        self._patterns = TALES if health else OTHER_TALES
        self._left: list[str] = []

    def tell(self) -> str:
        """One sentence of running prose."""
        if not self._left:
            self._left = self._dice.sample(self._patterns, len(self._patterns))
        return fill(self._left.pop(), self._dice, self._scene)


def opening(dice: random.Random, scene: Scene) -> str:
    """The sentence with which an article begins."""
    return fill(dice.choice(OPENINGS), dice, scene)


def headline(dice: random.Random, scene: Scene) -> list[str]:
    """One headline, in one line or with a second one below it."""
    first = fill(dice.choice(("{headline_a} {recipient}{headline_b}", "{headline_a} {headline_b}")), dice, scene)
    if dice.random() < 0.5:
        return [first]
    return [first, fill("——{donor}{team_word}帮扶{recipient}纪实", dice, scene)]


def subhead(dice: random.Random, scene: Scene) -> str:
    """A line between paragraphs."""
    return fill("{subhead}", dice, scene)
