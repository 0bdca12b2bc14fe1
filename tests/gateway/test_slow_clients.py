"""Clients that stop in the middle are cut off, hundreds at once, while others are served."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import pytest_asyncio
from grpc_health.v1 import health_pb2

from compactd.rpc.server import MOST_OPEN_MESSAGES
from compaction.v1 import agent_service_pb2
from tests.builders.rest_resources import UNKNOWN_AGENT
from tests.gateway.error_bodies import error_of
from tests.gateway.raw_http import connection, request
from tests.gateway.stalled import HEAD, PREFACE, SETTINGS, StalledClients, empty_call, half_a_call
from tests.server import LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

SECONDS = 0.5

MANY = 150

TIMES: dict[str, Any] = {
    "handshake_seconds": SECONDS,
    "http_head_seconds": SECONDS,
    "http_body_seconds": SECONDS,
    "grpc_message_seconds": SECONDS,
    "grpc_idle_seconds": SECONDS,
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def impatient_server() -> AsyncIterator[LocalServer]:
    async with local_server(http=True, **TIMES) as running:
        yield running


@asynccontextmanager
async def others_served(server: LocalServer) -> AsyncIterator[None]:
    """Fails if a call of somebody else does, over either door, while the block runs; there are some."""
    served = 0

    async def call() -> None:
        nonlocal served
        async with httpx.AsyncClient(base_url=server.http_url, timeout=60) as rest:
            while True:
                assert (await rest.get("/v1/agents?limit=1")).status_code == 200
                await server.client.agents.ListAgents(agent_service_pb2.ListAgentsRequest(limit=1))
                served += 1
                await asyncio.sleep(0.02)

    calling = asyncio.create_task(call())
    yield
    assert not calling.done(), calling.exception()
    calling.cancel()
    assert served > 3


BEGUN = {
    "rest: nothing": ("rest", b""),
    "rest: half a head": ("rest", HEAD),
    "rest: half a body": ("rest", HEAD + b"\r\n{"),
    "rest: a body that waits for permission": ("rest", HEAD + b"Expect: 100-continue\r\n\r\n"),
    "grpc: nothing": ("grpc", b""),
    "grpc: half a preface": ("grpc", PREFACE[:10]),
    "grpc: no settings": ("grpc", PREFACE),
    "grpc: no call": ("grpc", PREFACE + SETTINGS),
    "grpc: HTTP/1.1": ("grpc", HEAD + b"\r\n{"),
    "grpc: half a message": ("grpc", half_a_call("/compaction.v1.AgentService/GetAgent")),
    "grpc: half a message of no method": ("grpc", half_a_call("/compaction.v1.AgentService/Nothing")),
    "grpc: half a message about health": ("grpc", half_a_call("/grpc.health.v1.Health/Check")),
}


async def test_whoever_stops_in_the_middle_is_cut_off_while_others_are_served(impatient_server: LocalServer) -> None:
    async with AsyncExitStack() as stack, others_served(impatient_server), asyncio.timeout(50):
        stalled = StalledClients(stack)
        for door, sent in BEGUN.values():
            address = impatient_server.http_url if door == "rest" else impatient_server.address
            await stalled.connect(address, sent, MANY)
        await stalled.ends()


async def end_of_one(server: LocalServer, door: str, sent: bytes) -> bytes:
    async with AsyncExitStack() as stack, asyncio.timeout(50):
        stalled = StalledClients(stack)
        await stalled.connect(server.http_url if door == "rest" else server.address, sent, 1)
        return (await stalled.ends())[0]


async def test_a_call_whose_message_does_not_come_ends_with_its_deadline(impatient_server: LocalServer) -> None:
    for path in ("/compaction.v1.AgentService/GetAgent", "/grpc.health.v1.Health/Check"):
        answer = await end_of_one(impatient_server, "grpc", half_a_call(path))
        assert b"grpc-status\x014" in answer
        assert b"send it faster" in answer


async def test_of_messages_that_anybody_may_send_few_are_waited_for() -> None:
    async with local_server(grpc_idle_seconds=SECONDS) as running, AsyncExitStack() as stack, asyncio.timeout(20):
        stalled = StalledClients(stack)
        await stalled.connect(running.address, half_a_call("/grpc.health.v1.Health/Check"), MOST_OPEN_MESSAGES + 1)
        [answer] = await stalled.ended(1)
        assert b"grpc-status\x014" in answer
        await running.client.health.Check(health_pb2.HealthCheckRequest())


async def test_a_call_that_ends_without_a_message_is_told_so(impatient_server: LocalServer) -> None:
    for path in ("/compaction.v1.AgentService/GetAgent", "/grpc.health.v1.Health/Watch"):
        answer = await end_of_one(impatient_server, "grpc", empty_call(path))
        assert b"grpc-status\x0212" in answer
        assert b"A call has one message" in answer


async def test_a_browser_gets_nothing_from_the_port_of_grpc(impatient_server: LocalServer) -> None:
    """HTTP/1.1 is not answered by anything that does something."""
    answer = await end_of_one(
        impatient_server, "grpc", request("POST", "/compaction.v1.AgentService/ListAgents", b"{}")
    )
    assert not answer.startswith(b"HTTP/1.1 2")


async def test_a_body_that_does_not_come_is_answered_and_its_connection_closed(impatient_server: LocalServer) -> None:
    async with connection(impatient_server.http_url) as raw, asyncio.timeout(50):
        error = error_of(await raw.exchange(HEAD + b"\r\n{"))
        assert (error.status, error.code, error.reason) == (408, 4, "")
        assert error.headers["connection"] == "close"
        assert await raw.is_closed()


async def test_a_body_that_keeps_coming_may_take_longer(impatient_server: LocalServer) -> None:
    """A second more for each 64 KiB."""
    body = b'{"name": "Slow"}'.ljust(256 * 1024)
    head = f"POST /v1/agents HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    async with connection(impatient_server.http_url) as raw, asyncio.timeout(50):
        await raw.send(head + body[:-1])
        await asyncio.sleep(2 * SECONDS)
        assert (await raw.exchange(body[-1:])).status_code == 200


async def test_the_next_request_of_a_connection_has_its_time_from_its_first_byte_on(
    impatient_server: LocalServer,
) -> None:
    whole = request("GET", f"/v1/agents/{UNKNOWN_AGENT}")
    async with connection(impatient_server.http_url) as raw, asyncio.timeout(50):
        assert (await raw.exchange(whole)).status_code == 404
        await asyncio.sleep(2 * SECONDS)
        assert (await raw.exchange(whole)).status_code == 404
        await raw.send(whole[:10])
        assert await raw.is_closed()
    async with connection(impatient_server.http_url) as raw, asyncio.timeout(50):
        # Part of the second one comes with the first.
        assert (await raw.exchange(whole + whole[:10])).status_code == 404
        assert await raw.is_closed()


async def test_an_answer_that_is_not_read_is_not_kept(impatient_server: LocalServer) -> None:
    # More documents than the sockets hold.
    requests = request("GET", "/openapi.json") * 60
    got = await asyncio.to_thread(_read_late, impatient_server.http_url, requests, 3 * SECONDS)
    assert 0 < got < 60 * 290_000


def _read_late(url: str, requests: bytes, seconds: float) -> int:
    """How many bytes come of the answers when they are not read for some seconds, until the connection ends."""
    parts = urlsplit(url)
    got = 0
    with socket.create_connection((parts.hostname, parts.port), timeout=60) as late:
        late.sendall(requests)
        time.sleep(seconds)
        with contextlib.suppress(ConnectionError):
            while part := late.recv(65536):
                got += len(part)
    return got
