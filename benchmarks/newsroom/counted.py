"""Sentences with figures: what the ledger is kept of. Parts make their total, and a growth fits its levels.

Each function gives one sentence. What a hospital tells of a year is one series, whichever article tells it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache

from benchmarks.newsroom.words import FIRST_DAY, Scene, fill

Sentence = Callable[[random.Random, Scene], str]

_MANY = ("{}", "{}", "{}", "{}余", "{}多", "近{}", "约{}", "超过{}")


def _about(dice: random.Random, number: int) -> str:
    """286, 280余, 近300: exact more often than not; what is inexact is round."""
    form = dice.choice(_MANY)
    if form == "{}" or number < 20:
        return str(number)
    step = 10 ** (len(str(number)) - 2)
    return form.format(number // step * step)


def _large(dice: random.Random, number: int) -> str:
    """12600 as 12600, 1.26万 or 12,600."""
    if number < 10_000:
        return _about(dice, number)
    form = dice.random()
    if form < 0.4:
        return f"{round(number, -2) / 10_000:.2f}".rstrip("0").rstrip(".") + dice.choice(("万", "万", "万余"))
    return f"{number:,}" if form < 0.5 else str(number)


def _money(dice: random.Random, ten_thousands: int) -> str:
    """860万元, 860余万元, 1.2亿元."""
    if ten_thousands >= 10_000:
        return f"{ten_thousands / 10_000:.2f}".rstrip("0").rstrip(".") + "亿元"
    return dice.choice(("{}万元", "{}万元", "{}余万元", "近{}万元", "{}多万元")).format(ten_thousands)


def _since(dice: random.Random, scene: Scene) -> str:
    return dice.choice(
        (
            *("", "一年来，", "一年多来，", "半年来，", "截至目前，", "援助期间，", "三年来，"),
            *(f"{scene.year - 1}年以来，", f"{scene.year}年上半年，", f"截至{scene.day.month}月底，"),
        )
    )


def _team(dice: random.Random, scene: Scene) -> str:
    return dice.choice(("医疗队", "队员们", "帮扶专家", f"{scene.donor}医疗队", "专家团队"))


def people(dice: random.Random, scene: Scene) -> str:
    number, length = dice.randint(4, 60), dice.choice(("一年", "一年半", "三年", "半年", "六个月"))
    return dice.choice(
        (
            f"{scene.donor}选派{number}名医疗骨干到{scene.recipient}，开展为期{length}的帮扶。",
            f"由{number}名专家组成的{scene.donor}医疗队抵达{scene.recipient}，将在{scene.hospital}工作{length}。",
            f"{_since(dice, scene)}{scene.sender}先后派出{dice.randint(2, 9)}批{number}名医务人员"
            f"支援{scene.hospital}。",
        )
    )


def care(dice: random.Random, scene: Scene) -> str:
    operations = dice.randint(12, 900)
    visits = operations * dice.randint(8, 40)
    return dice.choice(
        (
            f"{_since(dice, scene)}{_team(dice, scene)}在{scene.hospital}接诊患者{_large(dice, visits)}人次，"
            f"完成手术{_about(dice, operations)}台，抢救危重患者{dice.randint(3, 90)}人次。",
            f"{_since(dice, scene)}{_team(dice, scene)}累计诊疗{_large(dice, visits)}人次，实施手术"
            f"{_about(dice, operations)}例，会诊{_about(dice, operations // 3 + 2)}次。",
            f"据统计，{scene.hospital}{fill('{department}', dice, scene)}收治住院病人{_about(dice, operations)}人，"
            f"门诊{_large(dice, visits)}人次。",
        )
    )


def training(dice: random.Random, scene: Scene) -> str:
    lectures, heads = dice.randint(4, 120), dice.randint(60, 6_000)
    return dice.choice(
        (
            f"{_team(dice, scene)}举办专题讲座{lectures}场，培训医务人员{_about(dice, heads)}人次。",
            f"{_since(dice, scene)}带教查房{_about(dice, lectures * 3)}次，开展培训{lectures}期，覆盖基层医护"
            f"{_about(dice, heads)}人次，结对带徒{dice.randint(3, 60)}名。",
            f"{fill('{name}', dice, scene)}{report(dice)}，当地已选派{dice.randint(3, 70)}名骨干到{scene.sender}进修。",
        )
    )


def report(dice: random.Random) -> str:
    return dice.choice(("介绍", "告诉记者", "说", "表示"))


def parts(dice: random.Random, scene: Scene) -> str:
    batches, heads = [dice.randint(2, 9) for _ in range(3)], [dice.randint(5, 60) for _ in range(3)]
    kinds = dice.sample(("长期援派医生", "柔性引进专家", "短期巡诊队员", "公共卫生人员", "进修带教老师"), 3)
    listed = "、".join(f"{kind}{many}批{each}人" for kind, many, each in zip(kinds, batches, heads, strict=True))
    return f"近年来，{scene.donor}先后派出{sum(batches)}批次、{sum(heads)}名专家奔赴{scene.recipient}，其中{listed}。"


@cache
def _series(name: str, year: int, low: int, high: int) -> tuple[int, int, int]:
    """The level before a year, its growth in percent, and the level of the year: one series a hospital."""
    dice = random.Random(name)
    before, rate, now = 0, 0, dice.randint(low, high) * 100
    for _ in range(FIRST_DAY.year - 3, year):
        before, rate = now, dice.randint(2, 19)
        now = before * (100 + rate) // 100
    return before, rate, now


def growth(dice: random.Random, scene: Scene) -> str:
    what, measure, low, high = dice.choice(
        (("门诊量", "人次", 80, 4_000), ("出院患者", "人次", 20, 500), ("手术量", "台", 5, 120))
    )
    before, rate, now = _series(scene.hospital + what, scene.year - 1, low, high)
    year = scene.year - 1
    return dice.choice(
        (
            f"{year}年，{scene.hospital}{what}达{now}{measure}，同比增长{rate}%。",
            f"{scene.hospital}{what}由{year - 1}年的{before}{measure}增加到{year}年的{now}{measure}。",
        )
    )


def funds(dice: random.Random, scene: Scene) -> str:
    money = dice.choice((dice.randint(20, 990), dice.randint(100, 9_000), dice.randint(10_000, 30_000)))
    thing, other = fill("{equipment}", dice, scene), fill("{equipment}", dice, scene)
    return dice.choice(
        (
            f"{_since(dice, scene)}{scene.donor}累计投入援助资金{_money(dice, money)}，用于{scene.hospital}建设。",
            f"{scene.donor}向{scene.hospital}捐赠{thing}、{other}等设备{dice.randint(2, 90)}台（套），"
            f"价值{_money(dice, money % 900 + 12)}。",
            f"{scene.sender}为当地购置{thing}{dice.randint(2, 9)}台，"
            f"捐赠药品和耗材价值{_money(dice, money % 300 + 5)}。",
        )
    )


def techniques(dice: random.Random, scene: Scene) -> str:
    new = dice.randint(4, 60)
    blanks = dice.randint(1, new - 1)
    return dice.choice(
        (
            f"{_team(dice, scene)}帮助{scene.hospital}开展{fill('{technique}', dice, scene)}等新技术{new}项，"
            f"其中{blanks}项填补当地空白。",
            f"{_since(dice, scene)}引进新技术新项目{new}项，新建{fill('{department}、{department}', dice, scene)}"
            f"等{dice.randint(2, 6)}个科室。",
        )
    )


def clinic(dice: random.Random, scene: Scene) -> str:
    times, heads = dice.randint(2, 60), dice.randint(3, 200) * 50
    place = fill("{township}", dice, scene)
    return dice.choice(
        (
            f"{_team(dice, scene)}到{place}等乡镇开展义诊{times}场，服务群众{_about(dice, heads)}人次，"
            f"发放药品价值{dice.randint(1, 40)}万元。",
            f"在{place}，{_team(dice, scene)}为{_about(dice, heads)}名群众免费体检，"
            f"筛查出{fill('{disease}', dice, scene)}患者{dice.randint(3, 80)}人。",
        )
    )


def rates(dice: random.Random, scene: Scene) -> str:
    after = dice.randint(86, 99)
    return dice.choice(
        (
            f"如今，{scene.hospital}急危重症抢救成功率提升到{after}%，平均住院日由"
            f"{dice.randint(90, 120) / 10}天降到{dice.randint(60, 89) / 10}天。",
            f"县域内就诊率由{after - dice.randint(5, 20)}%提高到{after}%，外转患者下降{dice.randint(8, 45)}%。",
        )
    )


def remark(dice: random.Random, scene: Scene) -> str:
    """Figures that are no metric of the ledger: distances, ages, times."""
    return fill(
        dice.choice(
            (
                f"从{{donor}}到{{township}}有{dice.randint(8, 48) * 100}多公里，"
                f"{{name}}一走就是{dice.randint(2, 9)}个月。",
                f"凌晨{dice.randint(1, 5)}点，{{name}}接到电话，{dice.randint(10, 50)}分钟后便赶到{{department}}。",
                f"手术持续了{dice.randint(2, 9)}个小时，{{age}}岁的{{name}}转危为安，{{manner}}。",
                f"{{township}}海拔{dice.randint(28, 47) * 100}米，"
                f"{{name}}入住时血氧只有{dice.randint(70, 88)}%，{{manner}}。",
            )
        ),
        dice,
        scene,
    )


def other_sector(dice: random.Random, scene: Scene) -> str:
    """Aid of another sector: no metric of the health ledger may come of it."""
    project = fill("{project_other}", dice, scene)
    return dice.choice(
        (
            f"{scene.donor}投入资金{_money(dice, dice.randint(80, 9_000))}建设{project}，"
            f"惠及农户{dice.randint(40, 900)}户。",
            f"{project}全长{dice.randint(2, 60)}.{dice.randint(1, 9)}公里，施工期间用工{dice.randint(40, 900)}多人次。",
            f"该项目带动就业{dice.randint(30, 900)}人，人均增收{dice.randint(10, 90) * 100}元。",
            f"学校新建教学楼{dice.randint(8, 90) * 100}平方米，可容纳学生{dice.randint(2, 20) * 50}名。",
        )
    )


HEALTH: tuple[Sentence, ...] = (people, care, training, parts, growth, funds, techniques, clinic, rates, care, remark)
OTHER: tuple[Sentence, ...] = (other_sector,)


def counted(dice: random.Random, scene: Scene, *, health: bool = True) -> str:
    """One sentence with figures."""
    return dice.choice(HEALTH if health else OTHER)(dice, scene)
