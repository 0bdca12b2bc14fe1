"""Streams that nobody has to be known for, and that stay open as long as their callers want: watches of health, and
reflection. They have an end, and are fewer than there are connections, so that they keep nobody out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc

from compactd.rpc.connections import hang_up_on

LAST_STATUS_SECONDS = 20.0
"""How long a client may take to read that its stream has ended, before its connection is closed."""

_FULL = "There are as many watches and streams of reflection as the server keeps: come again later."

_OVER = "The stream has been open as long as it may: begin another one."


class LongStreams:
    """At most so many at once, and each for so many seconds."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._open = 0

    @asynccontextmanager
    async def place(self, context: Any) -> AsyncIterator[None]:
        """What runs within is cut off at its end: UNAVAILABLE, upon which clients begin again. RESOURCE_EXHAUSTED where
        there is no place."""
        if self._open >= self._most:
            await context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, _FULL)
        self._open += 1
        limit = asyncio.timeout(self._seconds)
        try:
            async with limit:
                yield
        except TimeoutError:
            if not limit.expired():
                raise
            unread = asyncio.get_running_loop().call_later(LAST_STATUS_SECONDS, hang_up_on, context.peer())
            try:
                await context.abort(grpc.StatusCode.UNAVAILABLE, _OVER)
            finally:
                unread.cancel()
        finally:
            self._open -= 1
