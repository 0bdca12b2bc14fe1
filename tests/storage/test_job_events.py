"""What happened to jobs, as it is kept: by whoever has the job, and no longer than it."""

import pytest

from compactd.domain.errors import JobNotFound
from compactd.domain.jobs import Again, End, JobFailure, JobState
from compactd.domain.keys import JobKey
from compactd.domain.operations import OperationKey
from compactd.domain.progress import Event, EventKind, NumberedEvent
from compactd.storage.store import SqlStore
from tests.builders.stored_jobs import submit, take_one
from tests.builders.stored_values import NAMESPACE

pytestmark = pytest.mark.usefixtures("no_jobs")

DOWN = JobFailure("UNAVAILABLE", "PROVIDER_UNAVAILABLE", "It is down.")
PLANNED = NumberedEvent(10_001, Event(EventKind.PLANNED, 5.5, tokens=900, chunks=3))
ASKING = NumberedEvent(10_002, Event(EventKind.ASKING, 6.5, chunk=1, chunks=3, retries=2))
AGAIN = NumberedEvent(10_003, Event(EventKind.QUEUED, 7.5, failure=DOWN, due_at=37.5))


async def test_events_are_read_as_they_were_kept_and_only_behind_what_was_seen(sql_store: SqlStore) -> None:
    jobs = sql_store.jobs
    key = JobKey(NAMESPACE, (await submit(sql_store, jobs)).id)
    taken = await take_one(jobs)
    await jobs.add_events(taken, [PLANNED])
    # What is written twice, since its outcome was not known, is there once.
    await jobs.add_events(taken, [PLANNED, ASKING])
    watched = await jobs.watch_job(key, 0)
    assert (watched.job.state, list(watched.events), watched.last_ordinal) == (
        JobState.RUNNING,
        [PLANNED, ASKING],
        ASKING.ordinal,
    )
    assert list((await jobs.watch_job(key, PLANNED.ordinal)).events) == [ASKING]
    assert await jobs.end_job(taken, End(JobState.FAILED, DOWN), [AGAIN])
    watched = await jobs.watch_job(key, ASKING.ordinal)
    assert (watched.job.state, list(watched.events), watched.last_ordinal) == (JobState.FAILED, [AGAIN], AGAIN.ordinal)


async def test_who_has_the_job_no_longer_adds_nothing_to_it(sql_store: SqlStore) -> None:
    jobs = sql_store.jobs
    job = await submit(sql_store, jobs)
    taken = await take_one(jobs)
    assert await jobs.defer_job(taken, Again(0, DOWN), job.request_id, [AGAIN])
    await jobs.add_events(taken, [ASKING])
    assert not await jobs.end_job(taken, End(JobState.SUCCEEDED), [ASKING])
    assert list((await jobs.watch_job(JobKey(NAMESPACE, job.id), 0)).events) == [AGAIN]


async def test_a_foreign_job_or_request_is_not_there(sql_store: SqlStore) -> None:
    jobs = sql_store.jobs
    job = await submit(sql_store, jobs)
    with pytest.raises(JobNotFound):
        await jobs.watch_job(JobKey("another", job.id), 0)
    assert await jobs.submitted_as(OperationKey(NAMESPACE, job.request_id)) == JobKey(NAMESPACE, job.id)
    assert await jobs.submitted_as(OperationKey("another", job.request_id)) is None
    assert await jobs.watch_compact(OperationKey(NAMESPACE, job.request_id), 0) is None
