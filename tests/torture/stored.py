"""What is stored of a conversation in which something was found: rows that no call shows, for people who look for what
went wrong. Read from the database itself, whichever it is."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from google.rpc import status_pb2
from sqlalchemy import Connection, create_engine, select

from compactd.storage.job_tables import JOB_EVENTS, JOBS
from compactd.storage.tables import COMPACTIONS, CONVERSATIONS, OPERATIONS
from compactd.storage.urls import parse_url

_C, _E, _J, _O, _R = CONVERSATIONS.c, JOB_EVENTS.c, JOBS.c, OPERATIONS.c, COMPACTIONS.c
_RECORD = re.compile(rb"compaction-[0-9a-f-]{36}")


def stored_lines(url: str, conversation_id: str, zero: float) -> list[str]:
    """Its lease, records, jobs with what happened to them, and operations, a line each. Times are seconds since `zero`,
    seconds since the epoch."""
    engine = create_engine(parse_url(url))
    try:
        with engine.connect() as connection:
            return list(_lines(connection, conversation_id, zero))
    finally:
        engine.dispose()


def _lines(connection: Connection, conversation_id: str, zero: float) -> Iterator[str]:
    lease = select(_C.context_version, _C.lease_token, _C.lease_until).where(_C.id == conversation_id)
    for version, token, until in connection.execute(lease):
        yield f"conversation: version {version}, lease {token} until {_since(zero, until)}"
    for row in connection.execute(
        select(COMPACTIONS).where(_R.conversation_id == conversation_id).order_by(_R.version)
    ):
        made = _since(zero, row.created_at)
        evicted = f"{row.first_evicted_position}-{row.last_evicted_position}"
        yield f"record {row.version}: {row.kind} {row.id} at {made}, took {row.duration_ms} ms, evicted {evicted}"
    for row in connection.execute(select(JOBS).where(_J.conversation_id == conversation_id).order_by(_J.queued_at)):
        yield from _lines_of_job(connection, row, zero)
    for row in connection.execute(select(OPERATIONS).where(_O.conversation_id == conversation_id).order_by(_O.name)):
        # What is done in one transaction has no lease.
        if row.lease_token:
            outcome = _outcome(row.reply, row.failure)
            yield f"operation {row.name}: {row.state}, attempt {row.attempt} under lease {row.lease_token}{outcome}"


def _lines_of_job(connection: Connection, row: Any, zero: float) -> Iterator[str]:
    times = ", ".join(
        f"{name} {_since(zero, moment)}"
        for name, moment in (
            ("queued", row.queued_at),
            ("started", row.started_at),
            ("ended", row.ended_at),
            ("due", row.due_at),
        )
        if moment is not None
    )
    owner = row.policy_id or row.sweep_id or "a call"
    came = row.compaction_id or (row.failure or b"").decode()
    taken = f"begun {row.attempts} times, taken {row.token}{', to be cancelled' if row.cancel_asked else ''}"
    yield f"{row.id}: {row.state} as {row.request_id} for {owner}, {taken}: {times} {came}".rstrip()
    events = select(_E.at, _E.ordinal, _E.body).where(_E.namespace == row.namespace, _E.name == row.id)
    for at, ordinal, body in connection.execute(events.order_by(_E.ordinal)):
        yield f"  {ordinal} at {_since(zero, at)}: {body.decode()}"


def _since(zero: float, moment: float | datetime) -> str:
    seconds = moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() if isinstance(moment, datetime) else moment
    return f"{seconds - zero:.3f}" if seconds else "0"


def _outcome(reply: bytes | None, failure: bytes | None) -> str:
    if reply is not None:
        made = _RECORD.search(reply)
        return f" -> {made[0].decode() if made else 'a reply without a record'}"
    if failure is not None:
        return f" -> {' '.join(status_pb2.Status.FromString(failure).message.split())}"
    return ""
