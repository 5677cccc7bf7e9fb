"""Personal numbers masked: identity, phone, credit-code, certificate and receipt numbers.

Each digit or letter of such a number becomes one MASK character, and blanks inside it stay, so nothing shifts.
Figures of the news (125012人次, 28289.17平方米) stay: a number is taken for a personal one only by its own structure
(region, birth date and check digit of GB 11643; a mobile prefix), by a length that no figure has, or by the words
around it (身份证号, 电话, …号收据).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

MASK = "*"

_DIGIT = "0-9０-９"
_GAP = r"[ \t\u3000\n\-—–.·]{0,4}"
_TO_ASCII = str.maketrans("０１２３４５６７８９Ｘｘ", "0123456789XX")
_PROVINCES = frozenset(
    map(
        str,
        (
            *range(11, 16),
            *range(21, 24),
            *range(31, 38),
            *range(41, 47),
            *range(50, 55),
            *range(61, 66),
            71,
            81,
            82,
            83,
            91,
        ),
    )
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_UNIT = "元人万亿个例台次名位批家所项期场平米方公里吨％%.．\\d"

_FIRST = rf"[{_DIGIT}](?<![{_DIGIT}].)"
"""The first digit of a run. It stands before its look-behind, so that the engine skips to digits."""
_LONG_RUN = re.compile(rf"{_FIRST}[{_DIGIT}]{{13,}}[XxＸｘ]?")
_SPACED_RUN = re.compile(rf"{_FIRST}(?:{_GAP}[{_DIGIT}]){{16,}}(?:{_GAP}[XxＸｘ])?")
_IDENTITY = re.compile(
    rf"(?:身\s*份\s*证|居\s*民\s*证|公\s*民\s*身\s*份)[^{_DIGIT}]{{0,12}}([{_DIGIT}](?:{_GAP}[{_DIGIT}]){{6,17}}(?:{_GAP}[XxＸｘ])?)"
)
_CREDIT_CODE = re.compile(r"[1-9ANY](?<![0-9A-Za-z].)[1-9A-G][0-9]{6}[0-9A-Z]{9}[0-9A-Z](?![0-9A-Za-z])")
_CREDIT_CONTEXT = re.compile(r"(?:信\s*用|统\s*一)\s*代\s*码[^0-9A-Za-z]{0,8}([0-9A-Z](?:[ \t\n]{0,2}[0-9A-Z]){7,17})")
_MOBILE = re.compile(rf"(?<![{_DIGIT}.])(?:\+?86[ -]?)?(1[3-9][0-9](?:[ -]?[0-9]{{4}}){{2}})(?![ ]?[{_UNIT}])")
_MOBILE_DIGITS = re.compile(r"1[3-9][0-9](?:[ -]?[0-9]{4}){2}")
_LANDLINE = re.compile(
    r"(?:0(?<![\d.].)[1-9]\d{1,2}[)）]?[-－–—][2-8]\d{6,7}"
    r"|4(?<![\d.].)00[-－–—]\d{3,4}[-－–—]\d{3,4}|8(?<![\d.].)00[-－–—]\d{3,4}[-－–—]\d{3,4})(?!\d)"
)
_PHONE_CONTEXT = re.compile(
    r"(?:电\s*话|手\s*机|热\s*线|传\s*真|联\s*系\s*方\s*式|致\s*电|拨\s*打|[Tt][Ee][Ll])"
    rf"[^{_DIGIT}\n。，；]{{0,8}}((?:\(|（)?[{_DIGIT}](?:[ \-－–—()（）]{{0,2}}[{_DIGIT}]){{6,14}})(?![ ]?[{_UNIT}])"
)
_DIGITS_BEFORE_HAO = re.compile(rf"[{_DIGIT}](?:[ ]?[{_DIGIT}]){{4}}\s?号")
_BEFORE_HAO = re.compile(rf"(?<![{_DIGIT}A-Za-z.])[A-Za-z]{{0,6}}[{_DIGIT}](?:[ ]?[{_DIGIT}]){{4,29}}(?=\s?号)")
_AFTER_LABEL = re.compile(
    r"(?:编\s*号|证\s*号|票\s*号|证\s*件\s*号\s*码?|执\s*照\s*号\s*码?|注\s*册\s*号|账\s*号|帐\s*号|卡\s*号|许\s*可\s*证\s*号|号\s*码|№)"
    rf"[\s:：为是]{{0,4}}([A-Za-z]{{0,6}}[-{_DIGIT}A-Za-z]{{5,30}})(?!\s?[{_UNIT}])"
)
_NAME_IDENTITY = re.compile(rf"(?<![{_DIGIT}])[{_DIGIT}]{{17}}[{_DIGIT}XxＸｘ](?![{_DIGIT}])")
_NAME_MOBILE = re.compile(r"(?<![0-9A-Za-z])1[3-9][0-9]{9}(?![0-9A-Za-z])")
_CHARACTER = re.compile(rf"[{_DIGIT}A-Za-zＸｘ]")


@dataclass(frozen=True, slots=True)
class Masked:
    text: str
    count: int
    """How many numbers were masked."""


def mask(text: str) -> Masked:
    """`text` of the same length with its personal numbers masked.

    "（身份证号：110101190001010000）" becomes "（身份证号：******************）", count 1.
    """
    count = 0
    for spans in (_code_spans, _identity_spans, _phone_spans, _paper_spans):
        text, found = _mask_spans(text, list(spans(text)))
        count += found
    return Masked(text, count)


def mask_name(name: str) -> str:
    """A file name or an address without identity and mobile numbers; masked ones differ as the whole names do.

    "110101190001010000.txt" becomes "******************.txt~9f3c": two such files must not be taken for versions of
    one, and 16 bits of a hash give no number away. The numbers of a site's pages stay, as far
    as they are no identity numbers.
    """
    masked = _NAME_IDENTITY.sub(lambda match: MASK * len(match[0]), name)
    if not name.startswith(("http://", "https://")):
        masked = _NAME_MOBILE.sub(lambda match: MASK * len(match[0]), masked)
    return masked if masked == name else f"{masked}~{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:4]}"


def is_identity_number(digits: str) -> bool:
    """Whether 18 characters have the region, birth date and check digit of GB 11643."""
    return _is_plausible(digits) and _check_digit(digits[:17]) == digits[17].upper()


def _mask_spans(text: str, spans: list[tuple[int, int]]) -> tuple[str, int]:
    pieces, at, count = [], 0, 0
    for start, end in sorted(spans):
        if end <= at:
            continue
        start = max(start, at)
        pieces.append(text[at:start])
        pieces.append(_CHARACTER.sub(MASK, text[start:end]))
        at, count = end, count + 1
    return "".join([*pieces, text[at:]]), count


def _identity_spans(text: str) -> Iterator[tuple[int, int]]:
    yield from (match.span() for match in _LONG_RUN.finditer(text))
    yield from (match.span(1) for match in _IDENTITY.finditer(text))
    for run in _SPACED_RUN.finditer(text):
        yield from _windows(run)


def _windows(run: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Identity numbers with a right check digit inside digits that blanks or line ends separate."""
    places = [run.start() + found.start() for found in _CHARACTER.finditer(run.group())]
    digits = "".join(run.string[place] for place in places).translate(_TO_ASCII).upper()
    at = 0
    while at + 18 <= len(digits):
        if is_identity_number(digits[at : at + 18]):
            yield places[at], places[at + 17] + 1
            at += 18
        else:
            at += 1


def _is_plausible(digits: str) -> bool:
    if len(digits) != 18 or not digits[:17].isdecimal() or digits[:2] not in _PROVINCES:
        return False
    year, month, day = int(digits[6:10]), int(digits[10:12]), int(digits[12:14])
    return 1900 <= year <= 2099 and 1 <= month <= 12 and 1 <= day <= 31


def _check_digit(first_17: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


def _code_spans(text: str) -> Iterator[tuple[int, int]]:
    yield from (match.span() for match in _CREDIT_CODE.finditer(text))
    yield from (match.span(1) for match in _CREDIT_CONTEXT.finditer(text))


def _phone_spans(text: str) -> Iterator[tuple[int, int]]:
    if _MOBILE_DIGITS.search(text):
        yield from (match.span(1) for match in _MOBILE.finditer(text))
    yield from (match.span() for match in _LANDLINE.finditer(text))
    yield from (match.span(1) for match in _PHONE_CONTEXT.finditer(text))


def _paper_spans(text: str) -> Iterator[tuple[int, int]]:
    """Numbers of certificates, receipts and accounts: …号收据, 编号…."""
    if _DIGITS_BEFORE_HAO.search(text):
        yield from (match.span() for match in _BEFORE_HAO.finditer(text))
    yield from (match.span(1) for match in _AFTER_LABEL.finditer(text))
