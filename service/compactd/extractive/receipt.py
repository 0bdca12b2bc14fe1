"""The receipt of a compaction: its evicted identifiers held against the context that it leaves."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from compactd.domain.receipts import KindCount, Receipt
from compactd.extractive.holders import Held, Holders
from compactd.extractive.identifiers import Identifier, Kind, extract_identifiers
from compactd.extractive.standing import Standing
from compactd.strategies.steps import Steps

_A_STEP = 512
"""Identifiers; about a millisecond of CPU."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the evicted identifiers, in the order in which they were first written. `doubtful` are those of
    what the compaction wrote that no message names: they may stand in one all the same."""

    retained: Sequence[Held]
    recoverable: Sequence[Held]
    doubtful: Sequence[Identifier]

    def receipt(self, unfounded: int) -> Receipt:
        """The counts."""
        kept = Counter(held.kind for held in self.retained)
        lost = Counter(held.kind for held in self.recoverable)
        counts = [KindCount(kind, kept[kind] + lost[kind], kept[kind]) for kind in Kind if kept[kind] or lost[kind]]
        return Receipt(tuple(counts), unfounded)


def outcome_of(holders: Holders, new_start: int, summary: str, written: Iterable[str]) -> Steps[Outcome]:
    """Of the messages that `holders` know those before `new_start` were evicted, the others were kept. `written` are
    the parts of the summary that the compaction wrote itself."""
    stands = Standing(summary)
    named: dict[str, Identifier] = {}
    for text in written:
        named.update((identifier.value, identifier) for identifier in extract_identifiers(text))
        yield
    retained: list[Held] = []
    recoverable: list[Held] = []
    labels: set[str] = set()
    for number, held in enumerate(holders.all(), 1):
        if number % _A_STEP == 0:
            yield
        labels.add(held.label)
        if held.first < new_start:
            is_retained = held.last >= new_start or held.value in named or held.value in stands
            (retained if is_retained else recoverable).append(held)
    doubtful = [one for value, one in named.items() if holders.get(value) is None and value not in labels]
    return Outcome(retained, recoverable, doubtful)


def unfounded_in(doubtful: Sequence[Identifier], texts: Iterable[str]) -> Steps[list[Identifier]]:
    """Those that stand in none of the texts, whatever the case."""
    left = list(doubtful)
    for text in texts:
        folded = text.casefold()
        left = [one for one in left if one.value.casefold() not in folded]
        yield
    return left
