"""The next turns of namespaces among the jobs that wait (`domain.jobs.next_turn`)."""

from sqlalchemy import Connection, bindparam, func, select

from compactd.domain.jobs import JobPriority, next_turn
from compactd.storage.job_rows import J
from compactd.storage.job_tables import IS_READY
from compactd.storage.statements import Statement

_OF_PRIORITY = J.priority == bindparam("of_priority")
LAST_TURN = select(func.max(J.turn)).where(IS_READY, J.namespace == bindparam("of_namespace"), _OF_PRIORITY)
"""The last one of a namespace."""

FIRST_TURN = select(func.min(J.turn)).where(IS_READY, _OF_PRIORITY)
"""The first one of all."""

_LAST_TURN, _FIRST_TURN = Statement(LAST_TURN), Statement(FIRST_TURN)


class Turns:
    """The next turns, read once for each namespace and priority: the jobs of a page come one behind the other."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._next: dict[tuple[str, JobPriority], int] = {}
        self._first: dict[JobPriority, int | None] = {}

    def next(self, namespace: str, priority: JobPriority) -> int:
        """Which turn the namespace's next job has."""
        of = (namespace, priority)
        if of not in self._next:
            if priority not in self._first:
                self._first[priority] = _FIRST_TURN.value(self._connection, {"of_priority": priority})
            own = {"of_namespace": namespace, "of_priority": priority}
            self._next[of] = next_turn(_LAST_TURN.value(self._connection, own), self._first[priority])
        return self._next[of]

    def taken(self, namespace: str, priority: JobPriority) -> None:
        """The turn that was given last is a job's."""
        self._next[namespace, priority] += 1
