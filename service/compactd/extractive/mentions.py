"""What a message names, out of its digest."""

from collections.abc import Iterator

from compactd.extractive.digest import Digest, Labelled, ResultDigest
from compactd.extractive.identifiers import Kind

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


def _of_result(result: ResultDigest) -> Iterator[Labelled]:
    yield from result.values
    for _, value, kind in result.tokens:
        if kind not in _PASSING:
            yield value, kind, ""
    for line in result.errors:
        for value, kind in line.identifiers:
            yield value, kind, ""
