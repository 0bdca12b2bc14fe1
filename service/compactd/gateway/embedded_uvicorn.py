"""uvicorn inside a process that is more than its server."""

import contextlib
from collections.abc import Generator
from functools import partial
from typing import Any

import uvicorn

from compactd.gateway.limited_connection import LimitedConnection, WaitingConnections
from compactd.gateway.tls_greeting import TlsGreeting
from compactd.rpc.certificates import CurrentCertificates
from compactd.rpc.connection_limits import ConnectionLimits


class EmbeddedServer(uvicorn.Server):
    """The process has other things to stop than this server: signals are not its own."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


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
    # What it makes of each connection; a class is all that it asks for by its types.
    connection: Any = partial(LimitedConnection, waiting)
    if certificates is not None:
        connection = partial(TlsGreeting, waiting, certificates)
    return EmbeddedServer(
        uvicorn.Config(
            app,
            http=connection,
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
