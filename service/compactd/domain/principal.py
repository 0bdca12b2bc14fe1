"""Who calls: whose data a call sees, and what it may do there."""

from dataclasses import dataclass
from enum import StrEnum


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


LOCAL_PRINCIPAL = Principal("default", frozenset(Scope))
"""The caller of a server without configured identities: there is one namespace, and everything is allowed."""

ANONYMOUS = Principal("", frozenset())
"""Nobody in particular: there is nothing in this namespace, and nothing is allowed."""
