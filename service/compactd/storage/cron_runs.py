"""Sweeps of policies whose time has come: started in the transaction that says when the next one does."""

from contextlib import suppress

from sqlalchemy import Connection, bindparam, or_, select, update

from compactd.domain.errors import AgentNotFound, InvalidField, PolicyUnreadable
from compactd.domain.ids import new_id
from compactd.domain.keys import PolicyKey
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

STARTED_AT_ONCE = 500
"""How many runs are started before anything else is looked at."""

AHEAD_SECONDS = 86_400.0
"""A clock that has gone back by less is waited for, so that no time comes twice; by more, and times are told anew."""

PUT_OFF_SECONDS = 60.0
"""When a run is tried again that went wrong."""

_R = CRON_RUNS.c
_P = POLICIES.c

# A clock that was so far ahead was wrong: times told by it are years away, it may be.
_IS_TIME = _R.next_run_at <= NOW
_IS_DUE = or_(_IS_TIME, _R.planned_at > NOW + AHEAD_SECONDS)
_ALL_DUE = Statement(select(_R.namespace, _R.policy_id).where(_IS_DUE).order_by(_R.next_run_at).limit(STARTED_AT_ONCE))
_BY_KEY = (_R.namespace == bindparam("of_namespace"), _R.policy_id == bindparam("of_policy"))
# What another process starts is left to it.
_TAKE = Statement(select(_IS_TIME).where(*_BY_KEY, _IS_DUE).with_for_update(skip_locked=True))
_PUT_OFF = Statement(
    update(CRON_RUNS).where(*_BY_KEY, _IS_DUE).values(next_run_at=NOW + PUT_OFF_SECONDS, planned_at=NOW)
)
_POLICY = Statement(
    select(_P.body, _P.request).where(_P.namespace == bindparam("of_namespace"), _P.id == bindparam("of_policy"))
)
_AT_WORK = Statement(select(SWEEPS.c.id).where(IS_UNFINISHED, SWEEPS.c.policy_id == bindparam("of_policy")).limit(1))


def due_runs(connection: Connection) -> list[PolicyKey]:
    """Those whose time has come first come first, some hundreds of them."""
    return [PolicyKey(*row) for row in _ALL_DUE.rows(connection)]


def start_run(connection: Connection, key: PolicyKey) -> None:
    is_time = _TAKE.value(connection, _parameters_of(key))
    if is_time is None:
        return
    found = _POLICY.row(connection, _parameters_of(key))
    if found is None:
        forget_run(connection, key.policy_id)
        return
    body, request = found
    try:
        policy = decode_policy(key.policy_id, body)
    except PolicyUnreadable:
        put_off_run(connection, key)
        return
    plan_run(connection, key.namespace, policy)
    # One that has not ended, such as a paused one, is not joined by another.
    if is_time and _AT_WORK.value(connection, _parameters_of(key)) is None:
        new = NewSweep(new_id("sweep"), _spec_of(policy), request, policy.id)
        # Where there is no conversation now, or an agent was deleted, there is nothing to start.
        with suppress(InvalidField, AgentNotFound):
            start_sweep(connection, key.namespace, new)


def put_off_run(connection: Connection, key: PolicyKey) -> None:
    _PUT_OFF.run(connection, _parameters_of(key))


def _parameters_of(key: PolicyKey) -> dict[str, str]:
    return {"of_namespace": key.namespace, "of_policy": key.policy_id}


def _spec_of(policy: Policy) -> SweepSpec:
    fields = ("name", "selector", "compaction_settings", "allow_degraded", "include_ledger")
    given = {name: getattr(policy, name) for name in fields if name in policy.model_fields_set}
    return SweepSpec(**given, priority=policy.priority)
