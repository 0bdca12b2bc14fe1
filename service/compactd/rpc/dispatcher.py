"""From the door to the servicer: each call goes through the interceptors, whether one response comes back or many."""

from collections.abc import Mapping
from contextlib import aclosing
from functools import partial
from typing import NoReturn, cast

from google.protobuf.message import Message

from compactd.domain.errors import NotSupported
from compactd.ports.observer import Observer, SilentObserver
from compactd.ports.trace import SilentTracer, Tracer
from compactd.rpc.call import Call
from compactd.rpc.contract import Behaviour, Send
from compactd.rpc.interceptors.chain import Interceptors, chained
from compactd.rpc.interceptors.interceptor import Request
from compactd.rpc.interceptors.telemetry import ended, started
from compactd.rpc.statuses import code_of, reason_of


class Dispatcher:
    """The methods of the contract behind the interceptors. A failed call raises CallFailed, and nothing else but
    CancelledError."""

    def __init__(
        self, interceptors: Interceptors, tracer: Tracer | None = None, observer: Observer | None = None
    ) -> None:
        """`tracer` is told by the doors where calls come in; without one calls are in the traces of their callers.
        `observer` is told of what the doors turn away; of calls, an interceptor tells it."""
        self.tracer = tracer or SilentTracer()
        self._observer = observer or SilentObserver()
        self._interceptors = interceptors
        self._behaviours: Mapping[str, Behaviour] = {}
        self._unary = chained(interceptors, self._respond)

    def serve(self, behaviours: Mapping[str, Behaviour]) -> None:
        """`behaviours` answer from now on, by path. Before, nothing does: the startup gate has to keep calls back."""
        self._behaviours = behaviours

    async def unary(self, call: Call, request: Request) -> Message:
        """The response. `request` may be bytes as they came."""
        # None is what a stream comes back with.
        return cast(Message, await self._unary(call, request))

    async def stream(self, call: Call, request: Request, send: Send) -> None:
        """Gives every response to `send`; returns at the end of the stream."""
        await chained(self._interceptors, partial(self._send_responses, send))(call, request)

    async def refuse(self, call: Call, error: Exception) -> NoReturn:
        """Ends a call that its door turns away with `error` before it has a request: it goes the way of all calls, so
        that it is named and told like them."""

        async def raise_it(_: Call, __: Request) -> Message | None:
            raise error

        await chained(self._interceptors, raise_it)(call, b"")
        raise AssertionError("a call that is refused has come back with an answer")

    def tell_refusal(self, call: Call, error: Exception, seconds: float) -> None:
        """Has the observer told of a request that its door answers with `error` before it can be a call, such as one
        for no method or one that cannot be read: to the operator it is a call that failed. Nobody knows whose."""
        self._observer.call_started(started(call))
        self._observer.call_ended(ended(call, code_of(error, call.deadline), seconds, reason_of(error)))

    async def _respond(self, call: Call, request: Request) -> Message:
        response = await self._behaviour(call)(request, call)
        if not isinstance(response, Message):
            raise TypeError(f"the servicer's method for {call.method} returned {type(response).__name__}, no message")
        return response

    async def _send_responses(self, send: Send, call: Call, request: Request) -> None:
        # Closed here, where interceptors still see the call, also when `send` is cancelled.
        async with aclosing(self._behaviour(call)(request, call)) as responses:
            async for response in responses:
                await send(response)

    def _behaviour(self, call: Call) -> Behaviour:
        behaviour = self._behaviours.get(call.method)
        if behaviour is None:
            raise NotSupported(method=call.method.rpartition("/")[2])
        return behaviour
