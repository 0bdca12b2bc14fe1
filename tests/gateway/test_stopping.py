"""A server that is told to stop while it is asked over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from compactd.gateway.http_server import HttpServer
from tests.builders.rest_resources import append, context_of, json_of, new_agent, talk
from tests.gateway.error_bodies import ErrorBody, error_of
from tests.gateway.raw_http import connection, request
from tests.loopback.dialects import SUMMARY, openai_chat
from tests.loopback.model import LoopbackModel
from tests.server import ServerProcess, connected, server_process, statuses_until

UNTIL_SEEN = 50
"""Seconds within which the model server has to be asked."""

MODEL = {"compaction_settings": {"mode": "all", "model": "openai/gpt-5-mini"}}


@pytest.fixture
async def model() -> AsyncIterator[LoopbackModel]:
    async with LoopbackModel() as running:
        yield running


def pointed_at(model: LoopbackModel) -> dict[str, str]:
    return {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": f"{model.url}/v1"}


async def compacting(rest: httpx.AsyncClient, model: LoopbackModel) -> tuple[str, asyncio.Task[httpx.Response]]:
    """A conversation, and the request for its compaction, which has come as far as the model."""
    conversation: str = (await new_agent(rest))["default_conversation_id"]
    await append(rest, conversation, talk(20))
    running = asyncio.create_task(rest.post(f"/v1/conversations/{conversation}/compact", json=MODEL))
    async with asyncio.timeout(UNTIL_SEEN):
        # The model server tells nobody of a request.
        while not model.requests:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return conversation, running


def draining(answer: httpx.Response) -> ErrorBody:
    """Fails unless the answer says that the server stops, and that another may be asked."""
    error = error_of(answer)
    assert (error.status, error.code, error.reason) == (503, 14, "DRAINING")
    assert "x-should-retry" not in error.headers
    return error


async def nothing(scope: object, receive: object, send: object) -> None: ...


def errors_of(server: ServerProcess) -> list[str]:
    return [line for line in server.lines if "exception" in line or "Traceback" in line]


@pytest.mark.process
@pytest.mark.timeout(180)
async def test_a_call_that_does_not_end_is_told_that_the_server_stops(tmp_path: Path, model: LoopbackModel) -> None:
    model.answer(openai_chat(), delay=60)
    async with server_process(tmp_path, **pointed_at(model), COMPACTD_DRAIN_GRACE_SECONDS="1") as server:
        # What is told here is what becomes of calls, not of what is still being loaded.
        await server.event("serving")
        async with httpx.AsyncClient(base_url=server.http_url, timeout=60) as rest:
            conversation, running = await compacting(rest, model)
            before = await context_of(rest, conversation)
            stopped = asyncio.create_task(server.terminate())
            draining(await running)
            assert await stopped == 0
        assert errors_of(server) == []
    await asyncio.wait_for(model.hung_up.wait(), UNTIL_SEEN)
    async with server_process(tmp_path) as server, httpx.AsyncClient(base_url=server.http_url, timeout=60) as rest:
        assert await context_of(rest, conversation) == before


@pytest.mark.process
@pytest.mark.timeout(180)
async def test_a_call_that_ends_in_time_is_answered(tmp_path: Path, model: LoopbackModel) -> None:
    go = model.answer_later(openai_chat(SUMMARY))
    async with server_process(tmp_path, **pointed_at(model)) as server:
        await server.event("serving")
        async with httpx.AsyncClient(base_url=server.http_url, timeout=60) as rest:
            _, running = await compacting(rest, model)
            stopped = asyncio.create_task(server.terminate())
            await server.event("draining")
            go.set()
            assert json_of(await running)["summary"] == SUMMARY
            assert await stopped == 0
        assert errors_of(server) == []


@pytest.mark.process
@pytest.mark.timeout(180)
async def test_a_body_that_does_not_come_holds_no_server_up_and_its_sender_is_told(tmp_path: Path) -> None:
    half = request("POST", "/v1/agents", headers="Content-Length: 100\r\n") + b'{"name": "Half"'
    async with server_process(tmp_path) as server, connected(server.address) as client:
        _ = [status async for status in statuses_until(client, 1)]
        async with connection(server.http_url) as raw:
            # Answered: the connection is one of the server's own by now.
            assert (await raw.exchange(request("GET", "/v1/agents"))).status_code == 200
            await raw.send(half)
            assert await server.terminate() == 0
            draining(await raw.answer())
            assert await raw.is_closed()
        assert errors_of(server) == []


async def test_a_server_that_ended_by_itself_is_noticed() -> None:
    http = HttpServer("127.0.0.1:0")
    http.start(nothing)
    http.check()
    serving = http._serving
    assert serving is not None
    # What would end it by itself is a bug that nobody knows yet.
    serving.cancel()
    await asyncio.wait({serving})
    with pytest.raises(asyncio.CancelledError):
        http.check()
    http._socket.close()


async def test_a_server_that_was_told_to_stop_is_not_missed() -> None:
    http = HttpServer("127.0.0.1:0")
    http.start(nothing)
    await http.stop()
    http.check()


async def test_a_server_that_never_served_gives_its_port_back() -> None:
    http = HttpServer("127.0.0.1:0")
    port = http.port
    await http.stop()
    http.check()
    again = HttpServer(f"127.0.0.1:{port}")
    await again.stop()
