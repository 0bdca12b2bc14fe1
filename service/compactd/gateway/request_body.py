"""The body of a request on its way: read, discarded, or known to be still there when the answer goes out."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from compactd.domain.limits import MAX_REQUEST_BYTES

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

DISCARD_BYTES = 2 * MAX_REQUEST_BYTES
"""So much of a body that is too large is read before the connection is closed: a client that is still sending when
that happens may never see the answer."""

DISCARD_SECONDS = 5.0
"""How long the rest of a body that nobody wants is read, so that its sender gets to see why."""


GROWN_OLD = "grown_old"
"""In the `state` of a request whose connection is to be closed behind the answer, so that its client makes another."""

HAS_GONE = "has_gone"
"""In the `state` of a request, what says whether its client has closed the connection, also before that is read."""


async def serve_whole_requests(app: App, scope: Scope, receive: Receive, send: Send) -> None:
    """Lets `app` answer without having read the body. What is left of it is discarded before the answer goes out; where
    that does not come to an end, the connection is closed: the rest would be taken for the next request."""
    body = RequestBody(scope, receive)
    is_last = GROWN_OLD in scope.get("state", ())

    async def send_behind_the_body(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            if not body.is_read:
                await body.discard()
            if is_last or not body.is_read:
                message["headers"] = [*message["headers"], (b"connection", b"close")]
        await send(message)

    await app(scope, body.receive, send_behind_the_body)


class RequestBody:
    """Passes ASGI's messages on, and knows whether the body has come to its end."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._receive = receive
        headers = dict(scope["headers"])
        self.is_read = headers.get(b"content-length", b"0") == b"0" and b"transfer-encoding" not in headers
        self._waits_for_permission = b"expect" in headers
        self._is_given_up = False

    async def receive(self) -> MutableMapping[str, Any]:
        # Being asked for the body is what the server takes for permission to send it.
        self._waits_for_permission = False
        try:
            message = await self._receive()
        except asyncio.CancelledError:
            # The deadline has passed, or the server stops: there is no time to wait for the rest.
            self._is_given_up = True
            raise
        if message["type"] == "http.request" and not message.get("more_body", False):
            self.is_read = True
        return message

    async def discard(self) -> None:
        """Reads on to the end, within limits; a client that has asked for permission has not begun, and is not asked
        to. A body behind such an answer would have to be told from the next request, which HTTP cannot."""
        if self._waits_for_permission or self._is_given_up:
            return
        left = DISCARD_BYTES
        try:
            async with asyncio.timeout(DISCARD_SECONDS):
                while not self.is_read and left > 0:
                    message = await self.receive()
                    if message["type"] == "http.disconnect":
                        return
                    left -= len(message.get("body", b""))
        except (TimeoutError, asyncio.CancelledError):
            # Also when the server stops: the answer can still go out.
            return
