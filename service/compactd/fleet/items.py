"""The items of Procrastinate's queue, as they are put into it and taken out: in transactions of the store's."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Double,
    FromClause,
    Insert,
    Integer,
    Text,
    bindparam,
    case,
    cast,
    column,
    func,
    literal,
    select,
    table,
)
from sqlalchemy.dialects import postgresql

from compactd.domain.jobs import JobPriority
from compactd.ports.jobs import QueuedJob

QUEUE, TASK = "compactd", "compactd.job"

_CLASS_SPAN = 2**29
"""Apart from one another the priorities of two classes are; so many turns there may be in one."""

_NAMES = ("queue_name", "task_name", "priority", "queueing_lock", "args", "scheduled_at")
_ITEMS = table("procrastinate_jobs", *map(column, _NAMES))

DRAW = """
DELETE FROM procrastinate_jobs WHERE id = COALESCE((
    SELECT id FROM procrastinate_jobs
    WHERE status = 'todo' AND queue_name = %(queue)s AND scheduled_at <= now()
    ORDER BY scheduled_at LIMIT 1
    FOR UPDATE SKIP LOCKED
), (
    SELECT id FROM procrastinate_jobs
    WHERE status = 'todo' AND queue_name = %(queue)s AND scheduled_at IS NULL
    ORDER BY priority DESC, id LIMIT 1
    FOR UPDATE SKIP LOCKED
)) RETURNING args->>'job_id'
"""
"""As `procrastinate_fetch_job_v2` finds an item, for a queue without locks, but each by an index of its own (revision
0029): that one passes by all that waits for a later time. What has become due comes first, since it is only given a
turn; what another process draws is left to it."""


def place_of(priority: ColumnElement[int], turn: ColumnElement[int]) -> ColumnElement[int]:
    """Procrastinate's priority, of which the highest comes first: classes behind one another, turns in each."""
    return (int(JobPriority.NORMAL) - priority) * _CLASS_SPAN - case((turn < _CLASS_SPAN, turn), else_=_CLASS_SPAN - 1)


def items_of(jobs: FromClause) -> Insert:
    """Puts items into the queue for rows with the `id`, `priority`, `turn` and `due_at` of jobs
    (`storage.job_queue.ItemsOf`). One that waits already stays alone: its index of `queueing_lock` sees to it. Not by
    `procrastinate_defer_jobs_v1`, which takes three times as long."""
    its = jobs.c
    rows = select(
        literal(QUEUE, Text),
        literal(TASK, Text),
        cast(place_of(its.priority, its.turn), Integer),
        its.id,
        func.jsonb_build_object("job_id", its.id),
        func.to_timestamp(its.due_at),
    )
    return postgresql.insert(_ITEMS).from_select(_NAMES, rows).on_conflict_do_nothing()


def _items_of_lists() -> Insert:
    kinds = {"id": Text, "priority": Integer, "turn": BigInteger, "due_at": Double}
    given: list[Any] = [bindparam(name, type_=ARRAY(kind)) for name, kind in kinds.items()]
    jobs = func.unnest(*given).table_valued(*(column(name, kind) for name, kind in kinds.items()), name="jobs")
    return items_of(jobs.render_derived())


_ENLIST = _items_of_lists()


def enlist(connection: Connection, jobs: Sequence[QueuedJob]) -> None:
    """Puts items for the jobs into the queue, in the connection's transaction (`storage.job_queue.Enlist`). The
    caller holds the rows of the jobs: no other transaction makes items for them."""
    if jobs:
        columns = {name: [getattr(job, name) for job in jobs] for name in ("id", "turn", "due_at")}
        connection.execute(_ENLIST, columns | {"priority": [int(job.priority) for job in jobs]})


def draw(connection: Connection) -> str | None:
    """Takes the first item out of the queue, in the connection's transaction (`storage.job_queue.Draw`)."""
    row = connection.exec_driver_sql(DRAW, {"queue": QUEUE}).one_or_none()
    # What somebody has put there by hand may name no job.
    return None if row is None else row[0] or ""
