"""Claims: a conversation's lease, and the attempt at an operation that has it.

The conversation's row is written before a job's, and that before the operation's, here and everywhere, so that no two
wait for each other.
"""

from dataclasses import replace

from sqlalchemy import Connection, and_, bindparam, exists, not_, select, update

from compactd.domain.errors import AgentNotFound, ContextChanged, ConversationNotFound
from compactd.domain.keys import ConversationKey, ConversationRef
from compactd.domain.operations import Fail, JobToken, Operation, OperationState, Reply, Reused, Take, Wait, next_step
from compactd.ports.operations import LEASE_SECONDS, AlreadyDone, Claim, Held, Renewed
from compactd.storage.conversation_state import parameters_of, require_conversation
from compactd.storage.database_clock import NOW, is_to_come
from compactd.storage.job_tables import IS_RUNNING, JOBS
from compactd.storage.operations import (
    OF_OPERATION,
    RECORD,
    TakenMeanwhile,
    begin_next,
    end_attempt,
    insert_running,
    parameters_of_operation,
    record_from,
    renewed,
    reply_under,
    want,
)
from compactd.storage.statements import Row, Statement
from compactd.storage.tables import AGENTS, CONVERSATIONS, OPERATIONS

_A = AGENTS.c
_C = CONVERSATIONS.c
_O = OPERATIONS.c

_BY_KEY = (_C.namespace == bindparam("namespace"), _C.id == bindparam("conversation_id"))
_IS_HELD = is_to_come(_C.lease_until, LEASE_SECONDS)
_FIND = select(
    _C.agent_id,
    _C.id,
    _IS_HELD,
    and_(_IS_HELD, _O.conversation_id == _C.id, _O.lease_token == _C.lease_token),
    *RECORD,
).select_from(CONVERSATIONS.outerjoin(OPERATIONS, and_(*OF_OPERATION)))
_FIND_BY_KEY = Statement(_FIND.where(*_BY_KEY))
_FIND_DEFAULT = Statement(
    _FIND.join(AGENTS, _A.id == _C.agent_id).where(
        _A.namespace == bindparam("namespace"),
        _A.id == bindparam("agent_id"),
        # The conversation's too: the agent may have been read before it was deleted.
        _C.namespace == _A.namespace,
        _C.id == _A.default_conversation_id,
    )
)
_LATER = OPERATIONS.alias("later")
# A claim that came to nothing raises the token too.
_IS_COMPACTED_LATER = exists().where(
    _LATER.c.agent_id == _O.agent_id,
    _LATER.c.conversation_id == _O.conversation_id,
    _LATER.c.state == OperationState.DONE.value,
    _LATER.c.lease_token > _O.lease_token,
)
_IS_CURRENT = Statement(
    select(_C.id)
    .join(OPERATIONS, and_(*OF_OPERATION, _O.conversation_id == _C.id))
    .where(*_BY_KEY, _C.next_position == _C.summary_position + 1, ~_IS_COMPACTED_LATER)
)
_TAKE = Statement(
    update(CONVERSATIONS)
    .where(*_BY_KEY, not_(_IS_HELD))
    .values(lease_token=_C.lease_token + 1, lease_until=NOW + LEASE_SECONDS)
    .returning(_C.lease_token, _C.context_version)
)
# Locked until the claim is committed: who takes the job over and ends it finds the attempt.
_HAS_JOB = Statement(
    select(JOBS.c.id)
    .where(JOBS.c.id == bindparam("job_id"), JOBS.c.token == bindparam("of_token"), IS_RUNNING)
    .with_for_update(read=True)
)
_HAS_LEASE = (*_BY_KEY, _C.lease_token == bindparam("token"))
_RENEW = Statement(
    update(CONVERSATIONS)
    .where(*_HAS_LEASE, _C.context_version == bindparam("planned_version"))
    .values(lease_until=NOW + LEASE_SECONDS)
)
_LEASE_TOKEN = Statement(select(_C.lease_token).where(*_BY_KEY).with_for_update(key_share=True))
# A renewal on its way must not take it again: the number is another one then.
_GIVE_BACK = Statement(update(CONVERSATIONS).where(*_HAS_LEASE).values(lease_token=_C.lease_token + 1, lease_until=0.0))


def claim(
    connection: Connection, ref: ConversationRef, operation: Operation, waited_for: int | None
) -> Claim | Held | Wait | Reply | Fail | Reused:
    """TakenMeanwhile where another process was faster; ContextChanged where the job is its runner's no longer."""
    agent_id, conversation_id, is_held, is_live, *found = _found(connection, ref, operation)
    is_known = found[0] is not None
    record = record_from(tuple(found), is_live=bool(is_live)) if is_known else None
    if record and record.state is OperationState.DONE and operation.is_repeat and not operation.is_named:
        record = replace(record, is_current=_is_current(connection, ref.namespace, conversation_id, operation))
    step = next_step(record, operation, waited_for)
    if isinstance(step, Wait):
        want(connection, operation.key)
    if not isinstance(step, Take):
        return step
    key = ConversationKey(ref.namespace, conversation_id)
    if is_held:
        return Held(key, record.attempt if record else 0)
    lease = _TAKE.row(connection, parameters_of(key))
    if lease is None:
        # Perhaps for the same operation: it is to be waited for then.
        raise TakenMeanwhile
    if operation.job is not None:
        _require_job(connection, operation.job)
    token, context_version = lease
    if record is None:
        insert_running(connection, operation, agent_id, conversation_id, token)
        return Claim(key, operation, 1, token, context_version)
    begin_next(connection, operation.key, record, token)
    return Claim(key, operation, record.attempt + 1, token, context_version)


class ClaimUnit:
    """A unit of work: `claim`, and whether a lease that it took is there."""

    def __init__(self, ref: ConversationRef, operation: Operation, waited_for: int | None) -> None:
        self._ref = ref
        self._operation = operation
        self._waited_for = waited_for
        self._claimed: Claim | None = None

    def work(self, connection: Connection) -> Claim | Held | Wait | Reply | Fail | Reused:
        step = claim(connection, self._ref, self._operation, self._waited_for)
        self._claimed = step if isinstance(step, Claim) else None
        return step

    def is_done(self, connection: Connection) -> bool:
        """Any other answer can be had again. Waits for a transaction that may still take the lease."""
        claimed = self._claimed
        if claimed is None:
            return False
        return bool(_LEASE_TOKEN.value(connection, parameters_of(claimed.conversation)) == claimed.token)


def renew(connection: Connection, held: Claim) -> Renewed:
    if not _RENEW.run(connection, _lease(held) | {"planned_version": held.context_version}):
        require_conversation(connection, held.conversation)
        reply = reply_under(connection, held.operation.key, held.token)
        raise ContextChanged if reply is None else AlreadyDone(reply)
    return renewed(connection, held.operation.key)


def finish(connection: Connection, held: Claim, reply: bytes) -> None:
    """Ends the attempt whose lease the transaction has given back. ContextChanged if it is not the last one."""
    if not end_attempt(connection, held.operation, held.attempt, held.token, reply=reply):
        raise ContextChanged


def fail(connection: Connection, held: Claim, failure: bytes) -> None:
    give_back(connection, held)
    end_attempt(connection, held.operation, held.attempt, held.token, failure=failure)


def give_back(connection: Connection, held: Claim) -> None:
    _GIVE_BACK.run(connection, _lease(held))


def _found(connection: Connection, ref: ConversationRef, operation: Operation) -> Row:
    parameters = parameters_of_operation(operation.key)
    if isinstance(ref, ConversationKey):
        row = _FIND_BY_KEY.row(connection, parameters | parameters_of(ref))
        if row is None:
            raise ConversationNotFound(conversation_id=ref.conversation_id)
        return row
    row = _FIND_DEFAULT.row(connection, parameters | {"namespace": ref.namespace, "agent_id": ref.agent_id})
    if row is None:
        raise AgentNotFound(agent_id=ref.agent_id)
    return row


def _require_job(connection: Connection, job: JobToken) -> None:
    if _HAS_JOB.row(connection, {"job_id": job.job_id, "of_token": job.token}) is None:
        raise ContextChanged


def _is_current(connection: Connection, namespace: str, conversation_id: str, operation: Operation) -> bool:
    """Whether nothing was appended, restored or compacted since the operation, which has compacted."""
    key = {"namespace": namespace, "conversation_id": conversation_id}
    return _IS_CURRENT.row(connection, key | parameters_of_operation(operation.key)) is not None


def _lease(held: Claim) -> dict[str, str | int]:
    return {**parameters_of(held.conversation), "token": held.token}
