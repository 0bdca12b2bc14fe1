"""gRPC's door to the contract: handlers that hand every call to the dispatcher, and abort those that fail."""

import time
from collections.abc import Iterable
from functools import partial
from typing import Any, NoReturn

import grpc

from compactd.rpc.arrival import Arrivals, Handler
from compactd.rpc.call import Call
from compactd.rpc.call_headers import call_id_of, headers_of, metadata_of, trace_of
from compactd.rpc.callers import Callers
from compactd.rpc.connection_limits import USUAL_LIMITS
from compactd.rpc.contract import Method
from compactd.rpc.dispatcher import Dispatcher
from compactd.rpc.peer import grpc_peer
from compactd.rpc.statuses import CallFailed
from compactd.rpc.unread_answers import UnreadAnswers
from compactd.rpc.wire import serialized

STATUS_DETAILS = "grpc-status-details-bin"

ServicerContext = grpc.aio.ServicerContext[Any, Any]

# The stubs tie what a handler takes and gives to its deserializer and serializer.
_SERIALIZERS: Any = {"response_serializer": serialized}

_CODES = {code.value[0]: code for code in grpc.StatusCode}


class ContractHandlers(grpc.GenericRpcHandler):
    """A handler for every method of a package, also for those that it does not have. What is not the package's (health,
    reflection) is left to others."""

    def __init__(
        self,
        package: str,
        methods: Iterable[Method],
        dispatcher: Dispatcher,
        message_seconds: float = USUAL_LIMITS.message_seconds,
        callers: Callers | None = None,
        unread: UnreadAnswers | None = None,
    ) -> None:
        """With `callers`, no message is waited for before it is known that its caller may make the call. `unread`
        counts answers until they are sent."""
        self._prefix = f"/{package}."
        self._arrivals = Arrivals(message_seconds)
        self._dispatcher = dispatcher
        self._callers = callers
        self._unread = unread
        self._handlers = {
            method.path: self._streaming(method.path) if method.server_streaming else self._unary(method.path)
            for method in methods
        }

    def serve_on(self, server: grpc.aio.Server) -> None:
        """Makes the server answer the package's calls; before it is started.

        gRPC takes one call in each turn or two of the event loop out of a queue. Each method is registered, so that it
        has a queue of its own: in one for all, GetAgent would wait until a burst of a thousand Compacts is taken in.
        """
        server.add_generic_rpc_handlers((self,))
        for path, handler in self._handlers.items():
            service, method = path.lstrip("/").split("/")
            server.add_registered_method_handlers(service, {method: handler})

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Handler | None:
        path = handler_call_details.method
        if not path.startswith(self._prefix):
            return None
        return self._handlers.get(path) or self._unary(path, is_known=False)

    def _unary(self, path: str, *, is_known: bool = True) -> Handler:
        async def answer(_: Any, context: Any) -> bytes:
            call = self._call(path, context, is_known=is_known)
            try:
                if self._callers is not None:
                    call = await self._admitted(call, self._callers)
                response = serialized(await self._dispatcher.unary(call, await self._arrivals.message(context)))
            except CallFailed as failed:
                await _abort(context, failed, call)
            if self._unread is not None:
                self._unread.count(response, call, context)
            return response

        return grpc.stream_unary_rpc_method_handler(answer)

    def _streaming(self, path: str) -> Handler:
        async def answer(_: Any, context: Any) -> None:
            call = self._call(path, context)
            try:
                if self._callers is not None:
                    call = await self._admitted(call, self._callers)
                await self._dispatcher.stream(call, await self._arrivals.message(context), context.write)
            except CallFailed as failed:
                await _abort(context, failed, call)

        return grpc.stream_stream_rpc_method_handler(answer, **_SERIALIZERS)

    async def _admitted(self, call: Call, callers: Callers) -> Call:
        """CallFailed for one that its caller may not make."""
        try:
            return await callers.admitted(call)
        except Exception as error:  # noqa: BLE001  (a bug, too, is told as all of them are)
            await self._dispatcher.refuse(call, error)

    def _call(self, path: str, context: ServicerContext, *, is_known: bool = True) -> Call:
        # The stubs leave out that a call may have no deadline.
        remaining: float | None = context.time_remaining()
        deadline = None if remaining is None else time.monotonic() + remaining
        metadata = metadata_of(context.invocation_metadata() or ())
        call = Call(
            path,
            metadata,
            deadline,
            call_id_of(metadata),
            is_known=is_known,
            peer=partial(grpc_peer, context),
            trace=self._dispatcher.tracer.arrive(trace_of(metadata)),
        )
        context.set_trailing_metadata(headers_of(call))
        return call


async def _abort(context: ServicerContext, failed: CallFailed, call: Call) -> NoReturn:
    status = failed.status
    details = ((STATUS_DETAILS, status.SerializeToString()),) if status.details else ()
    # Trailers that are given here take the place of those that were set before.
    await context.abort(_CODES[status.code], status.message, (*headers_of(call), *details))
