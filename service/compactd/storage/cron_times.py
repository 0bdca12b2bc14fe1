"""When policies with times of a clock are due next: written with the policy, and moved with each run."""

from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects import postgresql

from compactd.domain.policies import Policy
from compactd.storage.database_clock import NOW
from compactd.storage.statements import Statement
from compactd.storage.sweep_tables import CRON_RUNS

_R = CRON_RUNS.c

_NOW = Statement(select(NOW))
# SQLite understands what is written for PostgreSQL here.
_INSERT = postgresql.insert(CRON_RUNS)
_NEW = {name: _INSERT.excluded[name] for name in ("next_run_at", "planned_at")}
_PLAN = Statement(_INSERT.on_conflict_do_update(index_elements=["policy_id"], set_=_NEW))
_FORGET = Statement(delete(CRON_RUNS).where(_R.policy_id == bindparam("of_policy")))


def plan_run(connection: Connection, namespace: str, policy: Policy) -> None:
    """Its next run, behind now by the database's clock: what was missed is not made up more than once."""
    if not policy.enabled or policy.trigger.cron is None:
        forget_run(connection, policy.id)
        return
    now = _NOW.value(connection)
    next_run_at = policy.trigger.cron.next_after(datetime.fromtimestamp(now, UTC)).timestamp()
    times = {"next_run_at": next_run_at, "planned_at": now}
    _PLAN.run(connection, {"policy_id": policy.id, "namespace": namespace, **times})


def forget_run(connection: Connection, policy_id: str) -> None:
    _FORGET.run(connection, {"of_policy": policy_id})
