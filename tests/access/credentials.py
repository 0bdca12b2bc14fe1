"""Credentials of the tests: what the server's files know, and keys to sign with."""

import json
import time
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

ADA = "canary-token-ada"
READER = "canary-token-reader"
WRITER = "canary-token-writer"
ADMIN = "canary-token-admin"
BOB = "canary-token-bob"

TOKENS = (
    (ADA, "team-a", "read,write,admin"),
    (READER, "team-a", "read"),
    (WRITER, "team-a", "write"),
    (ADMIN, "team-a", "admin"),
    (BOB, "team-b", "read,write,admin"),
)
"""Token, namespace, scopes."""

ISSUER = "https://issuer.mesh.local"
AUDIENCE = "compactd"

TOKEN_SECONDS = 24 * 3600
"""Until a token ends. Those that are parameters of tests are made before the first test begins."""

Headers = dict[str, str]


class Signer:
    """An issuer with a key of one kind."""

    def __init__(self, kind: str = "EC", kid: str = "first") -> None:
        self.kid = kid
        self._private: Any
        self._public: dict[str, Any]
        if kind == "RSA":
            self.algorithm = "RS256"
            self._private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            self._public = RSAAlgorithm.to_jwk(self._private.public_key(), as_dict=True)
        elif kind == "EC":
            self.algorithm = "ES256"
            self._private = ec.generate_private_key(ec.SECP256R1())
            self._public = ECAlgorithm.to_jwk(self._private.public_key(), as_dict=True)
        else:
            self.algorithm = "EdDSA"
            self._private = ed25519.Ed25519PrivateKey.generate()
            self._public = OKPAlgorithm.to_jwk(self._private.public_key(), as_dict=True)

    def jwk(self, **members: Any) -> dict[str, Any]:
        return {**self._public, "kid": self.kid, "use": "sig", **members}

    def jwks(self, *others: dict[str, Any]) -> bytes:
        return json.dumps({"keys": [self.jwk(), *others]}).encode()

    def token(self, algorithm: str = "", headers: Mapping[str, str | None] | None = None, **claims: Any) -> str:
        """A token that is right, but for what is given; a claim that is None is left out."""
        every = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "worker-7",
            "exp": int(time.time()) + TOKEN_SECONDS,
            "tenant": "team-a",
            "scope": "openid read write",
            **claims,
        }
        told = {name: value for name, value in every.items() if value is not None}
        named = {"kid": self.kid, **(headers or {})}
        told_of = {name: value for name, value in named.items() if value is not None}
        return jwt.encode(told, self._private, algorithm or self.algorithm, headers=told_of)


SIGNER = Signer()


def bearer(token: str) -> Headers:
    return {"authorization": f"Bearer {token}"}
