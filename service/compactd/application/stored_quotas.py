"""What namespaces may store: how much of it is used up, known without a question to the database for nearly every
append."""

import asyncio
import time
from dataclasses import dataclass

from compactd.domain.namespaces import NamespaceSettings
from compactd.ports.namespaces import NamespaceRules
from compactd.ports.quotas import QuotaStore, Room, Stored

RECOUNT_SECONDS = 1.0
"""After how long what others have stored and deleted meanwhile is looked up; longer where the look takes long."""

RECOUNT_SHARE = 20
"""A look is taken at most so seldom that it takes one part in so many of the time."""

REMEMBERED = 10_000
"""Namespaces whose sums are remembered; when there are more, all are looked up again."""

ROOM_SHARE = 10
"""An append looks first where this process has taken one part in so many of the room that the last look has found: as
many others that store as fast do not overrun the limit between two looks. The less room is left, the more often."""


NOTHING = Stored(0, 0)
NEVER = float("-inf")


@dataclass(slots=True)
class _Tally:
    """What was stored when it was looked up, and what this process has added since that look began. `counted_at` is by
    the monotonic clock, NEVER where something was deleted since."""

    stored: Stored
    added: Stored
    counted_at: float
    look_seconds: float

    @property
    def used(self) -> Stored:
        return Stored(self.stored.messages + self.added.messages, self.stored.bytes + self.added.bytes)

    @property
    def is_old(self) -> bool:
        return time.monotonic() > self.counted_at + max(RECOUNT_SECONDS, RECOUNT_SHARE * self.look_seconds)

    @property
    def may_be_found_again(self) -> bool:
        """Whether another look is worth what it takes: something was stored since, or it was long enough ago."""
        return self.added != NOTHING or time.monotonic() > self.counted_at + RECOUNT_SHARE * self.look_seconds


class StoredQuotas:
    """Exact up to the batches that are stored at the same time. What other processes store and delete is known a second
    later, and sooner where a limit is near."""

    def __init__(self, store: QuotaStore, rules: NamespaceRules) -> None:
        self._store = store
        self._rules = rules
        self._tallies: dict[str, _Tally] = {}
        """Of namespaces with a limit."""
        self._looks: dict[str, asyncio.Task[_Tally]] = {}

    async def room(self, namespace: str) -> Room | None:
        """What the namespace may store, and what of it is used; None where there is no limit."""
        settings = self._rules.of(namespace)
        if settings.stored_messages is None and settings.stored_bytes is None:
            return None
        tally = self._tallies.get(namespace)
        look = self._looks.get(namespace)
        # A namespace that is full is refused by what is known of it: its callers may well come back at once.
        if tally is None or (tally.may_be_found_again and _is_near(settings, tally)):
            # Others wait for it as well: who is cancelled leaves it to them.
            tally = await asyncio.shield(look or self._begin_look(namespace))
        elif look is None and tally.is_old:
            _ = self._begin_look(namespace)
        return Room(settings.stored_messages, settings.stored_bytes, tally.used)

    @property
    def used(self) -> dict[str, dict[str, int]]:
        """What is stored, as far as this process knows it, of the namespaces with a limit that it has been asked for:
        by the names of the limits."""
        return {
            namespace: {"stored_messages": tally.used.messages, "stored_bytes": tally.used.bytes}
            for namespace, tally in self._tallies.items()
        }

    def added(self, namespace: str, messages: int, size: int) -> None:
        """Counts what was stored, if the namespace has a limit."""
        tally = self._tallies.get(namespace)
        if tally is not None:
            tally.added = Stored(tally.added.messages + messages, tally.added.bytes + size)

    def freed(self, namespace: str) -> None:
        """Something was deleted: what is stored is looked up when it is asked for next."""
        tally = self._tallies.get(namespace)
        if tally is not None:
            tally.counted_at = NEVER

    def _begin_look(self, namespace: str) -> "asyncio.Task[_Tally]":
        """A look whose sums are remembered, whether anybody waits for it or not."""
        look = self._looks[namespace] = asyncio.create_task(self._count(namespace))
        look.add_done_callback(_seen)
        return look

    async def _count(self, namespace: str) -> _Tally:
        began = time.monotonic()
        before = self._tallies.get(namespace)
        if before is not None:
            # From here on: what is committed while the look is taken may be in it, and counts once more until the next.
            known, before.added = before.added, NOTHING
            before.stored = Stored(before.stored.messages + known.messages, before.stored.bytes + known.bytes)
        try:
            stored = await self._store.stored(namespace)
        finally:
            del self._looks[namespace]
        if len(self._tallies) >= REMEMBERED:
            self._tallies.clear()
        added = NOTHING if before is None else before.added
        now = time.monotonic()
        tally = self._tallies[namespace] = _Tally(stored, added, now, now - began)
        return tally


def _is_near(settings: NamespaceSettings, tally: _Tally) -> bool:
    return _is_short(settings.stored_messages, tally.stored.messages, tally.added.messages) or _is_short(
        settings.stored_bytes, tally.stored.bytes, tally.added.bytes
    )


def _is_short(limit: int | None, found: int, added: int) -> bool:
    return limit is not None and ROOM_SHARE * added >= limit - found


def _seen(look: "asyncio.Task[_Tally]") -> None:
    """Where nobody waits for it, its error is nobody's: the next look has its own."""
    if not look.cancelled():
        look.exception()
