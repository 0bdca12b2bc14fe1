"""What policies have taken of their budgets today, and when they start their next sweeps."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from compactd.domain.keys import PolicyKey
from compactd.domain.paging import Page
from compactd.domain.policies import Policy
from compactd.ports.policies import PolicyStatus
from compactd.storage.budgets import NOTHING_SPENT, read_spent
from compactd.storage.database_clock import NOW
from compactd.storage.policies import get_policy, list_policies
from compactd.storage.quotas import DAY_SECONDS
from compactd.storage.sweep_tables import CRON_RUNS

_R = CRON_RUNS.c


def policy_status(connection: Connection, key: PolicyKey) -> PolicyStatus:
    """PolicyNotFound."""
    [found] = _status_of(connection, [get_policy(connection, key)])
    return found


def list_status(connection: Connection, namespace: str, page: Page) -> list[PolicyStatus]:
    return _status_of(connection, list_policies(connection, namespace, page))


def _status_of(connection: Connection, policies: Sequence[Policy]) -> list[PolicyStatus]:
    ids = [policy.id for policy in policies]
    today = int((connection.scalar(select(NOW)) or 0.0) // DAY_SECONDS)
    spent, runs = read_spent(connection, ids, today), _next_runs(connection, ids)
    return [
        PolicyStatus(
            policy,
            spent.get(policy.id, NOTHING_SPENT) if policy.daily_budget is not None else None,
            runs.get(policy.id),
        )
        for policy in policies
    ]


def _next_runs(connection: Connection, ids: Sequence[str]) -> dict[str, float]:
    found = select(_R.policy_id, _R.next_run_at).where(_R.policy_id.in_(ids))
    return {row.policy_id: row.next_run_at for row in connection.execute(found).all()}
