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
            description="How callers are known: none, or one or several of tokens, jwt, mtls and header, with commas "
            "between them. Left out, everybody who can reach the server may do everything, and it listens on loopback "
            "and Unix sockets only; none says that this is wanted elsewhere too. See docs/access.md."
        ),
    ] = ""
    auth_tokens_file: Annotated[
        Path | None,
        Field(
            description="For tokens: a line for each, of the SHA-256 of the token in hexadecimal, a namespace, and "
            "scopes joined by commas. `compactd token` makes one. It is read again when it changes."
        ),
    ] = None
    auth_jwt_keys: Annotated[
        str,
        Field(
            description="For jwt: the public keys of the issuer (JWKS), as a file, which is read again when it "
            "changes, or as an http:// or https:// URL, which is fetched every five minutes and for unknown keys."
        ),
    ] = ""
    auth_jwt_issuer: Annotated[
        str, Field(description="For jwt: what `iss` has to be. Left out, it may be anything.")
    ] = ""
    auth_jwt_audience: Annotated[
        str,
        Field(
            description="For jwt: what `aud` has to be or to hold. Left out, tokens are let in that the issuer has "
            "written for other services."
        ),
    ] = ""
    auth_jwt_namespace_claim: Annotated[
        str,
        Field(
            description="For jwt: the claim that names the namespace. Left out, `sub` has a line in the identities "
            "file."
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
            description="For header: the name of the header in which the mesh says who calls. Of "
            "x-forwarded-client-cert the URI of the last hop is read, of any other the whole value."
        ),
    ] = ""
    auth_header_peers: Annotated[
        str,
        Field(
            description="For header: the proxies that it is believed from, with commas between them: addresses, "
            "networks (10.0.0.0/8), SPIFFE ids, or unix."
        ),
    ] = ""
    identities_file: Annotated[
        Path | None,
        Field(
            description="For mtls, header, and jwt without a claim for the namespace: a line for each identity, of the "
            "identity (a * at its end stands for any end), a namespace, and scopes joined by commas. It is read again "
            "when it changes."
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
