"""Jobs are taken by one runner each, in turn, and again after a while if they failed."""

import asyncio
from collections import Counter
from collections.abc import Sequence

import pytest
from sqlalchemy import text

from compactd.domain.jobs import (
    Again,
    JobPriority,
    JobState,
)
from compactd.domain.keys import JobKey
from compactd.ports.jobs import Drawn
from compactd.storage.job_queue import JobQueue
from compactd.storage.jobs import Jobs
from compactd.storage.store import SqlStore
from tests.builders.stored_jobs import DOWN, RUNNER, elapse, submit, take_all, take_one
from tests.builders.stored_values import NAMESPACE

pytestmark = pytest.mark.usefixtures("no_jobs")


async def test_a_job_is_taken_by_one_of_many(sql_store: SqlStore) -> None:
    wanted = {(await submit(sql_store, sql_store.jobs)).id for _ in range(20)}
    found = await asyncio.gather(*(sql_store.jobs.take_jobs(f"runner {number}", 5) for number in range(8)))
    taken = [item for some in found for item in some]
    assert {item.job.id for item in taken} == wanted
    assert len(taken) == len(wanted)
    assert all(item.job.state is JobState.RUNNING and item.job.attempts == 1 for item in taken)


async def test_no_more_are_taken_than_asked_for_though_the_database_expects_only_one(sql_store: SqlStore) -> None:
    await submit(sql_store, sql_store.jobs)
    # How many rows a table had when they were counted decides in which order PostgreSQL does what a statement says.
    await sql_store._database.write(lambda connection: connection.execute(text("ANALYZE jobs")))
    for _ in range(4):
        await submit(sql_store, sql_store.jobs)
    assert [len(await sql_store.jobs.take_jobs(RUNNER, 2)) for _ in range(3)] == [2, 2, 1]


async def test_a_namespace_with_many_jobs_does_not_hold_up_another_one(sql_store: SqlStore) -> None:
    for _ in range(10):
        await submit(sql_store, sql_store.jobs, "busy")
    await take_one(sql_store.jobs)
    for _ in range(2):
        await submit(sql_store, sql_store.jobs, "calm")
    in_turn = [taken.job.namespace for taken in await take_all(sql_store.jobs)]
    assert Counter(in_turn) == {"busy": 9, "calm": 2}
    assert set(in_turn[:2]) == set(in_turn[2:4]) == {"busy", "calm"}


async def test_a_higher_priority_goes_first_and_within_it_what_was_queued_first(sql_store: SqlStore) -> None:
    submitted: dict[JobPriority, list[str]] = {}
    for priority in (JobPriority.LOW, JobPriority.NORMAL, JobPriority.HIGH, JobPriority.NORMAL):
        job = await submit(sql_store, sql_store.jobs, priority=priority)
        submitted.setdefault(priority, []).append(job.id)
    in_turn = [taken.job.id for taken in await take_all(sql_store.jobs)]
    assert in_turn == submitted[JobPriority.HIGH] + submitted[JobPriority.NORMAL] + submitted[JobPriority.LOW]


async def test_a_job_that_failed_waits_before_it_is_taken_again(sql_store: SqlStore) -> None:
    jobs = sql_store.jobs
    job = await submit(sql_store, jobs)
    assert await jobs.defer_job(await take_one(jobs), Again(30, DOWN), job.request_id)
    found = await jobs.get_job(JobKey(NAMESPACE, job.id))
    assert (found.state, found.attempts, found.deferrals, found.failure) == (JobState.QUEUED, 1, 0, DOWN)
    waiting = await jobs.look_for_jobs()
    assert not waiting.ready
    assert waiting.due_in is not None
    assert 25 < waiting.due_in <= 30
    assert await take_all(jobs) == []
    assert await draw(sql_store, [job.id]) is None
    await elapse(sql_store, 30)
    assert (await jobs.look_for_jobs()).ready
    again = await take_one(jobs)
    assert (again.job.id, again.job.attempts, again.job.due_at) == (job.id, 2, None)


@pytest.mark.parametrize("is_drawn", [False, True], ids=["taken", "drawn"])
async def test_one_whose_time_has_come_takes_a_turn_behind_what_came_to_wait_meanwhile(
    sql_store: SqlStore, is_drawn: bool
) -> None:
    jobs = sql_store.jobs
    put_off = [await submit(sql_store, jobs, "busy") for _ in range(2)]
    for taken in await take_all(jobs):
        await jobs.defer_job(taken, Again(1, DOWN), taken.job.request_id)
    waiting = [(await submit(sql_store, jobs, namespace)).id for namespace in ("busy", "calm", "busy", "calm")]
    await elapse(sql_store, 1)
    if is_drawn:
        assert await draw(sql_store, [job.id for job in put_off]) is None
    in_turn = [taken.job.id for taken in await take_all(jobs)]
    assert in_turn == [*waiting, *(job.id for job in put_off)]


async def test_one_whose_time_has_come_while_nothing_else_waits_is_begun_at_once(sql_store: SqlStore) -> None:
    jobs = sql_store.jobs
    job = await submit(sql_store, jobs)
    await jobs.defer_job(await take_one(jobs), Again(1, DOWN), job.request_id)
    await elapse(sql_store, 1)
    drawn = await draw(sql_store, [job.id, job.id])
    assert drawn is not None
    assert drawn.taken is not None
    assert (drawn.taken.job.id, drawn.taken.job.attempts, drawn.taken.job.due_at) == (job.id, 2, None)


async def test_what_was_sent_away_has_not_been_tried(sql_store: SqlStore) -> None:
    jobs = sql_store.jobs
    await submit(sql_store, jobs)
    await jobs.defer_job(await take_one(jobs), Again(1, DOWN, counted=False), "another id")
    await elapse(sql_store, 1)
    again = (await take_one(jobs)).job
    assert (again.attempts, again.deferrals, again.request_id) == (1, 1, "another id")


async def draw(store: SqlStore, queued: Sequence[str]) -> Drawn | None:
    """As from a queue beside the tables that has these, one after the other."""
    first = iter(queued)
    jobs = Jobs(JobQueue(draw=lambda _: next(first, None)))
    return await store._database.write(jobs.draw_job, RUNNER)


async def test_of_what_is_drawn_the_first_job_that_waits_begins(sql_store: SqlStore) -> None:
    cancelled, job, other = [await submit(sql_store, sql_store.jobs) for _ in range(3)]
    await sql_store.jobs.cancel_job(JobKey(NAMESPACE, cancelled.id))
    drawn = await draw(sql_store, [cancelled.id, "", job.id, other.id])
    assert drawn is not None
    assert drawn.taken is not None
    assert (drawn.taken.job.id, drawn.taken.job.state) == (job.id, JobState.RUNNING)
    assert await draw(sql_store, [job.id]) is None
    # What waits no longer does not keep a transaction open for long.
    assert await draw(sql_store, [cancelled.id] * 1_000 + [other.id]) == Drawn(None)
