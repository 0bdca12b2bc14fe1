"""What policies have taken of their budgets today, and when they start their next sweeps."""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, select

from compactd.domain.keys import PolicyKey
from compactd.domain.paging import Page
from compactd.domain.policies import Policy
from compactd.ports.policies import PolicyStatus, StoredPolicy
from compactd.storage import policies
from compactd.storage.budgets import NOTHING_SPENT, read_spent
from compactd.storage.database_clock import NOW
from compactd.storage.quotas import DAY_SECONDS
from compactd.storage.sweep_tables import CRON_RUNS

_R = CRON_RUNS.c


def create_policy(connection: Connection, namespace: str, stored: StoredPolicy) -> PolicyStatus:
    """As `policies.create_policy`."""
    [created] = _status_of(connection, [policies.create_policy(connection, namespace, stored)])
    return created


def update_policy(connection: Connection, key: PolicyKey, change: Callable[[Policy], StoredPolicy]) -> PolicyStatus:
    """As `policies.update_policy`."""
    [updated] = _status_of(connection, [policies.update_policy(connection, key, change)])
    return updated


def policy_status(connection: Connection, key: PolicyKey) -> PolicyStatus:
    """PolicyNotFound."""
    [found] = _status_of(connection, [policies.get_policy(connection, key)])
    return found


def list_status(connection: Connection, namespace: str, page: Page) -> list[PolicyStatus]:
    return _status_of(connection, policies.list_policies(connection, namespace, page))


def _status_of(connection: Connection, found: Sequence[Policy]) -> list[PolicyStatus]:
    ids = [policy.id for policy in found]
    today = int((connection.scalar(select(NOW)) or 0.0) // DAY_SECONDS)
    spent, runs = read_spent(connection, ids, today), _next_runs(connection, ids)
    return [
        PolicyStatus(
            policy,
            spent.get(policy.id, NOTHING_SPENT) if policy.daily_budget is not None else None,
            runs.get(policy.id),
        )
        for policy in found
    ]


def _next_runs(connection: Connection, ids: Sequence[str]) -> dict[str, float]:
    found = select(_R.policy_id, _R.next_run_at).where(_R.policy_id.in_(ids))
    return {row.policy_id: row.next_run_at for row in connection.execute(found).all()}
