"""REST to calls and back: find the route, make the message, call as gRPC would, write the answer."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import Any

import grpc
import structlog
from google.protobuf.message import Message

from compactd.application.worker import CpuWorker
from compactd.domain.errors import CompactdError
from compactd.gateway.agent_shape import write_agent
from compactd.gateway.assembly import RequestReader
from compactd.gateway.http_request import ClientGone, HttpRequest, Receive, Scope
from compactd.gateway.local_call import Aborted, LocalCalls, LocalContext
from compactd.gateway.message_shapes import read_chat_message, write_chat_message, write_entries
from compactd.gateway.public_api import REFUSED
from compactd.gateway.reading import JsonReader
from compactd.gateway.replies import Reply, error_reply, json_bytes, status_of_aborted
from compactd.gateway.routes import Route, RouteTable, routes_of
from compactd.gateway.settings_shapes import (
    read_model_settings,
    read_response_format,
    write_model_settings,
    write_response_format,
)
from compactd.gateway.writing import JsonWriter
from compactd.rpc.interceptors import LATE_SENTENCE
from compactd.rpc.server import SERVICE_DESCRIPTORS
from compactd.rpc.statuses import internal_status, status_of

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

INLINE_BYTES = 64 * 1024
"""What is larger is read or written by the CPU worker: it would hold up the event loop for a millisecond or more."""

MODEL_SETTINGS = "compaction.v1.ModelSettings"
RESPONSE_FORMAT = "compaction.v1.ResponseFormat"
CHAT_MESSAGE = "compaction.v1.ChatMessage"
MESSAGE = "compaction.v1.Message"
AGENT = "compaction.v1.Agent"


class Transcoder:
    """An ASGI application: every route of the contract, by its descriptors alone."""

    def __init__(self, calls: LocalCalls, worker: CpuWorker) -> None:
        self._calls = calls
        self._worker = worker
        self._routes = RouteTable(routes_of(SERVICE_DESCRIPTORS), REFUSED)
        self._requests = RequestReader(
            JsonReader(
                {
                    MODEL_SETTINGS: read_model_settings,
                    RESPONSE_FORMAT: read_response_format,
                    CHAT_MESSAGE: read_chat_message,
                }
            )
        )
        self._writer = JsonWriter(
            {
                MODEL_SETTINGS: write_model_settings,
                RESPONSE_FORMAT: write_response_format,
                CHAT_MESSAGE: write_chat_message,
                AGENT: write_agent,
            },
            spread={MESSAGE: write_entries},
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = HttpRequest(scope, receive)
        try:
            reply = await self._answer(request)
        except ClientGone:
            return
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(reply.body)).encode()),
            (b"x-request-id", request.request_id.encode()),
            *reply.headers,
        ]
        if request.body_is_unread:
            headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})

    async def _answer(self, request: HttpRequest) -> Reply:
        try:
            return await self._answer_or_refuse(request)
        except ClientGone:
            raise
        except Exception:  # noqa: BLE001  (whatever it is, its text must not reach the caller)
            structlog.get_logger().exception("internal error", verb=request.verb, request_id=request.request_id)
            return error_reply(internal_status())

    async def _answer_or_refuse(self, request: HttpRequest) -> Reply:
        try:
            route, values = self._routes.find(request.verb, request.raw_path)
            message = await self._read(request, route, values)
            response = await self._call(request, route, message)
            return Reply(200, await self._write(route, response))
        except Aborted as aborted:
            return error_reply(status_of_aborted(aborted))
        except CompactdError as error:
            return error_reply(status_of(error))

    async def _read(self, request: HttpRequest, route: Route, values: dict[str, str]) -> Message:
        body = await request.body()
        if body and route.body:
            request.check_content_type()
        key = request.headers.get("idempotency-key")
        if len(body) <= INLINE_BYTES:
            return self._requests.read(route, values, request.query, body, key)
        return await self._worker.run(self._requests.read, route, values, request.query, body, key)

    async def _call(self, request: HttpRequest, route: Route, message: Message) -> Message:
        """The response, unless the deadline passes or the client leaves: then the call is cancelled."""
        deadline = request.deadline()
        context = LocalContext(request.metadata(), deadline)
        limit = asyncio.timeout(context.time_remaining())
        try:
            async with limit:
                return await _while_connected(request, self._calls.call(route.rpc, message, context))
        except TimeoutError:
            if not limit.expired():
                raise
            return await context.abort(grpc.StatusCode.DEADLINE_EXCEEDED, LATE_SENTENCE)

    async def _write(self, route: Route, response: Message) -> bytes:
        if response.ByteSize() <= INLINE_BYTES:
            return self._json(route, response)
        return await self._worker.run(self._json, route, response)

    def _json(self, route: Route, response: Message) -> bytes:
        if route.response_body:
            return json_bytes(self._writer.write_field(response, route.response_body))
        return json_bytes(self._writer.write(response))


async def _while_connected(request: HttpRequest, call: Coroutine[Any, Any, Message]) -> Message:
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
        if caller is not None:
            caller.uncancel()
        raise ClientGone from None
    finally:
        waiting = False
        watcher.cancel()
