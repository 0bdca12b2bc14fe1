"""What stands out in the middle of a long list: an order, or a line longer than the others, and what is beside it."""

from collections.abc import Iterable
from heapq import nlargest
from itertools import chain

from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.words import clauses_of
from compactd.extractive.reading.cues import cues_of
from compactd.extractive.reading.speech import worded
from compactd.strategies.steps import A_STEP, Steps

OUTSTANDING_AT_MOST = 256
"""Sentences of a message that are read for standing out, each with its neighbours: in all a fifth of what a message is
read in."""

_LOOKED_AT = 32 * 1024
"""Sentences that are looked at, some ten microseconds each."""

_SHORTEST, _SHORTEST_UNSPACED = 12, 5
"""Code points of a sentence that can say what is to be, in ASCII and elsewhere (`用中文回答`)."""

_WEIGHTY = int(Cue.SCOPE | Cue.ORDER | Cue.BAN | Cue.DUTY | Cue.CORRECTION | Cue.DECISION | Cue.CONSTRAINT | Cue.GOAL)
_WEIGHTY |= int(Cue.PREFERENCE | Cue.RELEASE | Cue.LASTING | Cue.NORM | Cue.SHIFT | Cue.WITHDRAWAL)
_LONG = 2
"""How many times as long as the others of its list a sentence is that stands out for it."""


def outstanding_in(pieces: Iterable[str]) -> Steps[list[str]]:
    """The sentences that stand out, most of all those with more of the words by which people mark what matters, and
    their neighbours, in their order."""
    sentences: list[str] = []
    for piece in pieces:
        sentences += worded(piece)
        yield
        if len(sentences) > _LOOKED_AT:
            break
    usual = sum(map(len, sentences)) // len(sentences) if sentences else 0
    weights: dict[int, int] = {}
    for number, sentence in enumerate(sentences):
        weight = _weight_of(sentence) + (len(sentence) > _LONG * usual)
        if weight:
            weights[number] = weight
        if number % A_STEP == 0:
            yield
    chosen = nlargest(OUTSTANDING_AT_MOST, weights, key=lambda number: weights[number])
    beside = {near for number in chosen for near in (number - 1, number, number + 1)}
    return [sentences[number] for number in sorted(beside) if 0 <= number < len(sentences)]


def _weight_of(sentence: str) -> int:
    if len(sentence) < (_SHORTEST if sentence.isascii() else _SHORTEST_UNSPACED):
        return 0
    line = " ".join(sentence.split())
    clauses = clauses_of(line)
    return (cues_of(line, [*chain.from_iterable(clauses)], clauses) & _WEIGHTY).bit_count()
