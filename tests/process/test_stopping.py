"""A server that is told to stop while it is called over gRPC."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import grpc
import httpx
import pytest
from grpc_health.v1 import health_pb2

from compaction.v1 import compaction_service_pb2
from tests.builders.chat import context_of, make, new_conversation, talk
from tests.gateway.error_bodies import error_of
from tests.loopback.dialects import SUMMARY, openai_chat
from tests.loopback.model import LoopbackModel
from tests.process.callers import DRAINING, OK, UNAVAILABLE, UNTIL_SEEN, Callers
from tests.rpc.failures import failure_of
from tests.server import Client, ServerProcess, client_of, connected, server_process

# Forty callers at two servers keep three cores busy, and others may want them too.
pytestmark = pytest.mark.timeout(180)

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING

SERVICE_CONFIG = Path(__file__).parents[2] / "generated/compaction/v1/service_config.json"


def pointed_at(model: LoopbackModel, grace: str) -> dict[str, str]:
    """The settings of a server that asks this model, and gives its calls so many seconds when it stops."""
    return {
        "OPENAI_API_KEY": "sk-test",
        "OPENAI_BASE_URL": f"{model.url}/v1",
        "COMPACTD_DRAIN_GRACE_SECONDS": grace,
    }


async def compacting(
    client: Client, conversation_id: str, model: LoopbackModel, requests: int = 1
) -> asyncio.Future[compaction_service_pb2.CompactResponse]:
    """A compaction that has come as far as the model, which has then been asked so often."""
    settings = {"mode": "COMPACTION_MODE_ALL", "model": "openai/gpt-5-mini"}
    request = make(compaction_service_pb2.CompactRequest, conversation_id=conversation_id, compaction_settings=settings)
    running = asyncio.ensure_future(client.compactions.Compact(request))
    async with asyncio.timeout(UNTIL_SEEN):
        # The model server tells nobody of a request.
        while len(model.requests) < requests:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return running


@asynccontextmanager
async def balanced(*servers: ServerProcess) -> AsyncIterator[Client]:
    """One client of them all, with the service config that is published."""
    options = [("grpc.service_config", SERVICE_CONFIG.read_text(encoding="utf-8"))]
    addresses = ",".join(server.address for server in servers)
    async with grpc.aio.insecure_channel(f"ipv4:{addresses}", options=options) as channel:
        yield client_of(channel)


async def test_callers_that_know_one_server_see_nothing_but_that_it_stops(tmp_path: Path) -> None:
    async with LoopbackModel() as model, AsyncExitStack() as stack:
        server = await stack.enter_async_context(server_process(tmp_path, **pointed_at(model, "30")))
        go = model.answer_later(openai_chat(SUMMARY))
        shared, *own = [await stack.enter_async_context(connected(server.address)) for _ in range(21)]
        conversation_id = await new_conversation(shared, talk(20))
        running = await compacting(shared, conversation_id, model)
        callers = Callers([shared] * 20 + own, conversation_id)
        await callers.have(OK, 40)
        stopped = asyncio.create_task(server.terminate())
        await callers.have(DRAINING, 1)
        go.set()
        assert (await running).summary == SUMMARY
        assert await stopped == 0
        await callers.have(UNAVAILABLE, 40)
        outcomes = await callers.end()
    assert [line for line in server.lines if not line.startswith("{")] == []
    # Told so, or the connection is closed.
    assert outcomes.keys() == {OK, DRAINING, UNAVAILABLE}


async def test_callers_with_the_published_service_config_notice_nothing_of_a_server_that_stops(tmp_path: Path) -> None:
    async with (
        LoopbackModel() as model,
        server_process(tmp_path, **pointed_at(model, "30"), COMPACTD_DRAIN_SECONDS="1") as stopping,
        server_process(tmp_path, **pointed_at(model, "30")) as staying,
        balanced(stopping, staying) as client,
    ):
        answers = [model.answer_later(openai_chat(SUMMARY)) for _ in range(2)]
        for server in (stopping, staying):
            await server.event("serving")
        conversations = [await new_conversation(client, talk(20)) for _ in range(2)]
        callers = Callers([client] * 40, conversations[0])
        await callers.have(OK, 40)
        # One of them is in the hands of the server that stops.
        running = [
            await compacting(client, conversation_id, model, requests)
            for requests, conversation_id in enumerate(conversations, start=1)
        ]
        stopped = asyncio.create_task(stopping.terminate())
        await stopping.event("draining")
        for go in answers:
            go.set()
        assert [(await call).summary for call in running] == [SUMMARY, SUMMARY]
        assert await stopped == 0
        await callers.have(OK, 40)
        assert (await callers.end()).keys() == {OK}


async def test_a_server_that_stops_serves_on_until_others_have_noticed_or_a_second_signal_comes(tmp_path: Path) -> None:
    async with server_process(tmp_path, COMPACTD_DRAIN_SECONDS="3600") as server, connected(server.address) as client:
        conversation_id = await new_conversation(client, talk(2))
        await server.event("serving")
        watch = client.health.Watch(health_pb2.HealthCheckRequest())
        assert (await watch.read()).status == SERVING
        stopped = asyncio.create_task(server.terminate())
        assert (await watch.read()).status == NOT_SERVING
        await context_of(client, conversation_id)
        async with httpx.AsyncClient(base_url=server.http_url, timeout=60) as rest:
            assert (await rest.get(f"/v1/conversations/{conversation_id}/context")).status_code == 200
        # Connections that are made now are served, too.
        async with connected(server.address) as late:
            await context_of(late, conversation_id)
        os.kill(server.pid, signal.SIGTERM)
        assert await stopped == 0


async def test_at_a_keyboard_nobody_waits_for_others_to_notice(tmp_path: Path) -> None:
    async with server_process(tmp_path, COMPACTD_DRAIN_SECONDS="3600") as server:
        await server.event("serving")
        os.kill(server.pid, signal.SIGINT)
        assert await server.ended() == 0


async def test_a_call_that_ends_in_time_is_answered_and_new_ones_are_told_that_the_server_stops(tmp_path: Path) -> None:
    async with LoopbackModel() as model, server_process(tmp_path, **pointed_at(model, "30")) as server:
        go = model.answer_later(openai_chat(SUMMARY))
        async with connected(server.address) as client, httpx.AsyncClient(base_url=server.http_url, timeout=60) as rest:
            conversation_id = await new_conversation(client, talk(20))
            running = await compacting(client, conversation_id, model)
            stopped = asyncio.create_task(server.terminate())
            await server.event("draining")
            failed = await failure_of(context_of(client, conversation_id))
            assert (failed.code, failed.reason) == (grpc.StatusCode.UNAVAILABLE, DRAINING)
            assert "did not begin" in failed.sentence
            error = error_of(await rest.get(f"/v1/conversations/{conversation_id}/context"))
            assert (error.status, error.reason) == (503, DRAINING)
            go.set()
            assert (await running).summary == SUMMARY
            assert await stopped == 0


async def test_a_call_that_does_not_end_is_told_that_the_server_stops_and_changes_nothing(tmp_path: Path) -> None:
    async with LoopbackModel() as model, server_process(tmp_path, **pointed_at(model, "0.5")) as server:
        model.answer(openai_chat(SUMMARY), delay=60)
        async with connected(server.address) as client:
            conversation_id = await new_conversation(client, talk(20))
            before = await context_of(client, conversation_id)
            running = await compacting(client, conversation_id, model)
            stopped = asyncio.create_task(server.terminate())
            failed = await failure_of(running)
            assert (failed.code, failed.reason) == (grpc.StatusCode.UNAVAILABLE, "DRAINING")
            assert "may have been committed" in failed.sentence
            assert (await server.event("compaction failed"))["reason"] == "DRAINING"
            assert await stopped == 0
        await asyncio.wait_for(model.hung_up.wait(), UNTIL_SEEN)
    async with server_process(tmp_path) as server, connected(server.address) as client:
        assert await context_of(client, conversation_id) == before


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
async def test_a_second_signal_ends_the_grace_at_once(tmp_path: Path, second: signal.Signals) -> None:
    async with LoopbackModel() as model, server_process(tmp_path, **pointed_at(model, "600")) as server:
        model.answer(openai_chat(SUMMARY), delay=60)
        async with connected(server.address) as client:
            running = await compacting(client, await new_conversation(client, talk(20)), model)
            stopped = asyncio.create_task(server.terminate())
            await server.event("stopping")
            assert not running.done()
            os.kill(server.pid, second)
            failed = await failure_of(running)
            assert (failed.code, failed.reason) == (grpc.StatusCode.UNAVAILABLE, "DRAINING")
            assert await stopped == 0
