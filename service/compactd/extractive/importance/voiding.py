"""Which of the instructions in force a later sentence voids, by weights that were learned from pairs of sentences.

That a sentence takes something back, or says that something is otherwise now, its words say (`Sentence.voids`); which
rule it is about shows in what the two have in common. A logistic regression weighs both. The weights are in
`voiding.tsv`, which `python -m tests.quality.fit_voiding` makes.
"""

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import NamedTuple

from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.given import Given
from compactd.extractive.importance.likeness import alike, content_count
from compactd.extractive.importance.subjects import GENERAL, MEASURES, Subject
from compactd.extractive.importance.superseding import are_about_two, is_close, supersedes
from compactd.extractive.reading.standing_score import UNIT

MAY_VOID = -1.75
"""The score, as a logit, from which on a sentence is looked at as one that may void another."""

_SURE, _LIKELY, _CERTAIN = 0.0, -1.25, 0.5
"""The weight, as a logit, above which a rule is void: in general, and of the likeliest where the score of the sentence
is certain enough that one is."""

_HINTS = -1.5
_TAKES_BACK = 1.0
"""By so much, as logits, one that only takes back says so more than that something is otherwise."""

_BUCKETS, _AT_MOST = 3, 4
"""Logits on each side of 0 that are told apart, and the highest count that is told from others."""


class Later(NamedTuple):
    """A later sentence: its subject and its scores, as logits."""

    subject: Subject
    changes: float
    releases: float
    standing: float
    asks: float

    @property
    def takes_back(self) -> bool:
        """Whether it says nothing of what holds instead: of those that do, one in seventeen is taken for one that does
        not."""
        return self.releases - self.changes > _TAKES_BACK

    @property
    def voids(self) -> float:
        """How much it says that something is otherwise, or no more."""
        return max(self.changes, self.releases)


def later(sentence: Sentence, subject: Subject) -> Later:
    """What of a sentence decides about what it voids."""
    scores = (sentence.changes, sentence.releases, sentence.standing, sentence.asks)
    return Later(subject, *(score / UNIT for score in scores))


def features_of(newer: Later, older: Given, since: int) -> Iterator[str]:
    """What is looked up of a pair; `since` counts the instructions that were given after the older one."""
    voids, wills, asks = _bucket(newer.voids), _bucket(newer.standing), _bucket(newer.asks)
    says = "says" if newer.voids > 0 else "hints" if newer.voids > _HINTS else "none"
    both = alike(newer.subject.text, older.subject.text)
    near = min(both, 1)
    yield ""
    yield f"voids {voids}, alike {min(both, 2)}"
    yield f"changes {_bucket(newer.changes)}, alike {near}"
    yield f"releases {_bucket(newer.releases)}, alike {near}"
    yield f"voids {voids}, wills {wills}, alike {near}"
    yield f"voids {voids}, asks {asks}, alike {near}"
    yield f"stood {_bucket(older.strength)}"
    yield f"since {_few(since)}"
    yield f"{says}, since {_few(since)}"
    yield from _by_words(newer.subject, older.subject, both, says)
    yield from _by_values(newer, older.subject, near, says)
    yield from _by_turns(newer, older.subject, near)


def _by_words(newer: Subject, older: Subject, both: int, says: str) -> Iterator[str]:
    kind = "word" if newer.heads and older.heads else "pair"
    own, others = content_count(newer.text), content_count(older.text)
    shared = len((newer.terms & older.terms) - GENERAL)
    yield f"{kind} shared {_few(shared)}"
    yield f"{kind} alike {_few(both)}"
    yield f"{kind} alike {_few(both)}, {says}"
    yield f"{kind} of older {_share(both, others)}"
    yield f"{kind} of newer {_share(both, own)}"
    yield f"{kind} of both {_share(both, max(own, others))}"
    yield f"{kind} names {_few(own)}, alike {min(both, 1)}"
    if newer.named and older.named:
        yield f"begins {newer.named[0] in older.terms}, begun {older.named[0] in newer.terms}"
    if not newer.terms:
        yield f"names nothing, {says}"


def _by_values(later: Later, older: Subject, near: int, says: str) -> Iterator[str]:
    newer = later.subject
    both = newer.values.keys() & older.values.keys()
    same = sum(not newer.values[name].isdisjoint(older.values[name]) for name in both)
    other = len(both) - same
    measured = not both and not MEASURES.isdisjoint(newer.values) and not MEASURES.isdisjoint(older.values)
    yield f"other values {_few(other)}, same {_few(same)}"
    yield f"other values {min(other, 1)}, alike {near}, {says}"
    yield f"other values {min(other, 1)}, alike {near}, changes {_bucket(later.changes)}"
    yield f"other values {min(other, 1)}, alike {near}, wills {_bucket(later.standing)}"
    if measured:
        yield f"measures, alike {near}"
    if newer.values and older.values and not both and not measured:
        yield f"values of two kinds, alike {near}"


def _by_turns(newer: Later, older: Subject, near: int) -> Iterator[str]:
    subject = newer.subject
    yield f"bans {subject.bans} {older.bans}"
    yield f"bans {subject.bans} {older.bans}, releases {_bucket(newer.releases)}"
    for name, turns in (
        ("anew", subject.anew),
        ("ends", subject.ends),
        ("corrects", subject.corrects),
        ("varies", subject.varies),
        ("close", is_close(subject, older, ends=subject.ends)),
        ("supersedes", supersedes(subject, older, wills=newer.standing > 0, stands=newer.standing > 0)),
    ):
        if turns:
            yield name
            yield f"{name}, alike {near}"


def _bucket(logit: float) -> int:
    return max(-_BUCKETS, min(_BUCKETS, round(logit)))


def _few(count: int) -> int:
    return min(count, _AT_MOST)


def _share(some: int, of_all: int) -> int:
    """In quarters; none of nothing."""
    return round(4 * min(some, of_all) / of_all) if of_all else -1


class Voiding:
    """Weighs pairs by a table: feature → weight in units of a logit."""

    def __init__(self, weights: Mapping[str, int]) -> None:
        self._weights = weights

    def logit(self, newer: Later, older: Given, since: int) -> float:
        """Above 0 the more likely that the newer one voids the older one."""
        return sum(self._weights.get(feature, 0) for feature in features_of(newer, older, since)) / UNIT

    def voided(self, newer: Later, given: Sequence[Given]) -> Given | None:
        """The one of the instructions, in their order, that a later sentence voids most surely; None if none is."""
        latest = len(given) - 1
        weighed = [
            (self.logit(newer, one, latest - place), place)
            for place, one in enumerate(given)
            if not are_about_two(newer.subject, one.subject)
        ]
        if not weighed:
            return None
        logit, place = max(weighed)
        return given[place] if logit > (_LIKELY if newer.voids > _CERTAIN else _SURE) else None


def _read() -> Mapping[str, int]:
    text = files("compactd.extractive.importance").joinpath("voiding.tsv").read_text(encoding="utf-8")
    return {feature: int(weight) for feature, weight in (line.split("\t") for line in text.splitlines())}


VOIDING = Voiding(_read())
