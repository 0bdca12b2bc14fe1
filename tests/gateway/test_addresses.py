"""Where REST listens: real processes with COMPACTD_HTTP_ADDRESS."""

import asyncio
import socket
import sys
import tempfile
from pathlib import Path

import httpx
import pytest

from compaction.v1 import agent_service_pb2
from tests.server import connected, environment_of, server_process

pytestmark = pytest.mark.process


async def test_rest_may_be_switched_off(tmp_path: Path) -> None:
    async with server_process(tmp_path, COMPACTD_HTTP_ADDRESS="off") as server, connected(server.address) as client:
        assert (await server.event("listening"))["http_port"] is None
        assert (await client.agents.CreateAgent(agent_service_pb2.CreateAgentRequest())).id
        assert await server.terminate() == 0


async def test_rest_may_listen_on_a_unix_socket(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="compactd-") as folder:
        path = f"{folder}/http"
        async with server_process(tmp_path, COMPACTD_HTTP_ADDRESS=f"unix:{path}") as server:
            transport = httpx.AsyncHTTPTransport(uds=path)
            async with httpx.AsyncClient(transport=transport, base_url="http://compactd", timeout=30) as rest:
                assert (await rest.post("/v1/agents", json={"name": "x"})).json()["name"] == "x"
            assert await server.terminate() == 0


async def test_a_request_before_the_service_is_loaded_is_answered(tmp_path: Path) -> None:
    async with server_process(tmp_path) as server, httpx.AsyncClient(base_url=server.http_url, timeout=30) as rest:
        assert (await rest.post("/v1/agents", json={"name": "early"})).json()["name"] == "early"
        assert await server.terminate() == 0
    assert not any("early" in line for line in server.lines)


async def test_an_address_in_use_ends_serve_with_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        settings = {"COMPACTD_GRPC_ADDRESS": "127.0.0.1:0", "COMPACTD_HTTP_ADDRESS": address}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "compactd", "serve"),
            env=environment_of(tmp_path, settings),
            stderr=asyncio.subprocess.PIPE,
        )
        _, errors = await process.communicate()
    assert process.returncode == 1
    assert f"cannot listen on {address}" in errors.decode()
    assert b"Traceback" not in errors
