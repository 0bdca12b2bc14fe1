"""HTTP/2 written by hand: what no client of gRPC would do, or only after minutes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

SETTINGS, PING, GOAWAY = 4, 6, 7
ACK = 1

ENHANCE_YOUR_CALM = 11

UNTIL_SEEN = 30
"""Seconds within which something has to come."""


@dataclass(frozen=True, slots=True)
class Frame:
    kind: int
    flags: int
    payload: bytes

    def __bytes__(self) -> bytes:
        return len(self.payload).to_bytes(3, "big") + bytes([self.kind, self.flags, 0, 0, 0, 0]) + self.payload

    @property
    def is_acknowledgement(self) -> bool:
        return bool(self.flags & ACK)


@dataclass(frozen=True, slots=True)
class Http2Connection:
    """A client's end, after its greeting. It calls nothing, and answers nothing by itself."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, kind: int, payload: bytes, flags: int = 0) -> None:
        self.writer.write(bytes(Frame(kind, flags, payload)))
        await self.writer.drain()

    async def next_of(self, *kinds: int) -> Frame | None:
        """The next frame of these kinds; None once the server has closed the connection."""
        async with asyncio.timeout(UNTIL_SEEN):
            while True:
                try:
                    head = await self.reader.readexactly(9)
                    frame = Frame(head[3], head[4], await self.reader.readexactly(int.from_bytes(head[:3], "big")))
                except (asyncio.IncompleteReadError, ConnectionError):
                    return None
                if frame.kind in kinds:
                    return frame


@asynccontextmanager
async def http2_connection(port: int) -> AsyncIterator[Http2Connection]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        connection = Http2Connection(reader, writer)
        writer.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        await connection.send(SETTINGS, b"")
        await connection.next_of(SETTINGS)
        await connection.send(SETTINGS, b"", ACK)
        yield connection
    finally:
        writer.close()
