"""Articles written by a grammar of our own: sound ones from a seed, and the sentences of which they are made.

Places and hospitals are real, events and figures are invented. A sound article contradicts neither itself nor another:
its parts make their total, its growth fits its levels, and the yearly levels of a hospital are one series.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

PAIRS = (
    *(("泉州市", "昌吉市"), ("厦门市", "吉木萨尔县"), ("漳州市", "奇台县"), ("龙岩市", "呼图壁县")),
    *(("三明市", "玛纳斯县"), ("南平市", "木垒县"), ("济南市", "英吉沙县"), ("日照市", "麦盖提县")),
    *(("东营市", "疏勒县"), ("金华市", "温宿县"), ("嘉兴市", "沙雅县"), ("台州市", "阿拉尔市")),
)
HOSPITAL = {recipient: f"{recipient}人民医院" for _, recipient in PAIRS}


@dataclass(frozen=True, slots=True)
class News:
    """One article: its file name, whose date is that of publication, and its text."""

    name: str
    text: str


def _people(dice: random.Random, donor: str, recipient: str) -> str:
    return f"{donor}选派{dice.randint(5, 30)}名医生到{recipient}开展医疗帮扶。"


def _care(dice: random.Random, donor: str, recipient: str) -> str:
    operations = dice.randint(40, 400)
    patients = operations * dice.randint(8, 30)
    return f"医疗队在{HOSPITAL[recipient]}诊治患者{patients}人次，完成手术{operations}台。"


def _training(dice: random.Random, donor: str, recipient: str) -> str:
    return f"医疗队开展培训班{dice.randint(2, 30)}期，培训医务人员{dice.randint(50, 900)}余人次。"


def _parts(dice: random.Random, donor: str, recipient: str) -> str:
    batches, people = [dice.randint(2, 12) for _ in range(3)], [dice.randint(10, 80) for _ in range(3)]
    kinds = ("柔性援疆专家", "名医行", "公卫小组团专家")
    listed = "、".join(f"{kind}{batch}批{each}人" for kind, batch, each in zip(kinds, batches, people, strict=True))
    return f"近年来，{donor}先后派出{sum(batches)}批次、{sum(people)}名专家奔赴{recipient}。其中{listed}。"


def _growth(dice: random.Random, donor: str, recipient: str) -> str:
    """The yearly levels of a hospital are one series, whichever article tells them."""
    place = HOSPITAL[recipient]
    series = random.Random(place)
    before, growth = series.randint(60, 300) * 100, series.randint(3, 40)
    now = before * (100 + growth) // 100
    return f"2023年，{place}门诊量达{now}人次，同比增长{growth}%。2022年，{place}门诊量{before}人次。"


def _funds(dice: random.Random, donor: str, recipient: str) -> str:
    return f"{donor}投入资金{dice.randint(100, 900)}万元，支持{HOSPITAL[recipient]}建设。"


def _techniques(dice: random.Random, donor: str, recipient: str) -> str:
    return f"专家们帮助{HOSPITAL[recipient]}开展新技术{dice.randint(3, 30)}项，帮带教学员{dice.randint(5, 40)}名。"


def _clinic(dice: random.Random, donor: str, recipient: str) -> str:
    return f"医疗队举办义诊{dice.randint(3, 25)}场，惠及群众{dice.randint(3, 30) * 100}多人。"


def _rate(dice: random.Random, donor: str, recipient: str) -> str:
    return f"医疗队帮助{HOSPITAL[recipient]}将急危重症患者抢救成功率提升到{dice.randint(88, 99)}%。"


SENTENCES = (_people, _care, _training, _parts, _growth, _funds, _techniques, _clinic, _rate)
OPENINGS = ("天山脚下的白衣使者", "跨越山海的守护", "把好医生送到家门口", "一支带不走的医疗队", "边疆来了新专家")
WHO = ("古丽阿姨", "牧民巴图", "退休教师老周", "瓜农艾力", "年轻护士小马", "护林员老陈", "驾驶员阿不都", "裁缝热娜")
WHERE = (
    "病房外的白杨树下",
    "落满雪的村口",
    "示教室的灯光里",
    "戈壁公路旁",
    "葡萄架下",
    "巡诊车的车窗边",
    "门诊大厅的长椅上",
)
WHAT = (
    "说起当年的膝盖疼",
    "等着复查的结果",
    "送来刚摘的葡萄",
    "学着在模型上缝合",
    "翻看厚厚的病历本",
    "同医生拉起家常",
)
HOW = ("脸上有了笑容", "声音有些哽咽", "一句谢谢讲了多遍", "眼里映着远处的雪山", "手里的馕还冒着热气", "久久不肯离开")
LINKS = ("后来", "那天傍晚", "说到这里", "送走客人", "查完房", "风沙停了以后", "忙完手头的事")


def _tale(dice: random.Random) -> str:
    """Two sentences without a figure, rarely the same twice: articles are told apart by their tales."""
    who = dice.sample(WHO, 2)
    first = f"{who[0]}在{dice.choice(WHERE)}{dice.choice(WHAT)}，{dice.choice(HOW)}。"
    return (
        first + f"{dice.choice(LINKS)}，{who[1]}也来到{dice.choice(WHERE)}，{dice.choice(WHAT)}，{dice.choice(HOW)}。"
    )


def sound_article(number: int) -> News:
    """The article of this number: the same on every machine."""
    dice = random.Random(number)
    donor, recipient = PAIRS[number % len(PAIRS)]
    published = date(2024, 1, 10) + timedelta(days=number)
    chosen = dice.sample(SENTENCES, dice.randint(2, 4))
    told = [make(dice, donor, recipient) for make in chosen]
    body = "\n".join(f"{_tale(dice)}{fact}{_tale(dice)}" for fact in told)
    headline = f"{donor}与{recipient}：{dice.choice(OPENINGS)}"
    return News(f"{published}_{number:05d}.txt", f"{headline}\n本报讯 {body}\n")


def sound_corpus(number: int) -> list[News]:
    """So many articles."""
    return [sound_article(each) for each in range(number)]
