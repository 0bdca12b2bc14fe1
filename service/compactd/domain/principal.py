"""Who calls: whose data a call sees, and what it may do there."""

import re
from dataclasses import dataclass
from enum import StrEnum

MAX_NAMESPACE = 128
"""Characters of a namespace's name."""

_NAMESPACE = re.compile(rf"[!-~]{{1,{MAX_NAMESPACE}}}")


class Scope(StrEnum):
    """What a principal may do: look, change, administer."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Principal:
    """The identity of a call. Nothing outside its `namespace` exists for it, and it does no more than its `scopes`."""

    namespace: str
    scopes: frozenset[Scope]
    name: str = ""
    """What operators know the identity by, such as a SPIFFE id or a token's subject; never a credential."""


LOCAL_PRINCIPAL = Principal("default", frozenset(Scope))
"""The caller of a server without configured identities: there is one namespace, and everything is allowed."""

ANONYMOUS = Principal("", frozenset())
"""Nobody in particular: there is nothing in this namespace, and nothing is allowed."""


def is_namespace(name: str) -> bool:
    """Whether a namespace can have that name: printable ASCII without spaces. None has an empty one."""
    return _NAMESPACE.fullmatch(name) is not None


def is_identity(name: str) -> bool:
    """Whether an identity can have that name: no control characters, and nothing that has no UTF-8, since it is written
    into logs."""
    return name.isprintable()


def scopes_of(names: str) -> frozenset[Scope]:
    """Those that are joined by commas, at least one. ValueError, whose text says what to write, for any other word."""
    try:
        return frozenset(Scope(name) for name in names.split(","))
    except ValueError:
        raise ValueError("write scopes as read, write or admin, joined by commas without spaces.") from None
