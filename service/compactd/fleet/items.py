"""The items of Procrastinate's queue, as they are put into it and taken out: in transactions of the store's."""

from collections.abc import Sequence

from sqlalchemy import Connection

from compactd.domain.jobs import JobPriority
from compactd.ports.jobs import QueuedJob

QUEUE, TASK = "compactd", "compactd.job"

_CLASS_SPAN = 2**29
"""Apart from one another the priorities of two classes are; so many turns there may be in one."""

_ENLIST = """
SELECT procrastinate_defer_jobs_v1(array_agg(
    ROW(%s, %s, item.priority, NULL, item.id, jsonb_build_object('job_id', item.id), to_timestamp(item.due_at))
    ::procrastinate_job_to_defer_v1 ORDER BY item.place
))
FROM unnest(%s::text[], %s::int[], %s::float8[]) WITH ORDINALITY AS item(id, priority, due_at, place)
WHERE NOT EXISTS (SELECT FROM procrastinate_jobs WHERE queueing_lock = item.id AND status = 'todo')
"""

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


def enlist(connection: Connection, jobs: Sequence[QueuedJob]) -> None:
    """Puts items for the jobs into the queue, in the connection's transaction (`storage.job_queue.Enlist`). The
    caller holds the rows of the jobs: no other transaction makes items for them. One that waits already stays alone."""
    if jobs:
        places = [place_of(job.priority, job.turn) for job in jobs]
        values = QUEUE, TASK, [job.id for job in jobs], places, [job.due_at for job in jobs]
        connection.exec_driver_sql(_ENLIST, values)


def draw(connection: Connection) -> str | None:
    """Takes the first item out of the queue, in the connection's transaction (`storage.job_queue.Draw`)."""
    row = connection.exec_driver_sql(DRAW, {"queue": QUEUE}).one_or_none()
    # What somebody has put there by hand may name no job.
    return None if row is None else row[0] or ""


def place_of(priority: JobPriority, turn: int) -> int:
    """Procrastinate's priority, of which the highest comes first: classes behind one another, turns in each."""
    return (JobPriority.NORMAL - priority) * _CLASS_SPAN - min(turn, _CLASS_SPAN - 1)
