"""The end of a policy, and of the sweeps that it has started: there is no budget any more that would hold them."""

from sqlalchemy import Connection, bindparam, select

from compactd.domain.keys import PolicyKey, SweepKey
from compactd.storage.policies import delete_policy, remove_policy
from compactd.storage.statements import Statement
from compactd.storage.sweep_tables import IS_UNFINISHED, SWEEPS
from compactd.storage.sweeps import cancel_sweep

_S = SWEEPS.c
_UNFINISHED = Statement(
    select(_S.id).where(
        IS_UNFINISHED, _S.namespace == bindparam("of_namespace"), _S.policy_id == bindparam("of_policy")
    )
)


def end_policy(connection: Connection, key: PolicyKey) -> None:
    """Deletes one of the namespace, and cancels its sweeps that have not ended. PolicyNotFound; InvalidField for one of
    an agent."""
    # First: whoever starts a sweep of it has done so by then.
    delete_policy(connection, key)
    _end_sweeps(connection, key)


def end_if_there(connection: Connection, key: PolicyKey) -> None:
    """The same for one of an agent, where it has one."""
    if remove_policy(connection, key):
        _end_sweeps(connection, key)


def _end_sweeps(connection: Connection, key: PolicyKey) -> None:
    for (sweep_id,) in _UNFINISHED.rows(connection, {"of_namespace": key.namespace, "of_policy": key.policy_id}):
        cancel_sweep(connection, SweepKey(key.namespace, sweep_id))
