"""The answer to a request whose RPC streams: server-sent events (https://html.spec.whatwg.org/#server-sent-events).

A message is an event: `event:` is its field `kind`, `id:` its `ordinal`, `data:` its JSON. What fails before the first
event is answered as any request that fails; after it the last event is an `error`, whose data is the same JSON.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from compactd.gateway.http_responses import Header, HttpResponse, json_bytes
from compactd.gateway.request_body import Send

FIRST_BEAT_SECONDS = 1.0
"""How long the head of the answer waits for a first event: clients take a stream without one for a server that is
slow."""

BEAT_SECONDS = 15.0
"""How often something is sent: proxies close what is silent for a minute, some after half of one."""

RETRY_MILLISECONDS = 2000
"""After how long a browser whose connection has ended makes another one."""

BEAT = b":\n\n"
"""A comment, which clients leave alone."""

HEADERS: tuple[Header, ...] = (
    (b"content-type", b"text/event-stream"),
    # Proxies that collect or compress an answer hand on what they have when it is too late.
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
)


class EventStream:
    """It begins with the first event, or with the first beat. `send` waits where the client does not read."""

    def __init__(self, send: Send, known_by: Iterable[tuple[str, str]], plain: Callable[[Any], Any]) -> None:
        """`known_by` are the headers that name the call; `plain` makes of a message what JSON is made of."""
        self.is_open = False
        self._send = send
        self._known_by = known_by
        self._plain = plain
        # Events and beats come from two tasks.
        self._writing = asyncio.Lock()

    async def event(self, message: Any) -> None:
        plain = self._plain(message)
        await self._write(_event(plain["kind"] or "message", json_bytes(plain), plain["ordinal"]))

    async def beat(self) -> None:
        """Goes on until it is cancelled."""
        pause = FIRST_BEAT_SECONDS
        while True:
            await asyncio.sleep(pause)
            await self._write(BEAT)
            pause = BEAT_SECONDS

    async def end(self, response: HttpResponse) -> None:
        """Of a stream that has begun; `response` says whether it failed."""
        if response.status >= 400:
            await self._write(_event("error", response.body))
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _write(self, text: bytes) -> None:
        async with self._writing:
            if not self.is_open:
                self.is_open = True
                headers = [*HEADERS, *((name.encode(), value.encode()) for name, value in self._known_by)]
                await self._send({"type": "http.response.start", "status": 200, "headers": headers})
                text = b"retry: %d\n\n%b" % (RETRY_MILLISECONDS, text)
            await self._send({"type": "http.response.body", "body": text, "more_body": True})


def _event(name: str, data: bytes, ordinal: int | None = None) -> bytes:
    """JSON has no line breaks."""
    number = b"" if ordinal is None else b"id: %d\n" % ordinal
    return b"event: %b\n%bdata: %b\n\n" % (name.encode(), number, data)
