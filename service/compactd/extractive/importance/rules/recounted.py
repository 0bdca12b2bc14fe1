"""Sentences that allow another number of what a rule counts: `The editors let us go up to 900 words.`"""

import re
from functools import lru_cache

from compactd.extractive.importance.rules.subjects import Subject, content_words
from compactd.extractive.languages.cases import allows

_COUNTED = re.compile(
    r"(?<![a-zA-Z\d.,])(\d[\d.,]*)(?: ?([\u3040-\u30ff\u3400-\u9fff]|[\uac00-\ud7a3])| ([^\W\d_]{2,}))"
)
"""A number, and what it counts: a word behind it, or what is attached to it where words do not stand apart."""

_STEM = 4
"""Letters of a word that its forms have in common."""

_SHARE = 0.5
"""Of what a rule names, as much as a sentence names too that is about it."""


def allows_a_number(newer: Subject) -> bool:
    """Whether a sentence allows a number of anything; what only says how many there are does not."""
    return not newer.bans and bool(_counted(newer.text)) and allows(newer.text)


def recounts(newer: Subject, older: Subject) -> bool:
    """Whether a sentence that allows a number has another one of what a rule has a number of, and names half of what
    the rule is about besides."""
    counted = _counted(older.text)
    if len(counted) != 1:
        return False
    [(counter, number)] = counted.items()
    if _counted(newer.text).get(counter, number) == number:
        return False
    named = _named(older.text)
    return bool(named) and len(named & _named(newer.text)) >= _SHARE * len(named)


@lru_cache(maxsize=1024)
def _counted(text: str) -> dict[str, str]:
    """What a text counts, by its first letters → the number."""
    return {(one[2] or one[3]).lower()[:_STEM]: one[1].rstrip(".,") for one in _COUNTED.finditer(text)}


def _named(text: str) -> frozenset[str]:
    """What a text names besides."""
    words, pairs = content_words(_COUNTED.sub(" ", text))
    return frozenset((*(term for _, term in words), *pairs))
