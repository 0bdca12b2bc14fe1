"""REST to calls and back: find the route, make the message, call as gRPC would, write the answer."""

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import ExitStack, asynccontextmanager
from typing import Any

import structlog
from google.protobuf.message import Message

from compactd.application.cpu_worker import CpuWorker
from compactd.domain.error_shape import CompactdError
from compactd.domain.errors import BrokenOff
from compactd.domain.message_rules import NO_FAULTS, Faults
from compactd.gateway.event_stream import EventStream
from compactd.gateway.http_request import ClientGone, HttpRequest, SlowBody
from compactd.gateway.http_responses import HttpResponse, error_response, json_bytes, send_response, slow_body_response
from compactd.gateway.json_decoder import JsonDecoder
from compactd.gateway.json_encoder import JsonEncoder
from compactd.gateway.json_text import is_small
from compactd.gateway.letta.field_names import NULL_VALUES, OTHER_NAMES
from compactd.gateway.letta.not_offered import NOT_OFFERED_ROUTES
from compactd.gateway.request_body import Receive, Scope, Send
from compactd.gateway.request_decoder import LAST_EVENT_ID, RequestDecoder, skip_seen
from compactd.gateway.routes import Route, RouteTable, routes_of
from compactd.gateway.shapes import SHAPE_DECODERS, SHAPE_ENCODERS, SPREAD_ENCODERS
from compactd.rpc.call import UNKNOWN_METHOD, Call
from compactd.rpc.call_headers import answer_headers
from compactd.rpc.callers import Callers
from compactd.rpc.contract import SERVICE_DESCRIPTORS
from compactd.rpc.dispatcher import Dispatcher
from compactd.rpc.interceptors.admission import Admission
from compactd.rpc.statuses import CallFailed, deadline_status, internal_status, status_of

SMALL_ANSWER_BYTES = 8 * 1024
"""The size of a response, as protobuf, up to which it is encoded on the event loop. A larger one is encoded by the CPU
worker: each of its values may be four bytes long, and takes a microsecond or two, so that the event loop would stand
still for more than a few milliseconds."""

HTTP_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Those that spans are named after: a caller may have written anything."""


class Transcoder:
    """An ASGI application: every route of the contract, by its descriptors alone."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        callers: Callers,
        admission: Admission,
        worker: CpuWorker,
        body_seconds: float,
    ) -> None:
        self._body_seconds = body_seconds
        self._dispatcher = dispatcher
        self._callers = callers
        self._tracer = dispatcher.tracer
        self._admission = admission
        self._worker = worker
        self._routes = RouteTable(routes_of(SERVICE_DESCRIPTORS), NOT_OFFERED_ROUTES)
        self._requests = RequestDecoder(JsonDecoder(SHAPE_DECODERS, NULL_VALUES, OTHER_NAMES))
        self._encoder = JsonEncoder(SHAPE_ENCODERS, SPREAD_ENCODERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = HttpRequest(scope, receive)
        request.trace = self._tracer.arrive(request.trace)
        verb = request.verb if request.verb in HTTP_METHODS else "_OTHER"
        with self._tracer.serve(verb, request.trace, {"http.request.method": verb}) as span:
            known_by = answer_headers(request.call_id, request.trace)
            stream = EventStream(send, known_by, self._encoder.encode)
            try:
                response = await self._answer(request, stream)
            except ClientGone:
                span.fail(ClientGone.__name__)
                # Who returns without an answer before the server knows is taken for faulty.
                await request.gone()
                return
            span.note({"http.response.status_code": response.status})
            if response.status >= 500:
                span.fail(str(response.status))
            if stream.is_open:
                await stream.end(response)
            else:
                await send_response(response, known_by, send)

    async def _answer(self, request: HttpRequest, stream: EventStream) -> HttpResponse:
        """The answer, or how the `stream` has ended where that has begun."""
        try:
            return await self._answer_or_error(request, stream)
        except ClientGone:
            raise
        except asyncio.CancelledError:
            # The server stops, and the grace for what runs is over.
            _take_back_cancellation()
            return error_response(status_of(BrokenOff()))
        except Exception:  # noqa: BLE001  (whatever it is, its text must not reach the caller)
            trace_id = request.trace.trace_id if request.trace else ""
            structlog.get_logger().exception(
                "internal error", verb=request.verb, call_id=request.call_id, trace_id=trace_id
            )
            return error_response(internal_status())

    async def _answer_or_error(self, request: HttpRequest, stream: EventStream) -> HttpResponse:
        route: Route | None = None
        try:
            route, values = self._routes.find(request.verb, request.raw_path)
            span = self._tracer.current()
            span.name(f"{route.verb} {route.template}")
            span.note({"http.route": route.template})
            deadline = request.deadline()
            async with _within(deadline):
                return await self._answer_at(route, values, request, deadline, stream)
        except SlowBody:
            failure: Exception = CallFailed(deadline_status())
            response = slow_body_response()
        except CallFailed as failed:
            failure, response = failed, error_response(failed.status)
        except CompactdError as error:
            failure, response = error, error_response(status_of(error))
        if not request.is_call:
            self._dispatcher.tell_refusal(_call(request, route, None), failure, time.monotonic() - request.arrived)
        return response

    async def _answer_at(
        self,
        route: Route,
        values: dict[str, str],
        request: HttpRequest,
        deadline: float | None,
        stream: EventStream,
    ) -> HttpResponse:
        """Nothing is read of a caller who has no business here, or whose namespace has no room. A body is read where
        the route has one; any other is dropped as it comes."""
        call = _call(request, route, deadline)
        with ExitStack() as held:
            try:
                caller = (await self._callers.admitted(call)).principal
                room = held.enter_context(self._admission.room(caller.namespace))
            except CompactdError as error:
                request.is_call = True
                await self._dispatcher.refuse(call, error)
            body = await request.body(room, self._body_seconds) if route.body else b""
            return await _while_connected(request, self._serve(request, route, values, body, deadline, stream))

    async def _serve(
        self,
        request: HttpRequest,
        route: Route,
        values: dict[str, str],
        body: bytes,
        deadline: float | None,
        stream: EventStream,
    ) -> HttpResponse:
        if body:
            request.check_content_type()
        message, unread = await self._decode(request, route, values, body)
        request.check_connection()
        request.is_call = True
        call = _call(request, route, deadline, unread)
        if route.method.server_streaming:
            skip_seen(message, request.headers.get(LAST_EVENT_ID))
            return await self._serve_stream(call, message, stream)
        response = await self._dispatcher.unary(call, message)
        return HttpResponse(200, await self._encode(route, response))

    async def _serve_stream(self, call: Call, message: Message, stream: EventStream) -> HttpResponse:
        """Without a single event, 204: it keeps browsers from asking once more for a stream that they have seen."""
        beating = asyncio.create_task(stream.beat())
        try:
            await self._dispatcher.stream(call, message, stream.event)
        finally:
            beating.cancel()
        return HttpResponse(200 if stream.is_open else 204, b"")

    async def _decode(
        self, request: HttpRequest, route: Route, values: dict[str, str], body: bytes
    ) -> tuple[Message, Faults]:
        key = request.headers.get("idempotency-key")
        if is_small(body):
            return self._requests.decode(route, values, request.query, body, key)
        return await self._worker.run(self._requests.decode, route, values, request.query, body, key)

    async def _encode(self, route: Route, response: Message) -> bytes:
        if response.ByteSize() <= SMALL_ANSWER_BYTES:
            return self._json(route, response)
        return await self._worker.run(self._json, route, response)

    def _json(self, route: Route, response: Message) -> bytes:
        if route.response_body:
            return json_bytes(self._encoder.encode_field(response, route.response_body))
        return json_bytes(self._encoder.encode(response))


def _call(request: HttpRequest, route: Route | None, deadline: float | None, unread: Faults = NO_FAULTS) -> Call:
    return Call(
        route.rpc if route else UNKNOWN_METHOD,
        request.metadata(),
        deadline,
        request.call_id,
        comes_back=deadline is None,
        unread=unread,
        peer=request.peer,
        trace=request.trace,
        door="rest",
    )


@asynccontextmanager
async def _within(deadline: float | None) -> AsyncIterator[None]:
    """Cancels what runs inside at `deadline`, on the monotonic clock, and raises CallFailed in its place."""
    limit = asyncio.timeout(None if deadline is None else deadline - time.monotonic())
    try:
        async with limit:
            yield
    except TimeoutError:
        if not limit.expired():
            raise
        raise CallFailed(deadline_status()) from None


async def _while_connected(request: HttpRequest, call: Coroutine[Any, Any, HttpResponse]) -> HttpResponse:
    """What `call` returns or raises; it is cancelled, and ClientGone raised, when the client closes its connection."""
    caller = asyncio.current_task()
    watcher = asyncio.create_task(request.gone())
    waiting = True

    def leave(_: asyncio.Task[None]) -> None:
        if waiting and caller is not None:
            caller.cancel()

    watcher.add_done_callback(leave)
    try:
        return await call
    except asyncio.CancelledError:
        if not watcher.done():
            raise
        _take_back_cancellation()
        raise ClientGone from None
    finally:
        waiting = False
        watcher.cancel()


def _take_back_cancellation() -> None:
    """The task goes on: it has an answer to give, or to give up by itself."""
    if (task := asyncio.current_task()) is not None:
        task.uncancel()
