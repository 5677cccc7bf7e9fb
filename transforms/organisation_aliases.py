"""Short names of health bodies: those that an article introduces, and those that readers form from the full name."""

from __future__ import annotations

import re

from transforms.gazetteer import place
from transforms.organisation_words import is_generic

_INTRODUCED = re.compile(r"\s?[（(]\s?(?:以下|下文|下)?简称[为:：]?\s?[“\"「]?([^”\"」）)，。]{2,12})[”\"」]?\s?[）)]")
_NUMBERED = re.compile(r"第([一二三四五六七八九十]{1,3})(?:人民)?医院")
_AFFILIATED = re.compile(r"(医科大学|中医药大学|大学)(?:附属第([一二三四五六七])|第([一二三四五六七])附属)医院")
_LEVELS = ("自治区", "地区", "省", "市", "州", "县", "区", "师", "旗", "盟")
_WORD_GOES_ON = {"医": "学疗保药师生改务院护科技用共联", "院": "士校", "一": "院", "二": "院"}


def introduced(text: str, end: int) -> str | None:
    """The short name that a bracket at `end` gives: 泉州市第一医院（以下简称“泉州一院”）."""
    match = _INTRODUCED.match(text, end, end + 40)
    return match[1].strip() if match else None


def level_word(name: str) -> str:
    """How a place of this name calls itself: 昌吉回族自治州 → 州, 河南省 → 省, 喀什地区 → 地区."""
    return next((level for level in _LEVELS if name.endswith(level)), "")


def short_forms(code: str, rest: str) -> frozenset[str]:
    """Names by which the body `rest` in the place `code` may be called later in the article.

    泉州市 + 第一医院 → 泉州一院, 市一院; 喀什地区 + 第一人民医院 → 喀地一院; 河南省 + 人民医院 → 省医;
    新星市 + 红星医院 → 红星医院.
    """
    one = place(code)
    stem, level = one.short_name, level_word(one.name)
    forms: set[str] = set()
    if numbered := _NUMBERED.fullmatch(rest):
        number = numbered[1]
        forms |= {f"{stem}{number}院", f"{stem}{level}{number}院", f"{level}{number}院", f"{level}{rest}"}
        forms |= {f"{stem[0]}{level[0]}{number}院", f"{stem[0]}{level[0]}{number}医", f"“{stem[0]}{number}”"}
    elif rest == "人民医院":
        forms |= {f"{stem}{level}医院", f"{level}人民医院", f"{level}医院"}
        if one.level == "province":
            forms |= {f"{level}医", f"{stem}{level}医"}
    elif rest in ("中医医院", "中医院"):
        forms |= {f"{stem}{level}中医院", f"{stem}{level}中医医院", f"{level}中医院", f"{level}中医医院"}
    elif affiliated := _AFFILIATED.fullmatch(rest):
        number = affiliated[2] or affiliated[3]
        short = {"医科大学": "医大", "中医药大学": "中医大", "大学": "大"}[affiliated[1]]
        forms |= {f"{stem}{short}{number}附院", f"{stem[0]}{short}{number}附院", f"{stem}{short}附{number}院"}
        forms |= {f"{stem[0]}{short[0]}附{number}", f"{stem[0]}{short}附{number}"}
    elif not is_generic(rest) and len(rest) >= 4:
        forms.add(rest)
    return frozenset(form for form in forms if len(form.strip("“”")) >= 2)


def word_goes_on(text: str, end: int) -> bool:
    """Whether a short name's last character begins another word: 省医|疗队, 省医|保局."""
    return text[end : end + 1] in _WORD_GOES_ON.get(text[end - 1], "") if end < len(text) else False
