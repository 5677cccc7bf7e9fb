"""Small words that turn a figure: planned, yearly, part of a whole, grown, shrunk, of one kind."""

from __future__ import annotations

import re

from transforms.lexicons.rules import load_qualifiers
from transforms.model import Quantity, Status
from transforms.scene import Scene

_WILL = "于|在|为|会|继续|开展|新增|选派|派|投入|建|达|再|向|陆续|分|对|进一步|组织|实施|完成|安排|培训|培养|赴|前往|引进|覆盖|惠及|可|新建|提供|启动|举办|捐赠|援助|通过|力争|逐步|重点|帮助|支持|投资|全面|持续|按|有|成为|超|突破|实现|设|出发|接替|援|进行|履行|带|驻|奔赴|轮流|承担|服务|捐|募|拿出|打造|购|改|扩"
_PLANNED = re.compile(
    rf"计划(?!生育|免疫)|拟(?![定态人])|预计|(?<![即麻上大])将(?={_WILL})|即将(?!期满|结束|返|离)|设计|规划(?!部)|建成后|投用后|投入使用后|落成后|完工后|可提供|可容纳|可满足|力争|目标|有望|届时|未来|争取在|争取到|到20[2-9]\d年底?[，,]"
)
_DONE = re.compile(r"年多?来|去年|前年|半年里|已|目前|截至|累计|先后|完成了|迄今|共计|以来(?![，,]?计划)|建成(?!后)")
_ALREADY = re.compile(r"已(?!经?计划)")
_COMMITTED = re.compile(r"总投资|概算(?:总)?投资|投资概算|总概算|总造价|工程概算")
_NEXT_WILL = re.compile(r"[，,](?:全体队员|他们|队员们|将)?(?:即将|拟于|计划于|将(?:于|在|分|赴|奔赴|前往))")
_LEFT = re.compile(r"启程|出发|出征|抵达|奔赴")
_YEARLY = re.compile(r"每年|年均|年平均|每年度|逐年|一年一|一年的(?=手术|门诊|接诊|住院)")
_YEARLY_NOUN = re.compile(
    r"(?<![今去前全当半多少来同\d年])年(?=手术|门诊|门急诊|接诊|诊疗|服务|收治|住院|出院|开展|完成|培训)"
)
_PART = re.compile(r"其中|包括|包含|(?<![包])含(?![量有糖水])")
_CHANGE = re.compile(
    r"(?:增长|增加|提升|提高|上升|上涨|增幅|增速|净增|递增|减少|下降|降低|缩短|降幅|降|减|下滑|回落|翻|扩大|增|升|涨|压缩)"
    r"(?:了|幅度?为?|率为?|约|近|超过?|逾|达到?|到|至|为)*$"
)
_COMPARED = re.compile(r"(?:多|少)(?:出|了|办|做|开|收|派|用)?了?$")
_BASE = re.compile(r"同比|环比|[较比与][上去][一1]?年(?:同期)?|[较比](?![例赛如重])(?:[^，。；、]{1,10})")
_SAME_TERM = re.compile(r"与[^，。；]{0,8}(?:去年|上年)(?:同期)?相比")
_NEGATIVE = re.compile(r"减少|下降|降低|缩短|降|减|下滑|回落|压缩|少")


def change_before(text: str, start: int, end: int, sentence_start: int) -> str | None:
    """The words of growth or decline right before `end`, after the base that they compare with; None where there are none.

    与去年同期相比，义诊场次增加18场: the base may stand earlier in the sentence. 多 and 少 need one.
    """
    head = max(start, end - 24)
    verb = _CHANGE.search(text, head, end)
    base = list(_BASE.finditer(text, start, verb.start() if verb else end))
    if verb is None:
        verb = _COMPARED.search(text, head, end) if base or _SAME_TERM.search(text, sentence_start, end) else None
        if verb is None:
            return None
    if not base:
        base = list(_SAME_TERM.finditer(text, sentence_start, start))
    return (base[-1][0] if base else "") + verb[0]


def negative(change: str) -> bool:
    """Whether the wording is of decline: 减少, 下降, 缩短."""
    return _NEGATIVE.search(change) is not None


def status_of(scene: Scene, quantity: Quantity, reach: int) -> Status:
    """planned where 计划, 将, 预计, 设计 … governs the figure; a total investment is a commitment, hence actual."""
    text, start = scene.text, quantity.char_start
    before = text[reach:start]
    if _COMMITTED.search(before[-14:]):
        return "actual"
    cues = list(_PLANNED.finditer(before))
    if cues and not _DONE.search(before, cues[-1].end()):
        after = scene.clauses.after(quantity.char_end)
        return "actual" if _ALREADY.search(text, quantity.char_end, after) else "planned"
    following = scene.clauses.after(quantity.char_end)
    if _NEXT_WILL.match(text, following) and not _DONE.search(before) and not _LEFT.search(text, reach, following):
        return "planned"
    return "actual"


def is_annual(text: str, reach: int, left: int, start: int) -> bool:
    """Whether the figure is of one year on average or every year."""
    return bool(_YEARLY.search(text, reach, start) or _YEARLY_NOUN.search(text, max(0, left), start))


def part_mark(text: str, sentence_start: int, start: int) -> int | None:
    """Where 其中 or its like stands between the sentence's start and `start`; None where it does not."""
    mark = _PART.search(text, sentence_start, start)
    return mark.start() if mark else None


def qualifier_of(text: str, metric: str, left: int, start: int, end: int, right: int) -> str | None:
    """The kind that narrows the metric, nearest to the figure in its zone: 123例大骨节病手术 → 大骨节."""
    surfaces = load_qualifiers().get(metric)
    if surfaces is None:
        return None
    found = [(start - stop, name) for _begin, stop, name in surfaces.find(text, left, start)]
    found += [(begin - end, name) for begin, _stop, name in surfaces.find(text, end, right)]
    return min(found)[1] if found else None
