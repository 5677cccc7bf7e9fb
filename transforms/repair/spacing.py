"""Blanks inside a line: letter-spaced words, blanks between Han characters and digits, blanks around punctuation."""

from __future__ import annotations

import re
from itertools import pairwise

from transforms.characters import CLOSING, END_MARKS, HAN, MID_MARKS, OPENING

_MARKS = MID_MARKS + END_MARKS + OPENING + CLOSING + "—·%"
_TOKEN = re.compile(r"[^ \u3000]+")
_NUMBER = re.compile(rf"[{_MARKS}]*[0-9]+(?:\.[0-9]+)?[{_MARKS}]*")
_LETTER = re.compile(rf"[{_MARKS}●■□]*[{HAN}]?[{_MARKS}]*")
_DIGIT = re.compile(r"[0-9]")
_SHORTEST_RUN = 3

_BLANKS = re.compile(r"[ \u3000]{2,}")
_BESIDE_NUMBER = re.compile(rf"(?<=[0-9%]) (?=[{HAN}%‰℃])|(?<=[{HAN}]) (?=[0-9])")
_BESIDE_MARK = re.compile(rf" (?=[{MID_MARKS}{END_MARKS}）》%])|(?<=[{MID_MARKS}。（《“‘]) ")
_POINT = re.compile(r"(?<=[0-9]) \. (?=[0-9])")
_POINT_AT_EDGE = re.compile(r"(?<=[0-9]) \.$|^\. (?=[0-9])")
"""A decimal point that a letter-spaced line ends or begins with."""
_NAME = re.compile(rf"(?<=[ 者员图：])([{HAN}]) ([{HAN}](?:[摄 ）]|$))")


def tidy(line: str) -> tuple[str, int, bool]:
    """One line with its blanks mended, how many went, and whether it was letter-spaced to fill a column.

    "总 建 筑 面 积" becomes "总建筑面积"; "总投资 1.6亿元" becomes "总投资1.6亿元"; the blank between the two halves
    of a headline stays.
    """
    if " " not in line and "\u3000" not in line:
        return line, 0, False
    tight, justified = _close_letters(line.strip(" \u3000"))
    tight = _BLANKS.sub(" ", tight)
    for pattern in (_BESIDE_NUMBER, _BESIDE_MARK):
        tight = pattern.sub("", tight)
    tight = _NAME.sub(r"\1\2", _POINT.sub(".", tight))
    if justified:
        tight = _POINT_AT_EDGE.sub(".", tight)
    return tight, len(line) - len(tight), justified


def _close_letters(line: str) -> tuple[str, bool]:
    """Blanks dropped inside each run of three or more one-character words."""
    tokens = [match.group() for match in _TOKEN.finditer(line)]
    if len(tokens) < _SHORTEST_RUN:
        return line, False
    short = [
        bool(_LETTER.fullmatch(token) or _NUMBER.fullmatch(token)) or (token == "." and _is_point(tokens, at))
        for at, token in enumerate(tokens)
    ]
    pieces, run, justified, at = [], 0, False, 0
    while at < len(tokens):
        run = at
        while run < len(tokens) and short[run]:
            run += 1
        letters = sum(1 for token in tokens[at:run] if _LETTER.fullmatch(token))
        if letters >= _SHORTEST_RUN:
            pieces.append(_closed(tokens[at:run]))
            justified, at = True, run
        else:
            pieces += tokens[at : max(run, at + 1)]
            at = max(run, at + 1)
    return _rejoin(pieces) if justified else line, justified


def _is_point(tokens: list[str], at: int) -> bool:
    """Whether the full stop at `at` stands between two digits, as in 1 . 4 8."""
    return 0 < at < len(tokens) - 1 and tokens[at - 1][-1].isdecimal() and tokens[at + 1][0].isdecimal()


def _closed(tokens: list[str]) -> str:
    """The characters of a letter-spaced run; two numbers keep a blank unless they are the digits of one."""
    text = tokens[0]
    for left, right in pairwise(tokens):
        apart = _DIGIT.match(text[-1]) and _DIGIT.match(right) and max(len(left), len(right)) > 1
        text += (" " if apart else "") + right
    return text


def _rejoin(pieces: list[str]) -> str:
    """Pieces of a justified line: its blanks are filling, so only Latin words keep theirs."""
    text = pieces[0]
    for piece in pieces[1:]:
        text += (" " if text[-1].isascii() and piece[0].isascii() else "") + piece
    return text
