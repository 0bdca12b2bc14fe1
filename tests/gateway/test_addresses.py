"""Where REST listens: real processes with COMPACTD_HTTP_ADDRESS."""

import asyncio
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from compactd.gateway.http_server import HttpServer
from compactd.gateway.request_body import Receive, Scope, Send
from compaction.v1 import agent_service_pb2
from tests.forked_process import ForkedProcess
from tests.server import connected, environment_of, server_process

pytestmark = pytest.mark.process

REFUSED_WITHIN = 30
"""Seconds within which a server that cannot listen has to end."""


async def test_rest_may_be_switched_off(tmp_path: Path) -> None:
    async with server_process(tmp_path, COMPACTD_HTTP_ADDRESS="off") as server, connected(server.address) as client:
        assert (await server.event("listening"))["http_port"] is None
        assert (await client.agents.CreateAgent(agent_service_pb2.CreateAgentRequest())).id
        assert await server.terminate() == 0


async def test_rest_may_listen_on_a_unix_socket(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="compactd-") as folder:
        path = Path(folder, "http")
        async with server_process(tmp_path, COMPACTD_HTTP_ADDRESS=f"unix:{path}") as server:
            async with unix_client(path) as rest:
                assert (await rest.post("/v1/agents", json={"name": "x"})).json()["name"] == "x"
            assert await server.terminate() == 0


async def test_the_file_of_a_unix_socket_goes_with_its_server(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="compactd-") as folder:
        path = Path(folder, "http")
        async with server_process(tmp_path, COMPACTD_HTTP_ADDRESS=f"unix:{path}") as server:
            assert exists(path)
            assert await server.terminate() == 0
        assert not exists(path)


async def test_a_server_that_still_finishes_its_requests_leaves_the_next_ones_file_alone() -> None:
    arrived, finish = asyncio.Event(), asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        arrived.set()
        await finish.wait()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    with tempfile.TemporaryDirectory(prefix="compactd-") as folder:
        path = Path(folder, "http")
        first = HttpServer(f"unix:{path}")
        first.start(app)
        async with unix_client(path) as rest:
            request = asyncio.create_task(rest.get("/"))
            await arrived.wait()
            stopping = asyncio.create_task(first.stop())
            while can_be_reached(path):  # noqa: ASYNC110  (only asking tells)
                await asyncio.sleep(0.01)
            second = HttpServer(f"unix:{path}")
            finish.set()
            assert (await request).status_code == 204
        await stopping
        assert can_be_reached(path)
        await second.stop()
        assert not exists(path)


async def test_the_file_that_a_killed_server_left_is_taken_over(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="compactd-") as folder:
        path = Path(folder, "http")
        async with server_process(tmp_path, COMPACTD_HTTP_ADDRESS=f"unix:{path}") as server:
            await server.kill()
        assert exists(path)
        async with server_process(tmp_path, COMPACTD_HTTP_ADDRESS=f"unix:{path}"), unix_client(path) as rest:
            assert (await rest.get("/openapi.json")).status_code == 200


async def test_a_running_servers_unix_socket_is_not_taken_from_it(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="compactd-") as folder:
        path = Path(folder, "http")
        async with server_process(tmp_path, COMPACTD_HTTP_ADDRESS=f"unix:{path}"), unix_client(path) as rest:
            assert (await rest.get("/openapi.json")).status_code == 200
            status, errors = await failed_start(tmp_path, f"unix:{path}")
            assert status == 1
            assert f"cannot listen on unix:{path}" in errors
            # This is a new connection.
            async with unix_client(path) as other:
                assert (await other.get("/openapi.json")).status_code == 200


async def test_a_file_that_is_no_socket_is_not_removed(tmp_path: Path) -> None:
    file = tmp_path / "notes"
    file.write_text("mine")
    status, errors = await failed_start(tmp_path, f"unix:{file}")
    assert (status, file.read_text()) == (1, "mine")
    assert "cannot listen on" in errors


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
async def test_every_address_is_every_address_of_ipv4_too(tmp_path: Path) -> None:
    async with server_process(tmp_path, COMPACTD_HTTP_ADDRESS="[::]:0", COMPACTD_AUTH="none") as server:
        port = (await server.event("listening"))["http_port"]
        for host in ("127.0.0.1", "[::1]"):
            async with httpx.AsyncClient(base_url=f"http://{host}:{port}", timeout=60) as rest:
                assert (await rest.get("/openapi.json")).status_code == 200


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
async def test_the_loopback_address_of_ipv6_is_no_other(tmp_path: Path) -> None:
    async with server_process(tmp_path, COMPACTD_HTTP_ADDRESS="[::1]:0") as server:
        port = (await server.event("listening"))["http_port"]
        async with httpx.AsyncClient(base_url=f"http://[::1]:{port}", timeout=60) as rest:
            assert (await rest.get("/openapi.json")).status_code == 200
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as rest:
            with pytest.raises(httpx.ConnectError):
                await rest.get("/openapi.json")


async def test_an_address_in_use_ends_serve_with_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        status, errors = await failed_start(tmp_path, address)
    assert status == 1
    assert f"cannot listen on {address}" in errors
    assert "Traceback" not in errors


async def failed_start(folder: Path, http_address: str) -> tuple[int, str]:
    """The exit status and the last words of a server that cannot listen there."""
    settings = {"COMPACTD_GRPC_ADDRESS": "127.0.0.1:0", "COMPACTD_HTTP_ADDRESS": http_address}
    run = ForkedProcess.run(("compactd", "serve"), environment_of(folder, settings))
    status, _, errors = await asyncio.wait_for(run, REFUSED_WITHIN)
    return status, errors


def can_be_reached(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


def exists(path: Path) -> bool:
    return path.exists()


@asynccontextmanager
async def unix_client(path: Path) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.AsyncHTTPTransport(uds=str(path))
    async with httpx.AsyncClient(transport=transport, base_url="http://compactd", timeout=60) as rest:
        yield rest
