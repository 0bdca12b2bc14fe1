"""How many jobs a namespace may have that are queued or run, and how many more that leaves: asked in the transaction
that wants to queue some.

To count ten thousand takes PostgreSQL some milliseconds: what was counted serves for a second, with what this process
has queued since, unless that is a good part of the room. What others queue at the same time, and in that second, may
overrun the limit.
"""

import time
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, or_, select

from compactd.domain.jobs import JobState
from compactd.domain.namespaces import NO_QUOTAS
from compactd.domain.quotas import Quota, QuotaExceeded
from compactd.ports.namespaces import NamespaceRules
from compactd.storage.job_rows import J
from compactd.storage.statements import Statement

FULL_PAUSE_SECONDS = 5.0
"""When to come back where there is no room: jobs end as models answer."""

RECOUNT_SECONDS = 1.0
"""How long a count serves."""

ROOM_SHARE = 10
"""It is counted again where this process has taken one part in so many of the room that was found, so that several do
not overrun the limit by more than a little."""

REMEMBERED = 10_000
"""Namespaces whose counts are remembered."""

UNBOUNDED = 2**31 - 1
"""How many more there may be without a limit."""

_OF_NAMESPACE = (
    J.namespace == bindparam("of_namespace"),
    or_(J.state == JobState.QUEUED.value, J.state == JobState.RUNNING.value),
)
# No more are counted than there may be.
_COUNT = Statement(
    select(func.count()).select_from(select(J.id).where(*_OF_NAMESPACE).limit(bindparam("most")).subquery())
)


@dataclass(slots=True)
class _Tally:
    """How much room was left under a limit when it was counted, and what this process has taken of it since."""

    limit: int
    room: int
    counted_at: float
    taken: int = 0

    def serves(self, limit: int) -> bool:
        is_fresh = time.monotonic() < self.counted_at + RECOUNT_SECONDS
        return is_fresh and limit == self.limit and self.taken * ROOM_SHARE < self.room


class JobRoom:
    """One for a store."""

    def __init__(self, rules: NamespaceRules = NO_QUOTAS) -> None:
        self.rules = rules
        self._tallies: dict[str, _Tally] = {}

    def left(self, connection: Connection, namespace: str) -> int:
        """How many more jobs may be queued for it."""
        limit = self.rules.of(namespace).queued_jobs
        if limit is None:
            return UNBOUNDED
        tally = self._tallies.get(namespace)
        if tally is None or not tally.serves(limit):
            tally = self._count(connection, namespace, limit)
        return max(tally.room - tally.taken, 0)

    def require(self, connection: Connection, namespace: str) -> None:
        """QuotaExceeded where there is none for another one."""
        if not self.left(connection, namespace):
            limit = self.rules.of(namespace).queued_jobs or 0
            why = "wait until some of its jobs have ended, or cancel some."
            raise QuotaExceeded(Quota.QUEUED_JOBS, namespace, limit, limit, why, FULL_PAUSE_SECONDS)

    def taken(self, namespace: str) -> None:
        """A job was queued for it, unless its transaction is rolled back: then there seems to be too little room until
        it is counted again."""
        tally = self._tallies.get(namespace)
        if tally is not None:
            tally.taken += 1

    def _count(self, connection: Connection, namespace: str, limit: int) -> _Tally:
        if len(self._tallies) >= REMEMBERED:
            self._tallies.clear()
        counted_at = time.monotonic()
        found = _COUNT.value(connection, {"of_namespace": namespace, "most": limit})
        tally = self._tallies[namespace] = _Tally(limit, limit - found, counted_at)
        return tally
