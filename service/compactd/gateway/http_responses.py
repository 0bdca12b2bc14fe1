"""What goes back over HTTP: status, headers, bytes; and every error by the table of grpc-gateway."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import orjson
from google.protobuf.json_format import MessageToDict
from google.rpc import code_pb2, error_details_pb2, status_pb2

from compactd.domain.errors import Draining
from compactd.gateway.http_statuses import http_status
from compactd.gateway.letta.retries import may_repeat
from compactd.gateway.request_body import Send

Header = tuple[bytes, bytes]

CHUNK_BYTES = 64 * 1024
"""How many bytes of an answer are handed to the connection at a time."""


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """`headers` beside content-type, content-length and what the call is known by."""

    status: int
    body: bytes
    headers: tuple[Header, ...] = ()


async def send_response(response: HttpResponse, known_by: Iterable[tuple[str, str]], send: Send) -> None:
    """Hands an answer to the connection: JSON, also where the body is empty, but for 204. `known_by` are the headers
    that name the call."""
    content = () if response.status == 204 else _content_headers(response.body)
    headers = [
        *content,
        (b"x-content-type-options", b"nosniff"),
        *((name.encode(), text.encode()) for name, text in known_by),
        *response.headers,
    ]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    # In chunks, so that what a client does not read is not held twice, here and by its connection.
    for begin in range(0, len(response.body) or 1, CHUNK_BYTES):
        end = begin + CHUNK_BYTES
        chunk = {"type": "http.response.body", "body": response.body[begin:end], "more_body": end < len(response.body)}
        await send(chunk)


def _content_headers(body: bytes) -> tuple[Header, ...]:
    return (b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())


def json_bytes(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_UTC_Z)


def error_response(status: status_pb2.Status) -> HttpResponse:
    """The status as Letta's clients read it: `detail` is the sentence again, and `x-should-retry: false` keeps
    them from repeating what cannot succeed."""
    details = _Details(status)
    status_code = http_status(code_pb2.Code.Name(status.code), details.info.reason)
    plain = MessageToDict(status, preserving_proto_field_name=True)
    body = {"code": status.code, "message": status.message, "details": plain.get("details", [])}
    return HttpResponse(
        status_code, json_bytes({**body, "detail": status.message}), tuple(_headers(status_code, details))
    )


def slow_body_response() -> HttpResponse:
    """DEADLINE_EXCEEDED as of a deadline of ours: 408, which HTTP has for it. No reason, as that code has none."""
    status = status_pb2.Status(
        code=code_pb2.DEADLINE_EXCEEDED, message="The body of the request did not come in time: send it faster."
    )
    return replace(error_response(status), status=408)


class _Details:
    def __init__(self, status: status_pb2.Status) -> None:
        self.info = error_details_pb2.ErrorInfo()
        self.retry_seconds: float | None = None
        for detail in status.details:
            retry = error_details_pb2.RetryInfo()
            # Unpack leaves alone what is of another type.
            detail.Unpack(self.info)
            if detail.Unpack(retry):
                self.retry_seconds = retry.retry_delay.seconds + retry.retry_delay.nanos / 1e9


def _headers(status_code: int, details: _Details) -> list[Header]:
    headers: list[Header] = []
    if details.retry_seconds is not None:
        headers.append((b"retry-after", str(math.ceil(details.retry_seconds)).encode()))
    if not may_repeat(status_code, details.retry_seconds):
        headers.append((b"x-should-retry", b"false"))
    if details.info.reason == Draining.reason:
        # The next request is for another server.
        headers.append((b"connection", b"close"))
    if status_code == 401:
        headers.append((b"www-authenticate", b'Bearer realm="compactd"'))
    if status_code == 405:
        headers.append((b"allow", details.info.metadata["allowed"].encode()))
    return headers
