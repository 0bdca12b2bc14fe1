"""A TCP proxy between a client and a server, that does to connections what networks do: it delays, stalls, cuts.

It runs in the test's own event loop: what blocks there stalls it too.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum, auto

import psycopg

Connect = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]
"""Connects to the server behind the proxy."""

_CHUNK_BYTES = 64 * 1024


class Fault(Enum):
    """What becomes of a connection whose client sends certain words."""

    CUT_BEFORE = auto()
    """It is cut, and the server never gets the words."""
    CUT_AFTER = auto()
    """The server gets them and answers, and it is the answer that the client never gets: the connection is cut."""
    STALL = auto()
    """The server gets the words, and nothing comes back any more, neither an answer nor an end."""


@dataclass(eq=False)
class _Link:
    """A connection on both sides of the proxy."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    flowing: asyncio.Event = field(default_factory=asyncio.Event)
    cut_at_answer: bool = False

    def cut(self) -> None:
        for side in (self.client, self.server):
            side.transport.abort()


@dataclass(frozen=True, eq=False)
class _Trap:
    words: bytes
    fault: Fault
    sprung: asyncio.Event


class TcpProxy:
    """Listens on `port` of 127.0.0.1 and passes on what comes, to the server that `connect` connects to.

    `delay` is how many seconds each piece waits in either direction. While `accepting` is false new connections are
    closed at once, as by a server that is away.
    """

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._links: list[_Link] = []
        self._traps: list[_Trap] = []
        self._stalled = False
        self._tasks: set[asyncio.Task[None]] = set()
        self.delay = 0.0
        self.accepting = True
        self.port = 0

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._links)

    def cut_one(self, index: int = 0) -> None:
        """Cuts the connection that has been open longest, or one behind it; IndexError without one."""
        self._links[index].cut()

    def cut_all(self) -> None:
        """Cuts every connection that is open."""
        for link in self._links:
            link.cut()

    def stall(self) -> None:
        """Keeps all that comes from now on, in both directions and on new connections; none is closed. Each side's
        network says that its bytes have arrived."""
        self._stalled = True
        for link in self._links:
            link.flowing.clear()

    def resume(self) -> None:
        """Passes on what was kept."""
        self._stalled = False
        for link in self._links:
            link.flowing.set()

    def fault_at(self, words: bytes, fault: Fault) -> asyncio.Event:
        """Has the fault happen to the connection whose client is the next to send the words in one piece, such as
        b"COMMIT\\0"; once. The event is set when it happens."""
        trap = _Trap(words, fault, asyncio.Event())
        self._traps.append(trap)
        return trap.sprung

    def serve(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        """Begins to pass on what one connection brings, until either side ends it."""
        task = asyncio.create_task(self._serve(client, to_client))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # Not by the task itself: it may be cancelled before its first step.
        task.add_done_callback(lambda _: to_client.close())

    async def _serve(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        try:
            if self.accepting:
                server, to_server = await self._connect()
                await self._pass_on(client, server, _Link(to_client, to_server))
        except OSError:
            # The server cannot be reached, or a side was cut: the client sees the end of its connection.
            to_client.transport.abort()

    async def end(self) -> None:
        """Cuts what is open, and waits for its end."""
        self.cut_all()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _pass_on(self, client: asyncio.StreamReader, server: asyncio.StreamReader, link: _Link) -> None:
        if not self._stalled:
            link.flowing.set()
        self._links.append(link)
        ways = [asyncio.create_task(self._requests(client, link)), asyncio.create_task(self._answers(server, link))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._links.remove(link)
            # At once: `end` may cancel what waits below.
            link.server.close()
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _requests(self, client: asyncio.StreamReader, link: _Link) -> None:
        while piece := await client.read(_CHUNK_BYTES):
            await self._wait(link)
            trap = next((trap for trap in self._traps if trap.words in piece), None)
            if trap is not None:
                self._traps.remove(trap)
                trap.sprung.set()
                if trap.fault is Fault.CUT_BEFORE:
                    link.cut()
                    return
                link.cut_at_answer = trap.fault is Fault.CUT_AFTER
                if trap.fault is Fault.STALL:
                    link.flowing.clear()
            link.server.write(piece)
            await link.server.drain()

    async def _answers(self, server: asyncio.StreamReader, link: _Link) -> None:
        while piece := await server.read(_CHUNK_BYTES):
            await self._wait(link)
            if link.cut_at_answer:
                link.cut()
                return
            link.client.write(piece)
            await link.client.drain()

    async def _wait(self, link: _Link) -> None:
        await link.flowing.wait()
        if self.delay:
            await asyncio.sleep(self.delay)


@asynccontextmanager
async def tcp_proxy(connect: Connect) -> AsyncIterator[TcpProxy]:
    """A proxy in front of the server that `connect` connects to."""
    proxy = TcpProxy(connect)
    listener = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = listener.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        listener.close()
        await proxy.end()


@asynccontextmanager
async def postgres_proxy(url: str) -> AsyncIterator[tuple[TcpProxy, str]]:
    """A proxy in front of the PostgreSQL of a URL of `tests.postgres`, and the URL by which it is reached."""
    parts = psycopg.conninfo.conninfo_to_dict(url)
    socket = f"{parts['host']}/.s.PGSQL.{parts.get('port', 5432)}"
    async with tcp_proxy(lambda: asyncio.open_unix_connection(socket)) as proxy:
        yield proxy, f"postgresql://{parts['user']}@127.0.0.1:{proxy.port}/{parts['dbname']}"
