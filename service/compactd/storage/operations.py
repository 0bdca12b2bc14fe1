"""Operations as rows: which requests have been done, with their replies, until their time is over."""

from typing import Any

from sqlalchemy import Connection, bindparam, delete, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql

from compactd.domain.operations import KEEP_SECONDS, Operation, OperationKey, OperationRecord, OperationState
from compactd.ports.operations import WANTED_SECONDS, Renewed
from compactd.storage.database_clock import NOW
from compactd.storage.statements import Row, Statement
from compactd.storage.tables import OPERATIONS

REMOVED_AT_ONCE = 1_000
"""How many expired operations one unit of work removes."""

_O = OPERATIONS.c

OF_OPERATION = (_O.namespace == bindparam("of_namespace"), _O.name == bindparam("of_name"))
RECORD = (_O.fingerprint, _O.state, _O.attempt, _O.reply, _O.failure, _O.expires_at <= NOW)
"""What a record is made of (`record_from`)."""

_READ = Statement(select(*RECORD).where(*OF_OPERATION))
_EXPIRES_AT = NOW + bindparam("keep_seconds", type_=_O.expires_at.type)
# SQLite understands what is written for PostgreSQL here.
_NEW = postgresql.insert(OPERATIONS).values(
    {column.name: bindparam(column.name, type_=column.type) for column in _O if column is not _O.expires_at}
    | {"expires_at": _EXPIRES_AT}
)
# One whose time is over is replaced here, and not before: whoever has its row has all others that come before it.
_INSERT = Statement(
    _NEW.on_conflict_do_update(
        index_elements=OPERATIONS.primary_key.columns,
        set_={column.name: _NEW.excluded[column.name] for column in _O if not column.primary_key},
        where=_O.expires_at <= NOW,
    )
)
_IN_ATTEMPT = (*OF_OPERATION, _O.state == bindparam("in_state"), _O.attempt == bindparam("in_attempt"))
_BEGIN_NEXT = Statement(
    update(OPERATIONS)
    .where(*_IN_ATTEMPT)
    .values(
        state=OperationState.RUNNING.value,
        attempt=_O.attempt + 1,
        lease_token=bindparam("token", type_=_O.lease_token.type),
        reply=None,
        failure=None,
        expires_at=_EXPIRES_AT,
    )
)
_END = Statement(
    update(OPERATIONS)
    .where(*_IN_ATTEMPT, _O.lease_token == bindparam("token"))
    .values(
        state=bindparam("outcome", type_=_O.state.type),
        reply=bindparam("its_reply", type_=_O.reply.type),
        failure=bindparam("its_failure", type_=_O.failure.type),
        expires_at=_EXPIRES_AT,
    )
)
_KEEP_AS_USUAL = Statement(
    update(OPERATIONS).where(*OF_OPERATION, _O.expires_at > _EXPIRES_AT).values(expires_at=_EXPIRES_AT)
)
IS_WITHOUT_REPLY = or_(_O.state == OperationState.RUNNING.value, _O.expires_at <= NOW)
"""That an operation runs, or its time is over: what is deleted where it is abandoned."""
_ABANDON = Statement(delete(OPERATIONS).where(*OF_OPERATION, IS_WITHOUT_REPLY))
_DONE = _O.state == OperationState.DONE.value
_REPLY_UNDER = Statement(select(_O.reply).where(*OF_OPERATION, _DONE, _O.lease_token == bindparam("token")))
_WANT = Statement(update(OPERATIONS).where(*OF_OPERATION).values(wanted_until=NOW + WANTED_SECONDS))
_RENEWED = Statement(select(_O.wanted_until - NOW, _O.watched_until > NOW).where(*OF_OPERATION))
_EXPIRED = (
    select(_O.namespace, _O.name)
    .where(_O.expires_at <= NOW)
    .order_by(_O.expires_at)
    .limit(REMOVED_AT_ONCE)
    # What another replica removes is left to it.
    .with_for_update(skip_locked=True)
)
_REMOVE_EXPIRED = Statement(delete(OPERATIONS).where(tuple_(_O.namespace, _O.name).in_(_EXPIRED)))
_DELETE_OF_AGENT = Statement(delete(OPERATIONS).where(_O.agent_id == bindparam("of_agent")))
_DELETE_OF_CONVERSATION = Statement(
    delete(OPERATIONS).where(_O.agent_id == bindparam("of_agent"), _O.conversation_id == bindparam("of_conversation"))
)


class TakenMeanwhile(Exception):
    """Another transaction has written the operation since this one has read it: this one has to begin again."""


def parameters_of_operation(key: OperationKey) -> dict[str, Any]:
    """The key as OF_OPERATION binds it."""
    return {"of_namespace": key.namespace, "of_name": key.name}


def read_record(connection: Connection, key: OperationKey) -> OperationRecord | None:
    """The record of an operation that is not a running one; None for one whose time is over."""
    row = _READ.row(connection, parameters_of_operation(key))
    return None if row is None else record_from(row)


def record_from(row: Row, *, is_live: bool = False) -> OperationRecord | None:
    """The record of a row of RECORD; None where its time is over: the next one of its name takes its place."""
    fingerprint, state, attempt, reply, failure, is_expired = row
    if is_expired:
        return None
    return OperationRecord(
        fingerprint, OperationState(state), attempt, is_live, reply=reply or b"", failure=failure or b""
    )


def insert_done(
    connection: Connection, operation: Operation, agent_id: str, conversation_id: str, reply: bytes
) -> None:
    """TakenMeanwhile if it is there."""
    row = _new_row(operation, agent_id, conversation_id)
    kept = {"state": OperationState.DONE.value, "reply": reply, "keep_seconds": operation.keep_seconds}
    _require(_INSERT.run(connection, row | kept))


def insert_running(
    connection: Connection, operation: Operation, agent_id: str, conversation_id: str, token: int
) -> None:
    """The first attempt. TakenMeanwhile if it is there."""
    row = _new_row(operation, agent_id, conversation_id)
    # It is over when it ends; what a killed process leaves is removed with time.
    running = {"state": OperationState.RUNNING.value, "lease_token": token, "keep_seconds": KEEP_SECONDS}
    _require(_INSERT.run(connection, row | running))


def begin_next(connection: Connection, key: OperationKey, before: OperationRecord, token: int) -> None:
    """The attempt after the one of the record. TakenMeanwhile if that is not the last one any more."""
    last = {"in_state": before.state.value, "in_attempt": before.attempt}
    new = {"token": token, "keep_seconds": KEEP_SECONDS}
    _require(_BEGIN_NEXT.run(connection, parameters_of_operation(key) | last | new))


def end_attempt(
    connection: Connection,
    operation: Operation,
    attempt: int,
    token: int,
    *,
    reply: bytes | None = None,
    failure: bytes | None = None,
) -> bool:
    """Done with a reply, else failed; False if it is not that attempt which runs."""
    state = OperationState.FAILED if reply is None else OperationState.DONE
    ended = _END.run(
        connection,
        {
            **parameters_of_operation(operation.key),
            "in_state": OperationState.RUNNING.value,
            "in_attempt": attempt,
            "token": token,
            "outcome": state.value,
            "its_reply": reply,
            "its_failure": failure,
            "keep_seconds": min(operation.keep_seconds, KEEP_SECONDS) if reply is None else operation.keep_seconds,
        },
    )
    return bool(ended)


def keep_as_usual(connection: Connection, key: OperationKey) -> None:
    """Of a job that has told what came of it: its operation is kept from now on as those of calls are."""
    _KEEP_AS_USUAL.run(connection, parameters_of_operation(key) | {"keep_seconds": KEEP_SECONDS})


def abandon(connection: Connection, key: OperationKey) -> bool:
    """Whoever is at work on it, such as a process that stands still, can no longer end it, and commits nothing; False
    if it is done by now."""
    _ABANDON.run(connection, parameters_of_operation(key))
    record = read_record(connection, key)
    return record is None or record.state is not OperationState.DONE


def reply_under(connection: Connection, key: OperationKey, token: int) -> bytes | None:
    """The reply of the attempt that had this lease, if it was done with it."""
    reply: bytes | None = _REPLY_UNDER.value(connection, parameters_of_operation(key) | {"token": token})
    return reply


def want(connection: Connection, key: OperationKey) -> None:
    """Says that somebody waits for it."""
    _WANT.run(connection, parameters_of_operation(key))


def renewed(connection: Connection, key: OperationKey) -> Renewed:
    """For how long somebody is known to wait for it, and whether somebody watches it."""
    row = _RENEWED.row(connection, parameters_of_operation(key))
    return Renewed(0.0, False) if row is None else Renewed(row[0], bool(row[1]))


def remove_expired(connection: Connection) -> bool:
    """Removes as many as REMOVED_AT_ONCE; whether there may be more."""
    return _REMOVE_EXPIRED.run(connection) == REMOVED_AT_ONCE


def delete_of_agent(connection: Connection, agent_id: str) -> None:
    """For when the agent, whose row the transaction has, is gone: its replies hold what it held."""
    _DELETE_OF_AGENT.run(connection, {"of_agent": agent_id})


def delete_of_conversation(connection: Connection, agent_id: str, conversation_id: str) -> None:
    """The same for a conversation."""
    _DELETE_OF_CONVERSATION.run(connection, {"of_agent": agent_id, "of_conversation": conversation_id})


def _new_row(operation: Operation, agent_id: str, conversation_id: str) -> dict[str, Any]:
    return {
        "namespace": operation.key.namespace,
        "name": operation.key.name,
        "fingerprint": operation.fingerprint,
        "attempt": 1,
        "lease_token": 0,
        "wanted_until": 0.0,
        "watched_until": 0.0,
        "agent_id": agent_id,
        "conversation_id": conversation_id,
        "failure": None,
        "reply": None,
    }


def _require(written: int) -> None:
    if not written:
        raise TakenMeanwhile
