"""What a request says besides its message: body, deadline, ids."""

import asyncio
import re
import time
from collections.abc import Callable
from typing import cast

from compactd.domain.errors import InvalidField, RequestTooLarge
from compactd.domain.limits import MAX_REQUEST_BYTES
from compactd.domain.peer import UNIX, Peer
from compactd.gateway.http_errors import UnsupportedMediaType
from compactd.gateway.request_body import HAS_GONE, Receive, Scope
from compactd.rpc.call import Metadata
from compactd.rpc.call_headers import call_id_of, metadata_of, trace_of
from compactd.rpc.connection_limits import BODY_BYTES_A_SECOND, USUAL_LIMITS
from compactd.rpc.interceptors.admission import Room
from compactd.rpc.peer import PEER_URIS, plain_address

_JSON_TYPE = re.compile(r"application/(?:[\w.+-]+\+)?json")
_TIMEOUT = re.compile(r"(\d{1,8})([HMSmun])")
_UNIT_SECONDS = {"H": 3600.0, "M": 60.0, "S": 1.0, "m": 1e-3, "u": 1e-6, "n": 1e-9}


class ClientGone(Exception):
    """The client closed its connection: nobody waits for an answer."""


class SlowBody(Exception):
    """The client takes too long to send its body."""


class HttpRequest:
    """An ASGI request. `call_id` is the caller's X-Request-Id if it is printable, else a new one; `trace` what its
    traceparent says."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._receive = receive
        self._client: tuple[str, int] | None = scope.get("client")
        self._server: tuple[str, int | None] | None = scope.get("server")
        self._has_gone: Callable[[], bool] = scope.get("state", {}).get(HAS_GONE, _stays)
        self._peer_uris: tuple[str, ...] = scope.get("state", {}).get(PEER_URIS, ())
        self.arrived = time.monotonic()
        self.verb: str = scope["method"]
        self.raw_path: bytes = scope["raw_path"]
        self.query: bytes = scope["query_string"]
        pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        self.headers = cast("dict[str, str]", metadata_of(pairs))
        self.call_id = call_id_of(self.headers)
        self.trace = trace_of(self.headers)
        self.is_call = False
        """Whether it has come as far as the dispatcher, which tells the observer of it."""

    def metadata(self) -> Metadata:
        """The headers, as interceptors see those of a gRPC call."""
        return self.headers

    def peer(self) -> Peer:
        """What is at the other end of the connection."""
        # That a client has no address says little: it may have gone. Our own end of a Unix socket has no port.
        if self._server is not None and self._server[1] is None:
            return Peer(UNIX, self._peer_uris)
        return Peer("" if self._client is None else plain_address(self._client[0]), self._peer_uris)

    def deadline(self) -> float | None:
        """On the monotonic clock, from Grpc-Timeout (`500m`, `10S`), counted from the request's arrival."""
        given = self.headers.get("grpc-timeout")
        if given is None:
            return None
        found = _TIMEOUT.fullmatch(given)
        if found is None:
            raise InvalidField("grpc-timeout", "write up to 8 digits and a unit of H, M, S, m, u or n, such as 10S.")
        return self.arrived + int(found[1]) * _UNIT_SECONDS[found[2]]

    async def body(self, room: Room, seconds: float = USUAL_LIMITS.body_seconds) -> bytes:
        """The whole body. RequestTooLarge as soon as it is known to be; SlowBody where it takes longer than `seconds`
        and one more for each BODY_BYTES_A_SECOND that have come; Overloaded; ClientGone. Its bytes are held in
        `room`."""
        announced = self.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > MAX_REQUEST_BYTES:
            raise RequestTooLarge(size_bytes=announced, limit_bytes=MAX_REQUEST_BYTES)
        try:
            async with asyncio.timeout(seconds) as limit:
                return await self._whole_body(room, limit)
        except TimeoutError:
            raise SlowBody from None

    async def _whole_body(self, room: Room, limit: asyncio.Timeout) -> bytes:
        end = limit.when() or 0.0
        chunks: list[bytes] = []
        # Each turn is an arrival of bytes; the end is that of the body, the client's going, or MAX_REQUEST_BYTES.
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            chunk: bytes = message.get("body", b"")
            size = room.bytes + len(chunk)
            if size > MAX_REQUEST_BYTES:
                raise RequestTooLarge(size_bytes=size, limit_bytes=MAX_REQUEST_BYTES)
            room.take_bytes(len(chunk))
            chunks.append(chunk)
            if not message.get("more_body", False):
                return b"".join(chunks)
            limit.reschedule(end + size / BODY_BYTES_A_SECOND)

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

    def check_connection(self) -> None:
        """ClientGone for a client that has closed its connection. To be asked before a call begins: it may have made
        the call elsewhere since."""
        if self._has_gone():
            raise ClientGone

    async def gone(self) -> None:
        """Returns when the client has closed its connection. What there is of a body is dropped: what is
        wanted of it has to be read before."""
        while (await self._receive())["type"] != "http.disconnect":
            pass


def _stays() -> bool:
    return False
