"""Jobs: queued once, found and listed, cancelled, counted, and removed in the end."""

import asyncio
from time import time
from uuid import uuid4

import pytest
from sqlalchemy import Connection, text

from compactd.domain.errors import ConversationNotFound, JobEnded, JobNotFound, RequestIdReused
from compactd.domain.jobs import (
    KEEP_REQUEST_SECONDS,
    KEEP_SECONDS,
    Again,
    End,
    JobPriority,
    JobState,
)
from compactd.domain.keys import AgentKey, ConversationKey, JobKey
from compactd.domain.paging import Page
from compactd.ports.jobs import Backlog, JobFilter, JobRequest, NewJob
from compactd.storage.job_queue import JobQueue
from compactd.storage.job_tables import JOB_EVENTS
from compactd.storage.store import SqlStore
from tests.builders.stored_jobs import DOWN, RUNNER, asked, conversation, elapse, submit, take_all, take_one
from tests.builders.stored_values import NAMESPACE, put_agent, put_conversation

pytestmark = pytest.mark.usefixtures("no_jobs")


async def test_what_is_submitted_is_what_is_found(sql_store: SqlStore) -> None:
    jobs, key = sql_store.jobs, await conversation(sql_store)
    request = asked(JobPriority.HIGH, traceparent="00-1-2-01")
    job = await jobs.submit_job(key, request)
    assert (job.state, job.conversation_id, job.request) == (JobState.QUEUED, key.conversation_id, b"what to do")
    assert (job.priority, job.request_id, job.traceparent) == (JobPriority.HIGH, request.request_id, "00-1-2-01")
    assert (job.attempts, job.due_at, job.started_at, job.failure) == (0, None, None, None)
    assert await jobs.get_job(JobKey(NAMESPACE, job.id)) == job
    assert await jobs.list_jobs(NAMESPACE, JobFilter(conversation_id=key.conversation_id), Page(9)) == [job]


async def test_one_request_id_is_one_job(sql_store: SqlStore) -> None:
    jobs, key = sql_store.jobs, await conversation(sql_store)
    request = asked()
    first, *others = await asyncio.gather(*(jobs.submit_job(key, request) for _ in range(8)))
    assert others == [first] * 7
    with pytest.raises(RequestIdReused):
        await jobs.submit_job(key, asked(request_id=request.request_id, request=b"something else"))
    assert await jobs.find_submitted(NAMESPACE, request.request_id) == first
    assert await jobs.find_submitted("another", request.request_id) is None


async def test_a_request_id_that_was_just_submitted_elsewhere_is_no_job_of_a_policy(sql_store: SqlStore) -> None:
    jobs, key, request = sql_store.jobs, await conversation(sql_store), asked()
    agent_id = (await sql_store.state(key)).agent_id
    of_policy = NewJob(key, agent_id, asked(automatic=True, policy_id="policy-1"))
    assert len(await sql_store._database.write(JobQueue().queue, [of_policy])) == 1
    await jobs.submit_job(key, request)
    # As it comes where another transaction was faster, of which this one could not know before.
    assert await sql_store._database.write(JobQueue().queue, [NewJob(key, agent_id, request)]) == []


async def test_no_job_is_queued_for_what_is_not_there(sql_store: SqlStore) -> None:
    with pytest.raises(ConversationNotFound):
        await sql_store.jobs.submit_job(ConversationKey(NAMESPACE, "conv-none"), asked())


async def test_a_conversation_has_one_automatic_job_until_it_ends(sql_store: SqlStore) -> None:
    jobs, key = sql_store.jobs, await conversation(sql_store)
    agent_id = (await sql_store.state(key)).agent_id

    async def queue() -> list[tuple[str, bool]]:
        new = NewJob(key, agent_id, asked(automatic=True, policy_id="policy-1"))
        queued = await sql_store._database.write(JobQueue().queue, [new])
        return [(place.id, place.is_new) for place in queued]

    [(job_id, is_new)] = await queue()
    assert is_new
    assert await queue() == [(job_id, False)]
    taken = await take_one(jobs)
    assert await queue() == [(job_id, False)]
    await jobs.end_job(taken, End(JobState.SUCCEEDED))
    [(another, is_new)] = await queue()
    assert is_new
    assert another != job_id


async def test_what_a_job_ends_with_is_kept(sql_store: SqlStore) -> None:
    job = await submit(sql_store, sql_store.jobs)
    taken = await take_one(sql_store.jobs)
    assert await sql_store.jobs.end_job(taken, End(JobState.SUCCEEDED, None, "compaction-1", 900, 100, 0.25))
    found = await sql_store.jobs.get_job(JobKey(NAMESPACE, job.id))
    assert (found.state, found.compaction_id, found.tokens_before, found.tokens_after, found.cost_usd) == (
        JobState.SUCCEEDED,
        "compaction-1",
        900,
        100,
        0.25,
    )
    assert found.ended_at is not None
    assert not await sql_store.jobs.end_job(taken, End(JobState.FAILED, DOWN))
    assert await take_all(sql_store.jobs) == []


async def test_cancelling_ends_what_waits_and_tells_the_runner_of_what_runs(sql_store: SqlStore) -> None:
    jobs = sql_store.jobs
    running, queued = await submit(sql_store, jobs, priority=JobPriority.HIGH), await submit(sql_store, jobs)
    taken = await take_one(jobs)
    assert (await jobs.cancel_job(JobKey(NAMESPACE, queued.id))).state is JobState.CANCELLED
    assert await jobs.renew_jobs(RUNNER, [running.id]) == []
    assert (await jobs.cancel_job(JobKey(NAMESPACE, running.id))).state is JobState.RUNNING
    assert await jobs.renew_jobs(RUNNER, [running.id]) == [running.id]
    assert await jobs.end_job(taken, End(JobState.CANCELLED))
    for job in (running, queued):
        with pytest.raises(JobEnded):
            await jobs.cancel_job(JobKey(NAMESPACE, job.id))


@pytest.mark.parametrize("how", ["deferred", "given back", "left"])
async def test_what_was_to_be_cancelled_does_not_come_again(sql_store: SqlStore, how: str) -> None:
    jobs = sql_store.jobs
    key = JobKey(NAMESPACE, (await submit(sql_store, jobs)).id)
    taken = await take_one(jobs)
    await jobs.cancel_job(key)
    match how:
        case "deferred":
            await jobs.defer_job(taken, Again(0, DOWN), "")
        case "given back":
            await jobs.give_back_jobs(RUNNER)
        case _:
            await elapse(sql_store, 60)
    assert await take_all(jobs) == []
    assert (await jobs.get_job(key)).state is JobState.CANCELLED


async def test_a_job_of_another_namespace_is_none(sql_store: SqlStore) -> None:
    job = await submit(sql_store, sql_store.jobs)
    foreign = JobKey("another", job.id)
    for attempt in (sql_store.jobs.get_job, sql_store.jobs.cancel_job):
        with pytest.raises(JobNotFound):
            await attempt(foreign)
    assert await sql_store.jobs.list_jobs("another", JobFilter(), Page(9)) == []
    assert await sql_store.jobs.get_job(JobKey(NAMESPACE, job.id)) == job


async def test_jobs_are_listed_by_state_in_the_order_of_their_queueing(sql_store: SqlStore) -> None:
    jobs = sql_store.jobs
    submitted = [await submit(sql_store, jobs, "lists") for _ in range(4)]
    await jobs.end_job(await take_one(jobs), End(JobState.FAILED, DOWN))
    await jobs.cancel_job(JobKey("lists", submitted[3].id))

    async def listed(*states: JobState, page: Page) -> list[str]:
        return [job.id for job in await jobs.list_jobs("lists", JobFilter(states), page)]

    ids = [job.id for job in submitted]
    assert await listed(page=Page(9, descending=False)) == ids
    assert await listed(page=Page(2, after=ids[3])) == [ids[2], ids[1]]
    assert await listed(JobState.QUEUED, page=Page(9)) == [ids[2], ids[1]]
    assert await listed(JobState.FAILED, JobState.CANCELLED, page=Page(9)) == [ids[3], ids[0]]


async def test_jobs_go_with_their_conversation_and_their_agent(sql_store: SqlStore) -> None:
    jobs = sql_store.jobs
    agent = await put_agent(sql_store)
    own = await put_conversation(sql_store, agent.id)
    keys = [ConversationKey(NAMESPACE, found) for found in (own.id, agent.default_conversation_id)]
    of_own, of_default = [await jobs.submit_job(key, asked()) for key in keys]
    taken = await take_all(jobs)
    await sql_store.delete_conversation(keys[0])
    with pytest.raises(JobNotFound):
        await jobs.get_job(JobKey(NAMESPACE, of_own.id))
    assert (await jobs.get_job(JobKey(NAMESPACE, of_default.id))).state is JobState.RUNNING
    await sql_store.delete_agent(AgentKey(NAMESPACE, agent.id))
    assert await jobs.list_jobs(NAMESPACE, JobFilter(), Page(9)) == []
    for item in taken:
        assert not await jobs.end_job(item, End(JobState.SUCCEEDED))


async def test_jobs_that_ended_long_ago_are_removed_with_what_happened_to_them(sql_store: SqlStore) -> None:
    jobs = sql_store.jobs
    ended, kept = [JobKey(NAMESPACE, (await submit(sql_store, jobs)).id) for _ in range(2)]

    def note(connection: Connection) -> None:
        for key in (ended, kept):
            connection.execute(
                JOB_EVENTS.insert().values(
                    namespace=NAMESPACE,
                    name=key.job_id,
                    ordinal=1,
                    agent_id="",
                    conversation_id="",
                    at=time(),
                    body=b"{}",
                )
            )

    await sql_store._database.write(note)
    await jobs.cancel_job(ended)
    await elapse(sql_store, KEEP_SECONDS + 60)
    assert not await jobs.remove_expired_jobs()
    with pytest.raises(JobNotFound):
        await jobs.get_job(ended)
    assert (await jobs.get_job(kept)).state is JobState.QUEUED

    def names(connection: Connection) -> list[str]:
        return list(connection.execute(text("SELECT name FROM job_events")).scalars())

    assert await sql_store._database.read(names) == [kept.job_id]


async def test_a_large_request_goes_a_day_after_the_end_and_is_known_again(sql_store: SqlStore) -> None:
    jobs, key = sql_store.jobs, await conversation(sql_store)
    large, small = b"a prompt" * 100, b"a prompt"
    submitted = []
    for request in (large, small, large):
        wanted = JobRequest(JobPriority.NORMAL, request, str(uuid4()))
        submitted.append(JobKey(NAMESPACE, (await jobs.submit_job(key, wanted)).id))
    for ended in submitted[:2]:
        await jobs.cancel_job(ended)
    await elapse(sql_store, KEEP_REQUEST_SECONDS - 60)
    await jobs.remove_expired_jobs()
    assert [(await jobs.get_job(one)).kept_request for one in submitted] == [large, small, large]
    await elapse(sql_store, 120)
    await jobs.remove_expired_jobs()
    assert [(await jobs.get_job(one)).kept_request for one in submitted] == [None, small, large]
    shortened = await jobs.get_job(submitted[0])
    assert len(shortened.request) < 50
    assert shortened.is_for(key.conversation_id, large, JobPriority.NORMAL)
    assert not shortened.is_for(key.conversation_id, small, JobPriority.NORMAL)


async def test_what_has_not_ended_is_counted_with_how_long_the_oldest_is_due(sql_store: SqlStore) -> None:
    jobs = sql_store.jobs
    assert await jobs.measure_jobs() == Backlog(0, 0, 0, 0.0)
    for _ in range(5):
        await submit(sql_store, jobs)
    put_off, ended, _ = await jobs.take_jobs(RUNNER, 3)
    await jobs.defer_job(put_off, Again(3_600.0, DOWN), put_off.job.request_id)
    await jobs.end_job(ended, End(JobState.SUCCEEDED))
    now = await jobs.measure_jobs()
    assert (now.ready, now.put_off, now.running) == (2, 1, 1)
    await elapse(sql_store, 600.0)
    assert 600 <= (await jobs.measure_jobs()).oldest_seconds < 1_800
    await take_all(jobs)
    assert (await jobs.measure_jobs()).oldest_seconds == 0
    # One that is put off is due from its time on.
    await elapse(sql_store, 3_600.0)
    assert 600 <= (await jobs.measure_jobs()).oldest_seconds < 1_800
