"""Traditional to Simplified characters, only in a text that is written in Traditional ones.

Only characters are converted, never words: 支援 must not become 支持. On Simplified text OpenCC errs (覆盖→复盖), so
the text is judged first.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import opencc

_TRADITIONAL = frozenset(
    "醫療員團隊與國個們這來對時會學衛術設開關實現間點進過還訓縣區業務專長書記發動產黨總華東門問題體為種類後說將當應經營項"
)
_SIMPLIFIED = frozenset(
    "医疗员团队与国个们这来对时会学卫术设开关实现间点进过还训县区业务专长书记发动产党总华东门问题体为种类后说将当应经营项"
)
_ONLY_TRADITIONAL = re.compile(f"[{''.join(sorted(_TRADITIONAL - _SIMPLIFIED))}]")
_ONLY_SIMPLIFIED = re.compile(f"[{''.join(sorted(_SIMPLIFIED - _TRADITIONAL))}]")

_PARTICLE = re.compile("(?<![显编名原土昭卓巨专论遗译拙新合])著(?![名作述者称书录])")
"""著 where it is the particle that Simplified print writes 着, and not 显著, 著名, 专著."""


@cache
def _converter() -> Any:
    return opencc.OpenCC("t2s")


def is_traditional(text: str) -> bool:
    """Whether Traditional forms prevail: 醫療隊 does, 医疗队 does not, and a page with one quotation does not."""
    traditional = len(_ONLY_TRADITIONAL.findall(text))
    return traditional >= 2 and traditional > len(_ONLY_SIMPLIFIED.findall(text))


def to_simplified(text: str) -> tuple[str, int]:
    """`text` in Simplified characters and how many changed; a Simplified text comes back as it was."""
    if not is_traditional(text):
        return text, 0
    simplified = _converter().convert(text)
    simplified = _PARTICLE.sub("着", simplified)
    changed = sum(old != new for old, new in zip(text, simplified, strict=False))
    return simplified, changed
