"""The ways of knowing callers that the operator has chosen, made of the settings."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from compactd.access.bearer import BearerTokens, StaticTokens, TokenCheck
from compactd.access.certificates import Certificates
from compactd.access.identities import Identities
from compactd.access.mesh_header import MeshHeader, TrustedPeers
from compactd.access.token_table import TokenTable
from compactd.access.watched_file import WatchedFile
from compactd.domain.startup import WrongSetting
from compactd.ports.access import Verifier

TOKENS, JWT, MTLS, HEADER = SCHEMES = ("tokens", "jwt", "mtls", "header")

T = TypeVar("T")


class SchemeSettings(Protocol):
    """What is asked of the settings: their section `access` describes each."""

    @property
    def auth_schemes(self) -> tuple[str, ...]: ...
    @property
    def auth_tokens_file(self) -> Path | None: ...
    @property
    def auth_jwt_keys(self) -> str: ...
    @property
    def auth_jwt_issuer(self) -> str: ...
    @property
    def auth_jwt_audience(self) -> str: ...
    @property
    def auth_jwt_namespace_claim(self) -> str: ...
    @property
    def auth_jwt_scopes_claim(self) -> str: ...
    @property
    def auth_header(self) -> str: ...
    @property
    def auth_header_peers(self) -> str: ...
    @property
    def identities_file(self) -> Path | None: ...


@dataclass(frozen=True, slots=True)
class Access:
    """`verifiers` in the order in which they are asked; none where every caller is the local one. `followed` keep what
    they go by fresh."""

    verifiers: tuple[Verifier, ...] = ()
    followed: tuple[Callable[[], Coroutine[Any, Any, None]], ...] = ()

    async def follow(self) -> None:
        """Until it is cancelled, or at once where there is nothing to follow."""
        async with asyncio.TaskGroup() as tasks:
            for follow in self.followed:
                tasks.create_task(follow())


def open_access(settings: SchemeSettings) -> Access:
    """Reads what there is to read. WrongSetting for a file that cannot be read or says something else.

    A token goes before a mesh's header, and that before a certificate: behind a proxy the certificate is the proxy's.
    """
    schemes = settings.auth_schemes
    followed: list[Callable[[], Coroutine[Any, Any, None]]] = []
    verifiers: list[Verifier] = []
    identities = None
    if settings.identities_file is not None and schemes:
        identities = _watched("identities_file", settings.identities_file, Identities.of_file)
        followed.append(identities.follow)
    checks: list[TokenCheck] = []
    if TOKENS in schemes and settings.auth_tokens_file is not None:
        table = _watched("auth_tokens_file", settings.auth_tokens_file, TokenTable.of_file)
        followed.append(table.follow)
        checks.append(StaticTokens(table))
    if JWT in schemes:
        check, follow = _jwt(settings, identities)
        followed.append(follow)
        checks.append(check)
    if checks:
        verifiers.append(BearerTokens(checks))
    if HEADER in schemes and identities is not None:
        verifiers.append(MeshHeader(settings.auth_header, TrustedPeers(settings.auth_header_peers), identities))
    if MTLS in schemes and identities is not None:
        verifiers.append(Certificates(identities))
    if len(schemes) > 0 and not verifiers:
        raise WrongSetting("auth", "the schemes lack what they need.")
    return Access(tuple(verifiers), tuple(followed))


def _jwt(
    settings: SchemeSettings, identities: WatchedFile[Identities] | None
) -> tuple[TokenCheck, Callable[[], Coroutine[Any, Any, None]]]:
    # PyJWT with cryptography takes a fifth of a second to import.
    from compactd.access.jwt_keys import KeyFile, KeySet, KeySource, KeyUrl
    from compactd.access.jwt_tokens import JwtRules, JwtTokens

    keys: KeySource
    if settings.auth_jwt_keys.startswith(("http://", "https://")):
        keys = KeyUrl(settings.auth_jwt_keys)
    else:
        keys = KeyFile(_watched("auth_jwt_keys", Path(settings.auth_jwt_keys), KeySet.of_json))
    rules = JwtRules(
        settings.auth_jwt_issuer,
        settings.auth_jwt_audience,
        settings.auth_jwt_namespace_claim,
        settings.auth_jwt_scopes_claim,
    )
    return JwtTokens(keys, rules, identities), keys.follow


def _watched(setting: str, path: Path, parse: Callable[[bytes], T]) -> WatchedFile[T]:
    try:
        return WatchedFile(path, parse)
    except ValueError as error:
        raise WrongSetting(setting, str(error)) from None
