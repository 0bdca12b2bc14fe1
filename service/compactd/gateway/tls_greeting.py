"""A connection of REST that speaks TLS: greeted within its time, counted as others are meanwhile.

asyncio could greet by itself, for a minute each, and would tell nobody of connections whose greeting does not end.
"""

import asyncio
import ssl
from functools import partial
from typing import Any, cast

from uvicorn.server import ServerState

from compactd.gateway.limited_connection import LimitedConnection, WaitingConnections
from compactd.rpc.certificates import CurrentCertificates
from compactd.rpc.peer import PEER_URIS, uris_of


class TlsGreeting(asyncio.Protocol):
    """Takes the place of a connection until it is greeted: each with the certificates of its own time.

    A whole context for each connection, since one that is swapped while it is greeted (`sni_callback`) would leave
    sessions to the first one, which a caller could resume whose authority has been removed since.
    """

    def __init__(
        self,
        waiting: WaitingConnections,
        certificates: CurrentCertificates,
        *,
        server_state: ServerState,
        **others: Any,
    ) -> None:
        """As uvicorn makes a connection, behind the first two."""
        self._waiting = waiting
        self._certificates = certificates
        self._connections = server_state.connections
        self._connection = partial(LimitedConnection, waiting, server_state=server_state, **others)
        self._transport: asyncio.Transport | None = None
        self._greeting: asyncio.Task[None] | None = None
        self._early = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._transport is None:
            self._transport = cast(asyncio.Transport, transport)
            # What comes now is for TLS, which takes the transport over.
            self._transport.pause_reading()
            self._greeting = asyncio.create_task(self._greet(self._transport))
            self._waiting.greet(self)
            self._waiting.make_room(self._connections)

    def data_received(self, data: bytes) -> None:
        # A request that came with the end of the greeting.
        self._early += data

    def connection_lost(self, _: Exception | None) -> None:
        self._waiting.discard(self)

    def cut_off(self) -> None:
        """Closes the connection."""
        self._waiting.discard(self)
        if self._transport is not None:
            self._transport.abort()

    async def _greet(self, transport: asyncio.Transport) -> None:
        seconds = self._waiting.limits.handshake_seconds
        try:
            context = self._certificates.current().context
            secured = await asyncio.get_running_loop().start_tls(
                transport, self, context, server_side=True, ssl_handshake_timeout=seconds
            )
        except (OSError, ssl.SSLError):
            # Also a caller without a good certificate: it has been told by TLS.
            transport.abort()
            return
        finally:
            self._waiting.discard(self)
        if secured is not None and not secured.is_closing():
            self._go_on(secured)

    def _go_on(self, secured: asyncio.Transport) -> None:
        connection = self._connection()
        if self._certificates.ask_callers:
            connection.app_state = {**connection.app_state, PEER_URIS: _uris(secured)}
        secured.set_protocol(connection)
        connection.connection_made(secured)
        if self._early:
            connection.data_received(bytes(self._early))


def _uris(secured: asyncio.Transport) -> tuple[str, ...]:
    greeted: Any = secured.get_extra_info("ssl_object")
    return uris_of(greeted.getpeercert() or {})
