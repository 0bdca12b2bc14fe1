"""What stands at the other end of a call's connection: all that is known of it without asking the caller."""

from collections.abc import Callable
from dataclasses import dataclass

UNIX = "unix"


@dataclass(frozen=True, slots=True)
class Peer:
    """`address` is the IP address as text, `unix` for a Unix socket, or empty where it is not known.

    `uris` are those that its certificate names (SPIFFE ids), where the server has asked for one and checked it.
    """

    address: str
    uris: tuple[str, ...] = ()


UNKNOWN_PEER = Peer("")

PeerSource = Callable[[], Peer]
"""Gives the peer of a call while that lasts. Most servers never ask, and whoever does not pays nothing for it."""


def unknown_peer() -> Peer:
    return UNKNOWN_PEER
