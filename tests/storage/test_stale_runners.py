"""Who has a job no longer changes nothing by it, and what a job has done is told."""

from dataclasses import replace

import pytest

from compactd.domain.errors import ContextChanged
from compactd.domain.jobs import MAX_ATTEMPTS, Again, End, JobFailure, JobState
from compactd.domain.keys import JobKey
from compactd.domain.operations import KEEP_SECONDS, JobToken, Operation, Reply
from compactd.ports.jobs import TakenJob
from compactd.ports.operations import AlreadyDone
from compactd.storage.store import SqlStore
from tests.builders.stored_jobs import DOWN, RUNNER, asked, elapse, keep_reply, submit, take_one
from tests.builders.stored_operations import claimed, commit_claimed, operation, pass_time
from tests.builders.stored_values import NAMESPACE, begin

pytestmark = pytest.mark.usefixtures("no_jobs")

ENDS = [End(JobState.CANCELLED), End(JobState.FAILED, DOWN), End(JobState.SKIPPED, DOWN)]
"""Without an effect."""


@pytest.mark.parametrize("attempts", [1, MAX_ATTEMPTS])
@pytest.mark.parametrize("how", ["its runner died", "its runner stopped"])
async def test_what_has_had_its_effect_is_no_more_cancelled_nor_given_up(
    sql_store: SqlStore, how: str, attempts: int
) -> None:
    jobs = sql_store.jobs
    job = await submit(sql_store, jobs)
    for _ in range(attempts):
        await elapse(sql_store, 60)
        await take_one(jobs)
    await jobs.cancel_job(JobKey(NAMESPACE, job.id))
    await keep_reply(sql_store, job)
    if how == "its runner stopped":
        assert await jobs.give_back_jobs(RUNNER) == 1
    else:
        await elapse(sql_store, 60)
        await jobs.recover_jobs()
    assert (await jobs.cancel_job(JobKey(NAMESPACE, job.id))).state is JobState.QUEUED
    taken = await take_one(jobs)
    assert await jobs.renew_jobs(RUNNER, [job.id]) == []
    assert await jobs.end_job(taken, End(JobState.SUCCEEDED, None, "compaction-1", 900, 100))


async def test_a_runner_that_stood_still_commits_nothing_of_a_job_that_was_given_up(sql_store: SqlStore) -> None:
    jobs, ref = sql_store.jobs, await begin(sql_store, 5)
    job = await jobs.submit_job(ref, asked())
    await take_one(jobs)
    claim = await claimed(sql_store, ref, operation(job.request_id))
    await jobs.cancel_job(JobKey(NAMESPACE, job.id))
    await elapse(sql_store, 60)
    await jobs.recover_jobs()
    assert (await jobs.get_job(JobKey(NAMESPACE, job.id))).state is JobState.CANCELLED
    with pytest.raises(ContextChanged):
        await commit_claimed(sql_store, claim)


async def test_a_runner_that_stood_still_commits_nothing_of_a_job_that_was_cancelled_since(sql_store: SqlStore) -> None:
    jobs, ref = sql_store.jobs, await begin(sql_store, 5)
    job = await jobs.submit_job(ref, asked())
    await take_one(jobs)
    claim = await claimed(sql_store, ref, operation(job.request_id))
    await elapse(sql_store, 60)
    await jobs.recover_jobs()
    assert (await jobs.cancel_job(JobKey(NAMESPACE, job.id))).state is JobState.CANCELLED
    with pytest.raises(ContextChanged):
        await commit_claimed(sql_store, claim)


@pytest.mark.parametrize("end", ENDS)
async def test_a_runner_that_stood_still_commits_nothing_of_a_job_that_another_one_has_ended(
    sql_store: SqlStore, end: End
) -> None:
    jobs, ref = sql_store.jobs, await begin(sql_store, 5)
    job = await jobs.submit_job(ref, asked())
    await take_one(jobs, "stands still")
    claim = await claimed(sql_store, ref, operation(job.request_id))
    await elapse(sql_store, 60)
    assert await jobs.end_job(await take_one(jobs), end)
    with pytest.raises(ContextChanged):
        await commit_claimed(sql_store, claim)


@pytest.mark.parametrize("meanwhile", ["queued", "taken", "cancelled", "failed"])
async def test_a_runner_that_stood_still_begins_nothing_of_a_job_that_is_its_own_no_longer(
    sql_store: SqlStore, meanwhile: str
) -> None:
    jobs, ref = sql_store.jobs, await begin(sql_store, 5)
    job = await jobs.submit_job(ref, asked())
    before = await take_one(jobs, "stands still")
    await elapse(sql_store, 60)
    await jobs.recover_jobs()
    others = operation()
    match meanwhile:
        case "cancelled":
            await jobs.cancel_job(JobKey(NAMESPACE, job.id))
        case "taken":
            others = operation_of(await take_one(jobs))
        case "failed":
            assert await jobs.end_job(await take_one(jobs), End(JobState.FAILED, DOWN))
    with pytest.raises(ContextChanged):
        await sql_store.claim(ref, operation_of(before))
    # The lease is there for others.
    await commit_claimed(sql_store, await claimed(sql_store, ref, others))


@pytest.mark.parametrize("end", ENDS)
async def test_a_job_that_has_had_its_effect_ends_with_nothing_else(sql_store: SqlStore, end: End) -> None:
    jobs = sql_store.jobs
    job = await submit(sql_store, jobs)
    taken = await take_one(jobs)
    await keep_reply(sql_store, job)
    with pytest.raises(AlreadyDone) as done:
        await jobs.end_job(taken, end)
    assert done.value.reply == b"the reply"
    assert await jobs.end_job(taken, End(JobState.SUCCEEDED, None, "compaction-1", 900, 100))


async def test_a_job_that_has_had_its_effect_does_not_begin_anew(sql_store: SqlStore) -> None:
    jobs = sql_store.jobs
    job = await submit(sql_store, jobs)
    taken = await take_one(jobs)
    await keep_reply(sql_store, job)
    with pytest.raises(AlreadyDone):
        await jobs.defer_job(taken, Again(60, DOWN, anew=True), "another id")
    assert (await jobs.get_job(JobKey(NAMESPACE, job.id))).request_id == job.request_id


async def test_a_job_whose_request_id_is_another_requests_fails_for_it(sql_store: SqlStore) -> None:
    jobs = sql_store.jobs
    job = await submit(sql_store, jobs)
    taken = await take_one(jobs)
    await keep_reply(sql_store, job)
    reused = JobFailure("INVALID_ARGUMENT", "REQUEST_ID_REUSED", "The request_id is another request's.")
    assert await jobs.end_job(taken, End(JobState.FAILED, reused))


async def test_a_job_that_begins_anew_leaves_nothing_that_goes_on(sql_store: SqlStore) -> None:
    jobs, ref = sql_store.jobs, await begin(sql_store, 5)
    job = await jobs.submit_job(ref, asked())
    taken = await take_one(jobs)
    claim = await claimed(sql_store, ref, operation(job.request_id))
    assert await jobs.defer_job(taken, Again(0, DOWN, anew=True), "another id")
    with pytest.raises(ContextChanged):
        await commit_claimed(sql_store, claim)


async def test_what_a_job_has_done_is_known_until_somebody_has_told_of_it(sql_store: SqlStore) -> None:
    """However long no process runs jobs; then as long as that of a call."""
    jobs, ref, later = sql_store.jobs, await begin(sql_store, 5), KEEP_SECONDS + 60
    await jobs.submit_job(ref, asked())
    asked_for = operation_of(await take_one(jobs, "dies"))
    await commit_claimed(sql_store, await claimed(sql_store, ref, asked_for))
    await elapse(sql_store, later)
    await pass_time(sql_store, asked_for, later)
    await sql_store.remove_expired()
    again = await take_one(jobs)
    done = await sql_store.claim(ref, operation_of(again))
    assert isinstance(done, Reply)
    assert await jobs.end_job(again, End(JobState.SUCCEEDED, None, done.reply.decode()))
    assert await sql_store.find_reply(asked_for) == done
    await pass_time(sql_store, asked_for, later)
    assert await sql_store.find_reply(asked_for) is None


def operation_of(taken: TakenJob) -> Operation:
    """What the runner asks for."""
    return replace(operation(taken.job.request_id), job=JobToken(taken.job.id, taken.token))
