"""A caller who goes while the model works: its requests end with the last caller, and nothing is written."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import grpc
import httpx
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from compaction.v1 import compaction_service_pb2
from tests.builders.chat import append, context_alone, make, new_agent, new_conversation, talk
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel, Received, Reply
from tests.rpc.models import MODES
from tests.server import Client, LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

GONE = 30.0
"""Seconds in which the model's connections are opened and closed, however busy the machine is."""

DEADLINE = 6.0
"""Seconds in which a compaction comes as far as its model, however busy the machine is."""

MODE_NAMES = {1: "all", 2: "sliding_window", 3: "self_compact_all", 4: "self_compact_sliding_window"}


Goes = Callable[[LocalServer, str, int, Callable[[], bool]], Awaitable[None]]
"""Compacts a conversation in a mode, and goes once the condition holds."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[LocalServer]:
    async with local_server(http=True, linger_seconds=0, model_retry_seconds=0) as running:
        await running.service.model.warm()
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def client(server: LocalServer) -> Client:
    return server.client


def late(request: Received) -> Reply:
    return Reply(openai_chat(), delay=60)


def in_a_pause(request: Received) -> Reply:
    """Fails for a moment, and wants to be left alone for longer than anybody waits."""
    return Reply({"error": {"message": "busy"}}, status=429, headers={"retry-after": "25"})


def late_after_the_first(model: LoopbackModel) -> Callable[[Received], Reply]:
    """Shows that the chunks fit, and lets the others wait."""
    return lambda request: Reply(openai_chat()) if len(model.requests) == 1 else late(request)


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(GONE):
        while not is_so():  # noqa: ASYNC110 - neither the model nor the log has an event for it
            await asyncio.sleep(0.005)


async def conversation(client: Client, *, chunked: bool) -> str:
    """Of an agent whose model, and so the summarizer of each mode, has room for it or not."""
    model = "openai/gpt-4" if chunked else "openai/gpt-4.1"
    agent = await new_agent(client, model=model, compaction_settings={"model": model})
    conversation_id = await new_conversation(client, talk(20), agent_id=agent.id)
    for first in (21, 221) if chunked else ():
        await append(client, conversation_id, talk(200, first))
    return conversation_id


async def cancelled(server: LocalServer, conversation_id: str, mode: int, begun: Callable[[], bool]) -> None:
    request = make(
        compaction_service_pb2.CompactRequest, conversation_id=conversation_id, compaction_settings={"mode": mode}
    )
    call = server.client.compactions.Compact(request, timeout=60)
    await until(begun)
    call.cancel()


async def disconnected(server: LocalServer, conversation_id: str, mode: int, begun: Callable[[], bool]) -> None:
    async with httpx.AsyncClient(base_url=server.http_url, timeout=60) as rest:
        body = {"compaction_settings": {"mode": MODE_NAMES[mode]}}
        posting = asyncio.create_task(rest.post(f"/v1/conversations/{conversation_id}/compact", json=body))
        await until(begun)
        posting.cancel()
        with suppress(asyncio.CancelledError):
            await posting


@pytest.mark.parametrize("goes", [cancelled, disconnected])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("chunked", [False, True], ids=["one request", "chunks"])
async def test_the_models_requests_end_with_the_last_caller(
    server: LocalServer,
    client: Client,
    model: LoopbackModel,
    mode: int,
    goes: Goes,
    *,
    chunked: bool,
) -> None:
    conversation_id = await conversation(client, chunked=chunked)
    before = await context_alone(client, conversation_id)
    model.otherwise = late_after_the_first(model) if chunked else late
    outstanding = 4 if chunked else 1
    with capture_logs() as lines:
        await goes(server, conversation_id, mode, lambda: model.outstanding == outstanding)
        await until(lambda: model.outstanding == 0)
        await until(lambda: "compaction failed" in [line["event"] for line in lines])
    assert await context_alone(client, conversation_id) == before
    [line] = [line for line in lines if line["event"] == "compaction failed"]
    assert line["model_calls"] == len(model.requests)
    assert model.most_at_once == outstanding
    assert len(model.requests) == outstanding + chunked


@pytest.mark.parametrize("chunked", [False, True], ids=["one request", "chunks"])
async def test_the_models_requests_end_with_the_deadline(
    client: Client, model: LoopbackModel, *, chunked: bool
) -> None:
    """In all modes at once, since each takes its whole deadline."""
    ids = [await conversation(client, chunked=chunked) for _ in MODES]
    before = [await context_alone(client, conversation_id) for conversation_id in ids]
    # How far each of them comes by its deadline is the machine's affair; each has something outstanding.
    model.otherwise = lambda request: Reply(openai_chat()) if chunked and len(model.requests) == 1 else late(request)
    calls = [
        client.compactions.Compact(
            make(
                compaction_service_pb2.CompactRequest,
                conversation_id=conversation_id,
                compaction_settings={"mode": mode},
            ),
            timeout=DEADLINE,
        )
        for conversation_id, mode in zip(ids, MODES, strict=True)
    ]
    with capture_logs() as lines:
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        await until(lambda: model.outstanding == 0)
        await until(lambda: [line["event"] for line in lines].count("compaction failed") == len(MODES))
    codes = [outcome.code() for outcome in outcomes if isinstance(outcome, grpc.aio.AioRpcError)]
    assert codes == [grpc.StatusCode.DEADLINE_EXCEEDED] * len(MODES)
    assert [await context_alone(client, conversation_id) for conversation_id in ids] == before
    failed = [line for line in lines if line["event"] == "compaction failed"]
    assert sum(line["model_calls"] for line in failed) == len(model.requests) >= len(MODES)


@pytest.mark.parametrize("goes", [cancelled, disconnected])
@pytest.mark.parametrize("mode", MODES)
async def test_a_pause_before_a_repeat_ends_with_the_last_caller(
    server: LocalServer,
    client: Client,
    model: LoopbackModel,
    mode: int,
    goes: Goes,
) -> None:
    conversation_id = await conversation(client, chunked=False)
    before = await context_alone(client, conversation_id)
    model.otherwise = in_a_pause
    with capture_logs() as lines:
        await goes(server, conversation_id, mode, lambda: any(line["event"] == "model call failed" for line in lines))
        await until(lambda: "compaction failed" in [line["event"] for line in lines])
    assert len(model.requests) == 1
    assert await context_alone(client, conversation_id) == before
