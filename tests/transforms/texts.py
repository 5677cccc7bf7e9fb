"""Arbitrary text for property tests: letters, digits and punctuation of the news, and pieces of its sentences."""

from __future__ import annotations

from hypothesis import strategies as st

LETTERS = "一二三四五六七八九十百千万亿两零〇几数余多近约超逾半成倍番分之个名人次台例元年月日号第至到的在对上下过不"
MARKS = "0123456789０９.,，。；、：:%％—-～~+()（）“”《》〔〕 \u3000\n/"
PIECES = (
    "完成手术",
    "累计接诊患者",
    "昌吉州人民医院",
    "泉州市",
    "喀什地区",
    "第九批援疆医疗队",
    "今年8月",
    "2010年以来",
    "一年多来",
    "“十四五”以来",
    "同比增长",
    "其中",
    "分别",
    "从",
    "提升至",
    "翻一番",
    "3.5万余人次",
    "12台、",
    "20%",
    "5个百分点",
    "近六成",
    "30余名",
    "1.6亿元",
    "选派",
    "赴",
    "培训医务人员",
    "义诊",
    "平均住院日",
    "（以下简称泉一）",
    "第十三师红星医院",
    "库车县",
    "计划",
    "每年",
    "截至目前",
    "较上年",
    "0.31天",
    "去年",
    "前往",
    "援几内亚",
    "较前年",
    "三四十",
    "百分之",
)


def any_text(max_size: int = 200) -> st.SearchStrategy[str]:
    """Text of any kind: of the letters that matter here, of sentence pieces, and of all of Unicode."""
    of_letters = st.text(LETTERS + MARKS, max_size=max_size)
    of_pieces = st.lists(st.sampled_from([*PIECES, *"，。；、\n "]), max_size=30).map("".join)
    of_chinese = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=max_size // 4)
    return st.one_of(of_letters, of_pieces, of_chinese, st.text(max_size=max_size // 4))
