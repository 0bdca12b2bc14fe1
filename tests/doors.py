"""The two doors of a server, with one face: a call, and what came of it, in the bytes in which it came."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import grpc
import httpx
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2

from compaction.v1 import job_pb2
from tests.builders.requests import Request
from tests.builders.rest_resources import Json

DETAILS = "grpc-status-details-bin"

RECONNECT_MS = 200
"""How long a channel waits before it tries again to reach a server that was killed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`code` is OK, a canonical code, REFUSED (no connection was made: the server cannot have seen the call), or BROKEN
    (it was lost before an answer). `plain` is an answer that is OK, with the fields' names in the contract."""

    code: str
    reason: str = ""
    raw: bytes = b""
    plain: Any = None
    message: Message | None = None
    """The answer itself, over gRPC."""

    @property
    def ok(self) -> bool:
        return self.code == "OK"


@dataclass(frozen=True, slots=True)
class Event:
    """One of a job: its place, and what happened, such as `queued`."""

    ordinal: int
    kind: str


class Door(Protocol):
    """One way into one server."""

    name: str

    async def call(self, request: Request, seconds: float) -> Answer:
        """What came within so many seconds."""
        ...

    async def events(self, request: Request, seconds: float) -> "tuple[list[Event], Answer]":
        """What a stream said within so many seconds, and how it ended."""
        ...

    async def close(self) -> None: ...


class GrpcDoor:
    """Over a channel of its own."""

    name = "gRPC"

    def __init__(self, address: str) -> None:
        options = [
            ("grpc.max_receive_message_length", -1),
            ("grpc.use_local_subchannel_pool", 1),
            ("grpc.initial_reconnect_backoff_ms", RECONNECT_MS),
            ("grpc.max_reconnect_backoff_ms", RECONNECT_MS),
        ]
        self._channel = grpc.aio.insecure_channel(address, options=options)
        self._methods: dict[str, Any] = {}

    async def call(self, request: Request, seconds: float) -> Answer:
        try:
            raw = await self._method(request.rpc)(request.message.SerializeToString(), timeout=seconds)
        except grpc.aio.AioRpcError as error:
            return _failed(error)
        message = _response_class(request.rpc).FromString(raw)
        return Answer("OK", raw=raw, plain=MessageToDict(message, preserving_proto_field_name=True), message=message)

    async def events(self, request: Request, seconds: float) -> tuple[list[Event], Answer]:
        events: list[Event] = []
        method: Any = self._channel.unary_stream(request.rpc)
        try:
            async for raw in method(request.message.SerializeToString(), timeout=seconds):
                event: Any = _response_class(request.rpc).FromString(raw)
                kind = job_pb2.JobEventKind.Name(event.kind).removeprefix("JOB_EVENT_KIND_").lower()
                events.append(Event(event.ordinal, kind))
        except grpc.aio.AioRpcError as error:
            return events, _failed(error)
        return events, Answer("OK")

    async def close(self) -> None:
        await self._channel.close()

    def _method(self, rpc: str) -> Any:
        if rpc not in self._methods:
            # Without serializers, for the bytes as they come.
            self._methods[rpc] = self._channel.unary_unary(rpc)
        return self._methods[rpc]


class RestDoor:
    """Over HTTP. The server knows no deadline here: a caller that no longer waits hangs up."""

    name = "REST"

    def __init__(self, url: str, socket: Path | None = None) -> None:
        """Over a Unix socket, if one is given; `url` names the host then."""
        transport = httpx.AsyncHTTPTransport(uds=str(socket)) if socket else None
        self._http = httpx.AsyncClient(base_url=url, timeout=60, transport=transport)

    async def call(self, request: Request, seconds: float) -> Answer:
        headers = {"idempotency-key": request.idempotency_key} if request.idempotency_key else {}
        try:
            answer = await self._http.request(
                request.verb,
                request.path,
                params=dict(request.query),
                json=request.body,
                headers=headers,
                timeout=seconds,
            )
        except httpx.ConnectError:
            return Answer("REFUSED")
        except httpx.TimeoutException:
            return Answer("DEADLINE_EXCEEDED")
        except httpx.TransportError:
            return Answer("BROKEN")
        except AttributeError:
            # Of a connection that is lost as soon as it is made: uvloop has no socket of it, and anyio asks that.
            return Answer("BROKEN")
        if answer.status_code == 503 and answer.headers.get("content-type") == "text/plain":
            # The word of a proxy in between, which has lost the server or has none.
            return Answer("BROKEN")
        plain = json.loads(answer.content)
        if answer.status_code == 200:
            return Answer("OK", raw=answer.content, plain=plain)
        return Answer(code_pb2.Code.Name(plain["code"]), _rest_reason(plain))

    async def events(self, request: Request, seconds: float) -> tuple[list[Event], Answer]:
        text = ""
        try:
            async with (
                asyncio.timeout(seconds),
                self._http.stream(request.verb, request.path, params=dict(request.query)) as answer,
            ):
                async for part in answer.aiter_text():
                    text += part
        except httpx.ConnectError:
            return [], Answer("REFUSED")
        except (httpx.TimeoutException, TimeoutError):
            return _events(text), Answer("DEADLINE_EXCEEDED")
        except (httpx.TransportError, AttributeError):
            return _events(text), Answer("BROKEN")
        if answer.status_code == 503 and answer.headers.get("content-type") == "text/plain":
            return [], Answer("BROKEN")
        error = json.loads(text) if answer.status_code not in (200, 204) else _error_event(text)
        if error is not None:
            return _events(text), Answer(code_pb2.Code.Name(error["code"]), _rest_reason(error))
        return _events(text), Answer("OK")

    async def close(self) -> None:
        await self._http.aclose()


def _response_class(rpc: str) -> type[Message]:
    service, _, name = rpc.removeprefix("/").partition("/")
    method = descriptor_pool.Default().FindServiceByName(service).methods_by_name[name]
    return message_factory.GetMessageClass(method.output_type)


def _failed(error: grpc.aio.AioRpcError) -> Answer:
    code = error.code().name
    details = dict(error.trailing_metadata() or ()).get(DETAILS)
    if details is not None:
        info = error_details_pb2.ErrorInfo()
        for detail in status_pb2.Status.FromString(bytes(details)).details:
            if detail.Unpack(info):
                return Answer(code, info.reason)
    # Without details UNAVAILABLE is the client's own word for a connection that is not there, or no longer.
    if code == "UNAVAILABLE":
        return Answer("REFUSED" if "failed to connect" in (error.details() or "").lower() else "BROKEN")
    return Answer(code)


def _blocks(text: str) -> list[dict[str, str]]:
    """The events of a stream, by the rules of the standard as far as they are used; one that is not whole is none."""
    whole = text.split("\n\n")[:-1]
    fields = [dict(line.split(": ", 1) for line in block.splitlines() if ": " in line) for block in whole]
    return [found for found in fields if "data" in found]


def _events(text: str) -> list[Event]:
    found = [json.loads(block["data"]) for block in _blocks(text) if block.get("event") != "error"]
    return [Event(event["ordinal"], event["kind"]) for event in found]


def _error_event(text: str) -> Json | None:
    return next((json.loads(block["data"]) for block in _blocks(text) if block.get("event") == "error"), None)


def _rest_reason(plain: Json) -> str:
    return next((detail["reason"] for detail in plain["details"] if detail["@type"].endswith("ErrorInfo")), "")
