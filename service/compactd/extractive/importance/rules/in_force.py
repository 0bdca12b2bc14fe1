"""The instructions that are in force so far, found by what they are about."""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, islice

import msgspec

from compactd.extractive.importance.rules.named_values import PROPER
from compactd.extractive.importance.rules.pair_sides import Side, bucket, side_of
from compactd.extractive.importance.rules.subjects import GENERAL, Subject
from compactd.extractive.languages.words import root_of
from compactd.extractive.memo import Lazy

_OF_ONE_WORD = 12
"""Instructions, the latest, that are found by one word or value: a long text may be made of nothing else."""

_LATEST = 256
"""Instructions that may be taken back, the latest."""

_NEAR = 16
"""Those that are weighed, the latest, and as many that have something in common."""

STANDING = 0.15
"""From this strength on a sentence is a standing instruction. Strengths are logits: of the score that was learned from
labelled sentences, with what stands around a sentence."""

REPLACEABLE = -1.2
"""The strength from which on a sentence is gone when another one takes its place, though it does not stand."""


class Instruction(msgspec.Struct, frozen=True, dict=True):
    """An instruction that was given at `place`; one that is not strong enough to stand may be replaced, too."""

    place: int
    strength: float
    subject: Subject

    @Lazy
    def side(self) -> Side:
        """What it brings into each pair that it is in."""
        return side_of(self.subject)

    @Lazy
    def stood(self) -> int:
        """Its strength, in few steps."""
        return bucket(self.strength)


class InForce:
    """Instructions in the order in which they were given. Each is found by its words, its values, and by what it has
    values of: those without any words are about whatever else has a value of it."""

    def __init__(self) -> None:
        self._given: dict[int, Instruction] = {}
        self._firm, self._weak = _holding(), _holding()
        self._places: dict[str, int] = {}
        self._asked: tuple[Subject, set[int]] | None = None

    def __iter__(self) -> Iterator[Instruction]:
        return iter(self._given.values())

    def latest(self) -> Sequence[Instruction]:
        """Those that may be taken back."""
        return [*islice(reversed(self._given.values()), _LATEST)][::-1]

    def near(self, subject: Subject) -> Sequence[Instruction]:
        """Those among which one may be that a sentence about `subject` voids, though it says so in other words: the
        latest, and the latest of those that have something in common with it."""
        places = sorted(self._about(subject), reverse=True)
        latest = islice(filter(self._given.__contains__, places), _NEAR)
        return [*map(self._given.__getitem__, sorted({*latest, *islice(reversed(self._given), _NEAR)}))]

    def add(self, given: Instruction) -> None:
        """One more is in force."""
        self._given[given.place] = given
        self._asked = None
        subject = given.subject
        self._places[subject.text] = given.place
        holding = self._firm if given.strength >= REPLACEABLE else self._weak
        for key in (*subject.keys, *_kinds(subject, "any"), *_bare(subject, "bare")):
            holding[key].append(given.place)

    def remove(self, those: Iterable[Instruction]) -> None:
        """They are not any more."""
        for one in those:
            self._given.pop(one.place, None)

    def take_again(self, text: str) -> Instruction | None:
        """What was given in the very words that somebody says again, if it is in force: it is not any more."""
        return self._given.pop(self._places.get(text, -1), None)

    def confirm(self, those: Iterable[Instruction], strength: float) -> None:
        """They are instructions, and at least of such strength."""
        for one in those:
            self._given[one.place] = Instruction(one.place, max(strength, one.strength), one.subject)

    def about(self, subject: Subject) -> list[Instruction]:
        """Those that have something in common with `subject`, in their order."""
        return self._at(self._about(subject))

    def _about(self, subject: Subject) -> set[int]:
        """The places of those, and of some that are not in force any more; of one sentence they are asked for again and
        again."""
        if self._asked is None or self._asked[0] is not subject:
            keys = _keys_of(subject)
            self._asked = subject, {*_found(self._firm, keys), *_found(self._weak, keys)}
        return self._asked[1]

    def firm_about(self, subject: Subject) -> list[Instruction]:
        """Those of them that are gone when another one takes their place, though they may not stand."""
        return self._at(_found(self._firm, _keys_of(subject)))

    def stating(self, subject: Subject, *, firm: bool) -> list[Instruction]:
        """The others, and those too if `firm`; where words stand apart only those that have the first one of `subject`:
        most of what has a word in common is about something else."""
        keys = subject.named[:1] or _keys_of(subject)
        weak = _found(self._weak, keys)
        return self._at(chain(weak, _found(self._firm, keys)) if firm else weak)

    def _at(self, places: Iterable[int]) -> list[Instruction]:
        return [*map(self._given.__getitem__, sorted(filter(self._given.__contains__, set(places))))]


_Holding = defaultdict[str, deque[int]]


def _holding() -> _Holding:
    return defaultdict(partial(deque, maxlen=_OF_ONE_WORD))


def _found(holding: _Holding, keys: Iterable[str]) -> Iterator[int]:
    return chain.from_iterable(filter(None, map(holding.get, keys)))


def _keys_of(subject: Subject) -> Sequence[str]:
    """By which others are found that have something in common with it."""
    proper = map(root_of, subject.values.get(PROPER, ()))
    return (*subject.keys, *proper, *_kinds(subject, "bare"), *_bare(subject, "any"))


def _kinds(subject: Subject, whose: str) -> Iterable[str]:
    return [f"{whose} {name}" for name in subject.values]


def _bare(subject: Subject, whose: str) -> Iterable[str]:
    """What it has values of, if no word says more."""
    return () if has_words(subject.terms) else _kinds(subject, whose)


def has_words(terms: Collection[str]) -> bool:
    """Whether any of the terms says what an instruction is about."""
    return not GENERAL.issuperset(terms)
