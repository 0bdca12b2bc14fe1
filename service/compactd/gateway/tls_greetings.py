"""Where REST takes in connections over TLS: each counts from then on, and not only once it is greeted.

The loop's own servers tell nobody of a connection whose greeting has not ended, so that nobody could close one for
another: a flood of them would hold every file that the process may open.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Awaitable, Callable

from compactd.gateway.limited_connection import WaitingConnections

Greet = Callable[[socket.socket], Awaitable[None]]

PAUSE_SECONDS = 1.0
"""How long no connection is taken in after one could not be for lack of files."""


class GreetingServer:
    """As uvicorn sees a server. `make` makes the protocols of connections, `seconds` is what a greeting may take, and
    `count` says how many connections there are that have been greeted."""

    def __init__(
        self,
        listening: socket.socket,
        make: Callable[[], asyncio.Protocol],
        context: ssl.SSLContext,
        seconds: float,
        waiting: WaitingConnections,
        count: Callable[[], int],
    ) -> None:
        self._listening = listening
        self._make = make
        self._context = context
        self._seconds = seconds
        self._waiting = waiting
        self._count = count
        self._loop = asyncio.get_running_loop()
        self._pause: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._listening.setblocking(False)
        self._loop.add_reader(self._listening.fileno(), self._accept)

    def close(self) -> None:
        """Takes in no more, and breaks off the greetings."""
        self._loop.remove_reader(self._listening.fileno())
        if self._pause is not None:
            self._pause.cancel()
        for greeting in [*self._waiting.greetings]:
            greeting.cut_off()

    async def wait_closed(self) -> None:
        """A turn of the loop, in which the greetings come to their end."""
        await asyncio.sleep(0)

    def _accept(self) -> None:
        # One in each turn of the loop, so that a flood leaves turns to others.
        try:
            accepted, _ = self._listening.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return
        except OSError:
            self._loop.remove_reader(self._listening.fileno())
            self._pause = self._loop.call_later(PAUSE_SECONDS, self.start)
            return
        accepted.setblocking(False)
        Greeting(accepted, self._greet, self._waiting)
        self._waiting.keep_to_limit(self._count())

    async def _greet(self, accepted: socket.socket) -> None:
        await self._loop.connect_accepted_socket(
            self._make, accepted, ssl=self._context, ssl_handshake_timeout=self._seconds
        )


class Greeting:
    """A connection whose greeting goes on: that is what `greet` does with it."""

    def __init__(self, accepted: socket.socket, greet: Greet, waiting: WaitingConnections) -> None:
        self._accepted = accepted
        self._greet = greet
        self._waiting = waiting
        self._has_begun = False
        waiting.add(self)
        waiting.greetings.add(self)
        self._task = asyncio.create_task(self._run())
        self._task.add_done_callback(self._end)

    def cut_off(self) -> None:
        self._leave()
        self._task.cancel()

    async def _run(self) -> None:
        self._has_begun = True
        # OSError: it was no TLS, or it was late, or the other end has gone.
        with contextlib.suppress(OSError):
            await self._greet(self._accepted)

    def _leave(self) -> None:
        self._waiting.discard(self)
        self._waiting.greetings.discard(self)

    def _end(self, _: asyncio.Task[None]) -> None:
        self._leave()
        if not self._has_begun:
            # Else the loop closes it.
            self._accepted.close()
