"""Callers known by their certificate, which the connection's TLS has checked: by the SPIFFE id in it."""

from compactd.access.identities import Identities
from compactd.access.watched_file import WatchedFile
from compactd.domain.principal import Principal
from compactd.ports.access import Caller

SPIFFE = "spiffe://"


def spiffe_id(uris: tuple[str, ...]) -> str:
    """The only one there is; empty where there is none, or more than one, which no workload's certificate has."""
    found = [uri for uri in uris if uri.startswith(SPIFFE)]
    return found[0] if len(found) == 1 else ""


class Certificates:
    """A certificate whose id has no line in the file says nothing: it may be there for the connection alone."""

    def __init__(self, identities: WatchedFile[Identities]) -> None:
        self._identities = identities

    async def principal(self, caller: Caller) -> Principal | None:
        identity = spiffe_id(caller.peer().uris)
        return self._identities.value.principal(identity) if identity else None
