"""Statements about two things that only a number tells apart: `Level 1 … 2 days`, `Level 3 … 9 days`."""

import re

from compactd.extractive.importance.facts import Sentence

_NUMBER = re.compile(r"\d+")


def number_two_things(one: Sentence, other: Sentence) -> bool:
    """Whether each of two sentences has a number, beside its values, that the other one does not have: the value of one
    is none of the other, whatever else they share."""
    own, others = _numbers_of(one), _numbers_of(other)
    return not (own <= others or others <= own)


def _numbers_of(sentence: Sentence) -> set[str]:
    text = sentence.text
    # The longest first: `12` may be within `12 days`.
    for value in sorted({value for value, _ in sentence.values()}, key=len, reverse=True):
        text = text.replace(value, " ")
    return set(_NUMBER.findall(text))
