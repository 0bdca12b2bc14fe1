"""Callers that a mesh's proxy vouches for, in a header that is believed from named peers only."""

import ipaddress
import re
from collections.abc import Iterator

from compactd.access.certificates import SPIFFE, spiffe_id
from compactd.access.identities import Identities
from compactd.access.watched_file import WatchedFile
from compactd.domain.peer import UNIX, Peer
from compactd.domain.principal import Principal
from compactd.ports.access import BadCredential, Caller

FORWARDED_CERTIFICATE = "x-forwarded-client-cert"
"""Envoy's header: a list with an element for each hop, of which the last is what our peer itself has seen."""

_PAIR = re.compile(r'\s*([A-Za-z]+)=("(?:[^"\\]|\\.)*"|[^;,"]*)\s*([;,]|$)')


class TrustedPeers:
    """Addresses and networks of proxies, `unix` for all that come through a Unix socket, or SPIFFE ids."""

    def __init__(self, names: str) -> None:
        """`names` with commas between them. ValueError for what is none of these."""
        words = [word.strip() for word in names.split(",") if word.strip()]
        self._unix = UNIX in words
        self._ids = frozenset(word for word in words if word.startswith(SPIFFE))
        self._networks = [_network(word) for word in words if word != UNIX and word not in self._ids]
        if not words:
            raise ValueError("name at least one peer: an address, a network such as 10.0.0.0/8, or unix.")

    def include(self, peer: Peer) -> bool:
        if peer.address == UNIX:
            return self._unix
        if self._ids and spiffe_id(peer.uris) in self._ids:
            return True
        if not peer.address:
            return False
        address = ipaddress.ip_address(peer.address)
        return any(address in network for network in self._networks)


def _network(word: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(word)
    except ValueError:
        raise ValueError(
            f"{word} is no peer: write an address, a network such as 10.0.0.0/8 (its own address, no host's), "
            f"a SPIFFE id, or unix."
        ) from None


class MeshHeader:
    """From any other peer the header is as if it was not there."""

    def __init__(self, header: str, peers: TrustedPeers, identities: WatchedFile[Identities]) -> None:
        self._header = header.lower()
        self._peers = peers
        self._identities = identities

    async def principal(self, caller: Caller) -> Principal | None:
        given = caller.metadata.get(self._header)
        if given is None or not self._peers.include(caller.peer()):
            return None
        if isinstance(given, str) and "\n" in given:
            # The mesh writes one: another one is a caller's, and nobody knows which.
            raise BadCredential("several of the mesh's header")
        principal = self._identities.value.principal(self._identity(given))
        if principal is None:
            raise BadCredential("unknown identity in the mesh's header")
        return principal

    def _identity(self, given: str | bytes) -> str:
        if not isinstance(given, str):
            return ""
        if self._header == FORWARDED_CERTIFICATE:
            return spiffe_id(tuple(last_hop_uris(given)))
        return given.strip()


def last_hop_uris(given: str) -> Iterator[str]:
    """The URIs of the last element of an x-forwarded-client-cert; none of one that cannot be read."""
    uris: list[str] = []
    position = 0
    # Each turn takes a pair, so that there are no more turns than characters.
    while position < len(given):
        pair = _PAIR.match(given, position)
        if pair is None:
            return
        if pair[1].lower() == "uri":
            uris.append(pair[2].strip('"'))
        if pair[3] == ",":
            uris.clear()
        position = pair.end()
    yield from uris
