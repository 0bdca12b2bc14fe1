"""How much a value is worth. `python -m tests.quality.fit_room` prints what is kept by other figures."""

from collections import Counter
from collections.abc import Mapping
from math import sqrt

from compactd.extractive.importance.facts import Facts, Value
from compactd.extractive.importance.repetition import Earlier
from compactd.extractive.reading.identifiers import Kind
from compactd.strategies.steps import Steps

_KIND: Mapping[Kind, float] = {
    Kind.URL: 1.0,
    Kind.EMAIL: 1.2,
    Kind.PATH: 1.0,
    Kind.ID: 1.2,
    Kind.HASH: 1.1,
    Kind.VERSION: 1.0,
    Kind.DATE: 0.9,
    Kind.AMOUNT: 1.2,
    Kind.QUANTITY: 0.6,
    Kind.ERROR: 1.2,
    Kind.COMMAND: 0.6,
    Kind.HOST: 0.9,
    Kind.NAME: 0.4,
    Kind.NUMBER: 0.5,
    Kind.SYMBOL: 0.2,
}
_TEMPLATE = str.maketrans({**dict.fromkeys(map(chr, range(97, 123)), "a"), **dict.fromkeys("0123456789", "9")})

_KNOWN = 0.1
"""What is left of the weight of a value that an earlier part holds."""
_CORRECTED = 4.0
_USER, _ASSISTANT, _ARGUMENT, _RESULT = 4.2, 2.3, 2.5, 2.0
"""The weight by the speaker who names a value; a result counts that much only for a value that has no like in any other
result."""
_HANDLE, _HANDLES = 1.4, frozenset((Kind.ID, Kind.HASH, Kind.EMAIL, Kind.PATH, Kind.URL))
"""How much more a result counts for a value of these kinds that it gave a name: later calls are made with such."""
_RECENT, _RECENT_RESULT = 0.2, 0.3
"""How much more the last message counts than the first; for a result this besides."""
_NOTE = 1.0
"""The weight of a value in a harness's note: it is listed where there is room, behind what anybody else names."""
_ARGUED = 0.25
"""The weight of a word that a tool was called with: it was chosen for its meaning."""
_CROWD = 0.4
"""How much less a result counts for one of many of its like: their number, to this power."""
_TIME_STAMP = 0.3

_A_STEP = 256
"""Values; about half a millisecond of CPU."""

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
            age = value.last / length
            weight = _weight(value, like, age) * (old + _RECENT * age)
            if value.kind is DATE and "T" in text:
                weight *= _TIME_STAMP
            if text in corrected:
                weight += _CORRECTED
            weights[text] = weight * _KNOWN if earlier and earlier.names(text) else weight
        if number % _A_STEP == 0:
            yield
    return weights


def _weight(value: Value, like: int, age: float) -> float:
    """By who names a value and what it is; `like` are the values of its kind in tool results."""
    kind, arguments = value.kind, value.arguments
    seen = _USER * sqrt(value.users) if value.users else 0.0
    if value.assistants:
        seen += _ASSISTANT * sqrt(value.assistants)
    if arguments:
        seen += _ARGUMENT * sqrt(arguments)
    if value.results and (seen or kind is not SYMBOL):
        brought = _RESULT * (1 - _RECENT_RESULT / 2 + _RECENT_RESULT * age) * sqrt(value.results) / like**_CROWD
        seen += brought * _HANDLE if value.label and kind in _HANDLES else brought
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
