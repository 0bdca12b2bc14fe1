"""How many jobs a namespace may have that are queued or run, and how many more that leaves: asked in the transaction
that wants to queue some. Transactions at the same time do not see each other's: each may take what is left."""

from sqlalchemy import Connection, bindparam, func, or_, select

from compactd.domain.errors import Quota, QuotaExceeded
from compactd.domain.jobs import JobState
from compactd.domain.namespaces import NO_QUOTAS
from compactd.ports.namespaces import NamespaceRules
from compactd.storage.job_rows import J
from compactd.storage.statements import Statement

FULL_PAUSE_SECONDS = 5.0
"""When to come back where there is no room: jobs end as models answer."""

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


class JobRoom:
    """One for a store."""

    def __init__(self, rules: NamespaceRules = NO_QUOTAS) -> None:
        self._rules = rules

    def left(self, connection: Connection, namespace: str) -> int:
        """How many more jobs may be queued for it."""
        limit = self._rules.of(namespace).queued_jobs
        return UNBOUNDED if limit is None else limit - self._count(connection, namespace, limit)

    def require(self, connection: Connection, namespace: str) -> None:
        """QuotaExceeded where there is none for another one."""
        limit = self._rules.of(namespace).queued_jobs
        if limit is not None and self._count(connection, namespace, limit) >= limit:
            why = "wait until some of its jobs have ended, or cancel some."
            raise QuotaExceeded(Quota.QUEUED_JOBS, namespace, limit, limit, why, FULL_PAUSE_SECONDS)

    def _count(self, connection: Connection, namespace: str, most: int) -> int:
        count: int = _COUNT.value(connection, {"of_namespace": namespace, "most": most})
        return count
