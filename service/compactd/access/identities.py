"""Identities that others vouch for, and what they are here: a namespace and scopes."""

from collections.abc import Iterable

from compactd.access.entries import entries_of
from compactd.domain.principal import Principal, is_identity

WILDCARD = "*"


class Identities:
    """The identities of a file, a line each: identity, namespace, scopes. One that ends in * stands for all that begin
    with what is before it; of several that fit, the longest counts."""

    def __init__(self, principals: Iterable[tuple[str, Principal]] = ()) -> None:
        every = dict(principals)
        self._exact = {known: its for known, its in every.items() if not known.endswith(WILDCARD)}
        begins = [(known.removesuffix(WILDCARD), its) for known, its in every.items() if known.endswith(WILDCARD)]
        self._begins = sorted(begins, key=lambda item: len(item[0]), reverse=True)

    @classmethod
    def of_file(cls, data: bytes) -> "Identities":
        """ValueError with the line's number."""
        principals: dict[str, Principal] = {}
        for entry in entries_of(data):
            if WILDCARD in entry.known[:-1]:
                raise ValueError(f"line {entry.number}: * can stand at the end of an identity only.")
            if entry.known in principals:
                raise ValueError(f"line {entry.number}: this identity has a line already.")
            principals[entry.known] = Principal(entry.namespace, entry.scopes)
        return cls(principals.items())

    def principal(self, identity: str) -> Principal | None:
        """What it is here; None for one that has no line, or no name that can be written down."""
        if not is_identity(identity):
            return None
        found = self._exact.get(identity)
        if found is None:
            found = next((its for begin, its in self._begins if identity.startswith(begin)), None)
        return None if found is None else Principal(found.namespace, found.scopes, identity)

    def __len__(self) -> int:
        return len(self._exact) + len(self._begins)
