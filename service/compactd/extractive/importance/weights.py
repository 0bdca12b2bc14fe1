"""How much a value is worth. `python -m tests.quality.fit_bounds` prints what is kept by other figures."""

from collections import Counter
from collections.abc import Mapping
from math import sqrt

from compactd.extractive.importance.facts import Facts, Value
from compactd.extractive.importance.repetition import Earlier
from compactd.extractive.reading.identifiers import Kind
from compactd.strategies.steps import A_STEP, Steps

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
_USER, _ASSISTANT, _ARGUMENT, _RESULT = 4.2, 2.5, 2.5, 2.0
"""The weight by the speaker who names a value; a result counts that much only for a value that has no like in any other
result."""
_HANDLE, _HANDLES = 1.4, frozenset((Kind.ID, Kind.HASH, Kind.PATH, Kind.URL))
"""How much more a result counts for a value of these kinds that it gave a name: later calls are made with such."""
_UNSAID, _MEASURES = 0.4, frozenset((Kind.AMOUNT, Kind.QUANTITY, Kind.NUMBER, Kind.NAME))
"""How much less a result counts for a value of these kinds, or a time of day, that nobody named and no tool was given:
a price in a list says what the list was about, and no call is made with it."""
_RECENT, _RECENT_RESULT = 0.2, 0.2
"""How much more the last message counts than the first; for a result this besides."""
_NOTE = 1.0
"""The weight of a value in a harness's note: it is listed where there is room, behind what anybody else names."""
_ARGUED = 0.25
"""The weight of a word that a tool was called with: it was chosen for its meaning."""
_CROWD = 0.4
"""How much less a result counts for one of many of its like: their number, to this power."""
_GIVEN = "given"
"""Before the likeness of what stands within a longer text that tools were given."""
_A_FEW = 5
"""Values of one likeness that whoever wrote a text that a tool was given may well have chosen each by itself."""
_TIME_STAMP = 0.3
_TIME_OF_DAY = len("11:59:59 p.m.")

ID, ERROR, SYMBOL, DATE = Kind.ID, Kind.ERROR, Kind.SYMBOL, Kind.DATE


def weigh_values(facts: Facts, earlier: Earlier, replaced: Mapping[str, str]) -> Steps[dict[str, float]]:
    """Value → weight: role, recurrence, recency, kind; less for one among many of its like in tool results."""
    likes: dict[str, str] = {}
    for number, (text, value) in enumerate(facts.values.items()):
        if value.results:
            likes[text] = _likeness(value)
        elif value.arguments and not value.label:
            likes[text] = f"{_GIVEN} {_likeness(value)}"
        if number % A_STEP == 0:
            yield
    alike = Counter(likes.values())
    corrected = set(replaced.values())
    weights: dict[str, float] = {}
    old, length = 1 - _RECENT / 2, max(1, facts.length)
    for number, (text, value) in enumerate(facts.values.items()):
        if text not in replaced:
            like = alike[likes[text]] if text in likes else 1
            age = value.last / length
            weight = _weight(value, like, age) * (old + _RECENT * age)
            if value.kind is DATE and "T" in text:
                weight *= _TIME_STAMP
            if text in corrected:
                weight += _CORRECTED
            weights[text] = weight * _KNOWN if earlier and earlier.names(text) else weight
        if number % A_STEP == 0:
            yield
    return weights


def _weight(value: Value, like: int, age: float) -> float:
    """By who names a value and what it is; `like` counts those of its like in tool results, and in the texts that tools
    were given."""
    kind, arguments = value.kind, value.arguments
    seen = _USER * sqrt(value.users) if value.users else 0.0
    if value.assistants:
        seen += _ASSISTANT * sqrt(value.assistants)
    if arguments:
        # One of many in a longer text that a tool was given was chosen as little as one of many in a result.
        crowd = 1 if value.label or value.results else max(1.0, like / _A_FEW)
        seen += _ARGUMENT * sqrt(arguments) / crowd
    if value.results and (seen or kind is not SYMBOL):
        brought = _RESULT * (1 - _RECENT_RESULT / 2 + _RECENT_RESULT * age) * sqrt(value.results) / like**_CROWD
        if value.label and kind in _HANDLES:
            brought *= _HANDLE
        elif not seen and (kind in _MEASURES or _is_time(value)):
            brought *= _UNSAID
        seen += brought
    if value.notes and (seen or (kind is not SYMBOL and kind is not Kind.NUMBER)):
        seen += _NOTE * sqrt(value.notes)
    return seen * (_ARGUED if arguments and kind is SYMBOL and value.label else _KIND[kind])


def may_be_given(value: Value) -> bool:
    """Whether a later call may be made with a value as a tool's result has it: a handle or a day, under a name."""
    return bool(value.label) and (value.kind in _HANDLES or (value.kind is DATE and not _is_time(value)))


def _is_time(value: Value) -> bool:
    """Whether it is a time of day, of no day."""
    return value.kind is DATE and ":" in value.value and len(value.value) <= _TIME_OF_DAY


def _likeness(value: Value) -> str:
    """The list a value of a tool result belongs to: its label, else its form, else its kind."""
    if value.label:
        return value.label
    if value.kind is ID or value.kind is ERROR:
        return value.value.translate(_TEMPLATE)
    return str(value.kind)
