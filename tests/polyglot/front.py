"""A server that is away for the first attempt of each call, and the real one from the second on.

It stands before a real server and hands bytes on as they are.
"""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import grpc


class Front(grpc.GenericRpcHandler):
    """`attempts` has how often each method was tried, by its path."""

    def __init__(self, behind: grpc.aio.Channel) -> None:
        self.attempts: Counter[str] = Counter()
        self._behind = behind

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> "grpc.RpcMethodHandler[bytes, bytes] | None":
        method = handler_call_details.method
        if method == "/grpc.health.v1.Health/Watch":
            return grpc.unary_stream_rpc_method_handler(self._watch(method))
        return grpc.unary_unary_rpc_method_handler(self._hand_on(method))

    def _hand_on(self, method: str) -> "Callable[[bytes, grpc.aio.ServicerContext[bytes, bytes]], object]":
        call: Callable[..., Awaitable[bytes]] = self._behind.unary_unary(method)

        async def hand_on(request: bytes, context: "grpc.aio.ServicerContext[bytes, bytes]") -> bytes:
            self.attempts[method] += 1
            if self.attempts[method] == 1:
                await context.abort(grpc.StatusCode.UNAVAILABLE, "away")
            return await call(request, metadata=context.invocation_metadata())

        return hand_on

    def _watch(self, method: str) -> "Callable[[bytes, grpc.aio.ServicerContext[bytes, bytes]], AsyncIterator[bytes]]":
        call: Any = self._behind.unary_stream(method)

        async def watch(request: bytes, context: "grpc.aio.ServicerContext[bytes, bytes]") -> AsyncIterator[bytes]:
            async for status in call(request):
                yield status

        return watch


@asynccontextmanager
async def front_of(address: str) -> AsyncIterator[tuple[Front, str]]:
    """A front of the server at `address`, and its own address."""
    async with grpc.aio.insecure_channel(address) as behind:
        front = Front(behind)
        server = grpc.aio.server(handlers=(front,))
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        try:
            yield front, f"127.0.0.1:{port}"
        finally:
            await server.stop(None)
