"""What every call of a connection gets: a `request_id`, a deadline, a token; and its error, read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import uuid4

import grpc
from google.protobuf.message import Message

from compactd_client.errors import CallFailed

Token = str | Callable[[], str]
"""A bearer token, or what gives the current one: it is asked before each call."""


class CallDetails(NamedTuple):
    """As both kinds of interceptors get and give them."""

    method: Any
    timeout: float | None
    metadata: Any
    credentials: Any
    wait_for_ready: bool | None
    compression: Any = None


@dataclass(frozen=True, slots=True)
class CallRules:
    """`timeout` in seconds, for calls that are given none."""

    token: Token | None
    timeout: float

    def details(self, given: Any, *, is_stream: bool = False) -> Any:
        metadata = [*(given.metadata or ())]
        if self.token is not None:
            token = self.token if isinstance(self.token, str) else self.token()
            metadata.append(("authorization", f"Bearer {token}"))
        timeout = self.timeout if given.timeout is None and not is_stream else given.timeout
        compression = getattr(given, "compression", None)
        return CallDetails(given.method, timeout, metadata, given.credentials, given.wait_for_ready, compression)


def with_request_id(request: Any) -> Any:
    """A copy with a new one where the request can have one and has none; else the request itself."""
    if not isinstance(request, Message) or "request_id" not in request.DESCRIPTOR.fields_by_name:
        return request
    if getattr(request, "request_id"):  # noqa: B009  (not every message has it)
        return request
    named: Any = type(request)()
    named.CopyFrom(request)
    named.request_id = str(uuid4())
    return named


class Calls(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):
    """Of a connection for threads. A call made as a future is waited for. A stream may be silent for as long as it
    lasts: it has a deadline only where it is given one, and fails as gRPC has it."""

    def __init__(self, rules: CallRules) -> None:
        self._rules = rules

    def intercept_unary_unary(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        call = continuation(self._rules.details(client_call_details), with_request_id(request))
        error = call.exception()
        if error is not None:
            raise CallFailed.of(error) from error
        return call

    def intercept_unary_stream(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        return continuation(self._rules.details(client_call_details, is_stream=True), request)


class AsyncCalls(grpc.aio.UnaryUnaryClientInterceptor):
    """Of a connection for asyncio."""

    def __init__(self, rules: CallRules) -> None:
        self._rules = rules

    async def intercept_unary_unary(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        call = await continuation(self._rules.details(client_call_details), with_request_id(request))
        try:
            await call
        except grpc.aio.AioRpcError as error:
            raise CallFailed.of(error) from error
        return call


class AsyncStreams(grpc.aio.UnaryStreamClientInterceptor):
    """The same for streams, which are a kind of interceptor of their own there."""

    def __init__(self, rules: CallRules) -> None:
        self._rules = rules

    async def intercept_unary_stream(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        return await continuation(self._rules.details(client_call_details, is_stream=True), request)
