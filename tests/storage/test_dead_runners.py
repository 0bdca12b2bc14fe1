"""Jobs of a runner that died or stopped are taken over by others, and none is lost."""

import pytest

from compactd.domain.jobs import (
    LONGEST_PUT_OFF_SECONDS,
    MAX_ATTEMPTS,
    Again,
    End,
    JobState,
)
from compactd.domain.keys import JobKey
from compactd.domain.sweeps import HELD_UNTIL
from compactd.storage.job_tables import JOBS
from compactd.storage.store import SqlStore
from tests.builders.stored_jobs import DOWN, RUNNER, elapse, submit, take_all, take_one
from tests.builders.stored_values import NAMESPACE

pytestmark = pytest.mark.usefixtures("no_jobs")


async def test_jobs_are_given_back_as_if_they_had_not_been_begun(sql_store: SqlStore) -> None:
    jobs = sql_store.jobs
    for _ in range(2):
        await submit(sql_store, jobs)
    before = await take_all(jobs)
    assert await jobs.give_back_jobs("another runner") == 0
    assert await jobs.give_back_jobs(RUNNER) == 2
    after = await take_all(jobs, "another runner")
    assert [taken.job.id for taken in after] == [taken.job.id for taken in before]
    assert [taken.job.attempts for taken in after] == [1, 1]
    assert not await jobs.end_job(before[0], End(JobState.SUCCEEDED))


async def test_jobs_of_a_runner_that_died_are_taken_over(sql_store: SqlStore) -> None:
    jobs = sql_store.jobs
    await submit(sql_store, jobs)
    taken = await take_one(jobs, "dead")
    assert await take_all(jobs, "alive") == []
    await elapse(sql_store, 10)
    assert await jobs.renew_jobs("dead", [taken.job.id]) == []
    await elapse(sql_store, 10)
    assert await take_all(jobs, "alive") == []
    await elapse(sql_store, 10)
    assert (await jobs.look_for_jobs()).left
    again = await take_one(jobs, "alive")
    assert (again.job.id, again.job.attempts) == (taken.job.id, 2)
    assert not await jobs.end_job(taken, End(JobState.SUCCEEDED))
    assert await jobs.end_job(again, End(JobState.SUCCEEDED))


async def test_what_a_clock_far_ahead_has_put_off_or_had_held_is_not_waited_for(sql_store: SqlStore) -> None:
    jobs = sql_store.jobs
    held, put_off, of_paused = [(await submit(sql_store, jobs)).id for _ in range(3)]
    for taken in (await take_all(jobs))[1:]:
        await jobs.defer_job(taken, Again(LONGEST_PUT_OFF_SECONDS, DOWN), taken.job.request_id)
    assert await take_all(jobs) == []
    assert not (await jobs.look_for_jobs()).left
    await elapse(sql_store, -30 * 24 * 3600.0)
    await hold(sql_store, of_paused)
    assert (await jobs.look_for_jobs()).left
    assert {taken.job.id for taken in await take_all(jobs)} == {held, put_off}
    assert not (await jobs.look_for_jobs()).left


async def hold(store: SqlStore, job_id: str) -> None:
    """As the sweep that is paused does it."""
    held = JOBS.update().where(JOBS.c.id == job_id).values(due_at=HELD_UNTIL)
    await store._database.write(lambda connection: connection.execute(held))


async def test_what_a_runner_was_never_told_that_it_has_is_left_to_others(sql_store: SqlStore) -> None:
    jobs = sql_store.jobs
    for _ in range(2):
        await submit(sql_store, jobs)
    known, unknown = await take_all(jobs)
    for _ in range(2):
        await elapse(sql_store, 10)
        await jobs.renew_jobs(RUNNER, [known.job.id])
    assert [taken.job.id for taken in await take_all(jobs, "another runner")] == [unknown.job.id]


async def test_a_job_that_outlives_no_runner_fails(sql_store: SqlStore) -> None:
    jobs = sql_store.jobs
    job = await submit(sql_store, jobs)
    for _ in range(MAX_ATTEMPTS):
        await take_one(jobs)
        await elapse(sql_store, 60)
    assert await take_all(jobs) == []
    found = await jobs.get_job(JobKey(NAMESPACE, job.id))
    assert found.state is JobState.FAILED
    assert found.failure is not None
    assert found.failure.reason == "INTERNAL"
