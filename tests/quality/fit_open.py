"""Learns the weights of `extractive/importance/requests/open_score.tsv`: `python -m tests.quality.fit_open`.

It learns from ends of conversations (`endings.py`), of which the marks say what is open; none is held out. The same
file every time. With `check` nothing is written, and it says what is told of each set by what was learned from the
others: shares of the messages that are open, and of the ends of which nothing is.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import compactd.extractive.importance.requests as requests
from compactd.extractive.importance.gathering import gather_facts
from compactd.extractive.importance.requests.observations import messages_of, observed
from compactd.extractive.importance.requests.open_bounds import LOOKED_BACK_AT
from compactd.extractive.importance.requests.open_score import features_of
from compactd.extractive.importance.requests.search import found_by_words
from compactd.extractive.reading.reader import Reader
from compactd.strategies.steps import finished
from tests.quality import endings
from tests.quality.fit_standing import MARGIN, Row, fitted, written
from tests.quality.languages import LANGUAGES, marks

FILE = Path(requests.__path__[0]) / "open_score.tsv"

SETS = (
    "developed",
    "checked",
    "other",
    "other_checked",
    "kinds",
    "kinds_checked",
    "more",
    "varied",
    "further",
    "tested",
)
_RATE, _RIDGE, _FEWEST = 0.03, 0.001, 5
_SURE = "tested"
_TIMES = {_SURE: 5}
"""How often what is told of one set counts."""

_EARLIER = 3
"""Messages of users before an end that are learned from: all that they say is small talk, facts and rules."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A message of a user: what is observed of it, and whether it is open; `end` is that of its conversation."""

    name: str
    end: tuple[str, str, int]
    features: Sequence[str]
    is_open: bool


def messages_in(names: Iterable[str]) -> Iterator[Asked]:
    """Those of the ends of these sets of which it is known whether they are open."""
    for name in names:
        for code in LANGUAGES:
            for at, turns in enumerate(endings.turns_of(code, name)):
                yield from _read(name, code, at, turns)


def _read(name: str, code: str, at: int, turns: endings.Turns) -> Iterator[Asked]:
    """Those of one end, by itself and as that of a longer conversation."""
    known = _known(turns)
    said = endings.case_of(code, at, turns).messages
    for spoken in (said[-len(turns) :], said):
        facts = finished(gather_facts(finished(Reader().read(spoken))))
        messages = messages_of(facts, LOOKED_BACK_AT)
        found = found_by_words(facts)
        first = len(spoken) - len(turns)
        for place, message in enumerate(messages):
            turn = message.number - first
            is_open = known.get(turn, False) if turn >= -2 * _EARLIER else None
            if is_open is not None and (message.may_ask or not found.places.isdisjoint(message.places)):
                features = list(features_of(*observed(facts, messages, place, found)))
                yield Asked(name, (name, code, at), features, is_open)


def _known(turns: endings.Turns) -> Mapping[int, bool | None]:
    """Turn of a user → whether what it asks for is open, or what the assistant asked before it; None of one that only
    adds to what is, and so may stand beside it."""
    said = {at: bool(marks(text)) for at, text in enumerate(turns)}
    found: dict[int, bool | None] = {}
    for at in range(0, len(turns), 2):
        is_open = said[at] or said.get(at - 1, False)
        adds = True in found.values() or said.get(at + 1, False)
        found[at] = True if is_open else None if adds else False
    return found


def learned(asked: Iterable[Asked]) -> dict[str, int]:
    """Feature → its weight."""
    rows = [Row(one.features, one.is_open, _TIMES.get(one.name, 1), MARGIN * (one.name == _SURE)) for one in asked]
    return fitted(rows, ridge=_RIDGE, fewest=_FEWEST, first=_RATE)


def told(asked: Sequence[Asked], weights: Mapping[str, int]) -> str:
    """The share of open messages that are told to be so, and of ends without any of which none is."""
    found = [(one, sum(weights.get(feature, 0) for feature in one.features) > 0) for one in asked]
    left = {one.end for one in asked if one.is_open}
    wrong = {one.end for one, is_told in found if is_told}
    done = [end not in wrong for end in {one.end for one in asked} - left]
    return f"open {mean(is_told for one, is_told in found if one.is_open):.3f}, done {mean(done):.3f}"


def made() -> str:
    """The file, learned anew."""
    return written({key: (weight,) for key, weight in learned(messages_in(SETS)).items()})


def main() -> None:
    if "check" not in sys.argv:
        FILE.write_text(made(), "utf-8")
        return
    asked = list(messages_in(SETS))
    for name in SETS:
        weights = learned([one for one in asked if one.name != name])
        sys.stdout.write(f"{name:<10} {told([one for one in asked if one.name == name], weights)}\n")


if __name__ == "__main__":
    main()
