"""HTTP written by hand, for what a client library would not send."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx


@dataclass(frozen=True, slots=True)
class Connection:
    """One connection to a server, used byte by byte."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def exchange(self, data: bytes) -> httpx.Response:
        """The answer to `data`."""
        await self.send(data)
        return await self.answer()

    async def is_closed(self) -> bool:
        """Waits for what the server does next, and says whether it is the end of the connection."""
        try:
            return await self.reader.read(1) == b""
        except ConnectionError:
            return True

    async def answer(self) -> httpx.Response:
        """The next answer; EOFError once the server has closed the connection."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip("\r\n").split("\r\n")
        headers = [(name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
        answer = httpx.Response(int(first.split(" ")[1]), headers=headers)
        body = await self.reader.readexactly(int(answer.headers.get("content-length", "0")))
        return httpx.Response(answer.status_code, headers=headers, content=body)


@asynccontextmanager
async def connection(url: str) -> AsyncIterator[Connection]:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        yield Connection(reader, writer)
    finally:
        writer.close()


def answer_to_flood(url: str, chunks: Iterable[bytes]) -> bytes:
    """What the server has answered before it closed the connection in the middle of `chunks`, which it has to do.

    To be called in a thread: only of a blocking socket one can read what came before the connection was reset.
    """
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=60) as flooded:
        try:
            for chunk in chunks:
                flooded.sendall(chunk)
        except ConnectionError:
            return flooded.recv(65536)
    raise AssertionError("the server takes all of it")


def request(verb: str, path: str | bytes, body: bytes = b"", headers: str = "") -> bytes:
    """A request; `headers` are whole lines."""
    target = path if isinstance(path, bytes) else path.encode()
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    return verb.encode() + b" " + target + f" HTTP/1.1\r\nHost: localhost\r\n{headers}{length}\r\n".encode() + body
