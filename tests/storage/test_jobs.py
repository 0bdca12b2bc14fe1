"""Jobs: queued once, taken by one, in turn, and never lost."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from time import time
from uuid import uuid4

import pytest
from sqlalchemy import Connection, text

from compactd.domain.errors import ConversationNotFound, JobEnded, JobNotFound, RequestIdReused
from compactd.domain.jobs import (
    KEEP_REQUEST_SECONDS,
    KEEP_SECONDS,
    LONGEST_PUT_OFF_SECONDS,
    MAX_ATTEMPTS,
    Again,
    End,
    JobFailure,
    JobPriority,
    JobState,
)
from compactd.domain.keys import AgentKey, ConversationKey, JobKey
from compactd.domain.paging import Page
from compactd.domain.sweeps import HELD_UNTIL
from compactd.ports.jobs import Backlog, Drawn, JobFilter, JobRequest, NewJob
from compactd.storage.job_queue import JobQueue
from compactd.storage.job_tables import JOB_EVENTS, JOBS
from compactd.storage.jobs import Jobs
from compactd.storage.store import SqlStore
from tests.builders.stored_jobs import RUNNER, asked, conversation, elapse, remove_jobs, submit, take_all, take_one
from tests.builders.stored_values import NAMESPACE, put_agent, put_conversation

DOWN = JobFailure("UNAVAILABLE", "PROVIDER_UNAVAILABLE", "The provider could not be reached.")


@pytest.fixture(autouse=True)
async def no_jobs(sql_store: SqlStore) -> None:
    """Whoever takes jobs takes those of all that is stored, and a database is the one of many tests."""
    await remove_jobs(sql_store)


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
