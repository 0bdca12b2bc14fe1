"""What a message names, out of its digest."""

from collections.abc import Iterator

from compactd.extractive.reading.digest import Digest, Labelled, ResultDigest
from compactd.extractive.reading.identifiers import Kind

WEAK = frozenset((Kind.NUMBER, Kind.SYMBOL, Kind.NAME))
"""Kinds that a form alone says little about: any other kind that the same value is found to be says more."""

_PASSING = frozenset((Kind.NUMBER, Kind.SYMBOL))
"""Kinds of which the output of a program is full: in it they count only where somebody else has named the same."""


def ledger_of(digest: Digest) -> Iterator[Labelled]:
    """The identifiers of a message, each with its kind and the key under which a tool was given it or gave it back; in
    the order in which they were read, some of them more than once."""
    for said in digest.sentences:
        for value, kind in said.identifiers:
            yield value, kind, ""
        for name in said.names:
            yield name, Kind.NAME, ""
    for value, kind in digest.middle:
        yield value, kind, ""
    for value, kind in digest.notes:
        if kind not in _PASSING:
            yield value, kind, ""
    for call in digest.calls:
        yield from call.values
    if digest.result is not None:
        yield from _of_result(digest.result)


def passing_mentions(digest: Digest) -> Iterator[str]:
    """What the output of a program, or a harness's note, holds and does not name by itself: a mention of whatever
    somebody else has named so."""
    for value, kind in digest.notes:
        if kind in _PASSING:
            yield value
    result = digest.result
    if result is None:
        return
    for token, value, kind in result.tokens:
        if token != value:
            yield token
        if kind in _PASSING:
            yield value
    yield from result.words


def add_kind(named: dict[str, Kind], value: str, kind: Kind) -> None:
    """Of one that is taken for several things the first kind counts that says something."""
    if value not in named or (kind not in WEAK and named[value] in WEAK):
        named[value] = kind


def words_of_digest(digest: Digest) -> str:
    """All that the digest of a message holds of its words: its sentences, names, values and what stands beside them."""
    found = [said.text for said in digest.sentences]
    for call in digest.calls:
        found += (call.name, *call.given, *(text for value, _, label in call.values for text in (label, value)))
    result = digest.result
    if result is not None:
        found += (result.reporter, result.failure or "", *result.words, *(line.text for line in result.errors))
        found += (token for token, _, _ in result.tokens)
        found += (text for value, _, label in result.values for text in (label, value))
    found += (value for value, _ in (*digest.middle, *digest.notes))
    return "\n".join(found)


def _of_result(result: ResultDigest) -> Iterator[Labelled]:
    yield from result.values
    for _, value, kind in result.tokens:
        if kind not in _PASSING:
            yield value, kind, ""
    for line in result.errors:
        for value, kind in line.identifiers:
            yield value, kind, ""
