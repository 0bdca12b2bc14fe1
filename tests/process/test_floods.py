"""More connections than the process may have files."""

import asyncio
import resource
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from compaction.v1 import agent_service_pb2
from tests.gateway.stalled import StalledClients
from tests.server import NOT_DURABLE, connected, server_process

FILES = 100

pytestmark = pytest.mark.timeout(120)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux changes the limits of another process")
async def test_a_server_without_a_file_left_serves_again_when_there_is_one(tmp_path: Path) -> None:
    short = {"COMPACTD_HTTP_HEAD_SECONDS": "0.5", "COMPACTD_HANDSHAKE_SECONDS": "0.5"}
    request = agent_service_pb2.ListAgentsRequest(limit=1)
    async with server_process(tmp_path, **short, **NOT_DURABLE) as server, asyncio.timeout(100):
        await server.event("serving")
        # Behind its back, so that it keeps more connections than it has files for.
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (FILES, FILES))
        async with AsyncExitStack() as stack, connected(server.address) as client:
            await client.agents.ListAgents(request)
            flood = StalledClients(stack)
            await flood.connect(server.http_url, b"", FILES)
            await flood.connect(f"http://{server.address}", b"", FILES)
            # A connection that is there already is served meanwhile.
            await client.agents.ListAgents(request)
            await flood.ends()
        async with httpx.AsyncClient(base_url=server.http_url, timeout=20) as rest, connected(server.address) as client:
            assert (await rest.get("/v1/agents?limit=1")).status_code == 200
            await client.agents.ListAgents(request, wait_for_ready=True)
        assert await server.terminate() == 0
