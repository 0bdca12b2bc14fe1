"""Values that a later statement names beside what is in their place: `The list is in b.csv now, a.csv is empty`."""

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import Facts, Sentence
from compactd.extractive.importance.restatements import terms_apart
from compactd.extractive.languages.conjunctions import CONJUNCTIONS
from compactd.extractive.reading.cue import Cue
from compactd.extractive.reading.identifiers import Kind
from compactd.extractive.reading.sentence_traits import Trait
from compactd.strategies.steps import Steps

_COMPARED = 12
"""Earlier statements of a value, the latest, of which one may say what is so no longer."""

_A_STEP = 256
"""Sentences; about a millisecond of CPU."""

# What is asked for is not so yet, and two values in what went wrong are of two things.
_NO_STATE = int(Cue.ORDER | Cue.REQUEST | Cue.GOAL | Cue.CHATTER | Cue.ERROR)
_NEVER = int(Trait.QUESTION | Trait.ANNOUNCEMENT | Trait.TABLE_ROW | Trait.QUOTED)
_NAMES_MANY = (Kind.SYMBOL, Kind.COMMAND, Kind.ERROR, Kind.HASH)
"""Kinds of which one sentence names two without that one has the place of the other."""


class Succession(NamedTuple):
    """`old` is named beside `new` by the statement at `place`, and is said by those at the places of `before`."""

    old: str
    new: str
    place: int
    before: tuple[int, ...]


def find_successions(facts: Facts) -> Steps[list[Succession]]:
    """Those of what users said, in their order."""
    found: list[Succession] = []
    stating: defaultdict[str, deque[int]] = defaultdict(partial(deque, maxlen=_COMPARED))
    sentences = facts.sentences
    for place, sentence in enumerate(sentences):
        if place % _A_STEP == 0:
            yield
        if sentence.role is not Role.USER or not (sentence.identifiers or sentence.names) or sentence.traits & _NEVER:
            continue
        for old, new, kind in _successions(facts, place):
            before = tuple(at for at in stating[old] if _are_of_one(sentences[at], sentence, kind))
            if before:
                found.append(Succession(old, new, place, before))
        for value, _ in sentence.values():
            stating[value].append(place)
    return found


def _successions(facts: Facts, place: int) -> Iterator[tuple[str, str, Kind]]:
    """(old, new, kind) of a statement that names two values of a kind, of which one was said before."""
    sentence = facts.sentences[place]
    values = sentence.values()
    if len(values) < 2 or sentence.cues & _NO_STATE:
        return
    for kind in dict.fromkeys(kind for _, kind in values if kind not in _NAMES_MANY):
        both = list(dict.fromkeys(value for value, its in values if its is kind))
        new = [value for value in both if facts.values[value].first_sentence >= place]
        if len(both) == 2 and len(new) == 1 and not _are_joined(sentence.text, both):
            both.remove(new[0])
            yield both[0], new[0], kind


def _are_of_one(older: Sentence, newer: Sentence, kind: Kind) -> bool:
    """Whether an older statement has one value of the kind, and the newer one is about what it says of that."""
    if older.message == newer.message or sum(its is kind for _, its in older.values()) != 1:
        return False
    return not terms_apart(older).isdisjoint(terms_apart(newer))


def _are_joined(text: str, both: Sequence[str]) -> bool:
    """Whether nothing stands between two values but a word that joins them: `in a.csv and b.csv` names one more."""
    first, second = sorted(both, key=text.find)
    return text[text.find(first) + len(first) : text.find(second)].strip().casefold() in CONJUNCTIONS
