"""Calls of the service from inside its process: the same interceptors and handlers, without a wire between."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, NoReturn

import grpc
from google.protobuf.message import Message

from compactd.rpc.interceptors import Handler
from compactd.rpc.server import Servicers, handlers_of

Metadata = tuple[tuple[str, str], ...]
"""As gRPC's invocation metadata: names in lower case."""


class CallDetails(NamedTuple):
    """What an interceptor looks at before the call."""

    method: str
    invocation_metadata: Metadata


class Aborted(Exception):
    """The call ended with an error: its code, its sentence, and the trailers that carry its details."""

    def __init__(self, code: grpc.StatusCode, sentence: str, trailers: Mapping[str, str | bytes]) -> None:
        super().__init__(code.name)
        self.code = code
        self.sentence = sentence
        self.trailers = trailers


class LocalContext:
    """The part of gRPC's ServicerContext that interceptors and servicers use. `deadline` is on the monotonic clock."""

    def __init__(self, metadata: Metadata, deadline: float | None) -> None:
        self._metadata = metadata
        self._deadline = deadline

    def invocation_metadata(self) -> Metadata:
        return self._metadata

    def time_remaining(self) -> float | None:
        """Seconds, at least 0; None where the caller set no deadline."""
        return None if self._deadline is None else max(self._deadline - time.monotonic(), 0.0)

    async def abort(self, code: grpc.StatusCode, details: str = "", trailing_metadata: Any = ()) -> NoReturn:
        raise Aborted(code, details, dict(trailing_metadata))


class LocalCalls:
    """Calls handlers by their gRPC names, through interceptors in the order in which the server has them."""

    def __init__(self, interceptors: Sequence[Any], servicers: Servicers) -> None:
        self._handlers = {
            f"/{service}/{name}": handler
            for service, handlers in handlers_of(servicers).items()
            for name, handler in handlers.items()
        }
        find: Callable[[CallDetails], Awaitable[Handler]] = self._find
        for interceptor in reversed(interceptors):
            find = partial(interceptor.intercept_service, find)
        self._entrance = find

    async def call(self, rpc: str, request: Message, context: LocalContext) -> Message:
        """The response of `rpc` (/package.Service/Method). Raises Aborted."""
        handler = await self._entrance(CallDetails(rpc, context.invocation_metadata()))
        response: Message = await handler.unary_unary(request, context)
        return response

    async def _find(self, details: CallDetails) -> Handler:
        return self._handlers.get(details.method)
