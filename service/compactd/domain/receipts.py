"""What became of the identifiers of the messages that a compaction evicted."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many distinct identifiers of a kind (`extractive.identifiers.Kind`) were evicted, and how many of them are
    retained: they stand in the summary, or in a message that was kept."""

    kind: str
    evicted: int
    retained: int

    @property
    def recoverable(self) -> int:
        """Those that are not in the context any more; the messages that hold them are stored."""
        return self.evicted - self.retained


@dataclass(frozen=True, slots=True)
class Receipt:
    """Counts by kind, of kinds of which something was evicted. `unfounded` are the identifiers of what the compaction
    wrote that stand in nothing that it could have read."""

    by_kind: Sequence[KindCount]
    unfounded: int

    @property
    def evicted(self) -> int:
        return sum(count.evicted for count in self.by_kind)

    @property
    def retained(self) -> int:
        return sum(count.retained for count in self.by_kind)

    @property
    def recoverable(self) -> int:
        return self.evicted - self.retained


@dataclass(frozen=True, slots=True)
class ReceiptIdentifier:
    """An identifier of a receipt, and the ids of the evicted messages that hold it, the last ones in their order."""

    kind: str
    value: str
    message_ids: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ReceiptLists:
    """The identifiers that a receipt counts, in the order in which they were first written."""

    retained: Sequence[ReceiptIdentifier]
    recoverable: Sequence[ReceiptIdentifier]
    unfounded: Sequence[ReceiptIdentifier]
