"""Where HTTP listens: a socket from the first moment on, and uvicorn on it when there is something to serve."""

import asyncio
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import uvicorn

BACKLOG = 2048
"""Connections that wait to be accepted: those of a burst, or of the seconds in which the service is loaded."""

STOP_GRACE_SECONDS = 5
"""How long running requests may take once the server stops."""

KEEP_ALIVE_SECONDS = 75
"""How long an idle connection stays open: longer than clients keep one (httpx 5 s, Node 5 s, Go 90 s at most as told),
so that they, and not the server in the middle of their next request, close it."""


class HttpServer:
    """Binds at once and serves later: connections made before wait in the socket's queue."""

    def __init__(self, address: str) -> None:
        """`address` is host:port (port 0 for a free one), or unix:path. OSError if it cannot be bound."""
        self._socket = _bind(address)
        self._uvicorn: uvicorn.Server | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        """0 for a Unix socket."""
        name = self._socket.getsockname()
        return name[1] if isinstance(name, tuple) else 0

    def start(self, app: Any) -> None:
        """Serves the ASGI application `app`, unless the server was stopped meanwhile."""
        if self._socket.fileno() < 0:
            return
        # Imported here: the socket listens before there is time for it.
        from compactd.gateway.embedded_uvicorn import embedded_server

        self._uvicorn = embedded_server(
            app, backlog=BACKLOG, keep_alive_seconds=KEEP_ALIVE_SECONDS, grace_seconds=STOP_GRACE_SECONDS
        )
        self._serving = asyncio.create_task(self._uvicorn.serve([self._socket]))

    async def stop(self) -> None:
        """Takes no new connections, and returns when the running requests are done or their grace is over."""
        if self._uvicorn is None or self._serving is None:
            self._socket.close()
            return
        self._uvicorn.should_exit = True
        await self._serving


def _bind(address: str) -> socket.socket:
    if address.startswith("unix:"):
        path = Path(address.removeprefix("unix:"))
        listening = socket.socket(socket.AF_UNIX)
        # That of a server before this one; any other file is not ours to remove.
        if path.is_socket():
            path.unlink()
        listening.bind(str(path))
        listening.listen(BACKLOG)
        return listening
    host, _, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    try:
        family = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        listening = socket.create_server((host, int(port)), family=family, backlog=BACKLOG)
    except (OSError, ValueError, OverflowError) as error:
        raise OSError(f"cannot listen on {address}: is it in use, or no address of this machine?") from error
    # Connections inherit it. asyncio sets it only on sockets that were made for TCP by name; without it the body of an
    # answer, which is a write of its own, waits 40 ms for the client's delayed acknowledgement of the headers.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
