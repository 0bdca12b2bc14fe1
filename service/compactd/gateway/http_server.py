"""Where HTTP listens: a socket from the first moment on, and uvicorn on it when there is something to serve."""

import asyncio
import contextlib
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compactd.domain.startup import CannotStart
from compactd.gateway.browser_rules import BrowserRules, is_loopback_address
from compactd.rpc.certificates import CurrentCertificates
from compactd.rpc.connection_limits import USUAL_LIMITS, ConnectionLimits

if TYPE_CHECKING:
    from compactd.gateway.embedded_uvicorn import EmbeddedServer

BACKLOG = 2048
"""Connections that wait to be accepted: those of a burst, or of the seconds in which the service is loaded."""

STOP_GRACE_SECONDS = 3
"""How long running requests may take once the server stops: those whose body has not arrived, since calls in hand have
ended by then."""

KEEP_ALIVE_SECONDS = 120
"""How long an idle connection stays open: longer than clients keep one (httpx and Node 5 s, Java 30 s, Go 90 s), so
that they close it, and not the server while their next request is on its way."""


class HttpServer:
    """Binds at once and serves later: connections made before wait in the socket's queue."""

    def __init__(
        self,
        address: str,
        *,
        certificates: CurrentCertificates | None = None,
        hosts: str = "",
        origins: str = "",
        shared: bool = False,
        limits: ConnectionLimits = USUAL_LIMITS,
    ) -> None:
        """`address` is host:port (port 0 for a free one), or unix:path; for TLS where there are `certificates`. `hosts`
        and `origins` are lists as the settings have them. A port may be `shared` with others (SO_REUSEPORT).
        CannotStart if it cannot be bound."""
        try:
            self._socket = _unix(Path(address[5:])) if address.startswith("unix:") else _tcp(address, shared)
        except (OSError, ValueError, OverflowError) as error:
            raise CannotStart(f"cannot listen on {address}: is it in use, or no address of this machine?") from error
        self._certificates = certificates
        self.limits = limits
        self.rules = BrowserRules.of(hosts, origins, is_on_loopback=_is_on_loopback(self._socket))
        self._uvicorn: EmbeddedServer | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def port(self) -> int | None:
        """None for a Unix socket."""
        name = self._socket.getsockname()
        return name[1] if isinstance(name, tuple) else None

    def start(self, app: Any) -> None:
        """Serves the ASGI application `app`, unless the server was stopped meanwhile."""
        if self._socket.fileno() < 0:
            return
        # Imported here: the socket listens before there is time for it.
        from compactd.gateway.embedded_uvicorn import embedded_server

        self._uvicorn = embedded_server(
            app,
            backlog=BACKLOG,
            keep_alive_seconds=KEEP_ALIVE_SECONDS,
            grace_seconds=STOP_GRACE_SECONDS,
            limits=self.limits,
            certificates=self._certificates,
        )
        self._serving = asyncio.create_task(self._uvicorn.serve([self._socket]))

    def check(self) -> None:
        """Raises what ended the server, if it has ended without being told to."""
        if self._serving is not None and self._serving.done() and not self._is_told_to_stop():
            self._serving.result()
            raise RuntimeError("the HTTP server has ended by itself")

    async def stop(self) -> None:
        """Takes no new connections, and returns when the running requests are done or their grace is over."""
        name = self._socket.getsockname()
        if isinstance(name, str):
            # At once: what lies there when the last request is done may be the next server's.
            _remove(name)
        if self._uvicorn is None or self._serving is None:
            self._socket.close()
        else:
            self._uvicorn.should_exit = True
            await self._serving

    def _is_told_to_stop(self) -> bool:
        return self._uvicorn is not None and self._uvicorn.should_exit


def _is_on_loopback(listening: socket.socket) -> bool:
    """Not of a Unix socket: no page reaches one, and whoever does names it as they like."""
    return listening.family != socket.AF_UNIX and is_loopback_address(listening.getsockname()[0])


def _unix(path: Path) -> socket.socket:
    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(socket.socket(socket.AF_UNIX))
        # The socket of a server before this one; that of a running one, or any other file, is not ours to remove.
        if path.is_socket() and not _is_answered(path):
            path.unlink()
        listening.bind(str(path))
        listening.listen(BACKLOG)
        stack.pop_all()
    return listening


def _remove(name: str) -> None:
    Path(name).unlink(missing_ok=True)


def _is_answered(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


def _tcp(address: str, shared: bool) -> socket.socket:
    host, _, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    family = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
    # Every address of this machine, as gRPC takes [::] to be.
    both = host == "::" and socket.has_dualstack_ipv6()
    listening = socket.create_server(
        (host, int(port)), family=family, backlog=BACKLOG, reuse_port=shared, dualstack_ipv6=both
    )
    # Connections inherit it. asyncio sets it only on sockets that were made for TCP by name; without it the body of an
    # answer, which is a write of its own, waits 40 ms for the client's delayed acknowledgement of the headers.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
