"""Which of the instructions in force a later sentence voids, by weights that were learned from pairs of sentences.

That a sentence takes something back, or says that something is otherwise now, its words say (`Sentence.voids`); which
rule it is about shows in what the two have in common (`pair_features`). Two logistic regressions weigh both: one tells
which rule a sentence is about that voids one, and one whether it does, or only sounds like it. The weights are in
`voiding.tsv`, which `python -m tests.quality.fit_voiding` makes.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from importlib.resources import files
from typing import NamedTuple

from compactd.extractive.importance.given import Given
from compactd.extractive.importance.pair_features import (
    FEATURES,
    Features,
    Key,
    Later,
    key_of_apart,
    key_of_place,
    keys_of,
    of_place,
)
from compactd.extractive.importance.superseding import are_about_two
from compactd.extractive.reading.standing_score import UNIT

MAY_VOID = -2.0
"""The score, as a logit, from which on a sentence is looked at as one that may void another: of those that do, one in
seven has a lower one."""

_SURE, _BOTH = 1.2, 0.5
"""The logits above which a rule is void: that the sentence voids the one that it is about, and with that which one this
is. What holds and is gone is worse than what is void and stays: `fit_voiding check` says how much there is of both."""


_KNOWN = 8192
"""Keys whose weights are remembered, of each group."""


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
        self._of_place = self._remembered(of_place)
        self._of = [self._remembered(features) for features in FEATURES]
        self._apart: dict[Key, tuple[int, int]] = {}

    def _remembered(self, features: Features) -> Callable[..., Weights]:
        return lru_cache(maxsize=_KNOWN)(partial(self._weigh, features))

    def weigh(self, newer: Later, older: Given, since: int) -> Weighed:
        """What speaks for it that the newer one voids the older one, behind which `since` others were given."""
        which, whether = self._weights_of(newer, older, since)
        return Weighed(which / UNIT, whether / UNIT)

    def voided(self, newer: Later, given: Sequence[Given]) -> Given | None:
        """The one of the instructions, in their order, that a later sentence is about, if it voids it."""
        latest = len(given) - 1
        weighed = [
            (*self._weights_of(newer, one, latest - place), place)
            for place, one in enumerate(given)
            if not are_about_two(newer.subject, one.subject)
        ]
        if not weighed:
            return None
        which, whether, place = max(weighed)
        return given[place] if whether > _SURE * UNIT and which + whether > _BOTH * UNIT else None

    def _weights_of(self, newer: Later, older: Given, since: int) -> tuple[int, int]:
        """What a pair weighs: which, and whether. Those that have nothing in common differ in little."""
        which, whether = self._of_place(*key_of_place(newer, older, since))
        apart = key_of_apart(newer, older)
        if apart is None:
            more, other = self._sum_of(keys_of(newer, older))
        else:
            known = self._apart.get(apart)
            if known is None:
                if len(self._apart) >= _KNOWN:
                    self._apart.clear()
                known = self._apart[apart] = self._sum_of(keys_of(newer, older))
            more, other = known
        return which + more, whether + other

    def _sum_of(self, keys: Iterable[Key]) -> tuple[int, int]:
        which = whether = 0
        for weigh, key in zip(self._of, keys, strict=True):
            more, other = weigh(*key)
            which += more
            whether += other
        return which, whether

    def _weigh(self, features: Features, *key: Hashable) -> Weights:
        found = [self._weights[feature] for feature in features(*key) if feature in self._weights]
        return Weights(sum(one.which for one in found), sum(one.whether for one in found))


def _read() -> Mapping[str, Weights]:
    text = files("compactd.extractive.importance").joinpath("voiding.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines())
    return {feature: Weights(int(which), int(whether)) for feature, which, whether in rows}


VOIDING = Voiding(_read())
