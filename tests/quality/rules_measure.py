"""How well it is told what users want to hold, and what voids it: pairs of sentences said among other instructions, and
conversations in twelve languages; and what is left then of all that shares the room with instructions.

Only phrasings that the summarizer was developed with, and pairs that its weights were learned from: a bound that is too
high or too low shows there as well. By other pairs, and other conversations, no value is chosen.
"""

import random
from collections.abc import Sequence
from functools import cache
from statistics import mean

from compactd.extractive.importance.facts import Sentence
from compactd.extractive.reading.digest import Digest
from compactd.extractive.reading.reader import Reader
from compactd.extractive.summary import draft_summary
from compactd.strategies.steps import finished
from tests.quality import instructions
from tests.quality.compare import Case
from tests.quality.labelled_changes import LABELS, Change, changes
from tests.quality.languages import LANGUAGES
from tests.quality.room_measure import Room
from tests.quality.told_changes import Told, told
from tests.quality.told_instructions import read

PAIRS = 120
"""Of each kind."""

BUDGETS = (0.05, 0.10)


class Rules:
    """All that is looked for, read once."""

    def __init__(self) -> None:
        self._room = Room()
        self._seen = _Looked(0)
        self._unseen: _Looked | None = None

    def __call__(self) -> float:
        """What is told rightly, and what is kept, of all that a value is chosen by."""
        return mean((self._seen.right(), self._room()))

    def unseen(self) -> float:
        """The same of other pairs and conversations, which no value is chosen by."""
        self._unseen = self._unseen or _Looked(1)
        return mean((self._unseen.right(), self._room.unseen()))


class _Looked:
    """The pairs and conversations of a seed."""

    def __init__(self, seed: int) -> None:
        self._pairs = [_of_kind(kind, seed) for kind in LABELS]
        ways = (instructions.case_in, instructions.changed_in, instructions.remarked_in)
        cases = [way(code, seed, held_out=False) for way in ways for code in LANGUAGES]
        self._cases: Sequence[tuple[Case, Sequence[Digest]]] = [
            (case, finished(Reader().read(case.messages))) for case in cases
        ]

    def right(self) -> float:
        pairs = [mean(map(_worth, told(those, _read))) for those in self._pairs]
        kept = [
            case.judge(finished(draft_summary(digests, int(case.characters * budget)))).share
            for budget in BUDGETS
            for case, digests in self._cases
        ]
        return mean((mean(pairs), mean(kept)))


def _worth(one: Told) -> int:
    """What holds and is gone is worse than what is void and stays: nobody sees that it is missing."""
    loses = one.others_gone > 0 or (one.earlier_gone and not one.change.voids)
    return one.is_right - loses


def _of_kind(kind: str, seed: int) -> Sequence[Change]:
    those = [change for change in changes() if change.kind == kind]
    random.Random(f"pairs/{kind}").shuffle(those)
    return those[seed * PAIRS : (seed + 1) * PAIRS]


@cache
def _read(_: str, text: str) -> Sentence:
    return read(text)
