"""What gRPC keeps to itself: the connections that a server has accepted."""

import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from compactd.rpc.peer import plain_address

OPEN_FILES = Path("/dev/fd")
"""The numbers of this process's open files, on Linux and macOS. Where it is not, gRPC's own way has to do."""


def hang_up(port: int, path: str) -> None:
    """Ends what listens at a TCP port, or at a Unix socket's path, and every connection accepted there, as if the
    process were gone.

    Callers see a closed connection: UNAVAILABLE, and a client that knows other servers goes there. `grpc.Server.stop`
    instead kills each call that comes before its client has read that the server stops, with a CANCELLED that nobody
    asked for: 38 of 40 calls where 40 callers are at it. What has been answered still goes out.
    """
    # Whoever was hung up on connects again at once: there has to be nobody who accepts.
    for wanted in (_is_listening, _is_accepted):
        for found in _sockets():
            with found:
                if _is_at(found, port, path) and wanted(found):
                    _shut(found)


def hang_up_on(peer: str) -> None:
    """Ends the connection of a call's peer, named as gRPC does it (`ipv4:127.0.0.1:5000`): all that is left where a
    client does not read, since a call whose answer waits for its client cannot be broken off. Calls of others over the
    same connection end UNAVAILABLE. Peers behind a Unix socket have no name of their own, and keep it."""
    kind, _, rest = peer.partition(":")
    host, _, port = unquote(rest).rpartition(":")
    if kind not in ("ipv4", "ipv6"):
        return
    for found in _sockets():
        with found:
            if _peer_of(found) == (plain_address(host.strip("[]")), port):
                _shut(found)


def _peer_of(found: socket.socket) -> tuple[str, str]:
    if found.family not in (socket.AF_INET, socket.AF_INET6):
        return "", ""
    try:
        host, port, *_ = found.getpeername()
    except OSError:
        return "", ""  # It listens, or has ended by now.
    return plain_address(host), str(port)


def _shut(found: socket.socket) -> None:
    # It may have ended by itself by now, and not every system can end what listens.
    with contextlib.suppress(OSError):
        found.shutdown(socket.SHUT_RDWR)


def _sockets() -> Iterator[socket.socket]:
    for entry in OPEN_FILES.iterdir() if OPEN_FILES.is_dir() else ():
        try:
            # A number of its own for the same socket: gRPC may close its own meanwhile.
            yield socket.socket(fileno=os.dup(int(entry.name)))
        except OSError:
            continue  # No socket, or closed by now.


def _is_at(found: socket.socket, port: int, path: str) -> bool:
    here = found.getsockname()
    if found.family == socket.AF_UNIX:
        return bool(path) and here == path
    return found.family in (socket.AF_INET, socket.AF_INET6) and here[1] == port


def _is_listening(found: socket.socket) -> bool:
    return bool(found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))


def _is_accepted(found: socket.socket) -> bool:
    return not _is_listening(found)
