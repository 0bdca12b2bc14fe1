"""What goes back over HTTP: status, headers, bytes; and every error by the table of grpc-gateway."""

import math
from dataclasses import dataclass
from typing import Any

import orjson
from google.protobuf.json_format import MessageToDict
from google.rpc import code_pb2, error_details_pb2, status_pb2

from compactd.domain.errors import Draining
from compactd.gateway.http_statuses import http_status
from compactd.gateway.letta.retries import may_repeat

Header = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """`headers` beside content-type, content-length and what the call is known by."""

    status: int
    body: bytes
    headers: tuple[Header, ...] = ()


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
    if status_code == 405:
        headers.append((b"allow", details.info.metadata["allowed"].encode()))
    return headers
