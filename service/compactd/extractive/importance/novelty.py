"""Words that only one sentence of a conversation has: what it says stands nowhere else."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import Sentence
from compactd.strategies.steps import Steps

_WORD = re.compile(r"\w{4,}")
"""Shorter ones are mostly of the grammar; of a script without spaces whole clauses are compared."""

_A_STEP = 256
"""Sentences; about a millisecond of CPU."""


def words_of_their_own(sentences: Sequence[Sentence]) -> Steps[Mapping[int, int]]:
    """Place of a sentence that a user said → how many of its words no other one has that anybody said."""
    said: set[str] = set()
    again: set[str] = set()
    new: dict[int, set[str]] = {}
    for place, sentence in enumerate(sentences):
        if place % _A_STEP == 0:
            yield
        if sentence.role is not Role.TOOL:
            words = set(_WORD.findall(sentence.text.lower()))
            fresh = words - said
            said |= fresh
            again |= words - fresh
            if sentence.role is Role.USER:
                new[place] = fresh
    return {place: len(words - again) for place, words in new.items()}


def said_often(sentences: Sequence[Sentence]) -> Mapping[str, int]:
    """Text → how often users said it."""
    return Counter([one.text for one in sentences if one.role is Role.USER])
