"""Lines of the files in which operators write down identities: what is known, its namespace, its scopes."""

from collections.abc import Iterator
from dataclasses import dataclass

from compactd.domain.principal import MAX_NAMESPACE, Scope, is_identity, is_namespace, scopes_of


@dataclass(frozen=True, slots=True)
class Entry:
    """A line: `known` is what the caller is known by. `number` counts from 1."""

    number: int
    known: str
    namespace: str
    scopes: frozenset[Scope]


def entries_of(data: bytes) -> Iterator[Entry]:
    """The lines of a file but for empty ones and those that begin with #.

    ValueError with the line's number for one that is no entry, and for an empty file, which is one that is being
    written. No sentence repeats a line: it may be a token that was written in place of its hash.
    """
    if not data.strip():
        raise ValueError("it is empty; a line that begins with # is enough for a file that lets nobody in.")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise ValueError("it is no UTF-8.") from None
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield _entry(number, line)


def _entry(number: int, line: str) -> Entry:
    try:
        known, namespace, scopes = line.split()
    except ValueError:
        raise ValueError(
            f"line {number}: write three words with spaces between them: what the caller is known by, a namespace, and "
            f"scopes joined by commas."
        ) from None
    if not is_identity(known):
        raise ValueError(f"line {number}: what the caller is known by has to be printable.")
    if not is_namespace(namespace):
        raise ValueError(f"line {number}: a namespace has at most {MAX_NAMESPACE} characters of printable ASCII.")
    try:
        return Entry(number, known, namespace, scopes_of(scopes))
    except ValueError as error:
        raise ValueError(f"line {number}: {error}") from None
