"""A Compact that somebody waits for, as others watch it by its request_id; what watches cost, and how they end."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import grpc
import pytest

from compactd.domain.operations import OperationKey
from compaction.v1 import job_service_pb2
from tests.builders.chat import append, compact, new_conversation, talk
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel
from tests.rpc.failures import failure_of
from tests.rpc.jobs import PATIENCE, submit
from tests.rpc.models import ALL, received, with_model
from tests.rpc.watches import ASKING, CANCELLED, COMMITTED, FAILED, MERGING, PLANNED, kinds, watch, watched
from tests.server import Client, LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

LONG = 60
EMBEDDED: Mapping[str, Any] = {"mode": ALL, "model": "local/extractive"}


async def test_a_running_compact_is_watched_from_its_plan_to_its_commit(client: Client, model: LoopbackModel) -> None:
    conversation_id, request_id = await with_model(client), str(uuid4())
    go = model.answer_later(openai_chat("Twenty invoices."))
    running = asyncio.create_task(compact(client, conversation_id, ALL, request_id=request_id))
    await received(model)
    events = await watched(client, go, compact_request_id=request_id)
    done = await running
    assert kinds(events) == [PLANNED, ASKING, COMMITTED]
    assert events[-1].compaction_id == done.compaction.id
    assert (events[-1].tokens, events[-1].tokens_after) == (done.compaction.tokens_before, done.compaction.tokens_after)


async def test_chunks_are_counted_as_they_are_asked_for_and_their_summaries_merged(
    client: Client, model: LoopbackModel
) -> None:
    conversation_id, request_id = await with_model(client, turns=150), str(uuid4())
    settings = {"mode": ALL, "model": "openai/gpt-4"}
    plan = (await compact(client, conversation_id, compaction_settings=settings, dry_run=True)).plan
    # What its watcher begins with.
    go = model.answer_later(openai_chat("Many invoices."))
    running = asyncio.create_task(compact(client, conversation_id, compaction_settings=settings, request_id=request_id))
    await received(model)
    planned, *events = await watched(client, go, compact_request_id=request_id)
    await running
    assert (planned.kind, planned.tokens, planned.chunks) == (PLANNED, plan.evicted_tokens, plan.chunks)
    asked = [event for event in events if event.kind == ASKING]
    assert [(event.chunk, event.chunks) for event in asked] == [
        (number, plan.chunks) for number in range(1, plan.chunks + 1)
    ]
    merges = len(events) - len(asked) - 1
    assert merges >= 1
    assert kinds(events[plan.chunks :]) == [MERGING] * merges + [COMMITTED]
    assert len(model.requests) == len(asked) + merges


async def test_a_compact_that_fails_says_why_and_so_it_does_afterwards(client: Client, model: LoopbackModel) -> None:
    conversation_id, request_id = await with_model(client), str(uuid4())
    go = model.answer_later({"error": {"message": "no such model"}}, status=400)
    running = asyncio.create_task(compact(client, conversation_id, ALL, request_id=request_id))
    await received(model)
    events = await watched(client, go, compact_request_id=request_id)
    failure = await failure_of(running)
    assert kinds(events) == [PLANNED, ASKING, FAILED]
    error = events[-1].error
    assert (error.code, error.reason, error.message) == (failure.code.name, failure.reason, failure.sentence)
    [end] = await watched(client, compact_request_id=request_id)
    assert (end.kind, end.ordinal, end.error) == (FAILED, events[-1].ordinal, error)


async def test_a_compact_that_is_done_is_told_by_its_reply(client: Client) -> None:
    conversation_id, request_id = await new_conversation(client, talk(20)), str(uuid4())
    done = await compact(client, conversation_id, compaction_settings=EMBEDDED, request_id=request_id)
    [end] = await watched(client, compact_request_id=request_id)
    assert (end.kind, end.compaction_id, end.at) == (COMMITTED, done.compaction.id, done.compaction.created_at)
    assert await watched(client, compact_request_id=request_id, after_ordinal=end.ordinal) == []


async def test_a_compact_that_everybody_has_left_is_cancelled(client: Client, model: LoopbackModel) -> None:
    conversation_id, request_id = await with_model(client), str(uuid4())
    model.answer(openai_chat(), delay=LONG)
    running = asyncio.create_task(compact(client, conversation_id, ALL, request_id=request_id))
    await received(model)
    stream = watch(client, compact_request_id=request_id)
    assert [(await stream.read()).kind for _ in range(2)] == [PLANNED, ASKING]
    running.cancel()
    async with asyncio.timeout(PATIENCE):
        assert (await stream.read()).kind == CANCELLED
    assert kinds(await watched(client, compact_request_id=request_id)) == [CANCELLED]


async def test_a_watcher_keeps_no_compact_alive_and_costs_nothing_when_it_has_gone(
    server: LocalServer, client: Client, model: LoopbackModel
) -> None:
    conversation_id, request_id = await with_model(client), str(uuid4())
    go = model.answer_later(openai_chat())
    running = asyncio.create_task(compact(client, conversation_id, ALL, request_id=request_id))
    await received(model)
    before = server.rpc.admission.calls_in_hand
    streams = [watch(client, compact_request_id=request_id) for _ in range(5)]
    for stream in streams:
        await stream.read()
        stream.cancel()
    async with asyncio.timeout(PATIENCE):
        # Nobody tells when a call has been taken out of hand.
        while server.rpc.admission.calls_in_hand > before:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    hub = server.service.servicers.jobs._watching._hub  # type: ignore[attr-defined]
    assert OperationKey("default", request_id) not in hub._listeners
    go.set()
    await running
    assert not hub.runs(OperationKey("default", request_id))


async def test_what_else_has_the_request_id_is_not_watched(client: Client) -> None:
    conversation_id, request_id = await new_conversation(client), str(uuid4())
    await append(client, conversation_id, talk(1), request_id=request_id)
    failure = await failure_of(watch(client, compact_request_id=request_id).read())
    assert (failure.code, failure.reason) == (grpc.StatusCode.NOT_FOUND, "REQUEST_NOT_FOUND")


async def test_a_watch_ends_at_its_deadline(client: Client) -> None:
    job = await submit(client, await new_conversation(client, talk(20)), compaction_settings=EMBEDDED)
    stream = client.jobs.WatchJob(job_service_pb2.WatchJobRequest(job_id=job.id), timeout=0.3)
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await _to_the_end(stream)
    assert raised.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_a_watch_counts_among_the_calls_in_hand_of_its_namespace(tmp_path: Path) -> None:
    file = tmp_path / "namespaces.toml"
    file.write_text("[namespaces.default]\ncalls_in_hand = 1\n")
    async with local_server(namespaces_file=file) as server:
        client = server.client
        job = await submit(client, await new_conversation(client, talk(20)), compaction_settings=EMBEDDED)
        stream = watch(client, job_id=job.id)
        await stream.read()
        failure = await failure_of(watch(client, job_id=job.id).read())
        assert (failure.code, failure.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "QUOTA_EXCEEDED")
        stream.cancel()


async def test_a_drain_ends_watches_at_once_and_waits_for_other_calls(model: LoopbackModel) -> None:
    async with local_server(model_retry_seconds=0) as server:
        client = server.client
        conversation_id, request_id = await with_model(client), str(uuid4())
        go = model.answer_later(openai_chat("Twenty invoices."))
        running = asyncio.create_task(compact(client, conversation_id, ALL, request_id=request_id))
        await received(model)
        stream = watch(client, compact_request_id=request_id)
        await stream.read()
        draining = asyncio.create_task(server.rpc.drain(PATIENCE))
        failure = await failure_of(_to_the_end(stream))
        assert (failure.code, failure.reason) == (grpc.StatusCode.UNAVAILABLE, "DRAINING")
        assert not running.done()
        go.set()
        assert (await running).compaction.id
        await draining


async def _to_the_end(stream: Any) -> None:
    while await stream.read() is not grpc.aio.EOF:
        pass
