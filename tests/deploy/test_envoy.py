"""The Envoy configuration that is shipped, run: two servers behind it, and one of them stops."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from grpc_health.v1 import health_pb2

from tests.builders.chat import new_conversation, talk
from tests.deploy.files import DEPLOY
from tests.envoy.envoy import envoy_of, why_not_here
from tests.process.callers import OK, UNTIL_SEEN, Callers
from tests.server import ServerProcess, connected, server_process, statuses_until

pytestmark = pytest.mark.timeout(180)

CALLERS = 40
SERVING = health_pb2.HealthCheckResponse.SERVING
STOPPING = {"COMPACTD_DRAIN_SECONDS": "2.5", "COMPACTD_ADMIN_ADDRESS": "127.0.0.1:0"}
"""Longer than Envoy takes to ask for health twice."""


def configuration(socket: Path, servers: list[ServerProcess]) -> dict[str, Any]:
    """As it is shipped, with this socket and these servers in place of the addresses."""
    shipped: dict[str, Any] = yaml.safe_load((DEPLOY / "envoy" / "envoy.yaml").read_text())
    [listener] = shipped["static_resources"]["listeners"]
    listener["address"] = {"pipe": {"path": str(socket)}}
    for cluster in shipped["static_resources"]["clusters"]:
        cluster["type"] = "STATIC"
        [locality] = cluster["load_assignment"]["endpoints"]
        [endpoint] = locality["lb_endpoints"]
        locality["lb_endpoints"] = [{"endpoint": endpoint_of(endpoint, server)} for server in servers]
    return shipped


def endpoint_of(shipped: dict[str, Any], server: ServerProcess) -> dict[str, Any]:
    def port(url: str) -> int:
        return int(url.rpartition(":")[2])

    is_rest = shipped["endpoint"]["address"]["socket_address"]["port_value"] == 8283
    address = {"address": "127.0.0.1", "port_value": port(server.http_url if is_rest else server.address)}
    endpoint: dict[str, Any] = {"address": {"socket_address": address}}
    if "health_check_config" in shipped["endpoint"]:
        endpoint["health_check_config"] = {"port_value": port(server.admin_url)}
    return endpoint


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
        envoy_of(lambda socket: configuration(socket, [stopping, staying])) as socket,
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
