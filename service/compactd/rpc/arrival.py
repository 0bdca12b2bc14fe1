"""The message of a call over gRPC, waited for no longer than it may take.

gRPC's own handlers of single requests wait for a message for as long as the connection lives, with what has come of it
in memory. On the wire a single request is a stream of one: so the handlers here take streams, and read one message.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping
from itertools import takewhile
from typing import Any

import grpc

from compactd.rpc.long_streams import LongStreams

# The stubs tie what a handler takes and gives to its deserializer and serializer.
Handler = Any
Answer = Callable[[Any, Any], Awaitable[Any]]

_LOOKS = 10
"""How often it is looked after late ones while a message may take."""

_GONE_SECONDS = 0.1
"""How soon gRPC cancels the call of a caller that has gone."""

_NO_MESSAGE = "A call has one message: send it before the end of the call."

_TOO_LATE = "The message of the call did not come in time: send it faster."


class Arrivals:
    """The calls whose messages are waited for, by when that ends.

    One timer looks after all of them, now and then: one of its own for each call would cost more than all else here, a
    twentieth of a small call.
    """

    def __init__(self, seconds: float, most: int | None = None) -> None:
        """Beyond `most` at once, the one that has been waited for longest counts as late."""
        self._seconds = seconds
        self._most = most
        self._waiting: dict[asyncio.Task[Any], float] = {}
        self._late: set[asyncio.Task[Any]] = set()
        self._next_look: asyncio.TimerHandle | None = None

    async def message(self, context: Any) -> Any:
        """The call's message. The call ends with UNIMPLEMENTED where there is none, and with DEADLINE_EXCEEDED where it
        takes a tenth longer than it may, at most."""
        loop = asyncio.get_running_loop()
        task = asyncio.current_task(loop)
        if task is None:
            raise RuntimeError("gRPC makes a task of each call")
        self._waiting[task] = loop.time() + self._seconds
        if self._most is not None and len(self._waiting) > self._most:
            self._give_up(next(iter(self._waiting)))
        if self._next_look is None:
            self._next_look = loop.call_later(self._seconds / _LOOKS, self._look, loop)
        try:
            message = await context.read()
            if message is grpc.aio.EOF:
                # None will come. If that is because the caller has gone, gRPC is about to cancel this.
                await asyncio.sleep(_GONE_SECONDS)
                # gRPC's code for it: https://grpc.github.io/grpc/core/md_doc_statuscodes.html
                await context.abort(grpc.StatusCode.UNIMPLEMENTED, _NO_MESSAGE)
            return message
        except asyncio.CancelledError:
            if task not in self._late:
                raise
            # The task goes on: it has an answer to give.
            task.uncancel()
        finally:
            self._waiting.pop(task, None)
            self._late.discard(task)
        return await context.abort(grpc.StatusCode.DEADLINE_EXCEEDED, _TOO_LATE)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        # In the order in which they have come, which is that of their ends.
        late = list(takewhile(lambda task: self._waiting[task] <= now, self._waiting))
        for task in late:
            self._give_up(task)
        self._next_look = loop.call_later(self._seconds / _LOOKS, self._look, loop) if self._waiting else None

    def _give_up(self, task: asyncio.Task[Any]) -> None:
        del self._waiting[task]
        self._late.add(task)
        task.cancel()


def unary_handler(answer: Answer, arrivals: Arrivals, **serializers: Any) -> Handler:
    """Of one request and one response; `answer` takes the request and the context."""

    async def answer_in_time(_: Any, context: Any) -> Any:
        return await answer(await arrivals.message(context), context)

    return grpc.stream_unary_rpc_method_handler(answer_in_time, **serializers)


def streaming_handler(answer: Answer, arrivals: Arrivals, **serializers: Any) -> Handler:
    """Of one request and many responses, which `answer` writes to the context."""

    async def answer_in_time(_: Any, context: Any) -> None:
        await answer(await arrivals.message(context), context)

    return grpc.stream_stream_rpc_method_handler(answer_in_time, **serializers)


class Registration:
    """A server as generated code sees it that registers a servicer: single requests are waited for as above, and
    streams have a place and an end.

    What is answered once has a queue of its own, as the contract's methods have. Streams are begun seldom: they share
    one, since each queue costs every call a microsecond.
    """

    def __init__(self, server: grpc.aio.Server, arrivals: Arrivals, streams: LongStreams) -> None:
        self._server = server
        self._streams = streams
        self._arrivals = arrivals

    def add_generic_rpc_handlers(self, handlers: object) -> None:
        """The same handlers come by their names, too."""

    def add_registered_method_handlers(self, service: str, handlers: Mapping[str, Handler]) -> None:
        waiting = {name: self._waiting(handler) for name, handler in handlers.items()}
        self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, waiting),))
        for name, handler in waiting.items():
            if not handler.response_streaming:
                self._server.add_registered_method_handlers(service, {name: handler})

    def _waiting(self, handler: Handler) -> Handler:
        serializers = {
            "request_deserializer": handler.request_deserializer,
            "response_serializer": handler.response_serializer,
        }
        if handler.unary_unary is not None:
            return unary_handler(handler.unary_unary, self._arrivals, **serializers)
        if handler.unary_stream is not None:
            return streaming_handler(self._placed(handler.unary_stream), self._arrivals, **serializers)
        return grpc.stream_stream_rpc_method_handler(self._placed(handler.stream_stream), **serializers)

    def _placed(self, behaviour: Any) -> Answer:
        async def answer(requests: Any, context: Any) -> None:
            async with self._streams.place(context):
                made = behaviour(requests, context)
                if inspect.isasyncgen(made):
                    async for response in made:
                        await context.write(response)
                else:
                    await made

        return answer
