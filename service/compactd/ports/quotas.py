"""What namespaces have used up, for those that have a limit of it."""

from typing import Protocol

from compactd.domain.quotas import Quota, QuotaExceeded
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


@value
class Room:
    """What a namespace may store, None for no limit, and what of it is used."""

    most_messages: int | None
    most_bytes: int | None
    used: Stored

    def require(self, namespace: str, messages: int, size: int) -> None:
        """QuotaExceeded where so much more is too much."""
        if self.most_messages is not None and self.used.messages + messages > self.most_messages:
            why = f"the request has {messages} messages; delete conversations that are not needed any more."
            raise QuotaExceeded(Quota.STORED_MESSAGES, namespace, self.most_messages, self.used.messages, why)
        if self.most_bytes is not None and self.used.bytes + size > self.most_bytes:
            why = f"the request has {size} bytes to store; delete conversations that are not needed any more."
            raise QuotaExceeded(Quota.STORED_BYTES, namespace, self.most_bytes, self.used.bytes, why)


class QuotaStore(Protocol):
    """Shared by all replicas, by the database's clock."""

    async def reserve_spend(self, limit: SpendLimit, usd: float, seconds: float) -> Reservation:
        """Holds so much back for so many seconds. QuotaExceeded where the limit is reached, or what was spent and is
        held back by others does not leave as much: with the time at which coming back may help. Those of one namespace
        wait for each other. A power cut may undo it."""

    async def settle_spend(self, reservation: Reservation, usd: float) -> None:
        """Counts what it was in the end, and lets go of what was held back; once, however often it is called. What is
        not settled when its time is over counts as spent. A power cut may undo it. May raise whatever a database that
        is away makes of it: it can be repeated."""

    async def stored(self, namespace: str) -> Stored:
        """What is stored now: a sum over the namespace's conversations."""
