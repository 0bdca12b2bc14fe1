"""Who may call, and how callers are known."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from compactd.access.mesh_header import TrustedPeers
from compactd.access.schemes import SCHEMES

NONE = "none"


class AccessSettings(BaseSettings):
    """A section of Config."""

    auth: Annotated[
        str,
        Field(
            description="How callers are identified: none, or one or more of tokens, jwt, mtls and header, joined by "
            "commas. If it is not set, everybody who reaches the server may do everything, and it listens "
            "on loopback and Unix sockets only; none allows that on other addresses too. See "
            "docs/access.md."
        ),
    ] = ""
    auth_tokens_file: Annotated[
        Path | None,
        Field(
            description="For tokens: a line for each, with the SHA-256 of the token in hexadecimal, a namespace, and "
            "scopes joined by commas. `compactd token` makes one. The file is read again when it changes."
        ),
    ] = None
    auth_jwt_keys: Annotated[
        str,
        Field(
            description="For jwt: the public keys of the issuer (JWKS). Either a file, which is read again when it "
            "changes, or an http:// or https:// URL, which is fetched every five minutes and for unknown "
            "keys."
        ),
    ] = ""
    auth_jwt_issuer: Annotated[
        str, Field(description="For jwt: the required `iss`. If it is not set, any is accepted.")
    ] = ""
    auth_jwt_audience: Annotated[
        str,
        Field(
            description="For jwt: the `aud` that a token has to have. If it is not set, tokens for other services of "
            "the issuer are accepted too."
        ),
    ] = ""
    auth_jwt_namespace_claim: Annotated[
        str,
        Field(
            description="For jwt: the claim that names the namespace. If it is not set, `sub` needs a line in the "
            "identities file."
        ),
    ] = ""
    auth_jwt_scopes_claim: Annotated[
        str,
        Field(
            description="For jwt with a claim for the namespace: the claim with the scopes, a list or a text with "
            "spaces between them."
        ),
    ] = "scope"
    auth_header: Annotated[
        str,
        Field(
            description="For header: the header in which the mesh names the caller. Of x-forwarded-client-cert the "
            "URI of the last hop is used, of any other header the whole value."
        ),
    ] = ""
    auth_header_peers: Annotated[
        str,
        Field(
            description="For header: the proxies whose header is believed, joined by commas: addresses, networks "
            "(10.0.0.0/8), SPIFFE ids, or unix."
        ),
    ] = ""
    identities_file: Annotated[
        Path | None,
        Field(
            description="For mtls, header, and jwt without a claim for the namespace: a line for each identity, with "
            "the identity (a * at its end matches any end), a namespace, and scopes joined by commas. The "
            "file is read again when it changes."
        ),
    ] = None

    @field_validator("auth")
    @classmethod
    def _known(cls, auth: str) -> str:
        words = [word.strip().lower() for word in auth.split(",") if word.strip()]
        if words != [NONE] and (unknown := [word for word in words if word not in SCHEMES]):
            beside = " none stands alone." if NONE in unknown else ""
            raise ValueError(
                f"write none, or one or several of {', '.join(SCHEMES)}, with commas between them.{beside}"
            )
        return ",".join(dict.fromkeys(words))

    @field_validator("auth_jwt_keys")
    @classmethod
    def _without_a_password(cls, keys: str) -> str:
        scheme, separator, rest = keys.partition("://")
        if not separator:
            return keys
        if scheme.lower() not in ("http", "https"):
            raise ValueError("write the path of a file, or a URL that begins with http:// or https://.")
        if "@" in rest.partition("/")[0]:
            raise ValueError("a URL with a name or a password in it is not taken: public keys need none.")
        return f"{scheme.lower()}://{rest}"

    @field_validator("auth_header_peers")
    @classmethod
    def _peers(cls, peers: str) -> str:
        if peers:
            TrustedPeers(peers)
        return peers

    @property
    def auth_schemes(self) -> tuple[str, ...]:
        """Those that are on; none where nobody is asked who calls."""
        return tuple(word for word in self.auth.split(",") if word and word != NONE)
