"""How much a sentence is worth. `python -m tests.quality.fit_bounds` prints what is kept by other figures."""

import re
from collections.abc import Collection, Mapping
from functools import cache

from compactd.domain.messages import Role
from compactd.extractive.importance.corrections.corrections import old_values_in
from compactd.extractive.importance.facts import BEFORE, Facts, Sentence
from compactd.extractive.importance.novelty import said_often
from compactd.extractive.importance.requests.intent import only_refers_back
from compactd.extractive.languages.cue import Cue
from compactd.extractive.reading.identifiers import Kind
from compactd.extractive.reading.sentence_score import UNIT
from compactd.extractive.reading.sentence_traits import Trait

_CUES_OF_USER: Mapping[int, float] = {
    int(Cue.CORRECTION): 3.0,
    int(Cue.DECISION): 2.0,
    int(Cue.CONSTRAINT): 2.5,
    int(Cue.ERROR): 1.0,
    int(Cue.OUTCOME): 1.2,
    int(Cue.REQUEST): 0.8,
    int(Cue.WITHDRAWAL): 2.0,
    int(Cue.PREFERENCE): 2.0,
    int(Cue.ASIDE): 0.8,
    int(Cue.CHATTER): -1.5,
    int(Cue.NARRATION): -0.6,
}
# An assistant that says "must" or "error" mostly repeats what it was told; what it did is news.
_CUES_OF_ASSISTANT: Mapping[int, float] = {
    **_CUES_OF_USER,
    int(Cue.CONSTRAINT): 0.8,
    int(Cue.REQUEST): 0.0,
    int(Cue.WITHDRAWAL): 0.0,
    int(Cue.PREFERENCE): 0.0,
    int(Cue.OUTCOME): 1.6,
    int(Cue.CHATTER): -2.0,
    int(Cue.NARRATION): -2.0,
}
_FURTHER_CUES = 0.35
_TERM, _TERMS_AT_MOST = 0.1, 8
_ERROR_LINE = 3.0
_BY_USER = 1.5
_NO_RULE = int(Trait.ANNOUNCEMENT | Trait.TABLE_ROW)
_MAY_STAND, _UNSURE = 2.0, 2 * UNIT
"""For a user's sentence that may be a standing instruction, the more the less its score is below 0; by so much below it
for none."""
_STATES = 1.7
"""For a user's sentence that asks for nothing and is no small talk: requests are answered, what is so remains so."""
_OWN_WORD, _OWN_WORDS_AT_MOST, _OWN_AMONG = 1.2, 3, 80
"""For each word of a statement that no other sentence of so many has; in fewer sentences it says less."""
_SPECIFIC = 0.5
"""For a number or a name of one word that is no identifier."""
_OPENING = 1.2
_RECENT = 0.3
_OLD_VALUE = 3.0
_CORRECTS, _CAUSE = 3.0, 7.0
_SAYS_NOTHING = 3.0
_FEW_TERMS, _FEW_TERMS_STATED = 3, 2
"""Content words below which a sentence without a name says nothing; those of a statement."""

NEVER = 8.0
"""Taken from the worth of what only announces something, or is a row of a table."""

_VALUE_IN_SENTENCE = 0.5
"""The share of a value that counts for its sentence: the ledger holds a value in fewer characters. One that says
nothing by itself in a list counts whole."""
_NAME = 1.8

_NAMELESS = frozenset((Kind.NUMBER, Kind.SYMBOL))
_NUMBER_OR_NAME = re.compile(r"\d|(?<=[a-z,;] )[A-Z]\w")
_OFTEN, _FORMULA = 3, 3.0
_NO_STATEMENT = int(Cue.CHATTER | Cue.REQUEST | Cue.ORDER | Cue.GOAL | Cue.NARRATION | Cue.SHIFT)
_QUESTION, _QUOTED = int(Trait.QUESTION), int(Trait.QUOTED)
_ANNOUNCES, _TABLE_ROW, _EXPLAINS = int(Trait.ANNOUNCEMENT), int(Trait.TABLE_ROW), int(Trait.EXPLANATION)
USER, ASSISTANT, TOOL = Role.USER, Role.ASSISTANT, Role.TOOL


class SentenceWorths:
    """What the sentences of a conversation are worth, each by itself; `own_words` says how many words only it has."""

    def __init__(self, facts: Facts, replaced: Mapping[str, str], own_words: Mapping[int, int]) -> None:
        self._sentences = facts.sentences
        self._length = max(1, facts.length)
        by_users = (one.message for one in facts.sentences if one.role is USER)
        self._opening = next((message for message in by_users if message > BEFORE), BEFORE)
        self._replaced = replaced
        self._in_force = frozenset(replaced.values())
        self._own_words = own_words
        self._often = said_often(facts.sentences)
        self._own_word = _OWN_WORD * min(1.0, len(facts.sentences) / _OWN_AMONG)

    def at(self, place: int) -> float:
        """A statement that was corrected since has nothing to say but what the correction says."""
        sentence = self._sentences[place]
        alone = worth_by_cues(sentence)
        if self._replaced and old_values_in(sentence, self._replaced):
            alone -= _OLD_VALUE
        elif self._in_force and sentence.role is USER and self._says_what_is_in_force(sentence):
            alone += _CORRECTS
        if sentence.traits & _EXPLAINS and sentence.role is ASSISTANT:
            alone += _CAUSE
        return alone + self._by_content(place, sentence) + _RECENT * sentence.message / self._length

    def _by_content(self, place: int, sentence: Sentence) -> float:
        """By what it names, and whether it states something that nothing else says."""
        named = bool(sentence.identifiers or sentence.names)
        traits = sentence.traits
        if traits & _TABLE_ROW or (traits & _ANNOUNCES and not named):
            return -NEVER
        said, specific, few = 0.0, named, _FEW_TERMS
        if sentence.role is USER:
            if not named and _NUMBER_OR_NAME.search(sentence.text):
                specific = True
                said += _SPECIFIC
            if self._often[sentence.text] >= _OFTEN:
                said -= _FORMULA
            if not sentence.cues & _NO_STATEMENT and not traits & _QUESTION:
                few = _FEW_TERMS_STATED
                said += _STATES + self._own_word * min(_OWN_WORDS_AT_MOST, self._own_words.get(place, 0))
        if not specific and (sentence.term_count < few or only_refers_back(sentence)):
            return said - _SAYS_NOTHING
        return said + _OPENING if sentence.message == self._opening else said

    def _says_what_is_in_force(self, sentence: Sentence) -> bool:
        return any(value in self._in_force for value, _ in sentence.identifiers)


def worth_by_cues(sentence: Sentence) -> float:
    """What a sentence is worth by its cues and its speaker alone."""
    if sentence.role is TOOL:
        return _ERROR_LINE
    terms = min(_TERMS_AT_MOST, sentence.term_count)
    by_user = sentence.role is USER and not sentence.traits & _QUOTED
    worth = _worth_by_cues(sentence.cues, terms, by_user, sentence.traits & _QUESTION)
    if by_user and sentence.section is None and not sentence.traits & _NO_RULE:
        worth += _MAY_STAND * max(0, min(0, sentence.standing) + _UNSURE) / _UNSURE
    return worth


@cache
def _worth_by_cues(cues: int, terms: int, user: bool, asks: int) -> float:
    score = _said(cues, user) if cues else 0.0
    score += _TERM * terms
    if user:
        score += _BY_USER
    return score - 1.0 if asks else score


def _said(cues: int, user: bool) -> float:
    """What cues are worth together: the best of them whole, of every other a share, of what speaks against it all."""
    table = _CUES_OF_USER if user else _CUES_OF_ASSISTANT
    said = [weight for cue, weight in table.items() if cue & cues]
    best = max(said, default=0.0)
    return (
        best + sum(weight if weight < 0 else _FURTHER_CUES * weight for weight in said) - _FURTHER_CUES * max(0.0, best)
    )


def worth(sentence: Sentence, alone: float, weights: Mapping[str, float], covered: Collection[str]) -> float:
    """What a sentence that is worth so much `alone` adds to a summary that holds the values of `covered` already."""
    for value, kind in sentence.identifiers:
        if value not in covered:
            weight = weights.get(value, 0.0)
            alone += weight if kind in _NAMELESS else _VALUE_IN_SENTENCE * weight
    if not sentence.names:
        return alone
    return alone + _NAME * min(2, sum([name not in covered for name in sentence.names]))
