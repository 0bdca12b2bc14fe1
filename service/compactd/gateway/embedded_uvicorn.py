"""uvicorn inside a process that is more than its server, and behind clients that would rather speak HTTP/2."""

import contextlib
import re
from collections.abc import Generator
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_WISHES_UPGRADE = re.compile(rb"\r\nupgrade:", re.IGNORECASE)


class EmbeddedServer(uvicorn.Server):
    """The process has other things to stop than this server: signals are not its own."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


class HttpProtocol(HttpToolsProtocol):
    """httptools, which is quick; h11 for a connection whose first request wishes to change protocols.

    httptools drops the body of such a request. Java's own client asks with each one whether it may change to HTTP/2,
    and takes no answer for no, as HTTP has it.
    """

    def data_received(self, data: bytes) -> None:
        is_first = self.scope is None
        if is_first and _WISHES_UPGRADE.search(data.partition(b"\r\n\r\n")[0]):
            self._hand_over(H11Protocol(self.config, self.server_state, self.app_state), data)
        else:
            super().data_received(data)

    def _hand_over(self, protocol: H11Protocol, data: bytes) -> None:
        self.connections.discard(self)
        protocol.connection_made(self.transport)
        self.transport.set_protocol(protocol)
        protocol.data_received(data)


def embedded_server(app: Any, *, backlog: int, keep_alive_seconds: int, grace_seconds: int) -> EmbeddedServer:
    """A server of the ASGI application `app`, without a log of its own."""
    return EmbeddedServer(
        uvicorn.Config(
            app,
            http=HttpProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            backlog=backlog,
            timeout_keep_alive=keep_alive_seconds,
            timeout_graceful_shutdown=grace_seconds,
        )
    )
