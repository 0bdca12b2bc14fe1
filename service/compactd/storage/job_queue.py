"""The queue of jobs: in which order they come, and who is told that one waits.

Whatever makes a job wait goes through here, in the transaction of what it waits for.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, FromClause, Insert, bindparam, select, update
from sqlalchemy.dialects import postgresql

from compactd.domain.ids import new_id
from compactd.domain.jobs import JobPriority, JobState
from compactd.ports.jobs import NewJob, QueuedJob
from compactd.storage.asks import Ask, keep_ask, keep_ask_of
from compactd.storage.database_clock import NOW
from compactd.storage.job_room import JobRoom
from compactd.storage.job_rows import PLACE, J, queued_from
from compactd.storage.job_tables import IS_ACTIVE_AND_AUTOMATIC, IS_PUT_OFF, JOBS
from compactd.storage.job_turns import Turns
from compactd.storage.statements import Statement

READIED_AT_ONCE = 200
"""How many jobs that have become due one unit of work makes ready."""

Enlist = Callable[[Connection, Sequence[QueuedJob]], None]
"""Tells a queue beside these tables that jobs wait, in the same transaction."""

Draw = Callable[[Connection], str | None]
"""Takes the first job out of a queue beside these tables, in the same transaction: its id, None where none is due."""

ItemsOf = Callable[[FromClause], Insert]
"""What tells a queue beside these tables that jobs wait, for rows with the `id`, `priority`, `turn` and `due_at` of new
ones: a part of the statement that makes them, where the database has such statements (PostgreSQL)."""

_GIVEN = (
    "id",
    "namespace",
    "agent_id",
    "conversation_id",
    "priority",
    "turn",
    "automatic",
    "policy_id",
    "sweep_id",
    "request_id",
    "traceparent",
    "body_bytes",
    "request",
)
_AT_FIRST: dict[str, Any] = {
    "state": JobState.QUEUED.value,
    "attempts": 0,
    "deferrals": 0,
    "token": 0,
    "runner": "",
    "held_until": 0.0,
    "cancel_asked": False,
    "due_at": None,
    "started_at": None,
    "ended_at": None,
    "compaction_id": "",
    "tokens_before": 0,
    "tokens_after": 0,
    "cost_usd": None,
    "failure": None,
}
# SQLite understands what is written for PostgreSQL here.
_INSERT_JOB = (
    postgresql.insert(JOBS)
    .values({name: bindparam(name, type_=J[name].type) for name in _GIVEN} | _AT_FIRST | {"queued_at": NOW})
    .on_conflict_do_nothing()
)
# Before that is compiled: what SQLAlchemy remembers of it then, its columns, would be those of this one too.
_MADE = _INSERT_JOB.returning(J.id, J.priority, J.turn, J.due_at, J.conversation_id, J.policy_id, J.request_id)
_INSERT = Statement(_INSERT_JOB)
_AUTOMATIC_OF = Statement(
    select(*PLACE).where(IS_ACTIVE_AND_AUTOMATIC, J.conversation_id == bindparam("of_conversation"))
)
_IS_DUE = (IS_PUT_OFF, J.due_at <= NOW)
_DUE = Statement(
    select(J.id, J.namespace, J.priority)
    .where(*_IS_DUE)
    .order_by(J.due_at)
    .limit(READIED_AT_ONCE)
    .with_for_update(skip_locked=True)
)
_DUE_JOB = Statement(
    select(J.namespace, J.priority).where(J.id == bindparam("job_id"), *_IS_DUE).with_for_update(skip_locked=True)
)
_READY = Statement(
    update(JOBS).where(J.id == bindparam("job_id")).values(due_at=None, turn=bindparam("new_turn", type_=J.turn.type))
)


def _tell_nobody(_: Connection, __: Sequence[QueuedJob]) -> None:
    """Whoever runs jobs looks into the tables."""


def _draw_none(_: Connection) -> None:
    """There is no queue beside the tables."""


class JobQueue:
    """Queues jobs in the transaction of a connection. `enlist` is told of each that waits, and `draw` tells which is
    first; what they write is of the same transaction. `items_of`: as `enlist`, for one that an append asks for."""

    def __init__(
        self,
        enlist: Enlist = _tell_nobody,
        draw: Draw = _draw_none,
        room: JobRoom | None = None,
        items_of: ItemsOf | None = None,
    ) -> None:
        self.enlist = enlist
        self.draw = draw
        self._insert_asked = None if items_of is None else _insert_asked(items_of)
        self.room = room or JobRoom()
        """What namespaces may have queued: asked by whoever queues for them."""

    def queue(self, connection: Connection, jobs: Sequence[NewJob]) -> list[QueuedJob]:
        """One for each of the jobs, in their order. In place of an automatic one for a conversation that has one which
        is queued or runs, it is that one, and nothing is queued. A conversation that may be deleted meanwhile has to be
        locked before. The caller answers for a `request_id` that is not automatic and was submitted before: here
        nothing is queued for it, and it is left out."""
        turns = Turns(connection)
        queued: list[QueuedJob] = []
        for job in jobs:
            row = _row(job, turns.next(job.conversation.namespace, job.asked.priority))
            if _INSERT.run(connection, row):
                turns.taken(job.conversation.namespace, job.asked.priority)
                self.room.taken(job.conversation.namespace)
                place = row["id"], row["namespace"], row["priority"], row["turn"], None
                queued.append(queued_from(place))
            elif job.asked.automatic and (
                found := _AUTOMATIC_OF.row(connection, {"of_conversation": job.conversation.conversation_id})
            ):
                queued.append(queued_from(found, is_new=False))
        self.enlist(connection, [place for place in queued if place.is_new])
        return queued

    def queue_asked(self, connection: Connection, job: NewJob, ask: Ask, turn: int) -> QueuedJob | None:
        """Queues one that a policy asks for, in this turn, and keeps that it did. Where the conversation has an
        automatic one by now it is that one, and nothing is kept; None if it has ended since."""
        row = _row(job, turn)
        if not self._is_inserted(connection, row, ask):
            found = _AUTOMATIC_OF.row(connection, {"of_conversation": ask.conversation_id})
            return None if found is None else queued_from(found, is_new=False)
        self.room.taken(job.conversation.namespace)
        return QueuedJob(row["id"], row["namespace"], job.asked.priority, turn)

    def _is_inserted(self, connection: Connection, row: dict[str, Any], ask: Ask) -> bool:
        if self._insert_asked is not None:
            # Each statement by itself is a way to PostgreSQL and back.
            return self._insert_asked.row(connection, row | ask.figures) is not None
        if not _INSERT.run(connection, row):
            return False
        keep_ask(connection, ask)
        self.enlist(connection, [QueuedJob(row["id"], row["namespace"], JobPriority(row["priority"]), row["turn"])])
        return True

    def give_turn(self, connection: Connection, job_id: str) -> None:
        """Gives a job that has become due a turn, as if it were queued now, and tells the queue beside these tables: in
        its old turn it would go before all that came to wait meanwhile."""
        row = _DUE_JOB.row(connection, {"job_id": job_id})
        if row is not None:
            namespace, priority = row[0], JobPriority(row[1])
            turn = Turns(connection).next(namespace, priority)
            _READY.run(connection, {"job_id": job_id, "new_turn": turn})
            self.enlist(connection, [QueuedJob(job_id, namespace, priority, turn)])

    def make_ready(self, connection: Connection) -> int:
        """The same for all jobs that have become due; how many. Where a queue beside these tables waits for the time by
        itself it need not be called."""
        turns = Turns(connection)
        due = _DUE.rows(connection)
        ready = []
        for job_id, namespace, number in due:
            priority = JobPriority(number)
            ready.append({"job_id": job_id, "new_turn": turns.next(namespace, priority)})
            turns.taken(namespace, priority)
        _READY.run_many(connection, ready)
        return len(due)


def _insert_asked(items_of: ItemsOf) -> Statement:
    """One statement for the job, its item, and that it was asked for; without a row where there is a job already."""
    job = _MADE.cte("job")
    return Statement(select(job.c.id).add_cte(keep_ask_of(job).cte("ask"), items_of(job).cte("item")))


def _row(job: NewJob, turn: int) -> dict[str, Any]:
    asked = job.asked
    return {
        "id": new_id("job"),
        "namespace": job.conversation.namespace,
        "agent_id": job.agent_id,
        "conversation_id": job.conversation.conversation_id,
        "priority": int(asked.priority),
        "turn": turn,
        "automatic": asked.automatic,
        "policy_id": asked.policy_id,
        "sweep_id": asked.sweep_id,
        "request_id": asked.request_id,
        "traceparent": asked.traceparent,
        "body_bytes": len(asked.request),
        "request": asked.request,
    }
