"""The peer of a call, as gRPC and HTTP name it."""

import ipaddress
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from compactd.domain.peer import UNIX, Peer

PEER_URIS = "peer_uris"
"""In the `state` of a request over HTTP: the URIs of its connection's certificate, where one was asked for."""


def grpc_peer(context: Any) -> Peer:
    """The peer of a call over gRPC, which writes `ipv4:127.0.0.1:5000`, `ipv6:%5B::1%5D:5000` or `unix:path`."""
    uris = tuple(uri.decode("utf-8", "replace") for uri in context.auth_context().get("peer_uri", ()))
    kind, _, rest = str(context.peer()).partition(":")
    if kind in ("unix", "unix-abstract"):
        return Peer(UNIX, uris)
    host = unquote(rest).rpartition(":")[0].strip("[]")
    return Peer(plain_address(host) if kind in ("ipv4", "ipv6") else "", uris)


def uris_of(certificate: Mapping[str, Any]) -> tuple[str, ...]:
    """The URIs that a certificate names, as `ssl` has read it."""
    return tuple(value for kind, value in certificate.get("subjectAltName", ()) if kind == "URI")


def plain_address(host: str) -> str:
    """An IP address as there is one way to write it: without a zone, IPv4 as IPv4; empty for what is none."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)
