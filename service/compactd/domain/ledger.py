"""Identifiers of a conversation, and where they stand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256

MAX_TEXT = 256
"""Characters of a text to look for in identifiers."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """An identifier, and the messages that hold it. `kind` is one of `extractive.identifiers.Kind`, `label` the name
    under which a tool was given it or gave it back; `count` messages hold it, of which `message_ids` are the last ones
    in their order, and the last of all is at `last_position`. `evicted`: none of them is in the context."""

    id: str
    kind: str
    value: str
    label: str
    count: int
    message_ids: Sequence[str]
    last_position: int
    evicted: bool


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """Which entries are wanted: those of `kinds` (of all where it is empty), with `text` in them whatever the case."""

    kinds: Collection[str] = ()
    text: str = ""
    evicted_only: bool = False


def identifier_id(kind: str, value: str) -> str:
    """The id of an identifier within its conversation: always the same for the same kind and value."""
    named = f"{kind} {value}".encode(errors="surrogatepass")
    return f"identifier-{sha256(named).hexdigest()[:32]}"
