"""A model server on loopback that speaks every provider's dialect, records each request and misbehaves on demand."""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal, Self

from tests.loopback.dialects import default_reply

Fault = Literal["reset", "half_body"]


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `body` is sent as JSON unless it is bytes. `delay` is in seconds; an answer that has to come after
    something else is one that `waits` for it. `reset` closes the connection without an answer, `half_body` in the
    middle of one."""

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    delay: float = 0.0
    waits: asyncio.Event | None = None
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came in; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)


class LoopbackModel:
    """`async with LoopbackModel() as model:` listens on a free port of 127.0.0.1 until the end of the block.

    `replies` are used up first; then every request gets what `otherwise` makes of it, else the usual answer of the
    dialect that its path belongs to.
    `hung_up` is set once a client has closed its connection while its answer was still outstanding; `outstanding` is
    how many answers are, `most_at_once` how many have been at the same time.
    """

    def __init__(self) -> None:
        self.requests: list[Received] = []
        self.replies: deque[Reply] = deque()
        self.otherwise: Callable[[Received], Reply | None] = lambda request: None
        self.hung_up = asyncio.Event()
        self.most_at_once = 0
        self.outstanding = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def last(self) -> Received:
        return self.requests[-1]

    @property
    def only(self) -> Received:
        """The one request since the start; fails if there were more or none."""
        (request,) = self.requests
        return request

    def answer(self, body: Any = None, **rest: Any) -> None:
        """Adds a reply to be used next."""
        self.replies.append(Reply({} if body is None else body, **rest))

    def answer_later(self, body: Any = None, **rest: Any) -> asyncio.Event:
        """Adds a reply to be used next, which is given once the event is set."""
        go = asyncio.Event()
        self.answer(body, waits=go, **rest)
        return go

    def always(self, body: Any = None, **rest: Any) -> None:
        """Gives this reply to every request from now on."""
        reply = Reply({} if body is None else body, **rest)
        self.otherwise = lambda request: reply

    def reply_to(self, request: Received) -> Reply:
        """What the request gets; a model with a will of its own says it otherwise."""
        if self.replies:
            return self.replies.popleft()
        return self.otherwise(request) or Reply(**default_reply(request.path, request.raw))

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # Not by the task itself: it may be cancelled before its first step.
        task.add_done_callback(lambda _: writer.close())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (request := await _read(reader)) is not None:
                self.requests.append(request)
                self.outstanding += 1
                self.most_at_once = max(self.most_at_once, self.outstanding)
                try:
                    if not await self._send(self.reply_to(request), reader, writer):
                        return
                finally:
                    self.outstanding -= 1
        except ConnectionError:
            self.hung_up.set()

    async def _send(self, reply: Reply, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection is still good for another request."""
        if (reply.delay or reply.waits) and await _closed_before(reader, reply):
            self.hung_up.set()
            return False
        if reply.fault == "reset":
            writer.transport.abort()
            return False
        answer, body = _encode(reply)
        half = reply.fault == "half_body"
        writer.write(answer + (body[: len(body) // 2] if half else body))
        await writer.drain()
        return not half


async def _read(reader: asyncio.StreamReader) -> Received | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.rstrip("\r\n").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if headers.get("transfer-encoding") == "chunked":
        raise ValueError("the clients of this server send a Content-Length")
    raw = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(method, path, headers, raw)


async def _closed_before(reader: asyncio.StreamReader, reply: Reply) -> bool:
    """Whether the client hung up while it had to wait; a client that waits sends nothing."""
    closing, due = asyncio.ensure_future(reader.read(1)), asyncio.ensure_future(_due(reply))
    try:
        await asyncio.wait((closing, due), return_when=asyncio.FIRST_COMPLETED)
        return closing.done() and closing.result() == b""
    finally:
        closing.cancel()
        due.cancel()
        await asyncio.wait((closing, due))


async def _due(reply: Reply) -> None:
    await asyncio.sleep(reply.delay)
    if reply.waits is not None:
        await reply.waits.wait()


def _encode(reply: Reply) -> tuple[bytes, bytes]:
    body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
    headers = {"content-type": reply.content_type, "content-length": str(len(body)), **reply.headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {reply.status} X\r\n{lines}\r\n".encode(), body
