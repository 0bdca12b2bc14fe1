"""The Envoy configuration that is shipped, run: two servers behind it, and one of them stops."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest
from grpc_health.v1 import health_pb2

from tests.builders.chat import new_conversation, talk
from tests.deploy.shipped_envoy import Backend, shipped_envoy
from tests.envoy.envoy import envoy_of, why_not_here
from tests.process.callers import OK, UNTIL_SEEN, Callers
from tests.server import ServerProcess, connected, server_process, statuses_until

pytestmark = pytest.mark.timeout(180)

CALLERS = 40
SERVING = health_pb2.HealthCheckResponse.SERVING
STOPPING = {"COMPACTD_DRAIN_SECONDS": "2.5", "COMPACTD_ADMIN_ADDRESS": "127.0.0.1:0"}
"""Longer than Envoy takes to ask for health twice."""


def backend(server: ServerProcess) -> Backend:
    return Backend(*(int(url.rpartition(":")[2]) for url in (server.address, server.http_url, server.admin_url)))


async def read_on(http: httpx.AsyncClient, path: str, over: asyncio.Event, outcomes: Counter[str]) -> None:
    while not over.is_set():
        answer = await http.get(path)
        outcomes["200" if answer.status_code == 200 else f"{answer.status_code} {answer.text}"] += 1


async def test_no_call_fails_when_one_of_two_servers_stops(
    tmp_path: Path, postgres_url: str, record_property: Any
) -> None:
    if why := why_not_here():
        pytest.skip(why)
    settings = STOPPING | {"COMPACTD_DATABASE_URL": postgres_url}
    over, rest = asyncio.Event(), Counter[str]()
    async with (
        server_process(tmp_path, **settings) as stopping,
        server_process(tmp_path, **settings) as staying,
        envoy_of(lambda socket: shipped_envoy(socket, [backend(stopping), backend(staying)])) as socket,
        connected(f"unix:{socket}") as client,
        httpx.AsyncClient(
            transport=httpx.AsyncHTTPTransport(uds=str(socket)), base_url="http://localhost", timeout=60
        ) as http,
    ):
        async with asyncio.timeout(UNTIL_SEEN):
            for server in (stopping, staying):
                await server.event("serving")
            async for _ in statuses_until(client, SERVING):
                continue
            # Envoy asks for the health of both clusters by itself, and tells nobody when it knows.
            while (await http.get("/v1/agents")).status_code != 200:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        conversation_id = await new_conversation(client, talk(20))
        path = f"/v1/conversations/{conversation_id}/context"
        reading = [asyncio.create_task(read_on(http, path, over, rest)) for _ in range(4)]
        callers = Callers([client] * CALLERS, conversation_id)
        await callers.have(OK, 10 * CALLERS)
        assert await stopping.terminate() == 0
        await callers.have(OK, 10 * CALLERS)
        outcomes = await callers.end()
        over.set()
        await asyncio.gather(*reading)
    record_property("calls", f"{outcomes.total()} over gRPC, {rest.total()} over REST")
    assert outcomes.keys() == {OK}
    assert rest.keys() == {"200"}
