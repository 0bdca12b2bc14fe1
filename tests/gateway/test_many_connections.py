"""More connections than a server keeps: whoever has a request is answered all the same."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest
import pytest_asyncio

from compactd.rpc.connection_limits import RESERVED_FILES, ConnectionLimits
from compaction.v1 import agent_service_pb2
from tests.gateway.raw_http import Connection, connection, request
from tests.gateway.stalled import HEAD, PREFACE, SETTINGS, StalledClients
from tests.server import LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

KEPT = 10

GET = request("GET", "/v1/agents?limit=1")


@pytest_asyncio.fixture(loop_scope="session")
async def small_server() -> AsyncIterator[LocalServer]:
    async with local_server(http=True, max_connections=KEPT) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened, asyncio.timeout(50):
        yield opened


async def opened(stack: AsyncExitStack, server: LocalServer, count: int, sent: bytes = b"") -> list[Connection]:
    connections = [await stack.enter_async_context(connection(server.http_url)) for _ in range(count)]
    for raw in connections:
        await raw.send(sent)
    return connections


async def test_the_connection_that_has_waited_longest_makes_room(
    small_server: LocalServer, stack: AsyncExitStack
) -> None:
    oldest, *others = await opened(stack, small_server, KEPT)
    for raw in (oldest, *others):
        assert (await raw.exchange(GET)).status_code == 200
    # Now the oldest one has waited for a shorter time than all others.
    assert (await oldest.exchange(GET)).status_code == 200
    [new] = await opened(stack, small_server, 1)
    assert (await new.exchange(GET)).status_code == 200
    assert await others[0].is_closed()
    assert (await oldest.exchange(GET)).status_code == 200


async def test_a_connection_with_a_request_is_not_closed_for_another(
    small_server: LocalServer, stack: AsyncExitStack
) -> None:
    body = b'{"name": "Kept"}'.ljust(100)
    busy = await opened(stack, small_server, KEPT, HEAD + b"\r\n" + body[:-1])
    # Nobody is told how much of a body has come.
    while small_server.rpc.admission._bytes < KEPT * (len(body) - 1):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    [new] = await opened(stack, small_server, 1)
    assert await new.is_closed()
    for raw in busy:
        assert (await raw.exchange(body[-1:])).status_code == 200


async def test_a_flood_of_connections_keeps_nobody_out(small_server: LocalServer, stack: AsyncExitStack) -> None:
    stalled = StalledClients(stack)
    async with httpx.AsyncClient(base_url=small_server.http_url, timeout=60) as rest:
        for _ in range(10):
            await stalled.connect(small_server.http_url, HEAD, 20)
            assert (await rest.get("/v1/agents?limit=1")).status_code == 200


async def test_grpc_keeps_the_connections_that_it_has(small_server: LocalServer, stack: AsyncExitStack) -> None:
    request = agent_service_pb2.ListAgentsRequest(limit=1)
    await small_server.client.agents.ListAgents(request)
    flood = StalledClients(stack)
    await flood.connect(small_server.address, PREFACE + SETTINGS, 3 * KEPT)
    # Those beyond the limit are closed without a word, the others are greeted.
    assert (await flood.ended(3 * KEPT - (KEPT - 1))).count(b"") > KEPT
    await small_server.client.agents.ListAgents(request)


async def test_no_more_connections_are_kept_than_files_may_be_open() -> None:
    limits = ConnectionLimits(connections=4096)
    assert limits.within(65_536) == limits
    assert limits.within(1024).connections == (1024 - RESERVED_FILES) // 2
    assert limits.within(10).connections == 1
