"""The instructions that are in force so far, found by what they are about."""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from typing import NamedTuple

from compactd.extractive.importance.subjects import GENERAL, PROPER, Subject
from compactd.extractive.reading.words import root_of

_OF_ONE_WORD = 24
"""Instructions, the latest, that are found by one word or value: a long text may be made of nothing else."""

_LATEST = 256
"""Instructions that may be taken back, the latest."""

_NEAR = 16
"""Those that are weighed, the latest, and as many that have something in common."""


class Given(NamedTuple):
    """An instruction that was given at `place`; one that is not strong enough to stand may be replaced, too."""

    place: int
    strength: float
    subject: Subject


class InForce:
    """Instructions in the order in which they were given. Each is found by its words, its values, and by what it has
    values of: those without any words are about whatever else has a value of it."""

    def __init__(self) -> None:
        self._given: dict[int, Given] = {}
        self._with: defaultdict[str, deque[int]] = defaultdict(partial(deque, maxlen=_OF_ONE_WORD))

    def __iter__(self) -> Iterator[Given]:
        return iter(self._given.values())

    def latest(self) -> Sequence[Given]:
        """Those that may be taken back."""
        return self._last(_LATEST)

    def near(self, subject: Subject) -> Sequence[Given]:
        """Those among which one may be that a sentence about `subject` voids, though it says so in other words: the
        latest, and the latest of those that have something in common with it."""
        places = {one.place for one in (*self._last(_NEAR), *self.about(subject)[-_NEAR:])}
        return [self._given[place] for place in sorted(places)]

    def _last(self, count: int) -> Sequence[Given]:
        return [*islice(reversed(self._given.values()), count)][::-1]

    def add(self, given: Given) -> None:
        """One more is in force."""
        self._given[given.place] = given
        subject = given.subject
        for key in (*subject.keys, *_kinds(subject, "any"), *_bare(subject, "bare")):
            self._with[key].append(given.place)

    def remove(self, those: Iterable[Given]) -> None:
        """They are not any more."""
        for one in those:
            self._given.pop(one.place, None)

    def about(self, subject: Subject) -> list[Given]:
        """Those that have something in common with `subject`, in their order."""
        proper = map(root_of, subject.values.get(PROPER, ()))
        keys = (*subject.keys, *proper, *_kinds(subject, "bare"), *_bare(subject, "any"))
        found = set(chain.from_iterable(filter(None, map(self._with.get, keys))))
        return [*map(self._given.__getitem__, sorted(filter(self._given.__contains__, found)))]


def _kinds(subject: Subject, whose: str) -> Iterable[str]:
    return [f"{whose} {name}" for name in subject.values]


def _bare(subject: Subject, whose: str) -> Iterable[str]:
    """What it has values of, if no word says more."""
    return () if has_words(subject.terms) else _kinds(subject, whose)


def has_words(terms: Collection[str]) -> bool:
    """Whether any of the terms says what an instruction is about."""
    return not GENERAL.issuperset(terms)
