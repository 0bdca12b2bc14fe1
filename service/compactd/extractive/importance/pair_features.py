"""What decides which of the instructions in force a later sentence is about, and whether it voids it: the features of a
pair, whose weights `voiding` looks up.

Each group of features has a key: the few values that decide about them, so that what they weigh together is soon known.
What depends on the later sentence alone is worked out once for all pairs that it is in.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import compress
from typing import NamedTuple

import msgspec

from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.given import Given
from compactd.extractive.importance.pair_sides import Side, bucket, side_of
from compactd.extractive.importance.subjects import MEASURES, PROPER, Subject
from compactd.extractive.importance.superseding import is_close, supersedes
from compactd.extractive.reading.standing_score import UNIT

_HINTS = -1.5
_TAKES_BACK = 1.0
"""By so much, as logits, one that only takes back says so more than that something is otherwise."""

_AT_MOST = 4
"""The highest count that is told from others."""


class Said(NamedTuple):
    """What a later sentence brings into each pair: its scores, in buckets, whether it `says` that something is
    otherwise, and what turns it has."""

    voids: int
    changes: int
    releases: int
    wills: int
    asks: int
    says: str
    turns: tuple[bool, bool, bool, bool]


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

    @cached_property
    def side(self) -> Side:
        """What its subject brings into each pair that it is in."""
        return side_of(self.subject)

    @cached_property
    def said(self) -> Said:
        """What its scores bring into each pair."""
        subject = self.subject
        says = "says" if self.voids > 0 else "hints" if self.hints else "none"
        return Said(
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


Key = tuple[Hashable, ...]
Features = Callable[..., Iterator[str]]


def features_of(newer: Later, older: Given, since: int) -> Iterator[str]:
    """What is looked up of a pair; `since` counts the instructions that were given after the older one."""
    yield from of_place(*key_of_place(newer, older, since))
    for features, key in zip(FEATURES, keys_of(newer, older), strict=True):
        yield from features(*key)


def keys_of(newer: Later, older: Given) -> tuple[Key, Key, Key, Key, Key]:
    """What decides about the features of a pair, for each of FEATURES: few values, whose weights are soon known."""
    said, own, its = newer.said, newer.side, older.side
    both = own.alike(its)
    near = 1 if both else 0
    return (
        (said.voids, said.changes, said.releases, said.wills, said.asks, min(both, 2), near),
        _key_of_words(newer, older.subject, its, both),
        _key_of_values(own, its, said, near),
        _key_of_turns(newer, older.subject, near),
        _key_of_themes(own, its, said, near),
    )


def key_of_place(newer: Later, older: Given, since: int) -> tuple[int, int, str]:
    """What decides about the features of how an instruction stood, and how long ago it was given."""
    return older.stood, min(_AT_MOST, since), newer.said.says


def key_of_apart(newer: Later, older: Given) -> Key | None:
    """What decides about all other features of a pair that has nothing in common; of another pair nothing."""
    own, its = newer.side, older.side
    if not own.is_apart(its) or (PROPER in own.values and not (own.specific and its.terms)):
        # What begins with a name may take the place of one that names it, though it is no value of that.
        return None
    return newer.said, min(own.size, _AT_MOST), own.alone, its.alone


def _of_scores(voids: int, changes: int, releases: int, wills: int, asks: int, both: int, near: int) -> Iterator[str]:
    yield ""
    yield f"voids {voids}, alike {both}"
    yield f"changes {changes}, alike {near}"
    yield f"releases {releases}, alike {near}"
    yield f"voids {voids}, wills {wills}, alike {near}"
    yield f"voids {voids}, asks {asks}, alike {near}"


def of_place(stood: int, since: int, says: str) -> Iterator[str]:
    """How an instruction stood, and how long ago it was given."""
    yield f"stood {stood}"
    yield f"since {since}"
    yield f"{says}, since {since}"


def _key_of_words(newer: Later, older: Subject, its: Side, both: int) -> Key:
    said, subject, side = newer.said, newer.subject, newer.side
    own, others = side.size, its.size
    begins = ""
    if subject.named and older.named:
        begins = _BEGINS[subject.named[0] in its.terms][older.named[0] in side.terms]
    return (
        "word" if subject.heads and older.heads else "pair",
        0 if side.specific.isdisjoint(its.terms) else _few(len(side.specific & its.terms)),
        min(_AT_MOST, both),
        said.says,
        _share(both, others),
        _share(both, own),
        _share(both, max(others, own)),
        min(_AT_MOST, own),
        begins,
        not side.terms,
    )


_BEGINS = [[f"begins {begins}, begun {begun}" for begun in (False, True)] for begins in (False, True)]


def _of_words(
    kind: str,
    shared: int,
    both: int,
    says: str,
    of_older: int,
    of_newer: int,
    of_both: int,
    own: int,
    begins: str,
    nothing: bool,
) -> Iterator[str]:
    yield f"{kind} shared {shared}"
    yield f"{kind} alike {both}"
    yield f"{kind} alike {both}, {says}"
    yield f"{kind} of older {of_older}"
    yield f"{kind} of newer {of_newer}"
    yield f"{kind} of both {of_both}"
    yield f"{kind} names {own}, alike {min(both, 1)}"
    if begins:
        yield begins
    if nothing:
        yield f"names nothing, {says}"


def _key_of_values(one: Side, other: Side, said: Said, near: int) -> Key:
    own, others = one.values, other.values
    if not own or not others:
        return 0, 0, False, False, near, said.says, said.changes, said.wills
    both = [name for name in own if name in others]
    if not both:
        measured = not MEASURES.isdisjoint(own) and not MEASURES.isdisjoint(others)
        return 0, 0, measured, not measured, near, said.says, said.changes, said.wills
    differ = sum([own[name].isdisjoint(others[name]) for name in both])
    return _few(differ), _few(len(both) - differ), False, False, near, said.says, said.changes, said.wills


def _of_values(
    other: int, same: int, measured: bool, apart: bool, near: int, says: str, changes: int, wills: int
) -> Iterator[str]:
    yield f"other values {other}, same {same}"
    yield f"other values {min(other, 1)}, alike {near}, {says}"
    yield f"other values {min(other, 1)}, alike {near}, changes {changes}"
    yield f"other values {min(other, 1)}, alike {near}, wills {wills}"
    if measured:
        yield f"measures, alike {near}"
    if apart:
        yield f"values of two kinds, alike {near}"


def _key_of_turns(newer: Later, older: Subject, near: int) -> Key:
    subject, said = newer.subject, newer.said
    is_near = replaces = False
    # Without a term in common one takes the place of the other only if one of them has none.
    if not subject.terms.isdisjoint(older.terms):
        is_near = is_close(subject, older, ends=subject.ends)
        replaces = supersedes(subject, older, wills=newer.wills, stands=newer.wills)
    elif not newer.side.specific or not older.terms:
        replaces = supersedes(subject, older, wills=newer.wills, stands=newer.wills)
    return _BANS[subject.bans][older.bans], said.turns, is_near, replaces, said.releases, near


_BANS = [[f"bans {bans} {other}" for other in (False, True)] for bans in (False, True)]


_TURNS = ("anew", "ends", "corrects", "varies", "close", "supersedes")


def _of_turns(
    bans: str, turns: Sequence[bool], is_near: bool, replaces: bool, releases: int, near: int
) -> Iterator[str]:
    yield bans
    yield f"{bans}, releases {releases}"
    for name in compress(_TURNS, (*turns, is_near, replaces)):
        yield name
        yield f"{name}, alike {near}"


def _key_of_themes(one: Side, other: Side, said: Said, near: int) -> Key:
    own, others = one.themes, other.themes
    scores = near, said.says, said.changes, said.releases, said.wills
    both = [theme for theme in own if theme in others]
    if not both:
        return "", 0, 0 if others else -1, 0 if own else -1, *scores
    differ = sum([own[theme].isdisjoint(others[theme]) for theme in both])
    count = len(both)
    name = ";".join(sorted(both)) if count > 1 else both[0]
    return name, _few(differ), _share(count, len(others)), _share(count, len(own)), *scores


def _of_themes(
    both: str, other: int, of_older: int, of_newer: int, near: int, says: str, changes: int, releases: int, wills: int
) -> Iterator[str]:
    themes = [*filter(None, both.split(";"))]
    some = min(len(themes), 2)
    yield f"themes {_few(len(themes))}, alike {near}"
    yield f"themes {some}, alike {near}, {says}"
    yield f"themes {some}, alike {near}, changes {changes}"
    yield f"themes {some}, alike {near}, releases {releases}"
    yield f"themes {some}, alike {near}, wills {wills}"
    yield f"themes of older {of_older}, alike {near}"
    yield f"themes of newer {of_newer}, alike {near}"
    yield f"other themes {other}, alike {near}"
    for theme in themes:
        yield f"theme {theme}"
        yield f"theme {theme}, alike {near}"


FEATURES: Sequence[Features] = (_of_scores, _of_words, _of_values, _of_turns, _of_themes)
"""All but those of its place, which is all that tells two pairs apart that have nothing in common."""


def _few(count: int) -> int:
    return min(_AT_MOST, count)


@lru_cache(maxsize=4096)
def _share(some: int, of_all: int) -> int:
    """In quarters; none of nothing."""
    return round(4 * min(some, of_all) / of_all) if of_all else -1
