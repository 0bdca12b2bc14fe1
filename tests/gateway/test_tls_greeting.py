"""Clients of REST over TLS that do not come to the end of their greeting, and others meanwhile."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvloop

from compactd.gateway.http_server import HttpServer
from compactd.rpc.certificates import CurrentCertificates
from compactd.rpc.connection_limits import ConnectionLimits
from tests.builders.certificates import Authority, CertificateFolder
from tests.gateway.stalled import StalledClients

OURS = Authority("ours")

CONNECTIONS = 5

MANY = 30


async def hello(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@asynccontextmanager
async def serving(folder: CertificateFolder, handshake_seconds: float, connections: int = 4096) -> AsyncIterator[str]:
    folder.put(OURS.server(), OURS)
    limits = ConnectionLimits(connections, handshake_seconds)
    http = HttpServer("127.0.0.1:0", certificates=CurrentCertificates(folder.files), limits=limits)
    http.start(hello)
    try:
        yield f"https://127.0.0.1:{http.port}"
    finally:
        await http.stop()


@asynccontextmanager
async def caller(folder: CertificateFolder) -> AsyncIterator[httpx.AsyncClient]:
    context = folder.context(OURS, OURS.caller())
    async with httpx.AsyncClient(verify=context, trust_env=False, timeout=60) as client:
        yield client


HALF = {"nothing": b"", "half a greeting": bytes([22, 3, 1, 2, 0, 1]), "no TLS": b"GET / HTTP/1.1\r\n\r\n"}


@pytest.mark.parametrize("sent", HALF.values(), ids=HALF.keys())
async def test_who_does_not_greet_in_time_is_cut_off_while_others_are_served(tmp_path: Path, sent: bytes) -> None:
    folder = CertificateFolder(tmp_path)
    async with serving(folder, 0.5) as url, AsyncExitStack() as stack, caller(folder) as other:
        stalled = StalledClients(stack)
        await stalled.connect(url, sent, CONNECTIONS - 1)
        assert (await other.get(url)).status_code == 204
        await stalled.ends()
        assert (await other.get(url)).status_code == 204


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def test_many_are_greeted_at_once_whatever_the_loop(tmp_path: Path, run: Callable[[Any], None]) -> None:
    folder = CertificateFolder(tmp_path)

    async def greet_many() -> None:
        async with serving(folder, 20) as url:
            context = folder.context(OURS, OURS.caller())
            asked = (asyncio.to_thread(answer_to_all_at_once, httpx.URL(url), context) for _ in range(MANY))
            answers = await asyncio.gather(*asked)
        assert all(answer.startswith(b"HTTP/1.1 204 ") for answer in answers)

    run(greet_many())


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
@pytest.mark.parametrize("sent", HALF.values(), ids=HALF.keys())
def test_no_more_are_greeted_than_there_may_be_connections(
    tmp_path: Path, run: Callable[[Any], None], sent: bytes
) -> None:
    folder = CertificateFolder(tmp_path)

    async def flood() -> None:
        async with (
            serving(folder, 60, CONNECTIONS) as url,
            AsyncExitStack() as stack,
            caller(folder) as other,
            asyncio.timeout(30),
        ):
            stalled = StalledClients(stack)
            await stalled.connect(url, sent, MANY)
            await stalled.ended(MANY - CONNECTIONS)
            # The longest wait makes room for it, and it is kept, since it has waited for less time than the others.
            assert (await other.get(url)).status_code == 204
            await stalled.connect(url, sent, 1)
            assert (await other.get(url)).status_code == 204

    run(flood())


async def test_a_request_that_comes_with_the_end_of_the_greeting_is_answered(tmp_path: Path) -> None:
    folder = CertificateFolder(tmp_path)
    async with serving(folder, 20) as url:
        answer = await asyncio.to_thread(answer_to_all_at_once, httpx.URL(url), folder.context(OURS, OURS.caller()))
    assert answer.startswith(b"HTTP/1.1 204 ")


def answer_to_all_at_once(url: httpx.URL, context: ssl.SSLContext) -> bytes:
    """The last words of the greeting and the request leave in one piece."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    greeting = context.wrap_bio(incoming, outgoing, server_hostname=url.host)
    with socket.create_connection((url.host, url.port or 0), timeout=60) as plain:
        while True:
            try:
                greeting.do_handshake()
                break
            except ssl.SSLWantReadError:
                plain.sendall(outgoing.read())
                incoming.write(plain.recv(65536))
        greeting.write(b"GET / HTTP/1.1\r\nhost: compactd\r\n\r\n")
        plain.sendall(outgoing.read())
        while True:
            try:
                return greeting.read(4096)
            except ssl.SSLWantReadError:
                incoming.write(plain.recv(65536))
