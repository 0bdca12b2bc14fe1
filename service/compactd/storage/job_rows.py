"""Jobs from and to their rows, one by one and in lists."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, TextClause, bindparam, delete, select

from compactd.domain.errors import JobNotFound
from compactd.domain.jobs import Job, JobFailure, JobPriority, JobState
from compactd.domain.keys import JobKey
from compactd.domain.paging import Page
from compactd.ports.jobs import JobFilter, QueuedJob, TakenJob
from compactd.storage.job_tables import JOB_EVENTS, JOBS, OF_A_POLICY, OF_A_SWEEP
from compactd.storage.paging import page_ids
from compactd.storage.statements import Row, Statement
from compactd.storage.sweep_outcomes import Ended, count_ended

J = JOBS.c
_E = JOB_EVENTS.c

BY_KEY = (J.namespace == bindparam("of_namespace"), J.id == bindparam("job_id"))

COLUMNS = (
    J.id,
    J.namespace,
    J.agent_id,
    J.conversation_id,
    J.state,
    J.priority,
    J.request,
    J.request_id,
    J.policy_id,
    J.sweep_id,
    J.automatic,
    J.attempts,
    J.deferrals,
    J.queued_at,
    J.due_at,
    J.started_at,
    J.ended_at,
    J.compaction_id,
    J.tokens_before,
    J.tokens_after,
    J.cost_usd,
    J.failure,
    J.traceparent,
)
"""What a job is made of (`job_from`)."""

PLACE = (J.id, J.namespace, J.priority, J.turn, J.due_at)
"""What a fleet is told of a job that is there (`queued_from`)."""

_READ = Statement(select(*COLUMNS).where(*BY_KEY))
_OF_AGENT = bindparam("of_agent", type_=J.agent_id.type)
_OF_CONVERSATION = bindparam("of_conversation", type_=J.conversation_id.type)


def in_order(*conditions: ColumnElement[bool] | TextClause) -> ColumnElement[bool]:
    """The condition of a statement that writes all jobs that meet the conditions, each of which it locks first, by
    their ids: no two that write some of the same in one statement wait for each other.

    By ids alone: with the conditions beside them PostgreSQL compares all with all where it expects one row.
    """
    return J.id.in_(select(J.id).where(*conditions).order_by(J.id).with_for_update())


_DELETE_OF_AGENT = (
    Statement(delete(JOBS).where(in_order(J.agent_id == _OF_AGENT)).returning(J.sweep_id, J.state)),
    Statement(delete(JOB_EVENTS).where(_E.agent_id == _OF_AGENT)),
)
_DELETE_OF_CONVERSATION = (
    Statement(delete(JOBS).where(in_order(J.conversation_id == _OF_CONVERSATION)).returning(J.sweep_id, J.state)),
    Statement(delete(JOB_EVENTS).where(_E.agent_id == _OF_AGENT, _E.conversation_id == _OF_CONVERSATION)),
)


def read_job(connection: Connection, key: JobKey) -> Job:
    row = _READ.row(connection, parameters_of_job(key))
    if row is None:
        raise JobNotFound(job_id=key.job_id)
    return job_from(row)


def list_jobs(connection: Connection, namespace: str, where: JobFilter, page: Page) -> list[Job]:
    scope: list[Any] = [J.namespace == namespace]
    if where.conversation_id or where.policy_id or where.sweep_id:
        # By an expression, so that no index of namespaces seems to be as good as those of the ids.
        scope = [J.namespace.concat("") == namespace]
    if where.conversation_id:
        scope.append(J.conversation_id == where.conversation_id)
    # As their indexes have it, too: by the id alone a database could not see that they serve.
    if where.policy_id:
        scope += [J.policy_id == where.policy_id, OF_A_POLICY]
    if where.sweep_id:
        scope += [J.sweep_id == where.sweep_id, OF_A_SWEEP]
    filters = [J.state.in_([state.value for state in where.states])] if where.states else []
    ids = page_ids(
        connection, page, scope=scope, filters=filters, key=(J.queued_at, J.id), item=J.id, size=J.body_bytes
    )
    rows = connection.execute(select(*COLUMNS).where(J.id.in_(ids))).all()
    found = {row[0]: job_from(tuple(row)) for row in rows}
    return [found[job_id] for job_id in ids]


def parameters_of_job(key: JobKey) -> dict[str, str]:
    """The key as BY_KEY binds it."""
    return {"of_namespace": key.namespace, "job_id": key.job_id}


def delete_jobs_of_agent(connection: Connection, agent_id: str) -> None:
    """Whatever their state: who runs one finds that it is gone."""
    _delete(connection, _DELETE_OF_AGENT, {"of_agent": agent_id}, "AGENT_NOT_FOUND")


def delete_jobs_of_conversation(connection: Connection, agent_id: str, conversation_id: str) -> None:
    """The same for a conversation."""
    of_conversation = {"of_agent": agent_id, "of_conversation": conversation_id}
    _delete(connection, _DELETE_OF_CONVERSATION, of_conversation, "CONVERSATION_NOT_FOUND")


def _delete(
    connection: Connection, statements: tuple[Statement, Statement], parameters: Mapping[str, str], reason: str
) -> None:
    of_jobs, of_events = statements
    rows = of_jobs.rows(connection, parameters)
    gone = [Ended(sweep_id, JobState.SKIPPED, reason) for sweep_id, state in rows if not JobState(state).is_ended]
    count_ended(connection, gone)
    of_events.run(connection, parameters)


def job_from(row: Row) -> Job:
    """The job of a row of COLUMNS."""
    values = list(row)
    values[4], values[5], values[10] = JobState(row[4]), JobPriority(row[5]), bool(row[10])
    if row[21] is not None:
        values[21] = decode_failure(row[21])
    return Job(*values)


def taken_from(row: Row) -> TakenJob:
    """The job of a row of COLUMNS and its token."""
    return TakenJob(job_from(row[:-1]), row[-1])


def queued_from(row: Row, *, is_new: bool = True) -> QueuedJob:
    """The place of a row of PLACE."""
    job_id, namespace, priority, turn, due_at = row
    return QueuedJob(job_id, namespace, JobPriority(priority), turn, due_at, is_new)


def encode_failure(failure: JobFailure) -> bytes:
    return json.dumps([failure.code, failure.reason, failure.message]).encode()


def decode_failure(stored: bytes) -> JobFailure:
    code, reason, message = json.loads(stored)
    return JobFailure(code, reason, message)
