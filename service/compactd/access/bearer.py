"""Bearer tokens: what a client sends as `authorization: Bearer TOKEN`."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from compactd.access.token_table import TokenTable
from compactd.access.watched_file import WatchedFile
from compactd.domain.principal import Principal
from compactd.ports.access import BadCredential, Caller

HEADER = "authorization"


class TokenCheck(Protocol):
    """Knows one kind of bearer token."""

    async def principal(self, token: str) -> Principal | None:
        """Whose token it is; None for a token of another kind. BadCredential for one of this kind that is not valid."""
        ...


class StaticTokens:
    """The tokens of a file."""

    def __init__(self, table: WatchedFile[TokenTable]) -> None:
        self._table = table

    async def principal(self, token: str) -> Principal | None:
        return self._table.value.principal(token)


class BearerTokens:
    """A token that none of `checks` knows turns its caller away, whatever else it comes with: who sends one wants to be
    somebody, and would be surprised to be taken for somebody else."""

    def __init__(self, checks: Sequence[TokenCheck]) -> None:
        self._checks = checks

    async def principal(self, caller: Caller) -> Principal | None:
        token = _token(caller.metadata)
        if token is None:
            return None
        for check in self._checks:
            principal = await check.principal(token)
            if principal is not None:
                return principal
        raise BadCredential("unknown token")


def _token(metadata: Mapping[str, str | bytes]) -> str | None:
    """None without `authorization`. BadCredential for one of another scheme, for one without a token, and for several:
    what stands in front of this server may have looked at another one."""
    given = metadata.get(HEADER)
    if given is None:
        return None
    if isinstance(given, str) and "\n" in given:
        raise BadCredential("several credentials")
    scheme, _, token = given.strip().partition(" ") if isinstance(given, str) else ("", "", "")
    if scheme.lower() != "bearer" or not token.strip():
        raise BadCredential("no bearer token")
    return token.strip()
