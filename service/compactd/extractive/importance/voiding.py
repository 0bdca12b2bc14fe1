"""Which of the instructions in force a later sentence voids, by weights that were learned from pairs of sentences.

That a sentence takes something back, or says that something is otherwise now, its words say (`Sentence.voids`); which
rule it is about shows in what the two have in common. A logistic regression weighs both. The weights are in
`voiding.tsv`, which `python -m tests.quality.fit_voiding` makes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from importlib.resources import files
from typing import NamedTuple

from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.given import Given
from compactd.extractive.importance.likeness import alike, content_count
from compactd.extractive.importance.subjects import GENERAL, MEASURES, NAMES, Subject
from compactd.extractive.importance.superseding import are_about_two, is_close, supersedes
from compactd.extractive.reading.standing_score import UNIT

MAY_VOID = -1.75
"""The score, as a logit, from which on a sentence is looked at as one that may void another."""

_SURE, _LIKELY, _CERTAIN = 0.0, -1.25, 0.5
"""The weight, as a logit, above which a rule is void: in general, and of the likeliest where the score of the sentence
is certain enough that one is."""

_DOUBT = 1.75
"""Taken from the weight of a pair that has no more than a word in common and not two values of the same, if the later
sentence does not say that anything is void: two rules about two things may have that."""

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
        """Whether it says nothing of what holds instead: of those that do, one in seventeen is taken for one that does
        not."""
        return self.releases - self.changes > _TAKES_BACK


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
    says = "says" if newer.voids > 0 else "hints" if newer.voids > _HINTS else "none"
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


_FEATURES: Sequence[Callable[..., Iterator[str]]] = (_of_scores, _of_place, _of_words, _of_values, _of_turns)


def _bucket(logit: float) -> int:
    rounded = round(logit)
    return rounded if -_BUCKETS <= rounded <= _BUCKETS else _BUCKETS if rounded > 0 else -_BUCKETS


def _few(count: int) -> int:
    return min(count, _AT_MOST)


def _share(some: int, of_all: int) -> int:
    """In quarters; none of nothing."""
    return round(4 * min(some, of_all) / of_all) if of_all else -1


class Voiding:
    """Weighs pairs by a table: feature → weight in units of a logit."""

    def __init__(self, weights: Mapping[str, int]) -> None:
        self._weights = weights
        self._of = [lru_cache(maxsize=8192)(partial(self._weigh, features)) for features in _FEATURES]

    def logit(self, newer: Later, older: Given, since: int) -> float:
        """Above 0 the more likely that the newer one voids the older one."""
        keys = _keys_of(newer, older, since)
        return sum([weigh(*key) for weigh, key in zip(self._of, keys, strict=True)]) / UNIT

    def voided(self, newer: Later, given: Sequence[Given]) -> Given | None:
        """The one of the instructions, in their order, that a later sentence voids most surely; None if none is."""
        latest = len(given) - 1
        weighed = [
            (self.logit(newer, one, latest - place) - _doubt(newer, one), place)
            for place, one in enumerate(given)
            if not are_about_two(newer.subject, one.subject)
        ]
        if not weighed:
            return None
        logit, place = max(weighed)
        return given[place] if logit > (_LIKELY if newer.voids > _CERTAIN else _SURE) else None

    def _weigh(self, features: Callable[..., Iterator[str]], *key: int | str) -> int:
        return sum(self._weights.get(feature, 0) for feature in features(*key))


def _doubt(newer: Later, older: Given) -> float:
    one, other = newer.subject, older.subject
    if newer.voids > 0 or alike(one.text, other.text) > 1:
        return 0.0
    # There is a name for anything.
    both = (one.values.keys() & other.values.keys()) - NAMES
    differs = any(one.values[name].isdisjoint(other.values[name]) for name in both)
    return 0.0 if differs else _DOUBT


def _read() -> Mapping[str, int]:
    text = files("compactd.extractive.importance").joinpath("voiding.tsv").read_text(encoding="utf-8")
    return {feature: int(weight) for feature, weight in (line.split("\t") for line in text.splitlines())}


VOIDING = Voiding(_read())
