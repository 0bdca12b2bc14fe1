"""What namespaces have used up, for those that have a limit of it."""

from typing import Protocol

from compactd.domain.value_class import value


@value
class SpendLimit:
    """What models may cost a namespace in one day, in US dollars."""

    namespace: str
    usd: float


@value
class Reservation:
    """What one compaction may cost, held back from the day on which it began (days since 1970, UTC)."""

    reservation_id: str
    namespace: str
    day: int
    usd: float


@value
class Stored:
    """What is stored for a namespace: messages, summaries among them, and the bytes that their contents take."""

    messages: int
    bytes: int


class QuotaStore(Protocol):
    """Shared by all replicas, by the database's clock."""

    async def reserve_spend(self, limit: SpendLimit, usd: float, seconds: float) -> Reservation:
        """Holds so much back for so many seconds. QuotaExceeded where the limit is reached, or what was spent and is
        held back by others does not leave as much: with the time at which coming back may help. Those of one namespace
        wait for each other. A power cut may undo it."""

    async def settle_spend(self, reservation: Reservation, usd: float) -> None:
        """Counts what it was in the end, and lets go of what was held back. Where the database is away it is held back
        until its time is over. A power cut may undo it."""

    async def stored(self, namespace: str) -> Stored:
        """What is stored now: a sum over the namespace's conversations."""
