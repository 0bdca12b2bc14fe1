"""The receipt of a compaction: its evicted identifiers held against the context that it leaves."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from compactd.domain.receipts import KindCount, Receipt
from compactd.extractive.ledger.mentions import add_kind, ledger_of, passing_mentions
from compactd.extractive.ledger.values_in_text import SearchedText
from compactd.extractive.reading.digest import Digest
from compactd.extractive.reading.identifiers import Identifier, Kind
from compactd.strategies.steps import Steps


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the `evicted` identifiers, by value and in the order in which they were first written: in the
    context are the `retained` ones. `doubtful` are those of what the compaction wrote that no message names: they may
    stand in one all the same."""

    evicted: Mapping[str, Kind]
    retained: Collection[str]
    doubtful: Sequence[Identifier]

    def identifiers(self, *, retained: bool) -> list[Identifier]:
        """Those that are retained, or those that are not."""
        return [Identifier(*named) for named in self.evicted.items() if (named[0] in self.retained) is retained]

    def receipt(self, unfounded: int) -> Receipt:
        """The counts."""
        evicted = Counter(self.evicted.values())
        retained = Counter(map(self.evicted.__getitem__, self.retained))
        return Receipt([KindCount(kind, evicted[kind], retained[kind]) for kind in Kind if evicted[kind]], unfounded)


def outcome_of(
    evicted: Mapping[str, Kind], kept: Collection[str], summary: str, written: Mapping[str, Identifier]
) -> Steps[Outcome]:
    """`evicted` are the identifiers of what goes, by value, `kept` are the values that what stays names or mentions,
    `written` the identifiers, by value, of the parts of the `summary` that the compaction wrote itself."""
    retained = {value for value in evicted if value in kept or value in written}
    retained |= yield from SearchedText(summary).among([value for value in evicted if value not in retained])
    return Outcome(
        evicted, retained, doubtful=[identifier for value, identifier in written.items() if value not in evicted]
    )


def named_in(digests: Iterable[Digest]) -> Steps[dict[str, Kind]]:
    """The identifiers that messages name, in the order in which they were first named, and what each is."""
    named: dict[str, Kind] = {}
    for digest in digests:
        for value, kind, _ in ledger_of(digest):
            add_kind(named, value, kind)
        yield
    return named


def mentioned_in(digests: Iterable[Digest]) -> Steps[set[str]]:
    """All that messages name, or mention in passing."""
    found: set[str] = set()
    for digest in digests:
        found.update(value for value, _, _ in ledger_of(digest))
        found.update(passing_mentions(digest))
        yield
    return found
