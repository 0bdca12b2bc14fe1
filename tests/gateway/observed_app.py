"""An application that is looked at while it serves: what a client cannot see from outside."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from compactd.gateway.app import RestApp
from compactd.gateway.browser_rules import BrowserRules
from compactd.gateway.http_server import HttpServer
from compactd.gateway.request_body import App, Receive, Scope, Send
from compactd.ports.observer import Observer
from compactd.rpc.connection_limits import USUAL_LIMITS, ConnectionLimits
from compactd.rpc.contract import Servicers, behaviours_of
from compactd.rpc.dispatcher import Dispatcher
from tests.server import LocalServer

ANY_CALLER = BrowserRules(hosts=None)

UNTIL_SEEN = 50
"""Seconds within which a server has to see what its client did."""


def rest_app(
    server: LocalServer,
    servicers: Servicers,
    rules: BrowserRules = ANY_CALLER,
    limits: ConnectionLimits = USUAL_LIMITS,
    observer: Observer | None = None,
) -> RestApp:
    """An application beside that server, through the same interceptors, but with servicers of its own. `observer` is
    told of what never becomes a call."""
    dispatcher = Dispatcher(server.rpc.interceptors, observer=observer)
    dispatcher.serve(behaviours_of(servicers))
    return RestApp(dispatcher, server.rpc.callers, server.rpc.admission, server.service.worker, rules, limits)


@dataclass(slots=True)
class ObservedApp:
    """`received` are the bytes of bodies that it has read, `sent` the statuses of its answers, `raised` what it did not
    answer."""

    app: App
    url: str = ""
    received: int = 0
    sent: list[int] = field(default_factory=list)
    raised: list[BaseException] = field(default_factory=list)
    _begun: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    _ended: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    async def has_begun(self) -> None:
        """Returns for each request once: when the application has it."""
        async with asyncio.timeout(UNTIL_SEEN):
            await self._begun.acquire()

    async def has_ended(self) -> None:
        """Returns for each request once: when the application is done with it."""
        async with asyncio.timeout(UNTIL_SEEN):
            await self._ended.acquire()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def receive_and_count() -> MutableMapping[str, Any]:
            message = await receive()
            self.received += len(message.get("body", b""))
            return message

        async def send_and_note(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                self.sent.append(message["status"])
            await send(message)

        self._begun.release()
        try:
            await self.app(scope, receive_and_count, send_and_note)
        except BaseException as error:
            self.raised.append(error)
            raise
        finally:
            self._ended.release()


@asynccontextmanager
async def observed(app: App) -> AsyncIterator[ObservedApp]:
    """The real HTTP server before `app`."""
    looked_at = ObservedApp(app)
    http = HttpServer("127.0.0.1:0")
    http.start(looked_at)
    looked_at.url = f"http://127.0.0.1:{http.port}"
    try:
        yield looked_at
    finally:
        await http.stop()
