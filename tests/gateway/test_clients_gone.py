"""Clients that have hung up by the time their requests are read: what they asked for is not begun."""

import asyncio
import logging
import select
import socket
import ssl
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvloop

from compactd.gateway.http_request import ClientGone, HttpRequest
from compactd.gateway.http_server import HttpServer
from compactd.rpc.certificates import CurrentCertificates
from tests.builders.certificates import Authority, CertificateFolder
from tests.gateway.raw_http import request
from tests.server import local_server

OURS = Authority("ours")

COUNT = 3

Connect = Callable[[], socket.socket]


@contextmanager
def over_tcp(folder: Path) -> Iterator[tuple[HttpServer, Connect]]:
    http = HttpServer("127.0.0.1:0")
    yield http, lambda: socket.create_connection(("127.0.0.1", http.port or 0), timeout=60)


@contextmanager
def over_a_unix_socket(folder: Path) -> Iterator[tuple[HttpServer, Connect]]:
    # A socket's path is limited to 107 characters.
    with tempfile.TemporaryDirectory(prefix="compactd-") as short:
        path = f"{short}/socket"

        def connect() -> socket.socket:
            made = socket.socket(socket.AF_UNIX)
            made.settimeout(60)
            made.connect(path)
            return made

        yield HttpServer(f"unix:{path}"), connect


@contextmanager
def over_tls(folder: Path) -> Iterator[tuple[HttpServer, Connect]]:
    files = CertificateFolder(folder)
    files.put(OURS.server(), OURS)
    http = HttpServer("127.0.0.1:0", certificates=CurrentCertificates(files.files))
    context: ssl.SSLContext = files.context(OURS, OURS.caller())

    def connect() -> socket.socket:
        made = socket.create_connection(("127.0.0.1", http.port or 0), timeout=60)
        return context.wrap_socket(made, server_hostname="127.0.0.1")

    yield http, connect


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
@pytest.mark.parametrize("serving", [over_tcp, over_a_unix_socket, over_tls])
def test_who_has_hung_up_is_gone_before_that_is_read(tmp_path: Path, run: Callable[[Any], None], serving: Any) -> None:
    seen: list[bytes] = []
    all_seen = asyncio.Event()

    async def look(scope: Any, receive: Any, send: Any) -> None:
        asked = HttpRequest(scope, receive)
        await receive()
        try:
            asked.check_connection()
        except ClientGone:
            seen.append(b"gone")
            await asked.gone()
        else:
            seen.append(asked.raw_path)
        if len(seen) == COUNT:
            all_seen.set()

    async def hang_up() -> None:
        with serving(tmp_path) as (http, connect):
            http.start(look)
            # A greeting needs the loop; what comes after it does not.
            made = [await asyncio.to_thread(connect) for _ in range(COUNT)]
            made[1].sendall(request("POST", "/stays", b"{}"))
            for one in made[::2]:
                one.sendall(request("POST", "/goes", b"{}"))
                one.close()
            await all_seen.wait()
            made[1].close()
            await http.stop()

    run(hang_up())
    assert sorted(seen) == [b"/stays", b"gone", b"gone"]


@pytest.mark.parametrize("body", [b"", b'{"agent_id": "sam"}'], ids=["read", "written"])
async def test_who_sends_no_more_is_gone_without_an_answer(body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    async with local_server(http=True) as server:
        host, _, port = server.http_url.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(request("POST" if body else "GET", "/v1/conversations", body))
        writer.write_eof()
        answer = await reader.read()
        writer.close()
    assert answer == b""
    assert [line.getMessage() for line in caplog.records if line.levelno >= logging.ERROR] == []


async def test_a_call_begins_where_the_system_does_not_tell_who_sends_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(select, "POLLRDHUP")
    async with local_server(http=True) as server, httpx.AsyncClient(base_url=server.http_url) as client:
        assert (await client.get("/v1/conversations")).status_code == 200
