"""How much a value and a sentence are worth. The figures were fitted with the measurements of tests/quality."""

from collections import Counter
from collections.abc import Collection, Mapping
from functools import cache
from math import sqrt

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import Facts, Sentence, Value
from compactd.extractive.importance.repetition import Earlier
from compactd.extractive.reading.cue import Cue
from compactd.extractive.reading.identifiers import Kind
from compactd.extractive.reading.sentence_traits import Trait
from compactd.strategies.steps import Steps

_KIND: Mapping[Kind, float] = {
    Kind.URL: 1.0,
    Kind.EMAIL: 1.2,
    Kind.PATH: 1.0,
    Kind.ID: 1.2,
    Kind.HASH: 1.1,
    Kind.VERSION: 1.0,
    Kind.DATE: 0.9,
    Kind.AMOUNT: 1.0,
    Kind.QUANTITY: 0.6,
    Kind.ERROR: 1.2,
    Kind.COMMAND: 0.6,
    Kind.HOST: 0.9,
    Kind.NAME: 0.6,
    Kind.NUMBER: 0.5,
    Kind.SYMBOL: 0.2,
}
_CUES_OF_USER: Mapping[int, float] = {
    int(Cue.CORRECTION): 3.0,
    int(Cue.DECISION): 2.0,
    int(Cue.CONSTRAINT): 2.5,
    int(Cue.ERROR): 1.0,
    int(Cue.OUTCOME): 1.2,
    int(Cue.REQUEST): 0.8,
    int(Cue.ORDER): 0.8,
    int(Cue.WITHDRAWAL): 2.0,
    int(Cue.PREFERENCE): 2.0,
    int(Cue.ASIDE): 0.8,
    int(Cue.CHATTER): -1.5,
    int(Cue.NARRATION): -1.2,
}
# An assistant that says "must" or "error" mostly repeats what it was told; what it did is news.
_CUES_OF_ASSISTANT: Mapping[int, float] = {
    **_CUES_OF_USER,
    int(Cue.CONSTRAINT): 0.8,
    int(Cue.REQUEST): 0.0,
    int(Cue.ORDER): 0.0,
    int(Cue.WITHDRAWAL): 0.0,
    int(Cue.PREFERENCE): 0.0,
    int(Cue.OUTCOME): 1.6,
    int(Cue.CHATTER): -2.0,
    int(Cue.NARRATION): -2.0,
}
_TEMPLATE = str.maketrans({**dict.fromkeys(map(chr, range(97, 123)), "a"), **dict.fromkeys("0123456789", "9")})

_KNOWN = 0.1
"""What is left of the weight of a value that an earlier part holds."""
_CORRECTED = 4.0
_USER, _ASSISTANT, _ARGUMENT, _RESULT = 3.0, 2.0, 2.0, 2.5
"""The weight by the speaker who names a value; a result counts that much only for a value that has no like in any other
result."""
_NOTE = 1.2
"""The weight of a value in a harness's note: it is listed where there is room, behind what anybody else names."""
_RECENT = 0.4
_ARGUED = 0.46
"""The weight of a word that a tool was called with: it was chosen for its meaning."""
_BY_USER = 1.5
_CROWD = 0.4
_TERM, _TERMS_AT_MOST = 0.1, 8
_ERROR_LINE = 3.0
_FURTHER_CUES = 0.35
_VALUE_IN_SENTENCE = 0.2
"""The share of a value that counts for its sentence: little, since the ledger holds a value in fewer characters."""
_NAME = 1.2
_TIME_STAMP = 0.3
_A_STEP = 256
"""Values; about half a millisecond of CPU."""

_QUESTION, _QUOTED = int(Trait.QUESTION), int(Trait.QUOTED)
USER, TOOL = Role.USER, Role.TOOL
ID, ERROR, SYMBOL, DATE = Kind.ID, Kind.ERROR, Kind.SYMBOL, Kind.DATE


def weigh_values(facts: Facts, earlier: Earlier, replaced: Mapping[str, str]) -> Steps[dict[str, float]]:
    """Value → weight: role, recurrence, recency, kind; less for one among many of its like in tool results."""
    likes: dict[str, str] = {}
    for number, (text, value) in enumerate(facts.values.items()):
        if value.results:
            likes[text] = _likeness(value)
        if number % _A_STEP == 0:
            yield
    alike = Counter(likes.values())
    corrected = set(replaced.values())
    weights: dict[str, float] = {}
    old, length = 1 - _RECENT / 2, max(1, facts.length)
    for number, (text, value) in enumerate(facts.values.items()):
        if text not in replaced:
            like = alike[likes[text]] if value.results else 0
            weight = _weight(value, like) * (old + _RECENT * value.last / length)
            if value.kind is DATE and "T" in text:
                weight *= _TIME_STAMP
            if text in corrected:
                weight += _CORRECTED
            weights[text] = weight * _KNOWN if earlier and earlier.names(text) else weight
        if number % _A_STEP == 0:
            yield
    return weights


def _weight(value: Value, like: int) -> float:
    """By who names a value and what it is; `like` are the values of its kind in tool results."""
    kind, arguments = value.kind, value.arguments
    seen = _USER * sqrt(value.users) if value.users else 0.0
    if value.assistants:
        seen += _ASSISTANT * sqrt(value.assistants)
    if arguments:
        seen += _ARGUMENT * sqrt(arguments)
    if value.results and (seen or kind is not SYMBOL):
        seen += _RESULT * sqrt(value.results) / like**_CROWD
    if value.notes and (seen or (kind is not SYMBOL and kind is not Kind.NUMBER)):
        seen += _NOTE * sqrt(value.notes)
    return seen * (_ARGUED if arguments and kind is SYMBOL and value.label else _KIND[kind])


def _likeness(value: Value) -> str:
    """The list a value of a tool result belongs to: its label, else its form, else its kind."""
    if value.label:
        return value.label
    if value.kind is ID or value.kind is ERROR:
        return value.value.translate(_TEMPLATE)
    return str(value.kind)


def standing(sentence: Sentence) -> float:
    """What a sentence is worth by its words and its speaker alone."""
    if sentence.role is TOOL:
        return _ERROR_LINE
    terms = min(_TERMS_AT_MOST, sentence.term_count)
    by_user = sentence.role is USER and not sentence.traits & _QUOTED
    return _standing(sentence.cues, terms, by_user, sentence.traits & _QUESTION)


@cache
def _standing(cues: int, terms: int, user: bool, asks: int) -> float:
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


def worth(sentence: Sentence, standing: float, weights: Mapping[str, float], covered: Collection[str]) -> float:
    """What a sentence of such `standing` adds to a summary that holds the values of `covered` already."""
    values = 0.0
    for value, _ in sentence.identifiers:
        if value not in covered:
            values += weights.get(value, 0.0)
    if not sentence.names:
        return standing + _VALUE_IN_SENTENCE * values
    return standing + _VALUE_IN_SENTENCE * values + _NAME * min(2, sum(name not in covered for name in sentence.names))
