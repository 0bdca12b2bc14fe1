"""Statements whose value a later one names beside a new one: `We had to give 9175 back, our port is 3306`.

No word says that the old value holds no longer, so nothing is replaced; but who reads the one has to read the other.
"""

from collections import defaultdict, deque
from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from compactd.domain.messages import Role
from compactd.extractive.importance.corrections.corrections import by_sort
from compactd.extractive.importance.facts import Facts, Sentence
from compactd.extractive.reading.sentence_traits import Trait
from compactd.strategies.steps import A_STEP, Steps

_STATING = 12
"""Sentences that name a value by itself, the latest, of which a later one may say more."""

_NOT_SAID = int(Trait.ANNOUNCEMENT | Trait.TABLE_ROW | Trait.QUOTED)


class Beside(NamedTuple):
    """What users said, place → the place of what they said last of the same with the value that it names and one
    besides, of the same sort, that nobody had named: `together` if the two are read together, `instead` if the later
    one says all that the older one does; and these values, the old one → the new one."""

    together: dict[int, int]
    instead: dict[int, int]
    values: dict[str, str]


def said_beside(facts: Facts, replaced: Mapping[str, str]) -> Steps[Beside]:
    """All that is so of values that are not `replaced` for certain."""
    found = Beside({}, {}, {})
    stating: defaultdict[str, deque[int]] = defaultdict(partial(deque, maxlen=_STATING))
    for place, sentence in enumerate(facts.sentences):
        if place % A_STEP == 0:
            yield
        if sentence.role is not Role.USER or sentence.traits & _NOT_SAID:
            continue
        for values in by_sort(sentence).values():
            named = list(dict.fromkeys(values))
            if len(named) == 1:
                stating[named[0]].append(place)
            known = [value for value in named if stating.get(value)]
            new = [value for value in named if value in facts.values and facts.values[value].first_sentence == place]
            if len(named) == 2 and known and new and known[0] not in replaced:
                for older in stating[known[0]]:
                    _add(found, facts, older, place, (known[0], new[0]))
    return found


def _add(found: Beside, facts: Facts, place: int, last: int, values: tuple[str, str]) -> None:
    """Adds two statements of the old and the new value, if they are in two messages and about the same."""
    older, newer = facts.sentences[place], facts.sentences[last]
    about = _terms_of(older)
    shared = about & _terms_of(newer)
    if older.message == newer.message or not shared:
        return
    others = [value for value, _ in older.values() if value != values[0]]
    says_all = 2 * len(shared) > len(about) and all(value in newer.text for value in others)
    (found.instead if says_all else found.together)[place] = last
    found.values.update([values])


def _terms_of(sentence: Sentence) -> set[str]:
    """What it is about, the values left out."""
    named = " ".join(value.casefold() for value, _ in sentence.values())
    return {term for term in sentence.terms if term not in named}
