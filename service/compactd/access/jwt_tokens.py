"""Signed bearer tokens (JWT): what their issuer says of their caller, and how it is checked.

The only module, with `jwt_keys`, that imports PyJWT: it is imported where tokens of this kind are let in.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import jwt

from compactd.access.identities import Identities
from compactd.access.jwt_keys import KeySet, KeySource
from compactd.access.watched_file import WatchedFile
from compactd.domain.principal import Principal, Scope, is_identity, is_namespace
from compactd.ports.access import BadCredential

LEEWAY_SECONDS = 30
"""By how much the issuer's clock and ours may differ."""

MAX_REMEMBERED = 4096
"""Tokens that have been checked and need not be again: to check one costs a hundred times what it takes to know it."""

MAX_NAME = 200

_KINDS: tuple[tuple[type[Exception], str], ...] = (
    (jwt.ExpiredSignatureError, "expired token"),
    (jwt.ImmatureSignatureError, "token not valid yet"),
    (jwt.InvalidAudienceError, "token for another audience"),
    (jwt.InvalidIssuerError, "token of another issuer"),
    (jwt.MissingRequiredClaimError, "token without a required claim"),
    (jwt.InvalidSignatureError, "wrong signature"),
    (jwt.InvalidAlgorithmError, "algorithm that is not allowed"),
)
"""What is wrong with a token, for the log; the first that fits."""

_UNREADABLE = (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError)
"""What reading a token of any bytes may raise."""


@dataclass(frozen=True, slots=True)
class JwtRules:
    """What a token has to say. Empty `issuer` and `audience` are not asked for; an empty `namespace_claim` means that
    its subject has a line in the identities file."""

    issuer: str = ""
    audience: str = ""
    namespace_claim: str = ""
    scopes_claim: str = "scope"


@dataclass(frozen=True, slots=True)
class _Checked:
    """A token that was right: for whom, until when, by which keys, and with which identities."""

    principal: Principal
    until: float
    keys: KeySet | None
    identities: Identities | None


class JwtTokens:
    """Tokens of three parts with dots between them; others are of another kind."""

    def __init__(self, keys: KeySource, rules: JwtRules, identities: WatchedFile[Identities] | None) -> None:
        self._keys = keys
        self._rules = rules
        self._identities = identities
        self._checked: dict[bytes, _Checked] = {}

    async def principal(self, token: str) -> Principal | None:
        if token.count(".") != 2:
            return None
        name = sha256(token.encode("utf-8", "surrogateescape")).digest()
        checked = self._checked.get(name)
        if checked is not None and self._holds(checked):
            return checked.principal
        claims = await self._claims(token)
        principal = self._principal(claims)
        self._remember(
            name, _Checked(principal, int(claims["exp"]) + LEEWAY_SECONDS, self._keys.key_set, self._known())
        )
        return principal

    async def _claims(self, token: str) -> dict[str, Any]:
        """BadCredential for a token that is not valid."""
        try:
            kid = jwt.get_unverified_header(token).get("kid")
        except _UNREADABLE:
            raise BadCredential("malformed token") from None
        key = await self._keys.key(kid)
        if key is None:
            raise BadCredential("token by an unknown key")
        rules = self._rules
        required = ["exp", *(["iss"] if rules.issuer else []), *(["aud"] if rules.audience else [])]
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=list(key.algorithms),
                issuer=rules.issuer or None,
                audience=rules.audience or None,
                leeway=LEEWAY_SECONDS,
                options={"require": required, "verify_aud": bool(rules.audience), "enforce_minimum_key_length": True},
            )
        except _UNREADABLE as error:
            # Its text may hold parts of the token.
            kind = next((kind for type_, kind in _KINDS if isinstance(error, type_)), "malformed token")
            raise BadCredential(kind) from None
        return claims

    def _principal(self, claims: Mapping[str, Any]) -> Principal:
        subject = claims.get("sub")
        name = subject[:MAX_NAME] if isinstance(subject, str) else ""
        if not is_identity(name):
            raise BadCredential("subject that is not printable")
        if not self._rules.namespace_claim:
            known = self._known()
            found = known.principal(subject) if known is not None and isinstance(subject, str) else None
            if found is None:
                raise BadCredential("subject without a line in the identities file")
            return found
        namespace = claims.get(self._rules.namespace_claim)
        if namespace is None:
            raise BadCredential("token without a namespace")
        if not isinstance(namespace, str) or not is_namespace(namespace):
            raise BadCredential("token whose namespace is none")
        return Principal(namespace, _scopes(claims.get(self._rules.scopes_claim)), name)

    def _known(self) -> Identities | None:
        return None if self._identities is None else self._identities.value

    def _holds(self, checked: _Checked) -> bool:
        """Not when keys or identities have changed: the token may be by one that was withdrawn."""
        is_same = checked.keys is self._keys.key_set and checked.identities is self._known()
        return is_same and time.time() < checked.until

    def _remember(self, name: bytes, checked: _Checked) -> None:
        self._checked.pop(name, None)
        if len(self._checked) >= MAX_REMEMBERED:
            # The oldest: a dict keeps the order.
            del self._checked[next(iter(self._checked))]
        self._checked[name] = checked


def _scopes(claim: object) -> frozenset[Scope]:
    """OAuth's text with spaces, or a list. Words that are no scope of ours are somebody else's."""
    words = claim.split() if isinstance(claim, str) else claim if isinstance(claim, list) else []
    return frozenset(scope for scope in Scope if scope.value in words)
