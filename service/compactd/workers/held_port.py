"""A port that is kept for the workers while none of them listens there."""

import socket

from compactd.domain.startup import CannotStart


class HeldPort:
    """A bound socket that does not listen: no connection is led to it, and whoever wants the port for itself is told
    that it is in use, also while all workers are being started anew."""

    def __init__(self, address: str) -> None:
        """`address` is host:port, port 0 for a free one. CannotStart if it cannot be bound."""
        host, _, port = address.rpartition(":")
        try:
            self._socket = _bound(host.removeprefix("[").removesuffix("]"), int(port))
        except (OSError, ValueError, OverflowError) as error:
            raise CannotStart(f"cannot listen on {address}: is it in use, or no address of this machine?") from error
        self.port: int = self._socket.getsockname()[1]
        self.address = f"{host}:{self.port}"
        """With the port that was found, where the one that was asked for was 0."""

    def close(self) -> None:
        """Lets go of the port, in this process."""
        self._socket.close()


def _bound(host: str, port: int) -> socket.socket:
    family, _, _, _, name = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    held = socket.socket(family)
    try:
        if family == socket.AF_INET6:
            # Every address of this machine, as the doors take [::] to be.
            held.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(host != "::"))
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Of the port as it was given: looking up the address cuts off what is too large.
        held.bind((name[0], port, *name[2:]))
        # Shared only now: another server that shares its port, such as the one before this that still runs, would
        # otherwise be joined, and take half of the connections.
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    except (OSError, OverflowError):
        held.close()
        raise
    return held
