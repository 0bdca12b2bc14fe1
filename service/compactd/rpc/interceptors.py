"""What every call goes through: its bytes are read with care, and its errors become statuses."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

import grpc
from google.protobuf.message import DecodeError, Message
from google.rpc import status_pb2

from compactd.domain.errors import CompactdError, MalformedRequest, NotSupported, RequestTooLarge
from compactd.rpc.statuses import internal_status, status_of

STATUS_DETAILS = "grpc-status-details-bin"

LATE_SENTENCE = "The deadline passed: look whether the call has changed anything, and repeat with a longer one."

LATE_SECONDS = 0.005
"""What gives up at the deadline does so by another clock than the call's own."""

# The stubs tie what a handler takes to what its caller sends, which is not so while a request may be an error here.
Handler = Any
Continuation = Callable[[grpc.HandlerCallDetails], Awaitable[Handler]]
Behaviour = Callable[[Any, grpc.aio.ServicerContext[Any, Any]], Awaitable[Any]]


class Doorkeeper(grpc.aio.ServerInterceptor):
    """Wraps each unary call of the contract; what is not the contract's (health, reflection) passes untouched.

    The server listens before the contract's handlers are there: calls wait, as long as their deadlines let them, until
    `open` is called. gRPC itself answers bytes that are no message with UNKNOWN and a Python class name, and oversized
    ones without details: so the request is deserialized here, and a failure is kept until the handler can answer it.
    """

    def __init__(self, package: str, max_request_bytes: int) -> None:
        self._prefix = f"/{package}."
        self._max_request_bytes = max_request_bytes
        self._opened = asyncio.Event()

    def open(self) -> None:
        """Lets calls of the contract in."""
        self._opened.set()

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler:
        method = handler_call_details.method
        if not method.startswith(self._prefix):
            return await continuation(handler_call_details)
        await self._opened.wait()
        handler = await continuation(handler_call_details)
        if handler is None:
            return _unknown(method)
        return grpc.unary_unary_rpc_method_handler(
            self._answering(handler.unary_unary, method),
            request_deserializer=self._reading(handler.request_deserializer),
            response_serializer=handler.response_serializer,
        )

    def _reading(self, deserialize: Callable[[bytes], Message]) -> Callable[[bytes], Message | CompactdError]:
        name = _message_name(deserialize)

        def read(data: bytes) -> Message | CompactdError:
            if len(data) > self._max_request_bytes:
                return RequestTooLarge(size_bytes=len(data), limit_bytes=self._max_request_bytes)
            try:
                return deserialize(data)
            except DecodeError:
                return MalformedRequest(message=name)

        return read

    def _answering(self, behaviour: Behaviour, method: str) -> Behaviour:
        async def answer(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> Any:
            # Imported here, since its import would double the time it takes to listen.
            import structlog

            # A call is a task of its own: what is logged on its behalf says whose it is.
            structlog.contextvars.bind_contextvars(method=method, request_id=_request_id(context))
            try:
                if isinstance(request, CompactdError):
                    raise request
                return await behaviour(request, context)
            except CompactdError as error:
                if _is_late(context):
                    await context.abort(grpc.StatusCode.DEADLINE_EXCEEDED, LATE_SENTENCE)
                await _abort(context, status_of(error))
            except Exception:  # noqa: BLE001  (whatever it is, its text must not reach the caller)
                structlog.get_logger().exception("internal error")
                await _abort(context, internal_status())

        return answer


def _unknown(method: str) -> Handler:
    """A handler for a method that the contract may have in another version."""

    async def refuse(_: bytes, context: grpc.aio.ServicerContext[Any, Any]) -> NoReturn:
        await _abort(context, status_of(NotSupported(method=method.rpartition("/")[2])))

    return grpc.unary_unary_rpc_method_handler(refuse)


def _message_name(deserialize: Callable[[bytes], Message]) -> str:
    """The full proto name of what a generated deserializer makes."""
    message_class = getattr(deserialize, "__self__", None)
    descriptor = getattr(message_class, "DESCRIPTOR", None)
    return descriptor.full_name if descriptor is not None else "message of the contract"


def _request_id(context: grpc.aio.ServicerContext[Any, Any]) -> str | bytes | None:
    """The caller's x-request-id; over REST every call has one."""
    return dict(context.invocation_metadata() or ()).get("x-request-id")


def _is_late(context: grpc.aio.ServicerContext[Any, Any]) -> bool:
    """Whether the caller's deadline has passed: then that is why whatever was at work gave up."""
    # The stubs leave out that a call may have no deadline.
    remaining: float | None = context.time_remaining()
    return remaining is not None and remaining < LATE_SECONDS


async def _abort(context: grpc.aio.ServicerContext[Any, Any], status: status_pb2.Status) -> NoReturn:
    code = _CODES[status.code]
    await context.abort(code, status.message, ((STATUS_DETAILS, status.SerializeToString()),))


_CODES = {code.value[0]: code for code in grpc.StatusCode}
