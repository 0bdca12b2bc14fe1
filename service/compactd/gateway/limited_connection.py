"""A connection of REST that is closed when its client does not go on, or when others need its place.

uvicorn waits for good for a head that does not come, or not to its end, and for a client that does not read its answer.
Bodies are waited for where they are read (`gateway/http_request.py`), which can still answer.
"""

import asyncio
import random
import select
from functools import partial
from typing import Any, Protocol

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from compactd.gateway.request_body import GROWN_OLD, HAS_GONE
from compactd.rpc.connection_limits import ConnectionLimits


class Waiting(Protocol):
    """A connection without a request."""

    def cut_off(self) -> None:
        """Closes it, and takes it out of those that wait."""


class WaitingConnections:
    """Those of a server that have no request, in the order in which they began to wait; the `greetings` are those
    among them that TLS has not come to the end of."""

    def __init__(self, limits: ConnectionLimits) -> None:
        self.limits = limits
        self.greetings: set[Waiting] = set()
        self._waiting: dict[Waiting, None] = {}

    def add(self, connection: Waiting) -> None:
        self._waiting[connection] = None

    def discard(self, connection: Waiting) -> None:
        self._waiting.pop(connection, None)

    def keep_to_limit(self, greeted: int) -> None:
        """To be asked for each new connection, with the number of those that are greeted, or need not be. Where they
        are too many, closes the one that has waited longest: it is the least likely to have a request on its way. That
        is the new one where all others have requests."""
        if greeted + len(self.greetings) > self.limits.connections and self._waiting:
            next(iter(self._waiting)).cut_off()


class LimitedConnection(H11Protocol):
    """Between requests it waits for a head: at first, and from the next one's first byte on, for `head_seconds`."""

    def __init__(self, waiting: WaitingConnections, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waiting = waiting
        self._limits = waiting.limits
        self._head: asyncio.TimerHandle | None = None
        self._reading: asyncio.TimerHandle | None = None
        self._age: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, HAS_GONE: partial(_has_gone, transport)}
        self._waiting.add(self)
        self._head = self._later(self._limits.head_seconds)
        if self._limits.max_age_seconds:
            # Connections that were made together are not to end together.
            age = self._limits.max_age_seconds * random.uniform(0.9, 1.1)  # noqa: S311 - no secret
            self._age = self.loop.call_later(age, self._grow_old)
        # One over TLS has been counted since before it was greeted.
        if transport.get_extra_info("sslcontext") is None:
            self._waiting.keep_to_limit(len(self.connections))

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_head()
        if self._age is not None:
            self._age.cancel()
        self.resume_writing()
        self._waiting.discard(self)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._reading = self._later(self._limits.body_seconds)

    def resume_writing(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        super().resume_writing()

    def cut_off(self) -> None:
        """Closes the connection; what its client has not read of an answer yet is lost."""
        self._waiting.discard(self)
        self.transport.abort()

    def _grow_old(self) -> None:
        # It is announced with the next answer: a request may be on its way.
        self.app_state = {**self.app_state, GROWN_OLD: True}

    def _look(self) -> None:
        """Whether a head is waited for now, and part of one is there."""
        if self.conn.their_state is not h11.IDLE:
            self._stop_head()
            self._waiting.discard(self)
            return
        if not self.transport.is_closing():
            self._waiting.add(self)
        if self._head is None and self.conn.trailing_data[0]:
            self._head = self._later(self._limits.head_seconds)

    def _stop_head(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _later(self, seconds: float) -> asyncio.TimerHandle:
        return self.loop.call_later(seconds, self.cut_off)


def _has_gone(transport: asyncio.Transport) -> bool:
    """Whether the other end has closed the connection, be it behind bytes that nobody has read yet: after a standstill
    there is much to be read of others first. It is closed at this end then, too, which the request is told of next.

    Not every system tells that only one end is closed.
    """
    if not transport.is_closing():
        ends = select.poll()
        ends.register(transport.get_extra_info("socket"), getattr(select, "POLLRDHUP", select.POLLHUP))
        if not ends.poll(0):
            return False
    transport.abort()
    return True
