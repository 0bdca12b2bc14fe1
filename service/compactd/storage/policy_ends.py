"""The end of a policy, and of the sweeps that it has started."""

from sqlalchemy import Connection, bindparam, select

from compactd.domain.keys import PolicyKey, SweepKey
from compactd.storage.policies import delete_policy
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
    """Deletes it, and cancels its sweeps that have not ended: there is no budget any more that would hold them.
    PolicyNotFound."""
    # First: whoever starts a sweep of it has done so by then.
    delete_policy(connection, key)
    for (sweep_id,) in _UNFINISHED.rows(connection, {"of_namespace": key.namespace, "of_policy": key.policy_id}):
        cancel_sweep(connection, SweepKey(key.namespace, sweep_id))
