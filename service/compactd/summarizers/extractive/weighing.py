"""How much a value and a sentence are worth. The figures were fitted on the conversations of tests/quality."""

from collections import Counter
from collections.abc import Collection, Mapping
from math import log2, sqrt

from compactd.domain.messages import Role
from compactd.summarizers.extractive.cues import Cue
from compactd.summarizers.extractive.identifiers import Kind
from compactd.summarizers.extractive.reading import Reading, Sentence, Value

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
    Kind.COMMAND: 1.0,
    Kind.HOST: 0.9,
    Kind.NUMBER: 0.5,
    Kind.SYMBOL: 0.4,
}
_CUE: Mapping[Cue, float] = {
    Cue.CORRECTION: 3.0,
    Cue.DECISION: 2.0,
    Cue.CONSTRAINT: 2.0,
    Cue.ERROR: 1.0,
    Cue.OUTCOME: 1.2,
    Cue.REQUEST: 0.8,
    Cue.ASIDE: 0.8,
    Cue.CHATTER: -1.5,
    Cue.NARRATION: -1.2,
}
# An assistant that says "must" or "error" mostly repeats what it was told; what it did is news.
_CUE_OF_ASSISTANT: Mapping[Cue, float] = {
    **_CUE,
    Cue.CONSTRAINT: 0.8,
    Cue.REQUEST: 0.0,
    Cue.OUTCOME: 1.6,
    Cue.CHATTER: -2.0,
    Cue.NARRATION: -2.0,
}
_TEMPLATE = str.maketrans({**dict.fromkeys(map(chr, range(97, 123)), "a"), **dict.fromkeys("0123456789", "9")})
_KNOWN = 0.1


def weigh_values(reading: Reading, earlier: str, replaced: Mapping[str, str]) -> dict[str, float]:
    """Value → weight: role, recurrence, recency, kind; less for one among many of its like in tool results."""
    alike = Counter(_likeness(value) for value in reading.values.values() if value.results)
    corrected = set(replaced.values())
    weights: dict[str, float] = {}
    for text, value in reading.values.items():
        if text in replaced:
            continue
        seen = 3.0 * sqrt(value.users) + 2.0 * sqrt(value.assistants) + 2.0 * sqrt(value.arguments)
        if value.results and (value.kind is not Kind.SYMBOL or value.label):
            seen += 1.5 * sqrt(value.results) / (1 + log2(alike[_likeness(value)]))
        weight = seen * _KIND[value.kind] * (0.8 + 0.4 * value.last / max(1, reading.length))
        if text in corrected:
            weight += 4.0
        weights[text] = weight * _KNOWN if text in earlier else weight
    return weights


def _likeness(value: Value) -> str:
    """The list a value of a tool result belongs to: its label, else its form, else its kind."""
    if value.label:
        return value.label
    if value.kind in (Kind.ID, Kind.ERROR):
        return value.value.translate(_TEMPLATE)
    return value.kind


def worth(sentence: Sentence, weights: Mapping[str, float], covered: Collection[str], length: int) -> float:
    """What a sentence adds to a summary that holds the values of `covered` already."""
    if sentence.role is Role.TOOL:
        cues = 1.0
    else:
        table = _CUE if sentence.role is Role.USER else _CUE_OF_ASSISTANT
        cues = sum(weight for cue, weight in table.items() if cue in sentence.cues)
        if sentence.role is Role.USER:
            cues += 0.8
        if sentence.text.endswith(("?", "？")):
            cues -= 1.0
    values = sum(weights.get(found.value, 0.0) for found in sentence.identifiers if found.value not in covered)
    names = 1.2 * min(2, sum(name not in covered for name in sentence.names))
    return (cues + values + names) * (0.85 + 0.3 * sentence.message / max(1, length))
