"""The sector of a story, and the words that decided it."""

from __future__ import annotations

from functools import cache

from transforms.lexicons import LexiconError, check_fields, read_toml
from transforms.lexicons.words import Words

_HEADLINE_TIMES = 3
_SHOWN_WORDS = 6
GENERAL = "general"


@cache
def _words() -> Words[tuple[str, str, int]]:
    words: dict[str, tuple[str, str, int]] = {}
    for sector, entry in read_toml("sectors.toml").items():
        check_fields("sectors.toml", sector, entry, {"words"}, set())
        for word, weight in entry["words"].items():
            if word in words:
                raise LexiconError(f"sectors.toml: {word} stands in two sectors")
            words[word] = word, sector, weight
    return Words(words)


def sector_of(headline: str | None, text: str) -> tuple[str, tuple[str, ...]]:
    """Sector and the words that decided it, weightiest first; ("general", ()) where no word decides.

    sector_of(None, "工人们改造路面、新建人行道。") gives ("construction", ("人行道", "路面")).
    """
    scores: dict[str, dict[str, int]] = {}
    for part, times in ((headline or "", _HEADLINE_TIMES), (text, 1)):
        for _start, _end, (word, sector, weight) in _words().longest(part):
            words = scores.setdefault(sector, {})
            words[word] = words.get(word, 0) + weight * times
    if not scores:
        return GENERAL, ()
    sector = max(scores, key=lambda name: (sum(scores[name].values()), name == "health", name))
    deciding = sorted(scores[sector], key=lambda word: (-scores[sector][word], word))
    return sector, tuple(deciding[:_SHOWN_WORDS])


def lean(text: str) -> str | None:
    """The sector that a few words lean to, or None where they say too little: a weight of 2 and more than health's.

    lean("投资2600万元建设的文旅集散中心") gives "culture_tourism", lean("为学生体检") gives "health".
    """
    weights: dict[str, int] = {}
    for _start, _end, (_word, sector, weight) in _words().longest(text):
        weights[sector] = weights.get(sector, 0) + weight
    if not weights:
        return None
    sector = max(weights, key=lambda name: (weights[name], name == "health", name))
    return sector if weights[sector] >= 2 else None
