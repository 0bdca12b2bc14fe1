"""What a later sentence of a user's brings into each pair that it is in, whichever the instruction is."""

from functools import lru_cache

import msgspec

from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.rules.pair_sides import Side, bucket, side_of
from compactd.extractive.importance.rules.subjects import Subject
from compactd.extractive.memo import Lazy
from compactd.extractive.reading.sentence_score import UNIT

_HINTS = -1.5
_TAKES_BACK = 1.0
"""By so much, as logits, one that only takes back says so more than that something is otherwise."""


class Said(msgspec.Struct, frozen=True, eq=False):
    """What a later sentence brings into each pair: its scores, in buckets, whether it `says` that something is
    otherwise, and what shifts it has. There is one object for all that are the same (`_said`): it is part of many keys,
    and the quickest to look up is what is known by its identity."""

    voids: int
    changes: int
    releases: int
    wills: int
    asks: int
    says: str
    shifts: tuple[bool, bool, bool, bool]


_said = lru_cache(maxsize=4096)(Said)


class Later(msgspec.Struct, frozen=True, dict=True):
    """A later sentence: its subject and its scores, as logits; `voids` is how much it says that something is otherwise,
    or no more."""

    subject: Subject
    changes: float
    releases: float
    standing: float
    asks: float
    voids: float

    @property
    def takes_back(self) -> bool:
        """Whether it says nothing of what holds instead, and is no instruction by itself."""
        return self.releases - self.changes > _TAKES_BACK and self.releases > self.standing

    @property
    def hints(self) -> bool:
        """Whether it may say that something is otherwise, or no more."""
        return self.voids > _HINTS

    @property
    def wills(self) -> bool:
        """Whether it is an instruction by itself."""
        return self.standing > 0

    @Lazy
    def side(self) -> Side:
        """What its subject brings into each pair that it is in."""
        return side_of(self.subject)

    @Lazy
    def weighed(self) -> dict[str, tuple[int, int, int, int]]:
        """Text of an instruction → what the pair weighs, as far as neither its shifts nor its place decide."""
        return {}

    @Lazy
    def said(self) -> Said:
        """What its scores bring into each pair."""
        subject = self.subject
        says = "says" if self.voids > 0 else "hints" if self.hints else "none"
        return _said(
            bucket(self.voids),
            bucket(self.changes),
            bucket(self.releases),
            bucket(self.standing),
            bucket(self.asks),
            says,
            (subject.anew, subject.ends, subject.corrects, subject.varies),
        )


def later(sentence: Sentence, subject: Subject) -> Later:
    """What of a sentence decides about what it voids."""
    changes, releases = sentence.changes / UNIT, sentence.releases / UNIT
    asks = sentence.asks / UNIT
    return Later(subject, changes, releases, sentence.standing / UNIT, asks, max(changes, releases))
