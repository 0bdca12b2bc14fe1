"""Which of the instructions in force a later sentence voids, by weights that were learned from pairs of sentences.

That a sentence takes something back, or says that something is otherwise now, its words say (`Sentence.voids`); which
rule it is about shows in what the two have in common (`pair_features`). Two logistic regressions weigh both: one tells
which rule a sentence is about that voids one, and one whether it does, or only sounds like it. The weights are in
`voiding.tsv`, which `python -m tests.quality.fit_voiding` makes.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from importlib.resources import files
from itertools import product
from typing import NamedTuple

from compactd.extractive.importance.rules.in_force import Instruction
from compactd.extractive.importance.rules.later_sentence import Later
from compactd.extractive.importance.rules.named_values import ID
from compactd.extractive.importance.rules.pair_features import (
    FEATURES,
    Features,
    Key,
    key_of_apart,
    key_of_place,
    key_of_shifts,
    keys_of,
    of_place,
    of_shifts,
)
from compactd.extractive.importance.rules.replacing import are_about_two
from compactd.extractive.memo import MEMO_SIZE, Memo
from compactd.extractive.reading.sentence_score import UNIT

MAY_VOID = -2.0
"""The score, as a logit, from which on a sentence is looked at as one that may void another: of those that do, one in
seven has a lower one."""

_SURE, _BOTH = 1.0, 2.5
"""The logits above which a rule is void: that the sentence voids the one that it is about, and with that which one this
is. What holds and is gone is worse than what is void and stays: `fit_voiding check` says how much there is of both. By
pairs alone (`fit_bounds rules`) 2 would do for the second; with it one in twenty conversations loses a corrected fact
(`bench_quality --only facts`)."""


LIKELY = -_SURE
"""So much surer that a rule is void is whoever finds it rather void than not."""

_APART = -1


class Weights(NamedTuple):
    """What a feature weighs, in units of a logit, for which rule a sentence is about, and for whether it voids it."""

    which: int
    whether: int


class Weighed(NamedTuple):
    """Of a pair, as logits: that it is the older one that the newer one is about, and that it voids it if it is."""

    which: float
    whether: float


_Partly = tuple[int, int, int, int]
"""Of a pair which it is at most with its shifts; which, and whether, without them; and how many content words are in
common. Of one that has nothing in common the shifts are in it, and the last is _APART."""


class Voiding:
    """Weighs pairs by a table: feature → its weights."""

    def __init__(self, weights: Mapping[str, Weights]) -> None:
        self._weights = weights
        self._of_place = self._remembered(of_place)
        self._of_shifts = self._remembered(of_shifts)
        self._of_words, self._of_others = map(self._remembered, FEATURES)
        self._shifts_at_most = Memo(self._most_of_shifts)
        self._apart: dict[Key, Weights] = {}

    def _remembered(self, features: Features) -> Memo[Key, Weights]:
        return Memo(partial(self._weigh, features))

    def weigh(self, newer: Later, older: Instruction, since: int) -> Weighed:
        """What speaks for it that the newer one voids the older one, behind which `since` others were given."""
        of_place = self._of_place[key_of_place(older, since, newer.said.says)]
        which, whether = self._whole(self._partly(newer, older, of_place), newer, older)
        return Weighed(which / UNIT, whether / UNIT)

    def voided(
        self, newer: Later, given: Sequence[Instruction], *, surer: float = 0.0, of_both: float = 0.0
    ) -> Instruction | None:
        """The one of the instructions, in their order, that a later sentence is about, if it voids it: `surer`, as a
        logit, than it has to be else; or surer `of_both`, where a sentence that is surely about the same thing may make
        up for it that it voids it less surely."""
        partly = [*self._all_partly(newer, given)]
        partly.sort(reverse=True)
        found: tuple[int, int, int] | None = None
        for one, place in partly:
            # Shifts take longest to tell: they are of those alone that it may be with them.
            if found is not None and one[0] < found[0]:
                break
            weighed = (*self._whole(one, newer, given[place]), place)
            found = weighed if found is None else max(found, weighed)
        if found is None:
            return None
        which, whether, place = found
        is_void = whether > (_SURE + surer) * UNIT and which + whether > (_BOTH + surer + of_both) * UNIT
        return given[place] if is_void else None

    def _all_partly(self, newer: Later, given: Sequence[Instruction]) -> Iterator[tuple[_Partly, int]]:
        """What pairs weigh but for their shifts, with the places of the older ones in `given`; without those that are
        about another thing than the newer one, each known by an id."""
        says, has_id, since = newer.said.says, ID in newer.subject.values, len(given)
        for place, older in enumerate(given):
            since -= 1
            if not has_id or not are_about_two(newer.subject, older.subject):
                yield self._partly(newer, older, self._of_place[key_of_place(older, since, says)]), place

    def _partly(self, newer: Later, older: Instruction, of_place: Weights) -> _Partly:
        """What a pair weighs but for its shifts."""
        most, which, whether, both = newer.weighed.get(older.subject.text) or self._of_sides(newer, older)
        more, other = of_place
        return most + more, which + more, whether + other, both

    def _of_sides(self, newer: Later, older: Instruction) -> _Partly:
        """What it weighs but for that and for where the older one stands. Pairs that have nothing in common differ in
        little."""
        subject, said, own, its = newer.subject, newer.said, newer.side, older.side
        both = own.alike(its)
        apart = None if both else key_of_apart(newer, older)
        if apart is not None:
            which, whether = self._apart.get(apart) or self._weigh_apart(apart, newer, older)
            found = which, which, whether, _APART
        else:
            words, others = keys_of(said, own, its, both)
            which, whether = self._of_words[words]
            more, other = self._of_others[others]
            which += more
            most = which + self._shifts_at_most[said, 1 if both else 0, subject.bans, older.subject.bans]
            found = most, which, whether + other, both
        newer.weighed[older.subject.text] = found
        return found

    def _whole(self, partly: _Partly, newer: Later, older: Instruction) -> tuple[int, int]:
        """Which, and whether."""
        _, which, whether, both = partly
        if both == _APART:
            return which, whether
        more, other = self._of_shifts[key_of_shifts(newer, older, both)]
        return which + more, whether + other

    def _weigh_apart(self, apart: Key, newer: Later, older: Instruction) -> Weights:
        both = newer.side.alike(older.side)
        words, others = keys_of(newer.said, newer.side, older.side, both)
        of_shifts = self._of_shifts[key_of_shifts(newer, older, both)]
        weights = _sum_of([self._of_words[words], self._of_others[others], of_shifts])
        if len(self._apart) >= MEMO_SIZE:
            self._apart.clear()
        self._apart[apart] = weights
        return weights

    def _most_of_shifts(self, key: Key) -> int:
        return max(self._of_shifts[*key, *shifts].which for shifts in product((False, True), repeat=2))

    def _weigh(self, features: Features, key: Key) -> Weights:
        return _sum_of([self._weights[feature] for feature in features(*key) if feature in self._weights])


def _sum_of(weights: Sequence[Weights]) -> Weights:
    return Weights(sum(one.which for one in weights), sum(one.whether for one in weights))


def _read() -> Mapping[str, Weights]:
    text = files("compactd.extractive.importance.rules").joinpath("voiding.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines())
    return {feature: Weights(int(which), int(whether)) for feature, which, whether in rows}


VOIDING = Voiding(_read())
