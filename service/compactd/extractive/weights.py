"""How much a value and a sentence are worth. The figures were fitted with the measurements of tests/quality."""

from collections import Counter
from collections.abc import Collection, Mapping
from functools import cache
from math import sqrt

from compactd.domain.messages import Role
from compactd.extractive.cue import Cue
from compactd.extractive.facts import Facts, Sentence, Value
from compactd.extractive.identifiers import Kind

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
    int(Cue.WITHDRAWAL): 2.0,
    int(Cue.ASIDE): 0.8,
    int(Cue.CHATTER): -1.5,
    int(Cue.NARRATION): -1.2,
}
# An assistant that says "must" or "error" mostly repeats what it was told; what it did is news.
_CUES_OF_ASSISTANT: Mapping[int, float] = {
    **_CUES_OF_USER,
    int(Cue.CONSTRAINT): 0.8,
    int(Cue.REQUEST): 0.0,
    int(Cue.WITHDRAWAL): 0.0,
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
_RECENT = 0.4
_ARGUED = 0.46
"""The weight of a word that a tool was called with: it was chosen for its meaning."""
_BY_USER = 1.5
_CROWD = 0.4
_TERM = 0.1
_ERROR_LINE = 3.0
_FURTHER_CUES = 0.35
_VALUE_IN_SENTENCE = 0.2
"""The share of a value that counts for its sentence: little, since the ledger holds a value in fewer characters."""
_NAME = 1.2
_TIME_STAMP = 0.3
ID, ERROR, SYMBOL, DATE = Kind.ID, Kind.ERROR, Kind.SYMBOL, Kind.DATE


def weigh_values(facts: Facts, earlier: str, replaced: Mapping[str, str]) -> dict[str, float]:
    """Value → weight: role, recurrence, recency, kind; less for one among many of its like in tool results."""
    likes = {text: _likeness(value) for text, value in facts.values.items() if value.results}
    alike = Counter(likes.values())
    corrected = set(replaced.values())
    weights: dict[str, float] = {}
    for text, value in facts.values.items():
        if text in replaced:
            continue
        seen = 0.0
        if value.users or value.assistants or value.arguments:
            seen = _USER * sqrt(value.users) + _ASSISTANT * sqrt(value.assistants) + _ARGUMENT * sqrt(value.arguments)
        if value.results and (seen or value.kind is not SYMBOL):
            seen += _RESULT * sqrt(value.results) / alike[likes[text]] ** _CROWD
        kind = _ARGUED if value.arguments and value.label and value.kind is SYMBOL else _KIND[value.kind]
        weight = seen * kind * (1 - _RECENT / 2 + _RECENT * value.last / max(1, facts.length))
        if value.kind is DATE and "T" in text:
            weight *= _TIME_STAMP
        if text in corrected:
            weight += _CORRECTED
        weights[text] = weight * _KNOWN if earlier and text in earlier else weight
    return weights


def _likeness(value: Value) -> str:
    """The list a value of a tool result belongs to: its label, else its form, else its kind."""
    if value.label:
        return value.label
    if value.kind is ID or value.kind is ERROR:
        return value.value.translate(_TEMPLATE)
    return str(value.kind)


def standing(sentence: Sentence) -> float:
    """What a sentence is worth by its words and its speaker alone."""
    if sentence.role is Role.TOOL:
        return _ERROR_LINE
    user = sentence.role is Role.USER
    score = _said(sentence.cues, user) if sentence.cues else 0.0
    score += _TERM * min(8, len(sentence.terms))
    if user:
        score += _BY_USER
    if sentence.text.endswith(("?", "？")):
        score -= 1.0
    return score


@cache
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
    names = _NAME * min(2, sum(name not in covered for name in sentence.names)) if sentence.names else 0.0
    return standing + _VALUE_IN_SENTENCE * values + names
