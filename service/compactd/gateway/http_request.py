"""What a request says besides its message: body, deadline, ids."""

import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from uuid import uuid4

from compactd.domain.errors import InvalidField, RequestTooLarge
from compactd.gateway.failures import UnsupportedMediaType
from compactd.gateway.local_call import Metadata
from compactd.rpc.server import MAX_REQUEST_BYTES

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

REQUEST_ID = "x-request-id"

_PRINTABLE_ID = re.compile(r"[!-~]{1,128}")
_JSON_TYPE = re.compile(r"application/(?:[\w.+-]+\+)?json")
_TIMEOUT = re.compile(r"(\d{1,8})([HMSmun])")
_UNIT_SECONDS = {"H": 3600.0, "M": 60.0, "S": 1.0, "m": 1e-3, "u": 1e-6, "n": 1e-9}


class ClientGone(Exception):
    """The client closed its connection: nobody waits for an answer."""


class HttpRequest:
    """An ASGI request. `request_id` is the caller's X-Request-Id if it is printable, else a new one."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._receive = receive
        self._arrived = time.monotonic()
        self.verb: str = scope["method"]
        self.raw_path: bytes = scope["raw_path"]
        self.query: bytes = scope["query_string"]
        self.headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        given = self.headers.get(REQUEST_ID, "")
        self.request_id = given if _PRINTABLE_ID.fullmatch(given) else str(uuid4())
        self.body_is_unread = False
        """Whether a body is still on its way: the connection cannot be used for another request."""

    def metadata(self) -> Metadata:
        """The headers, as interceptors see those of a gRPC call."""
        return tuple({**self.headers, REQUEST_ID: self.request_id}.items())

    def deadline(self) -> float | None:
        """On the monotonic clock, from Grpc-Timeout (`500m`, `10S`), counted from the request's arrival."""
        given = self.headers.get("grpc-timeout")
        if given is None:
            return None
        found = _TIMEOUT.fullmatch(given)
        if found is None:
            raise InvalidField("grpc-timeout", "write up to 8 digits and a unit of H, M, S, m, u or n, such as 10S.")
        return self._arrived + int(found[1]) * _UNIT_SECONDS[found[2]]

    async def body(self) -> bytes:
        """The whole body. RequestTooLarge as soon as it is known to be; ClientGone."""
        announced = self.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > MAX_REQUEST_BYTES:
            raise RequestTooLarge(size_bytes=announced, limit_bytes=MAX_REQUEST_BYTES)
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            if size > MAX_REQUEST_BYTES:
                raise RequestTooLarge(size_bytes=size, limit_bytes=MAX_REQUEST_BYTES)
            if not message.get("more_body", False):
                self._check_that_body_was_read(size)
                return b"".join(chunks)

    def _check_that_body_was_read(self, size: int) -> None:
        """httptools takes a request that wishes to change protocols for one without a body. The first one of a
        connection is read by h11 (`embedded_uvicorn`); one behind others is refused, and repeated on a new one."""
        announced = self.headers.get("content-length", "0") != "0" or "transfer-encoding" in self.headers
        if size == 0 and announced and "upgrade" in self.headers:
            self.body_is_unread = True
            raise InvalidField("upgrade", "the body behind this header is not read: use HTTP/1.1 without it.")

    def check_content_type(self) -> None:
        """UnsupportedMediaType for a body that says it is something else than JSON in UTF-8."""
        kind, _, parameters = (self.headers.get("content-type") or "application/json").partition(";")
        charset = re.search(r"charset\s*=\s*\"?([^\s\";]+)", parameters, re.IGNORECASE)
        encoding = self.headers.get("content-encoding", "identity").strip().lower()
        if encoding != "identity":
            raise UnsupportedMediaType(content_type=f"content-encoding {encoding}")
        is_utf8 = charset is None or charset[1].lower() in ("utf-8", "utf8", "us-ascii")
        if not is_utf8 or not _JSON_TYPE.fullmatch(kind.strip().lower()):
            raise UnsupportedMediaType(content_type=f"{kind}{';' if parameters else ''}{parameters}")

    async def gone(self) -> None:
        """Returns when the client has closed its connection. To be awaited after `body` only."""
        while (await self._receive())["type"] != "http.disconnect":
            pass
