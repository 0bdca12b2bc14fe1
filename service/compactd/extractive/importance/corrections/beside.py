"""Statements whose value a later one names beside a new one: `We had to give 9175 back, our port is 3306`.

No word says that the old value holds no longer, so nothing is replaced; but who reads the one has to read the other.
"""

from collections import defaultdict, deque
from collections.abc import Mapping
from functools import partial

from compactd.domain.messages import Role
from compactd.extractive.importance.corrections.corrections import by_sort
from compactd.extractive.importance.facts import Facts, Sentence
from compactd.extractive.reading.sentence_traits import Trait
from compactd.strategies.steps import Steps

_STATING = 12
"""Sentences that name a value by itself, the latest, of which a later one may say more."""

_NOT_SAID = int(Trait.ANNOUNCEMENT | Trait.TABLE_ROW | Trait.QUOTED)
_A_STEP = 128
"""Sentences; about a millisecond of CPU."""


def said_beside(facts: Facts, replaced: Mapping[str, str]) -> Steps[dict[int, int]]:
    """Place → the place of what a user said last of the same with the value that it names and one besides, of the same
    sort, that nobody had named; of what users said, and of no value that is `replaced` for certain."""
    found: dict[int, int] = {}
    stating: defaultdict[str, deque[int]] = defaultdict(partial(deque, maxlen=_STATING))
    for place, sentence in enumerate(facts.sentences):
        if place % _A_STEP == 0:
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
                found.update(dict.fromkeys(_of_the_same(facts, stating[known[0]], place), place))
    return found


def _of_the_same(facts: Facts, stating: deque[int], place: int) -> list[int]:
    """Those of `stating` in another message that have a word in common with what stands at a place."""
    newer = facts.sentences[place]
    about = _terms_of(newer)
    earlier = [before for before in stating if facts.sentences[before].message != newer.message]
    return [before for before in earlier if not about.isdisjoint(_terms_of(facts.sentences[before]))]


def _terms_of(sentence: Sentence) -> set[str]:
    """What it is about, the values left out."""
    named = " ".join(value.casefold() for value, _ in sentence.values())
    return {term for term in sentence.terms if term not in named}
