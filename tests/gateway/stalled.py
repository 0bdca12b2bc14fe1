"""Clients that begin and do not go on: plain sockets, which say as much of HTTP/1.1 or HTTP/2 as a test wants."""

import asyncio
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SETTINGS = b"\0\0\0\4\0\0\0\0\0"

CLOSED_WINDOW = b"\0\0\6\4\0\0\0\0\0\0\4\0\0\0\0"
"""SETTINGS that let no byte of any answer come."""

HEAD = b"POST /v1/agents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n"


def half_a_call(path: str) -> bytes:
    """A call over HTTP/2 whose message of 100 bytes ends behind the tenth."""
    return PREFACE + SETTINGS + _head(path) + _frame(0, 0, b"\0" + (100).to_bytes(4, "big") + b"x" * 10)


def whole_call(path: str, message: bytes) -> bytes:
    """The frames of a call, behind preface and settings."""
    return _head(path) + _frame(0, 1, b"\0" + len(message).to_bytes(4, "big") + message)


def empty_call(path: str) -> bytes:
    """A call that ends with its head."""
    return PREFACE + SETTINGS + _head(path, flags=5)


def _head(path: str, flags: int = 4) -> bytes:
    fields = {
        ":method": "POST",
        ":scheme": "http",
        ":path": path,
        ":authority": "localhost",
        "te": "trailers",
        "content-type": "application/grpc",
    }
    # Literals that no table keeps, without Huffman's code.
    block = b"".join(b"\0" + _text(name) + _text(value) for name, value in fields.items())
    return _frame(1, flags, block)


def _text(value: str) -> bytes:
    assert len(value) < 127
    return bytes([len(value)]) + value.encode()


def _frame(kind: int, flags: int, payload: bytes) -> bytes:
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + (1).to_bytes(4, "big") + payload


class StalledClients:
    """Connections that have sent their part."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack
        self._writers: list[asyncio.StreamWriter] = []
        self._readers: list[asyncio.StreamReader] = []

    async def connect(self, address: str, sent: bytes, count: int) -> None:
        """`address` is a URL of HTTP, or unix:path."""
        for _ in range(count):
            if address.startswith("unix:"):
                reader, writer = await asyncio.open_unix_connection(address.removeprefix("unix:"))
            else:
                parts = urlsplit(address)
                reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
            self._stack.callback(writer.close)
            self._writers.append(writer)
            writer.write(sent)
            self._readers.append(reader)

    async def ends(self) -> list[bytes]:
        """What each got until its connection was closed; returns when all of them are."""
        return await asyncio.gather(*[_read(reader) for reader in self._readers])

    async def ended(self, count: int) -> list[bytes]:
        """What those got that were closed, once there are so many."""
        reading = {asyncio.ensure_future(_read(reader)) for reader in self._readers}
        done: set[asyncio.Future[bytes]] = set()
        while len(done) < count:
            closed, reading = await asyncio.wait(reading, return_when=asyncio.FIRST_COMPLETED)
            done |= closed
        for future in reading:
            future.cancel()
        return [future.result() for future in done]

    def leave(self) -> None:
        for writer in self._writers:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> bytes:
    got = b""
    try:
        while part := await reader.read(65536):
            got += part
    except ConnectionError:
        pass  # An end as well.
    return got
