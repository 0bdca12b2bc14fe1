"""Static bearer tokens, of which the server knows the hashes only."""

import hmac
import re
import secrets
from collections.abc import Mapping
from hashlib import sha256

from compactd.access.entries import entries_of
from compactd.domain.principal import Principal

PREFIX = "cpd_"
"""What our own tokens begin with, so that scanners for secrets can tell them."""

SHOWN_DIGITS = 8
"""So many digits of a token's hash are its name in logs."""

_HASH = re.compile(r"[0-9a-fA-F]{64}")


def new_token() -> str:
    """A token of 256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What stands in the file for it: the SHA-256 of its UTF-8, in hexadecimal."""
    return sha256(token.encode()).hexdigest()


class TokenTable:
    """The tokens of a file, a line each: SHA-256 in hexadecimal, namespace, scopes."""

    def __init__(self, principals: Mapping[bytes, Principal]) -> None:
        self._principals = {digest: (digest, principal) for digest, principal in principals.items()}

    @classmethod
    def of_file(cls, data: bytes) -> "TokenTable":
        """ValueError with the line's number."""
        principals: dict[bytes, Principal] = {}
        for entry in entries_of(data):
            if not _HASH.fullmatch(entry.known):
                raise ValueError(
                    f"line {entry.number}: begin with the SHA-256 of the token, 64 hexadecimal digits: "
                    f"`compactd token` makes a token and its line."
                )
            digest = bytes.fromhex(entry.known)
            if digest in principals:
                raise ValueError(f"line {entry.number}: this token has a line already.")
            name = f"token:{entry.known[:SHOWN_DIGITS].lower()}"
            principals[digest] = Principal(entry.namespace, entry.scopes, name)
        return cls(principals)

    def principal(self, token: str) -> Principal | None:
        """Whose token it is. What is looked up is its hash, so that the time that takes says nothing of a token."""
        digest = sha256(token.encode("utf-8", "surrogateescape")).digest()
        known, principal = self._principals.get(digest, (b"", None))
        return principal if hmac.compare_digest(known, digest) else None

    def __len__(self) -> int:
        return len(self._principals)
