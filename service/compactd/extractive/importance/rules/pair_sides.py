"""What each of the two sentences of a pair, a later one and an instruction, brings into it, whatever the other is."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from compactd.extractive.importance.rules.likeness import all_runs_of, runs_of
from compactd.extractive.importance.rules.named_values import MEASURES
from compactd.extractive.importance.rules.subjects import GENERAL, Subject
from compactd.extractive.importance.rules.themes import Themes, themes_of

_BUCKETS = 3
"""Logits on each side of 0 that are told apart."""


Themed = frozenset[tuple[str, frozenset[str]]]
"""Themes, each with its entries."""


class Side(NamedTuple):
    """A sentence of a pair: its `terms`, without general ones `specific`, its `values` and `themes`, and these as a set
    whose hash is known, `themed`; for each content word, `size` in all, what it has in common with other forms of it,
    and all of that; the `first` of its terms, empty if that is a general one or none is known to be the first; and what
    else of it decides about a pair that has nothing in common, `alone`, a bit each."""

    terms: frozenset[str]
    specific: frozenset[str]
    values: Mapping[str, frozenset[str]]
    themes: Themes
    themed: Themed
    runs: tuple[frozenset[str], ...]
    all_runs: frozenset[str]
    size: int
    first: str
    has_words: bool
    alone: int

    def alike(self, other: "Side") -> int:
        """The content words that another one has too, in whatever form."""
        if self.all_runs.isdisjoint(other.all_runs):
            return 0
        return self.size - sum(map(other.all_runs.isdisjoint, self.runs))

    def is_apart(self, other: "Side") -> bool:
        """Whether the two, which no content word is `alike` in, have nothing in common: no term, no theme, and values
        of nothing."""
        return (
            self.terms.isdisjoint(other.terms)
            and self.values.keys().isdisjoint(other.values)
            and self.themes.keys().isdisjoint(other.themes)
        )


@lru_cache(maxsize=1024)
def side_of(subject: Subject) -> Side:
    """What a sentence about this brings into a pair: into those with older ones, and then with later ones."""
    text, terms, values = subject.text, subject.terms, subject.values
    themes, runs = themes_of(text), runs_of(text)
    first = subject.named[0] if subject.named else ""
    specific = terms if GENERAL.isdisjoint(terms) else terms - GENERAL
    decides = (
        subject.bans,
        subject.heads,
        subject.named,
        terms,
        specific,
        values,
        not MEASURES.isdisjoint(values),
        themes,
        runs,
    )
    alone = sum(1 << at for at, one in enumerate(decides) if one)
    return Side(
        terms,
        specific,
        values,
        themes,
        frozenset(themes.items()),
        runs,
        all_runs_of(text),
        len(runs),
        first,
        bool(subject.heads),
        alone,
    )


def bucket(logit: float) -> int:
    """A logit, rounded; those that are far from 0 are one."""
    rounded = round(logit)
    return rounded if -_BUCKETS <= rounded <= _BUCKETS else _BUCKETS if rounded > 0 else -_BUCKETS
