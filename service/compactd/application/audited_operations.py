"""What is wrong with the operations of a conversation, and with its lease."""

from collections.abc import Iterable

from compactd.application.audit_faults import Faults
from compactd.domain.operations import KEEP_OF_JOB_SECONDS, KEEP_SECONDS, OperationState
from compactd.ports.audit import AuditedConversation, AuditedOperation
from compactd.ports.operations import LEASE_SECONDS

LEEWAY_SECONDS = 60.0
"""By so much the database's clock may have been set back since a time was written."""

_KEPT = {
    OperationState.RUNNING.value: (False, False),
    OperationState.DONE.value: (True, False),
    OperationState.FAILED.value: (False, True),
}
"""Whether a reply and a failure are kept, by the state."""


def check_operations(operations: Iterable[AuditedOperation], row: AuditedConversation, faults: Faults) -> None:
    """What is done has its reply, what failed has why, what runs does so under a lease that was given, and all of it
    has an end, which is late for a job's alone."""
    if row.lease_seconds > LEASE_SECONDS + LEEWAY_SECONDS:
        faults.note("The lease of the conversation holds for {seconds:.0f} seconds more.", seconds=row.lease_seconds)
    for operation in operations:
        if (operation.has_reply, operation.has_failure) != _KEPT.get(operation.state):
            faults.note(
                "The operation {name} is {state}, and what is kept of it is not that.",
                name=operation.name,
                state=operation.state,
            )
        if not 0 <= operation.lease_token <= row.lease_token or operation.attempt < 1:
            faults.note(
                "The operation {name} has attempt {attempt} under lease {token}, and the conversation gave {given}.",
                name=operation.name,
                attempt=operation.attempt,
                token=operation.lease_token,
                given=row.lease_token,
            )
        longest = KEEP_OF_JOB_SECONDS if operation.is_of_job else KEEP_SECONDS
        if operation.keep_seconds > longest + LEEWAY_SECONDS:
            faults.note(
                "The operation {name} is kept for {seconds:.0f} seconds more.",
                name=operation.name,
                seconds=operation.keep_seconds,
            )
