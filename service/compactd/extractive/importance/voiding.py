"""Which of the instructions in force a later sentence voids, by weights that were learned from pairs of sentences.

That a sentence takes something back, or says that something is otherwise now, its words say (`Sentence.voids`); which
rule it is about shows in what the two have in common. Two logistic regressions weigh both: one tells which rule a
sentence is about that voids one, and one whether it does, or only sounds like it. The weights are in `voiding.tsv`,
which `python -m tests.quality.fit_voiding` makes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from importlib.resources import files
from typing import NamedTuple

from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.given import Given
from compactd.extractive.importance.likeness import alike, content_count
from compactd.extractive.importance.subjects import GENERAL, MEASURES, Subject
from compactd.extractive.importance.superseding import are_about_two, is_close, supersedes
from compactd.extractive.importance.themes import themes_of
from compactd.extractive.reading.standing_score import UNIT

MAY_VOID = -2.0
"""The score, as a logit, from which on a sentence is looked at as one that may void another: of those that do, one in
seven has a lower one."""

_SURE, _BOTH = 1.2, 0.5
"""The logits above which a rule is void: that the sentence voids the one that it is about, and with that which one this
is. What holds and is gone is worse than what is void and stays: `fit_voiding check` says how much there is of both."""

_HINTS = -1.5
_TAKES_BACK = 1.0
"""By so much, as logits, one that only takes back says so more than that something is otherwise."""

_BUCKETS, _AT_MOST = 3, 4
"""Logits on each side of 0 that are told apart, and the highest count that is told from others."""


class Later(NamedTuple):
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


def later(sentence: Sentence, subject: Subject) -> Later:
    """What of a sentence decides about what it voids."""
    changes, releases = sentence.changes / UNIT, sentence.releases / UNIT
    asks = sentence.asks / UNIT
    return Later(subject, changes, releases, sentence.standing / UNIT, asks, max(changes, releases))


def features_of(newer: Later, older: Given, since: int) -> Iterator[str]:
    """What is looked up of a pair; `since` counts the instructions that were given after the older one."""
    for features, key in zip(_FEATURES, _keys_of(newer, older, since), strict=True):
        yield from features(*key)


_Key = tuple[int | str, ...]


def _keys_of(newer: Later, older: Given, since: int) -> Sequence[_Key]:
    """What decides about the features of a pair, for each of _FEATURES: few values, whose weights are soon known."""
    says = "says" if newer.voids > 0 else "hints" if newer.hints else "none"
    both = alike(newer.subject.text, older.subject.text)
    near = min(both, 1)
    voids, wills, asks = _bucket(newer.voids), _bucket(newer.standing), _bucket(newer.asks)
    changes, releases = _bucket(newer.changes), _bucket(newer.releases)
    return (
        (voids, changes, releases, wills, asks, min(both, 2), near),
        (_bucket(older.strength), _few(since), says),
        _key_of_words(newer.subject, older.subject, both, says),
        (*_key_of_values(newer.subject, older.subject), near, says, changes, wills),
        (*_key_of_turns(newer, older.subject), releases, near),
        (*_key_of_themes(newer.subject, older.subject), near, says, changes, releases, wills),
    )


def _of_scores(voids: int, changes: int, releases: int, wills: int, asks: int, both: int, near: int) -> Iterator[str]:
    yield ""
    yield f"voids {voids}, alike {both}"
    yield f"changes {changes}, alike {near}"
    yield f"releases {releases}, alike {near}"
    yield f"voids {voids}, wills {wills}, alike {near}"
    yield f"voids {voids}, asks {asks}, alike {near}"


def _of_place(stood: int, since: int, says: str) -> Iterator[str]:
    yield f"stood {stood}"
    yield f"since {since}"
    yield f"{says}, since {since}"


def _key_of_words(newer: Subject, older: Subject, both: int, says: str) -> _Key:
    own, others = content_count(newer.text), content_count(older.text)
    begins = ""
    if newer.named and older.named:
        begins = f"begins {newer.named[0] in older.terms}, begun {older.named[0] in newer.terms}"
    return (
        "word" if newer.heads and older.heads else "pair",
        _few(len((newer.terms & older.terms) - GENERAL)),
        _few(both),
        says,
        _share(both, others),
        _share(both, own),
        _share(both, max(own, others)),
        _few(own),
        begins,
        not newer.terms,
    )


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


def _key_of_values(newer: Subject, older: Subject) -> _Key:
    both = newer.values.keys() & older.values.keys()
    same = sum(not newer.values[name].isdisjoint(older.values[name]) for name in both)
    measured = not both and not MEASURES.isdisjoint(newer.values) and not MEASURES.isdisjoint(older.values)
    apart = bool(newer.values and older.values and not both and not measured)
    return _few(len(both) - same), _few(same), measured, apart


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


def _key_of_turns(newer: Later, older: Subject) -> _Key:
    subject, wills = newer.subject, newer.standing > 0
    turns = (
        "anew" if subject.anew else "",
        "ends" if subject.ends else "",
        "corrects" if subject.corrects else "",
        "varies" if subject.varies else "",
        "close" if is_close(subject, older, ends=subject.ends) else "",
        "supersedes" if supersedes(subject, older, wills=wills, stands=wills) else "",
    )
    return f"bans {subject.bans} {older.bans}", ";".join(filter(None, turns))


def _of_turns(bans: str, turns: str, releases: int, near: int) -> Iterator[str]:
    yield bans
    yield f"{bans}, releases {releases}"
    for name in filter(None, turns.split(";")):
        yield name
        yield f"{name}, alike {near}"


def _key_of_themes(newer: Subject, older: Subject) -> _Key:
    own, others = themes_of(newer.text), themes_of(older.text)
    if own.keys().isdisjoint(others):
        # True of most.
        return "", 0, 0 if others else -1, 0 if own else -1
    both = own.keys() & others.keys()
    other = sum(own[theme].isdisjoint(others[theme]) for theme in both)
    return ";".join(sorted(both)), _few(other), _share(len(both), len(others)), _share(len(both), len(own))


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


_FEATURES: Sequence[Callable[..., Iterator[str]]] = (
    _of_scores,
    _of_place,
    _of_words,
    _of_values,
    _of_turns,
    _of_themes,
)


def _bucket(logit: float) -> int:
    rounded = round(logit)
    return rounded if -_BUCKETS <= rounded <= _BUCKETS else _BUCKETS if rounded > 0 else -_BUCKETS


def _few(count: int) -> int:
    return min(count, _AT_MOST)


def _share(some: int, of_all: int) -> int:
    """In quarters; none of nothing."""
    return round(4 * min(some, of_all) / of_all) if of_all else -1


class Weights(NamedTuple):
    """What a feature weighs, in units of a logit, for which rule a sentence is about, and for whether it voids it."""

    which: int
    whether: int


class Weighed(NamedTuple):
    """Of a pair, as logits: that it is the older one that the newer one is about, and that it voids it if it is."""

    which: float
    whether: float


class Voiding:
    """Weighs pairs by a table: feature → its weights."""

    def __init__(self, weights: Mapping[str, Weights]) -> None:
        self._weights = weights
        self._of = [lru_cache(maxsize=8192)(partial(self._weigh, features)) for features in _FEATURES]

    def weigh(self, newer: Later, older: Given, since: int) -> Weighed:
        """What speaks for it that the newer one voids the older one, behind which `since` others were given."""
        keys = _keys_of(newer, older, since)
        found = [weigh(*key) for weigh, key in zip(self._of, keys, strict=True)]
        return Weighed(sum([one.which for one in found]) / UNIT, sum([one.whether for one in found]) / UNIT)

    def voided(self, newer: Later, given: Sequence[Given]) -> Given | None:
        """The one of the instructions, in their order, that a later sentence is about, if it voids it."""
        latest = len(given) - 1
        weighed = [
            (*self.weigh(newer, one, latest - place), place)
            for place, one in enumerate(given)
            if not are_about_two(newer.subject, one.subject)
        ]
        if not weighed:
            return None
        which, whether, place = max(weighed)
        return given[place] if whether > _SURE and which + whether > _BOTH else None

    def _weigh(self, features: Callable[..., Iterator[str]], *key: int | str) -> Weights:
        found = [self._weights[feature] for feature in features(*key) if feature in self._weights]
        return Weights(sum(one.which for one in found), sum(one.whether for one in found))


def _read() -> Mapping[str, Weights]:
    text = files("compactd.extractive.importance").joinpath("voiding.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines())
    return {feature: Weights(int(which), int(whether)) for feature, which, whether in rows}


VOIDING = Voiding(_read())
