"""The admin port of a real server."""

import asyncio
import os
import signal
import socket
import tempfile
from pathlib import Path

import httpx
from grpc_health.v1 import health_pb2

from tests.process.test_commands import command
from tests.server import connected, server_process, statuses_until

SERVING = health_pb2.HealthCheckResponse.SERVING


async def test_probes_follow_the_life_of_the_server(tmp_path: Path) -> None:
    settings = {"COMPACTD_ADMIN_ADDRESS": "127.0.0.1:0", "COMPACTD_DRAIN_SECONDS": "600"}
    async with (
        server_process(tmp_path, **settings) as server,
        connected(server.address) as client,
        httpx.AsyncClient(base_url=server.admin_url, timeout=60) as admin,
    ):
        # Whoever is restarted for what takes its time at the start never gets through it.
        assert (await admin.get("/healthz")).text == "ok\n"
        assert [status async for status in statuses_until(client, SERVING)][-1] == SERVING
        assert (await admin.get("/readyz")).status_code == 200
        for url in (f"{server.http_url}/healthz", f"{server.http_url}/readyz", f"{server.http_url}/statusz"):
            assert (await admin.get(url)).status_code == 404
        os.kill(server.pid, signal.SIGTERM)
        await server.event("stopping")
        answer = await admin.get("/readyz")
        assert (answer.status_code, answer.text) == (503, "The server stops.\n")
        assert (await admin.get("/healthz")).status_code == 200
        assert await server.terminate() == 0


async def test_a_socket_serves_the_pages_too(tmp_path: Path) -> None:
    # A socket's path is limited to 107 characters, so its folder is not pytest's.
    with tempfile.TemporaryDirectory(prefix="compactd-") as folder:
        path = Path(folder, "admin")
        async with server_process(tmp_path, COMPACTD_ADMIN_ADDRESS=f"unix:{path}") as server:
            async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(uds=str(path)), timeout=60) as admin:
                assert (await admin.get("http://admin/healthz")).status_code == 200
            assert await server.terminate() == 0
            assert not await asyncio.to_thread(path.exists)


async def test_an_admin_address_in_use_ends_serve_and_says_what_to_set(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        settings = {"COMPACTD_GRPC_ADDRESS": "127.0.0.1:0", "COMPACTD_HTTP_ADDRESS": "off"}
        status, _, errors = await command(tmp_path, "serve", **settings, COMPACTD_ADMIN_ADDRESS=address)
    assert status == 1
    assert f"cannot listen on {address}" in errors
    assert "COMPACTD_ADMIN_ADDRESS says where health and status are served: set another address, or off." in errors
    assert "Traceback" not in errors
