"""The queue of PostgreSQL and our table: whatever becomes of the one, the other's jobs are done, once."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Connection
from structlog.testing import capture_logs

from compactd.domain.jobs import JobPriority, JobState
from compactd.fleet import procrastinate_queue, reconciliation
from compactd.fleet.items import DRAW, QUEUE, enlist
from compactd.storage.job_queue import JobQueue
from compactd.storage.job_store import SqlJobStore
from compactd.storage.job_tables import JOBS
from compactd.storage.jobs import Jobs
from compaction.v1 import conversation_service_pb2, job_pb2
from tests.builders.chat import append, new_conversation, talk, user
from tests.builders.stored_jobs import asked, conversation
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel
from tests.rpc.jobs import PATIENCE, cancel, ended, job_of, running_jobs, submit
from tests.rpc.models import received, with_model
from tests.rpc.test_rests import create as create_policy
from tests.server import LocalServer, local_server

EMBEDDED = {"mode": 1, "model": "local/extractive"}
SUCCEEDED, QUEUED = job_pb2.JOB_STATE_SUCCEEDED, job_pb2.JOB_STATE_QUEUED
TOO_LONG = 60
LISTENERS = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN%%' AND datname = current_database()"


async def sql(server: LocalServer, statement: str, *parameters: Any) -> list[Any]:
    """Rows of a statement of the test's own."""

    def run(connection: Connection) -> list[Any]:
        result = connection.exec_driver_sql(statement, parameters)
        return list(result.all()) if result.returns_rows else []

    return await server.service.store._database.write(run)


async def items(server: LocalServer) -> list[Any]:
    return await sql(server, "SELECT status::text, args->>'job_id' FROM procrastinate_jobs ORDER BY id")


async def until(server: LocalServer, statement: str) -> None:
    """Until the statement has rows; nobody tells of it."""
    async with asyncio.timeout(PATIENCE):
        while not await sql(server, statement):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def until_empty(server: LocalServer) -> None:
    await until(server, "SELECT 1 WHERE NOT EXISTS (SELECT FROM procrastinate_jobs)")


async def submit_one(server: LocalServer, **fields: Any) -> job_pb2.Job:
    conversation_id = await new_conversation(server.client, talk(20))
    return await submit(server.client, conversation_id, **({"compaction_settings": EMBEDDED} | fields))


async def test_an_item_is_a_jobs_id_and_its_place_and_goes_with_it(server: LocalServer) -> None:
    job = await submit_one(server)
    (item,) = await sql(
        server,
        "SELECT queue_name, task_name, priority, lock, queueing_lock, args, status::text, scheduled_at"
        " FROM procrastinate_jobs",
    )
    assert tuple(item) == ("compactd", "compactd.job", -1, None, job.id, {"job_id": job.id}, "todo", None)
    async with running_jobs(server):
        assert (await ended(server.client, job.id)).state == SUCCEEDED
        await until_empty(server)
    assert await sql(server, "SELECT * FROM procrastinate_events") == []
    assert await sql(server, "SELECT * FROM procrastinate_workers") == []


async def test_what_appends_ask_for_has_items_in_turn_and_each_one(server: LocalServer) -> None:
    client = server.client
    await create_policy(client, trigger={"context_tokens": 1})
    conversations = [await new_conversation(client) for _ in range(3)]
    asked = [await append(client, conversation_id, [user("Hello.")]) for conversation_id in conversations]
    again = [await append(client, conversation_id, [user("And?")]) for conversation_id in conversations]
    assert [made.job_id for made in again] == [made.job_id for made in asked]
    found = await sql(server, "SELECT args->>'job_id', queueing_lock, priority FROM procrastinate_jobs ORDER BY id")
    assert [tuple(item) for item in found] == [(made.job_id, made.job_id, -turn) for turn, made in enumerate(asked, 1)]


async def test_what_is_rolled_back_leaves_no_item(server: LocalServer) -> None:
    store = server.service.store
    key = await conversation(store)
    jobs = Jobs(JobQueue(enlist))

    def queue_and_fail(connection: Connection) -> None:
        jobs.submit_job(connection, key, asked(JobPriority.NORMAL))
        assert connection.exec_driver_sql("SELECT count(*) FROM procrastinate_jobs").scalar() == 1
        raise KeyError("the unit that wanted the job failed")

    with pytest.raises(KeyError):
        await store._database.write(queue_and_fail)
    assert await items(server) == []


async def test_a_job_whose_item_was_lost_is_done(server: LocalServer) -> None:
    job = await submit_one(server)
    await sql(server, "DELETE FROM procrastinate_jobs")
    async with running_jobs(server):
        assert (await ended(server.client, job.id)).state == SUCCEEDED


async def test_a_job_that_is_in_the_queue_twice_is_done_once(server: LocalServer, model: LoopbackModel) -> None:
    job = await submit(server.client, await with_model(server.client))
    await sql(
        server,
        "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args)"
        " SELECT queue_name, task_name, priority, args FROM procrastinate_jobs, generate_series(1, 3)",
    )
    async with running_jobs(server):
        done = await ended(server.client, job.id)
        await until_empty(server)
    assert (done.state, done.attempts, len(model.requests)) == (SUCCEEDED, 1, 1)


async def test_what_comes_out_of_the_queue_runs_and_comes_out_once(server: LocalServer) -> None:
    submitted = [(await submit_one(server)).id for _ in range(3)]
    await sql(
        server,
        "INSERT INTO procrastinate_jobs (queue_name, task_name, priority) VALUES ('compactd', 'by hand', 1),"
        " ('another queue', 'compactd.job', 1)",
    )
    store = server.service.store.jobs
    drawn = await asyncio.gather(*(store.draw_job(f"runner {number}") for number in range(5)))
    taken = [one.taken.job for one in drawn if one is not None and one.taken is not None]
    assert sorted(job.id for job in taken) == sorted(submitted)
    assert {job.state for job in taken} == {JobState.RUNNING}
    assert await items(server) == [("todo", None)]


async def test_who_draws_reads_nothing_that_waits_for_a_later_time(server: LocalServer) -> None:
    await submit_one(server)
    await sql(
        server,
        "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, scheduled_at)"
        " SELECT queue_name, task_name, 1, args, now() + interval '1 hour' FROM procrastinate_jobs,"
        " generate_series(1, 3000)",
    )

    def draw(connection: Connection) -> str:
        """It is drawn, and how that went is told in place of which it is."""
        lines = connection.exec_driver_sql("EXPLAIN ANALYZE " + DRAW, {"queue": QUEUE}).scalars()
        return "\n".join(lines)

    assert "Rows Removed" not in await server.service.store._database.write(draw)
    assert await sql(server, "SELECT 1 FROM procrastinate_jobs WHERE scheduled_at IS NULL") == []


async def test_what_has_become_due_goes_before_what_waits_and_is_given_a_turn(server: LocalServer) -> None:
    first, second = await submit_one(server), await submit_one(server)
    await sql(server, "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE queueing_lock = %s", second.id)

    def put_off(connection: Connection) -> None:
        connection.execute(JOBS.update().where(JOBS.c.id == second.id).values(due_at=1.0))

    await server.service.store._database.write(put_off)
    drawn = [await server.service.store.jobs.draw_job("a runner") for _ in range(3)]
    assert [one and one.taken and one.taken.job.id for one in drawn] == [first.id, second.id, None]


async def test_a_job_that_a_clock_far_ahead_has_put_off_is_done(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciliation, "RECONCILE_SECONDS", 0.05)
    job = await submit_one(server)
    await sql(server, "UPDATE jobs SET due_at = extract(epoch FROM now()) + 30 * 24 * 3600 WHERE id = %s", job.id)
    await sql(server, "UPDATE procrastinate_jobs SET scheduled_at = now() + interval '30 days'")
    async with running_jobs(server):
        assert (await ended(server.client, job.id)).state == SUCCEEDED
    await until_empty(server)


async def test_workers_that_have_died_are_forgotten(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconciliation, "RECONCILE_SECONDS", 0.05)
    async with running_jobs(server):
        await until(server, "SELECT 1 FROM procrastinate_workers")
        await sql(server, "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute')")
        await until(server, "SELECT 1 FROM procrastinate_workers HAVING count(*) = 1")


async def test_what_a_runner_that_died_has_left_is_done(server: LocalServer) -> None:
    job = await submit_one(server)
    drawn = await server.service.store.jobs.draw_job("a runner that is killed")
    assert drawn is not None
    assert drawn.taken is not None

    def outlast(connection: Connection) -> None:
        connection.execute(JOBS.update().values(held_until=0.0))

    await server.service.store._database.write(outlast)
    async with running_jobs(server):
        done = await ended(server.client, job.id)
    assert (done.state, done.attempts) == (SUCCEEDED, 2)


async def test_what_fails_for_no_known_reason_is_told_and_tried_again(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciliation, "RECONCILE_SECONDS", 0.05)
    failures = iter([KeyError("a bug"), KeyError("a bug")])
    enlist_jobs = SqlJobStore.enlist_jobs

    async def fail_first(store: SqlJobStore, job_ids: Sequence[str]) -> int:
        for failure in failures:
            raise failure
        return await enlist_jobs(store, job_ids)

    monkeypatch.setattr(SqlJobStore, "enlist_jobs", fail_first)
    job = await submit_one(server)
    await sql(server, "DELETE FROM procrastinate_jobs")
    with capture_logs() as lines:
        async with running_jobs(server):
            assert (await ended(server.client, job.id)).state == SUCCEEDED
    assert [line["event"] for line in lines if line["log_level"] == "error"] == ["queue not reconciled"] * 2


async def test_what_is_given_back_waits_in_the_queue(server: LocalServer, model: LoopbackModel) -> None:
    job = await submit(server.client, await with_model(server.client))
    model.answer(openai_chat(), delay=TOO_LONG)
    async with running_jobs(server):
        await received(model)
        assert await items(server) == []
    assert await items(server) == [("todo", job.id)]
    given_back = await job_of(server.client, job.id)
    assert (given_back.state, given_back.attempts) == (QUEUED, 0)
    assert await sql(server, "SELECT * FROM procrastinate_workers") == []


async def test_what_is_cancelled_or_deleted_begins_nothing(server: LocalServer) -> None:
    cancelled, deleted, done = [await submit_one(server) for _ in range(3)]
    await cancel(server.client, cancelled.id)
    request = conversation_service_pb2.DeleteConversationRequest(conversation_id=deleted.conversation_id)
    await server.client.conversations.DeleteConversation(request)
    async with running_jobs(server):
        assert (await ended(server.client, done.id)).state == SUCCEEDED
        await until_empty(server)
    assert (await job_of(server.client, cancelled.id)).state == job_pb2.JOB_STATE_CANCELLED


async def test_the_turn_decides_and_not_who_came_first(server: LocalServer) -> None:
    normal, low, high = [
        await submit_one(server, priority=priority)
        for priority in (job_pb2.JOB_PRIORITY_NORMAL, job_pb2.JOB_PRIORITY_LOW, job_pb2.JOB_PRIORITY_HIGH)
    ]
    server.service.runner._fleet._at_once = 1  # type: ignore[attr-defined]
    async with running_jobs(server):
        jobs = [await ended(server.client, job.id) for job in (high, normal, low)]
    started = [job.started_at.ToNanoseconds() for job in jobs]
    assert started == sorted(started)


async def test_jobs_are_told_of_where_postgresql_passes_it_on(
    shared_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(procrastinate_queue, "POLL_SECONDS", 10.0 * TOO_LONG)
    monkeypatch.setattr(reconciliation, "RECONCILE_SECONDS", 10.0 * TOO_LONG)
    async with local_server(shared_postgres_url, jobs_listen=True) as server, running_jobs(server):
        await until(server, LISTENERS)
        assert (await ended(server.client, (await submit_one(server)).id)).state == SUCCEEDED


async def test_who_does_not_listen_looks(shared_postgres_url: str) -> None:
    async with local_server(shared_postgres_url, jobs_listen=False) as server, running_jobs(server):
        assert (await ended(server.client, (await submit_one(server)).id)).state == SUCCEEDED
        assert not await sql(server, LISTENERS)


async def test_who_is_told_to_stop_as_soon_as_it_has_begun_stops(server: LocalServer) -> None:
    # Of forty moments several are those at which the driver does not notice.
    for number in range(40):
        running = asyncio.create_task(server.service.runner.run())
        await asyncio.sleep(number % 20 / 1000)
        running.cancel()
        async with asyncio.timeout(PATIENCE):
            await asyncio.wait((running,))
    # Those that had no time to say that they go count as alive for a while.
    await sql(server, "DELETE FROM procrastinate_workers")


async def test_where_nobody_runs_jobs_the_log_says_so(
    shared_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(procrastinate_queue, "LOOK_SECONDS", 0.05)
    async with local_server(shared_postgres_url, jobs_at_once=0) as server:
        with capture_logs() as lines:
            async with running_jobs(server), asyncio.timeout(PATIENCE):
                await submit_one(server)
                while not (warnings := [line for line in lines if line["log_level"] == "warning"]):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
        assert warnings[0] == {"event": "jobs not run", "log_level": "warning", "why": procrastinate_queue.NOBODY}
