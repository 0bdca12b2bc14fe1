"""The message of a call over gRPC, waited for no longer than it may take.

gRPC's own handlers of single requests wait for a message for as long as the connection lives, with what has come of it
in memory. On the wire a single request is a stream of one: so the handlers here take streams, and read one message.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import grpc

# The stubs tie what a handler takes and gives to its deserializer and serializer.
Handler = Any
Answer = Callable[[Any, Any], Awaitable[Any]]

_TOO_LATE = "The message of the call did not come in time: send it faster."


async def arrived(context: Any, seconds: float) -> Any:
    """The call's message. Ends the call with DEADLINE_EXCEEDED where it takes longer than `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            message = await context.read()
            if message is grpc.aio.EOF:
                # None will come. If that is because the caller has gone, gRPC is about to cancel this.
                await asyncio.sleep(2 * seconds)
            return message
    except TimeoutError:
        await context.abort(grpc.StatusCode.DEADLINE_EXCEEDED, _TOO_LATE)


def unary_handler(answer: Answer, seconds: float, **serializers: Any) -> Handler:
    """Of one request and one response; `answer` takes the request and the context."""

    async def answer_in_time(_: Any, context: Any) -> Any:
        return await answer(await arrived(context, seconds), context)

    return grpc.stream_unary_rpc_method_handler(answer_in_time, **serializers)


def streaming_handler(answer: Answer, seconds: float, **serializers: Any) -> Handler:
    """Of one request and many responses, which `answer` writes to the context."""

    async def answer_in_time(_: Any, context: Any) -> None:
        await answer(await arrived(context, seconds), context)

    return grpc.stream_stream_rpc_method_handler(answer_in_time, **serializers)


class Registration:
    """A server as generated code sees it that registers a servicer: single requests are waited for as above, streams as
    gRPC does."""

    def __init__(self, server: grpc.aio.Server, seconds: float) -> None:
        self._server = server
        self._seconds = seconds

    def add_generic_rpc_handlers(self, handlers: object) -> None:
        """The same handlers come by their names, too."""

    def add_registered_method_handlers(self, service: str, handlers: Mapping[str, Handler]) -> None:
        waiting = {name: self._waiting(handler) for name, handler in handlers.items()}
        self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, waiting),))
        self._server.add_registered_method_handlers(service, waiting)

    def _waiting(self, handler: Handler) -> Handler:
        serializers = {
            "request_deserializer": handler.request_deserializer,
            "response_serializer": handler.response_serializer,
        }
        if handler.unary_unary is not None:
            return unary_handler(handler.unary_unary, self._seconds, **serializers)
        if handler.unary_stream is not None:
            return streaming_handler(handler.unary_stream, self._seconds, **serializers)
        return handler
