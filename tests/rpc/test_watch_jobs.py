"""Jobs as they are watched, through the real server, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import grpc
import pytest
import pytest_asyncio
from sqlalchemy import Connection

from compactd.background import job_events
from compactd.domain.errors import StoreUnavailable
from compactd.storage.job_tables import JOBS
from compaction.v1 import conversation_service_pb2
from tests.builders.chat import make, new_conversation, talk, user
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel
from tests.rpc.failures import failure_of
from tests.rpc.jobs import PATIENCE, cancel, ended, put_off, running_jobs, submit
from tests.rpc.models import ALL, with_model
from tests.rpc.watches import (
    ASKING,
    CANCELLED,
    COMMITTED,
    FAILED,
    PLANNED,
    QUEUED,
    SKIPPED,
    kinds,
    watch,
    watched,
)
from tests.server import Client, LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

EMBEDDED = {"mode": ALL, "model": "local/extractive"}
LONG = 60
NO_JOB = "job-00000000-0000-4000-8000-000000000000"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(module_url: str) -> AsyncIterator[LocalServer]:
    async with local_server(module_url, model_retry_seconds=0) as running:
        await running.service.model.warm()
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def client(server: LocalServer) -> Client:
    return server.client


async def test_a_watcher_sees_a_job_from_its_queueing_to_its_end(
    server: LocalServer, client: Client, model: LoopbackModel
) -> None:
    job = await submit(client, await with_model(client))
    watching = asyncio.create_task(watched(client, job_id=job.id))
    async with running_jobs(server):
        done = await ended(client, job.id)
        events = await watching
    assert kinds(events) == [QUEUED, PLANNED, ASKING, COMMITTED]
    queued, planned, asking, committed = events
    assert (queued.ordinal, queued.at) == (1, job.queued_at)
    assert (planned.chunks, asking.chunk, asking.chunks, asking.retries) == (1, 1, 1, 0)
    assert 0 < planned.tokens < done.tokens_before
    assert (committed.compaction_id, committed.at) == (done.compaction_id, done.ended_at)
    assert (committed.tokens, committed.tokens_after) == (done.tokens_before, done.tokens_after)


async def test_who_comes_late_or_again_is_told_the_same(
    server: LocalServer, client: Client, model: LoopbackModel
) -> None:
    job = await submit(client, await with_model(client))
    async with running_jobs(server):
        events = await watched(client, job_id=job.id)
    assert await watched(client, job_id=job.id) == events
    for at, event in enumerate(events):
        assert await watched(client, job_id=job.id, after_ordinal=event.ordinal) == events[at + 1 :]


async def test_events_come_while_the_model_is_at_work(
    server: LocalServer, client: Client, model: LoopbackModel
) -> None:
    model.answer(openai_chat("Twenty invoices."), delay=LONG)
    job = await submit(client, await with_model(client))
    async with running_jobs(server):
        stream = watch(client, job_id=job.id)
        async with asyncio.timeout(PATIENCE):
            assert [(await stream.read()).kind for _ in range(3)] == [QUEUED, PLANNED, ASKING]
        # Another one, who comes now.
        late = watch(client, job_id=job.id)
        async with asyncio.timeout(PATIENCE):
            assert [(await late.read()).kind for _ in range(3)] == [QUEUED, PLANNED, ASKING]
        await cancel(client, job.id)
        async with asyncio.timeout(PATIENCE):
            assert (await stream.read()).kind == (await late.read()).kind == CANCELLED
            assert await stream.read() is grpc.aio.EOF


async def test_what_cannot_be_kept_at_once_is_kept_with_the_end(
    server: LocalServer, client: Client, model: LoopbackModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = asyncio.Event()

    async def away(*_: Any) -> None:
        tries.set()
        raise StoreUnavailable

    monkeypatch.setattr(server.service.store.jobs, "add_events", away)
    monkeypatch.setattr(job_events, "FLUSH_SECONDS", 0.01)
    model.answer(openai_chat("Twenty invoices."), delay=0.5)
    job = await submit(client, await with_model(client))
    async with running_jobs(server):
        await ended(client, job.id)
    assert tries.is_set()
    assert kinds(await watched(client, job_id=job.id)) == [QUEUED, PLANNED, ASKING, COMMITTED]


async def test_an_attempt_that_failed_is_told_with_its_reason_and_the_time_of_the_next(
    server: LocalServer, client: Client, model: LoopbackModel
) -> None:
    for _ in range(10):
        model.answer({"error": {"message": "down"}}, status=500)
    job = await submit(client, await with_model(client))
    watching = asyncio.create_task(watched(client, job_id=job.id))
    async with running_jobs(server):
        waiting = await put_off(client, job.id)
        model.replies.clear()
        await _make_due(server)
        await ended(client, job.id)
        events = await watching
    retries = [event.retries for event in events if event.kind == ASKING]
    first = retries.index(0, 1)
    assert first > 1
    assert retries[:first] == list(range(first))
    assert kinds(events) == [QUEUED, PLANNED, *[ASKING] * first, QUEUED, PLANNED, ASKING, COMMITTED]
    again = events[2 + first]
    assert (again.error.code, again.error.reason) == ("UNAVAILABLE", "PROVIDER_UNAVAILABLE")
    assert abs(again.due_at.ToNanoseconds() - waiting.due_at.ToNanoseconds()) < 5e9


async def _make_due(server: LocalServer) -> None:
    """As if every pause were over."""

    def shift(connection: Connection) -> None:
        connection.execute(JOBS.update().where(JOBS.c.due_at.is_not(None)).values(due_at=0.0))

    await server.service.store._database.write(shift)


async def test_a_job_that_failed_or_was_skipped_says_why(
    server: LocalServer, client: Client, model: LoopbackModel
) -> None:
    model.answer({"error": {"message": "no such model"}}, status=400)
    conversation_id = await new_conversation(client, [user("Hello.")])
    async with running_jobs(server):
        failed = await watched(client, job_id=(await submit(client, await with_model(client))).id)
        job = await submit(client, conversation_id, compaction_settings=EMBEDDED)
        skipped = await watched(client, job_id=job.id)
    assert kinds(failed) == [QUEUED, PLANNED, ASKING, FAILED]
    assert (failed[-1].error.code, failed[-1].error.reason) == ("FAILED_PRECONDITION", "PROVIDER_REJECTED")
    assert kinds(skipped) == [QUEUED, SKIPPED]
    assert skipped[-1].error.reason == "NOTHING_TO_COMPACT"


async def test_a_job_is_watched_by_its_request_id_too(server: LocalServer, client: Client) -> None:
    conversation_id, request_id = await new_conversation(client, talk(20)), str(uuid4())
    job = await submit(client, conversation_id, compaction_settings=EMBEDDED, request_id=request_id)
    async with running_jobs(server):
        events = await watched(client, compact_request_id=request_id.upper())
    assert kinds(events) == [QUEUED, PLANNED, COMMITTED]
    assert events == await watched(client, job_id=job.id)


async def test_a_job_that_waits_is_watched_until_it_is_cancelled(client: Client) -> None:
    job = await submit(client, await new_conversation(client, talk(20)), compaction_settings=EMBEDDED)
    stream = watch(client, job_id=job.id)
    assert (await stream.read()).kind == QUEUED
    await cancel(client, job.id)
    async with asyncio.timeout(PATIENCE):
        assert (await stream.read()).kind == CANCELLED
        assert await stream.read() is grpc.aio.EOF


async def test_a_watch_ends_with_the_conversation(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20))
    extra = await client.conversations.CreateConversation(
        make(
            conversation_service_pb2.CreateConversationRequest,
            agent_id=(await client.conversations.GetConversation(_get(conversation_id))).agent_id,
        )
    )
    job = await submit(client, extra.id, compaction_settings=EMBEDDED)
    stream = watch(client, job_id=job.id)
    await stream.read()
    await client.conversations.DeleteConversation(
        make(conversation_service_pb2.DeleteConversationRequest, conversation_id=extra.id)
    )
    async with asyncio.timeout(PATIENCE):
        failure = await failure_of(stream.read())
    assert (failure.code, failure.reason) == (grpc.StatusCode.NOT_FOUND, "JOB_NOT_FOUND")


def _get(conversation_id: str) -> Any:
    return make(conversation_service_pb2.GetConversationRequest, conversation_id=conversation_id)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "job_id"),
        ({"job_id": "nonsense"}, "job_id"),
        ({"compact_request_id": "nonsense"}, "compact_request_id"),
        ({"job_id": NO_JOB, "compact_request_id": str(NO_JOB)[4:]}, "compact_request_id"),
        ({"job_id": NO_JOB, "after_ordinal": -1}, "after_ordinal"),
    ],
)
async def test_a_watch_names_one_job_or_one_request(client: Client, fields: dict[str, Any], field: str) -> None:
    failure = await failure_of(watch(client, **fields).read())
    assert (failure.code, failure.fields) == (grpc.StatusCode.INVALID_ARGUMENT, (field,))


async def test_what_is_not_there_is_not_found(client: Client) -> None:
    failure = await failure_of(watch(client, job_id=NO_JOB).read())
    assert (failure.code, failure.reason) == (grpc.StatusCode.NOT_FOUND, "JOB_NOT_FOUND")
    failure = await failure_of(watch(client, compact_request_id=NO_JOB[4:]).read())
    assert (failure.code, failure.reason) == (grpc.StatusCode.NOT_FOUND, "REQUEST_NOT_FOUND")
