"""What happens to jobs and to running Compacts, in rows: each is written once, and read in order."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, select, tuple_, update
from sqlalchemy.dialects import postgresql

from compactd.domain.jobs import KEEP_SECONDS, Again, End, JobFailure
from compactd.domain.keys import JobKey
from compactd.domain.operations import OperationKey, OperationState
from compactd.domain.progress import Event, EventKind, NumberedEvent
from compactd.ports.jobs import WATCHED_SECONDS, TakenJob, WatchedCompact, WatchedJob
from compactd.ports.operations import LEASE_SECONDS, Claim
from compactd.storage import job_ends, jobs
from compactd.storage.database_clock import NOW, is_to_come
from compactd.storage.job_rows import J, read_job
from compactd.storage.job_tables import IS_RUNNING, IS_SUBMITTED, JOB_EVENTS
from compactd.storage.operations import OF_OPERATION, parameters_of_operation
from compactd.storage.statements import Statement
from compactd.storage.tables import CONVERSATIONS, OPERATIONS

REMOVED_AT_ONCE = 1_000
"""How many events from long ago one unit of work removes."""

_C = CONVERSATIONS.c
_E = JOB_EVENTS.c
_O = OPERATIONS.c
_OF_NAME = (_E.namespace == bindparam("of_namespace"), _E.name == bindparam("of_name"))
# SQLite understands what is written for PostgreSQL here. What is there is the same event: the write was repeated.
_INSERT = Statement(
    postgresql.insert(JOB_EVENTS)
    .values({column.name: bindparam(column.name, type_=column.type) for column in _E})
    .on_conflict_do_nothing()
)
_READ = Statement(select(_E.ordinal, _E.body).where(*_OF_NAME, _E.ordinal > bindparam("after")).order_by(_E.ordinal))
_LAST = Statement(select(func.max(_E.ordinal)).where(*_OF_NAME))
_IS_TAKEN = Statement(select(J.id).where(J.id == bindparam("job_id"), J.token == bindparam("of_token"), IS_RUNNING))
_SUBMITTED_AS = Statement(
    select(J.id).where(IS_SUBMITTED, J.namespace == bindparam("of_namespace"), J.request_id == bindparam("of_name"))
)
_COMPACT = Statement(
    select(
        _O.state,
        _O.attempt,
        and_(is_to_come(_C.lease_until, LEASE_SECONDS), _C.lease_token == _O.lease_token),
        _O.reply,
        _O.failure,
        NOW,
    )
    .select_from(OPERATIONS.outerjoin(CONVERSATIONS, _C.id == _O.conversation_id))
    # What is done in one transaction has no lease: nobody can watch that.
    .where(*OF_OPERATION, _O.lease_token > 0, _O.expires_at > NOW)
)
_RUNS = _O.state == OperationState.RUNNING.value
_AGENT_OF_ATTEMPT = Statement(select(_O.agent_id).where(*OF_OPERATION, _RUNS, _O.lease_token == bindparam("token")))
_MARK_WATCHED = Statement(update(OPERATIONS).where(*OF_OPERATION, _RUNS).values(watched_until=NOW + WATCHED_SECONDS))
_OLD = select(_E.namespace, _E.name, _E.ordinal).where(_E.at < NOW - KEEP_SECONDS).limit(REMOVED_AT_ONCE)
_REMOVE_OLD = Statement(delete(JOB_EVENTS).where(tuple_(_E.namespace, _E.name, _E.ordinal).in_(_OLD)))


def add_events(connection: Connection, taken: TakenJob, events: Sequence[NumberedEvent]) -> None:
    if _IS_TAKEN.row(connection, {"job_id": taken.job.id, "of_token": taken.token}) is not None:
        _insert(connection, taken, events)


def add_events_of_compact(connection: Connection, claim: Claim, events: Sequence[NumberedEvent]) -> None:
    key = claim.operation.key
    agent_id = _AGENT_OF_ATTEMPT.value(connection, parameters_of_operation(key) | {"token": claim.token})
    if agent_id is not None:
        _insert_for(connection, key.namespace, key.name, agent_id, claim.conversation.conversation_id, events)


def mark_watched(connection: Connection, key: OperationKey) -> None:
    _MARK_WATCHED.run(connection, parameters_of_operation(key))


def end_job(connection: Connection, taken: TakenJob, end: End, events: Sequence[NumberedEvent]) -> bool:
    if not job_ends.end_job(connection, taken, end):
        return False
    _insert(connection, taken, events)
    return True


def defer_job(
    connection: Connection,
    queue: jobs.Jobs,
    taken: TakenJob,
    again: Again,
    request_id: str,
    events: Sequence[NumberedEvent],
) -> bool:
    if not queue.defer_job(connection, taken, again, request_id):
        return False
    _insert(connection, taken, events)
    return True


def watch_job(connection: Connection, key: JobKey, after: int) -> WatchedJob:
    # First the job: with one that has ended all of its events are there.
    job = read_job(connection, key)
    of = {"of_namespace": key.namespace, "of_name": key.job_id}
    return WatchedJob(job, _read(connection, of, after), _LAST.value(connection, of) or 0)


def submitted_as(connection: Connection, key: OperationKey) -> JobKey | None:
    job_id: str | None = _SUBMITTED_AS.value(connection, parameters_of_operation(key))
    return None if job_id is None else JobKey(key.namespace, job_id)


def watch_compact(connection: Connection, key: OperationKey, after: int) -> WatchedCompact | None:
    of = parameters_of_operation(key)
    row = _COMPACT.row(connection, of)
    if row is None:
        return None
    state, attempt, is_live, reply, failure, now = row
    return WatchedCompact(
        OperationState(state), attempt, bool(is_live), reply or b"", failure or b"", now, _read(connection, of, after)
    )


def remove_old_events(connection: Connection) -> bool:
    """Those of jobs go with them: these are others'. Whether there may be more."""
    return _REMOVE_OLD.run(connection) == REMOVED_AT_ONCE


def _insert(connection: Connection, taken: TakenJob, events: Sequence[NumberedEvent]) -> None:
    job = taken.job
    _insert_for(connection, job.namespace, job.id, job.agent_id, job.conversation_id, events)


def _insert_for(
    connection: Connection,
    namespace: str,
    name: str,
    agent_id: str,
    conversation_id: str,
    events: Sequence[NumberedEvent],
) -> None:
    of = {"namespace": namespace, "name": name, "agent_id": agent_id, "conversation_id": conversation_id}
    rows = [{**of, "ordinal": item.ordinal, "at": item.event.at, "body": encode_event(item.event)} for item in events]
    _INSERT.run_many(connection, rows)


def _read(connection: Connection, of: dict[str, Any], after: int) -> list[NumberedEvent]:
    rows = _READ.rows(connection, {**of, "after": after})
    return [NumberedEvent(ordinal, decode_event(body)) for ordinal, body in rows]


def encode_event(event: Event) -> bytes:
    """As JSON, without what is not given."""
    return json.dumps({name: value for name, value in asdict(event).items() if value}).encode()


def decode_event(stored: bytes) -> Event:
    fields = json.loads(stored)
    kind, failure = EventKind(fields.pop("kind")), fields.pop("failure", None)
    return Event(kind=kind, failure=None if failure is None else JobFailure(**failure), **fields)
