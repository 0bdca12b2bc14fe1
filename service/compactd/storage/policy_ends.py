"""The end of a policy, of its jobs, and of the sweeps that it has started: there is no budget any more that would hold
them. Rows of sweeps are locked before jobs, as by whoever changes a sweep, and all jobs in the order of their ids."""

from sqlalchemy import Connection, bindparam, select

from compactd.domain.keys import PolicyKey, SweepKey
from compactd.storage import policies, sweeps
from compactd.storage.job_rows import J
from compactd.storage.job_tables import IS_ACTIVE, OF_A_POLICY
from compactd.storage.statements import Statement
from compactd.storage.sweep_tables import IS_UNFINISHED, SWEEPS

_S = SWEEPS.c
_OF_POLICY = bindparam("of_policy", type_=_S.policy_id.type)
_UNFINISHED = Statement(
    select(_S.id)
    .where(IS_UNFINISHED, _S.namespace == bindparam("of_namespace"), _S.policy_id == _OF_POLICY)
    .order_by(_S.id)
    .with_for_update()
)
_LOCK_JOBS = Statement(
    select(J.id)
    .where(IS_ACTIVE, OF_A_POLICY, J.namespace == bindparam("of_namespace"), J.policy_id == _OF_POLICY)
    .order_by(J.id)
    .with_for_update()
)


def end_policy(connection: Connection, key: PolicyKey) -> None:
    """Deletes one of the namespace, and cancels its jobs that wait and its sweeps that have not ended. PolicyNotFound;
    InvalidField for one of an agent."""
    # First: whoever starts a sweep of it has done so by then.
    policies.delete_policy(connection, key)
    _cancel(connection, key)


def end_if_there(connection: Connection, key: PolicyKey) -> None:
    """The same for one of an agent, where it has one."""
    if policies.remove_policy(connection, key):
        _cancel(connection, key)


def erase_if_there(connection: Connection, key: PolicyKey) -> None:
    """The same for one of an agent that is erased: whoever does that deletes all its jobs, in one order."""
    if policies.remove_policy(connection, key):
        _end_sweeps(connection, key)


def _cancel(connection: Connection, key: PolicyKey) -> None:
    ended = _end_sweeps(connection, key)
    if ended:
        # All at once, since those of each are locked in an order of their own.
        _LOCK_JOBS.rows(connection, {"of_namespace": key.namespace, "of_policy": key.policy_id})
    policies.cancel_jobs(connection, key)
    for sweep in ended:
        sweeps.cancel_jobs(connection, sweep)


def _end_sweeps(connection: Connection, key: PolicyKey) -> list[SweepKey]:
    rows = _UNFINISHED.rows(connection, {"of_namespace": key.namespace, "of_policy": key.policy_id})
    unfinished = [SweepKey(key.namespace, sweep_id) for (sweep_id,) in rows]
    for sweep in unfinished:
        sweeps.end_sweep(connection, sweep)
    return unfinished
