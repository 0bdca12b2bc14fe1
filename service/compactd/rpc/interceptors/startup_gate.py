"""The server listens before its services are loaded: calls that come early wait."""

import asyncio

from google.protobuf.message import Message

from compactd.rpc.call import Call
from compactd.rpc.interceptors.interceptor import Proceed, Request, Response


class StartupGate:
    """Closed until `open` is called. A call waits at it as long as its deadline lets it."""

    def __init__(self) -> None:
        self._opened = asyncio.Event()

    def open(self) -> None:
        self._opened.set()

    def __call__(self, call: Call, request: Request, proceed: Proceed) -> Response:
        return proceed(call, request) if self._opened.is_set() else self._wait(call, request, proceed)

    async def _wait(self, call: Call, request: Request, proceed: Proceed) -> Message | None:
        await self._opened.wait()
        return await proceed(call, request)
