"""Connections of REST that grow old: their clients are told with an answer, and none is lost."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from compactd.gateway.http_server import HttpServer
from compactd.gateway.request_body import serve_whole_requests
from compactd.rpc.connection_limits import ConnectionLimits

CONNECTIONS = 4

REQUESTS_AT_MOST = 100_000


async def tell_port(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the port at which the client sits."""
    await receive()
    body = str(scope["client"][1]).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def serving(max_age_seconds: float) -> AsyncIterator[str]:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await serve_whole_requests(tell_port, scope, receive, send)

    http = HttpServer("127.0.0.1:0", limits=ConnectionLimits(max_age_seconds=max_age_seconds))
    http.start(app)
    try:
        yield f"http://127.0.0.1:{http.port}"
    finally:
        await http.stop()


async def test_a_client_goes_over_to_new_connections_as_its_own_grow_old_and_no_request_fails() -> None:
    async with serving(0.1) as url, httpx.AsyncClient(trust_env=False, timeout=60) as client:
        closing: list[bool] = []
        seen: set[bytes] = set()
        while len(seen) < CONNECTIONS and len(closing) < REQUESTS_AT_MOST:
            answer = await client.post(url, content=b"x")
            assert answer.status_code == 200
            closing.append(answer.headers.get("connection") == "close")
            seen.add(answer.content)
    # Each is told once, and used until then.
    assert sum(closing) == CONNECTIONS - 1
    assert len(closing) > CONNECTIONS


async def test_without_an_age_a_connection_is_kept() -> None:
    async with serving(0) as url, httpx.AsyncClient(trust_env=False, timeout=60) as client:
        answers = [await client.post(url, content=b"x") for _ in range(3)]
    assert len({answer.content for answer in answers}) == 1
    assert not any("connection" in answer.headers for answer in answers)
