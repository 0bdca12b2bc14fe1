"""uvicorn inside a process that is more than its server."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Generator
from functools import partial
from typing import Any

import uvicorn

from compactd.gateway.limited_connection import LimitedConnection, WaitingConnections
from compactd.gateway.tls_greetings import GreetingServer
from compactd.rpc.certificates import CurrentCertificates, CurrentContext
from compactd.rpc.connection_limits import ConnectionLimits
from compactd.rpc.peer import PEER_URIS, uris_of


class EmbeddedServer(uvicorn.Server):
    """The process has other things to stop than this server: signals are not its own."""

    def __init__(self, config: uvicorn.Config, waiting: WaitingConnections) -> None:
        super().__init__(config)
        self._waiting = waiting

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does it, whose servers over TLS count no connection and wait a minute for each to be greeted."""
        context = self.config.ssl
        if context is None:
            await super().startup(sockets)
            return
        greeted, seconds = self.server_state.connections, self._waiting.limits.handshake_seconds
        self.servers = []
        for listening in sockets or ():
            server: Any = GreetingServer(
                listening, self._connection, context, seconds, self._waiting, lambda: len(greeted)
            )
            server.start()
            self.servers.append(server)
        self.started = True

    def _connection(self) -> asyncio.Protocol:
        make: Any = self.config.http_protocol_class
        connection: asyncio.Protocol = make(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return connection

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


class CertifiedConnection(LimitedConnection):
    """A connection over TLS, greeted by now, which tells its requests what the other end's certificate names."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        connection: ssl.SSLObject = transport.get_extra_info("ssl_object")
        self.app_state = {**self.app_state, PEER_URIS: uris_of(connection.getpeercert() or {})}


def embedded_server(
    app: Any,
    *,
    backlog: int,
    keep_alive_seconds: int,
    grace_seconds: int,
    limits: ConnectionLimits,
    certificates: CurrentCertificates | None = None,
) -> EmbeddedServer:
    """A server of the ASGI application `app`, without a log of its own; over TLS where there are `certificates`.

    It parses by h11, which costs 0.1 to 0.2 ms more a request than httptools: that one loses the body of a request
    that wishes for HTTP/2, as each of Java's own client does, and takes headers of any size.
    """
    waiting = WaitingConnections(limits)
    connection = CertifiedConnection if certificates is not None and certificates.ask_callers else LimitedConnection
    return EmbeddedServer(
        uvicorn.Config(
            app,
            # What it makes of each connection; a class is all that it asks for by its types.
            http=partial(connection, waiting),  # type: ignore[arg-type]
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            backlog=backlog,
            timeout_keep_alive=keep_alive_seconds,
            timeout_graceful_shutdown=grace_seconds,
            ssl_context_factory=None if certificates is None else lambda *_: CurrentContext(certificates),
        ),
        waiting,
    )
