"""Who calls, as far as a credential tells."""

from collections.abc import Mapping
from typing import Protocol

from compactd.domain.peer import PeerSource
from compactd.domain.principal import Principal


class Caller(Protocol):
    """What a door knows of who calls: names of `metadata` are in lower case."""

    @property
    def metadata(self) -> Mapping[str, str | bytes]: ...

    @property
    def peer(self) -> PeerSource: ...


class BadCredential(Exception):
    """A credential was sent that is none of this server's. `kind` says what is wrong with it in a few fixed words: for
    the log, and for no caller."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class Verifier(Protocol):
    """Knows callers by one kind of credential."""

    async def principal(self, caller: Caller) -> Principal | None:
        """Who calls; None where the caller has no credential of this kind, or one that says nothing here. BadCredential
        for one that has to be right and is not. It returns at once, or within two seconds where keys are fetched."""
        ...
