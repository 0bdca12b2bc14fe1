"""What a model's troubles leave in PostgreSQL: one of each kind that is shown at length on SQLite."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from compaction.v1 import compaction_service_pb2, error_reason_pb2
from tests.builders.chat import append, compact, context_alone, make, talk
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel, Received, Reply
from tests.rpc.failures import failure_of
from tests.rpc.faults import FAULTS, TRIES
from tests.rpc.models import ALL, MODES, PATIENCE, received, waited_for_by, with_model
from tests.server import Client, LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

CALLS = 10


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(module_postgres_url: str) -> AsyncIterator[LocalServer]:
    async with local_server(module_postgres_url, model_retry_seconds=0, linger_seconds=0) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def client(server: LocalServer) -> Client:
    return server.client


async def records_of(client: Client, conversation_id: str) -> int:
    request = make(compaction_service_pb2.ListCompactionsRequest, conversation_id=conversation_id)
    return len((await client.compactions.ListCompactions(request)).compactions)


@pytest.mark.parametrize(
    ("mode", "fault"), list(zip(MODES, ["empty", "length", "longer than the input", "503"], strict=True))
)
async def test_a_fault_changes_nothing_and_where_it_is_allowed_the_embedded_summarizer_steps_in(
    client: Client, model: LoopbackModel, mode: int, fault: str
) -> None:
    expected, conversation_id = FAULTS[fault], await with_model(client)
    before = await context_alone(client, conversation_id)
    model.always(**expected.reply)
    failed = await failure_of(compact(client, conversation_id, mode))
    assert (failed.reason, len(model.requests)) == (expected.reason, expected.requests)
    assert await context_alone(client, conversation_id) == before
    assert await records_of(client, conversation_id) == 0
    made = (await compact(client, conversation_id, mode, allow_degraded=True)).compaction
    assert made.degraded_reason == error_reason_pb2.ErrorReason.Value(f"ERROR_REASON_{expected.reason}")
    assert await records_of(client, conversation_id) == 1


async def test_a_chunk_that_fails_is_asked_for_again(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client, model="openai/gpt-4", compaction_settings={"model": "openai/gpt-4"})
    for first in (21, 221):
        await append(client, conversation_id, talk(200, first))

    def reply(request: Received) -> Reply | None:
        sent = sum(earlier.raw == request.raw for earlier in model.requests)
        is_second = len(model.requests) > 1 and request.raw == model.requests[1].raw
        return Reply({"error": {"message": "busy"}}, status=503) if is_second and sent <= TRIES else None

    model.otherwise = reply
    made = (await compact(client, conversation_id, ALL)).compaction
    assert made.chunks > 1
    assert made.degraded_reason == 0
    assert made.usage.calls == len(model.requests) == len({request.raw for request in model.requests}) + TRIES
    assert await records_of(client, conversation_id) == 1


async def test_the_models_request_ends_with_the_last_caller_and_the_next_one_begins_at_once(
    client: Client, model: LoopbackModel
) -> None:
    conversation_id = await with_model(client)
    before = await context_alone(client, conversation_id)
    model.answer(delay=60)
    call = asyncio.create_task(compact(client, conversation_id, ALL))
    await received(model)
    call.cancel()
    await asyncio.wait_for(model.hung_up.wait(), PATIENCE)
    assert await context_alone(client, conversation_id) == before
    async with asyncio.timeout(10):
        await compact(client, conversation_id, ALL)
    assert await records_of(client, conversation_id) == 1


async def test_ten_at_once_ask_the_model_once_and_get_equal_replies(
    server: LocalServer, client: Client, model: LoopbackModel
) -> None:
    conversation_id = await with_model(client)
    go = model.answer_later(openai_chat())
    calls = [
        asyncio.create_task(compact(client, conversation_id, ALL, request_id=conversation_id[5:])) for _ in range(CALLS)
    ]
    await waited_for_by(CALLS, server)
    go.set()
    answers = await asyncio.gather(*calls)
    assert all(answer == answers[0] for answer in answers)
    assert len(model.requests) == await records_of(client, conversation_id) == 1
