"""Sweeps of policies whose time has come: started in the transaction that says when the next one does."""

from contextlib import suppress

from sqlalchemy import Connection, bindparam, select

from compactd.domain.errors import AgentNotFound, InvalidField
from compactd.domain.ids import new_id
from compactd.domain.policies import Policy
from compactd.domain.sweeps import SweepSpec
from compactd.ports.sweeps import NewSweep
from compactd.storage.cron_times import forget_run, plan_run
from compactd.storage.database_clock import NOW
from compactd.storage.policies import decode_policy
from compactd.storage.policy_tables import POLICIES
from compactd.storage.statements import Statement
from compactd.storage.sweep_tables import CRON_RUNS, IS_UNFINISHED, SWEEPS
from compactd.storage.sweeps import start_sweep

_R = CRON_RUNS.c
_P = POLICIES.c

_IS_DUE = _R.next_run_at <= NOW
_ANY_DUE = Statement(select(_R.policy_id).where(_IS_DUE).limit(1))
_DUE = Statement(
    select(_R.namespace, _R.policy_id)
    .where(_IS_DUE)
    .order_by(_R.next_run_at)
    .limit(1)
    # What another process starts is left to it.
    .with_for_update(skip_locked=True)
)
_POLICY = Statement(
    select(_P.body, _P.request).where(_P.namespace == bindparam("of_namespace"), _P.id == bindparam("of_policy"))
)
_AT_WORK = Statement(select(SWEEPS.c.id).where(IS_UNFINISHED, SWEEPS.c.policy_id == bindparam("of_policy")).limit(1))


def is_any_due(connection: Connection) -> bool:
    return _ANY_DUE.value(connection) is not None


def start_due_run(connection: Connection) -> bool:
    due = _DUE.row(connection)
    if due is None:
        return False
    namespace, policy_id = due
    found = _POLICY.row(connection, {"of_namespace": namespace, "of_policy": policy_id})
    if found is None:
        forget_run(connection, policy_id)
        return True
    body, request = found
    policy = decode_policy(body)
    plan_run(connection, namespace, policy)
    # One that has not ended, such as a paused one, is not joined by another.
    if _AT_WORK.value(connection, {"of_policy": policy_id}) is None:
        new = NewSweep(new_id("sweep"), _spec_of(policy), request, policy_id)
        # Where there is no conversation now, or an agent was deleted, there is nothing to start.
        with suppress(InvalidField, AgentNotFound):
            start_sweep(connection, namespace, new)
    return True


def _spec_of(policy: Policy) -> SweepSpec:
    fields = ("name", "selector", "compaction_settings", "allow_degraded", "include_ledger")
    given = {name: getattr(policy, name) for name in fields if name in policy.model_fields_set}
    return SweepSpec(**given, priority=policy.priority)
