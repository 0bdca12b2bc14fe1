"""A server that has stood still, such as a stopped process, reads at once what its callers have sent meanwhile, and
that many of them have gone since: they may have repeated the call elsewhere.

gRPC reads behind many calls that the first of them are cancelled. REST asks its sockets before a call begins.
"""

import asyncio
import time

from google.protobuf.message import Message

from compactd.rpc.call import Call
from compactd.rpc.interceptors.interceptor import Proceed, Request, Response

BEAT_SECONDS = 0.5
"""How often the event loop shows that it goes on."""

STILL_SECONDS = 2.0
"""Without a beat for so long it stood still, and was not only busy."""

SETTLE_SECONDS = 0.25
"""How long calls wait then: it takes some hundredths to read from all connections whose callers have gone."""


class StandstillGate:
    """Between `open` and `close`, a call over gRPC that comes just after a standstill waits for a moment before it
    begins: one whose caller has gone is cancelled there, and has no effect."""

    def __init__(self) -> None:
        self._last_beat = 0.0
        self._settled_at = 0.0
        self._next_beat: asyncio.TimerHandle | None = None

    def open(self) -> None:
        self._last_beat = time.monotonic()
        self._next_beat = asyncio.get_running_loop().call_later(BEAT_SECONDS, self._beat)

    def close(self) -> None:
        if self._next_beat is not None:
            self._next_beat.cancel()
            self._next_beat = None

    def __call__(self, call: Call, request: Request, proceed: Proceed) -> Response:
        self._look()
        settled = call.door == "rest" or time.monotonic() >= self._settled_at
        return proceed(call, request) if settled else self._wait(call, request, proceed)

    async def _wait(self, call: Call, request: Request, proceed: Proceed) -> Message | None:
        await asyncio.sleep(self._settled_at - time.monotonic())
        return await proceed(call, request)

    def _beat(self) -> None:
        self._look()
        self.open()

    def _look(self) -> None:
        """Whoever is first after a standstill, a call or the beat, sees it."""
        now = time.monotonic()
        if self._next_beat is not None and now - self._last_beat > STILL_SECONDS:
            self._last_beat, self._settled_at = now, now + SETTLE_SECONDS
