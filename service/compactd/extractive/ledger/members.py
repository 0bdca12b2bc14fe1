"""What messages name, in a form that a database joins: members of a JSON object.

A receipt asks of thousands of messages which identifiers they name, and nothing else. Joined with commas the members of
all of them are one object, and who reads it has each name once: of 5,000 messages in a tenth of the time that their
digests take. A key is the letter of a kind and a value, or PASSING and a value; the first one of each message is the
version of the rules that have read it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import orjson

from compactd.extractive.ledger.mentions import WEAK, ledger_of, passing_mentions
from compactd.extractive.reading.digest import VERSION, Digest
from compactd.extractive.reading.identifiers import Kind
from compactd.strategies.steps import A_STEP, Steps

JOINT = ","
"""What stands between the members of one message and those of the next."""

_LETTERS: Mapping[Kind, str] = {kind: chr(ord("a") + number) for number, kind in enumerate(Kind)}
_KINDS: Mapping[str, Kind] = {letter: kind for kind, letter in _LETTERS.items()}
_PASSING = "~"
_READ_BY = str(VERSION)

_PIECE = 64 * 1024
"""Code points that are read in one step: half a millisecond of CPU."""

# No key holds it: inside of one a quotation mark has a backslash before it.
_BETWEEN = f'":0{JOINT}"'


class Members(NamedTuple):
    """Of one message: the identifiers that it names, and what it mentions in passing; None where that is nothing."""

    identifiers: bytes
    passing: bytes | None


def members_of(digest: Digest) -> Members:
    """What the message of a digest names and mentions, each once."""
    named: dict[str, Kind] = {}
    for value, kind, _ in ledger_of(digest):
        # As add_kind, see below.
        if named.setdefault(value, kind) in WEAK and kind not in WEAK:
            named[value] = kind
    passing = [f"{_PASSING}{value}" for value in passing_mentions(digest) if value not in named]
    keys = [_READ_BY, *(f"{_LETTERS[kind]}{value}" for value, kind in named.items())]
    return Members(_members(keys), _members(passing) if passing else None)


def kinds_in(joined: str) -> Steps[dict[str, Kind] | None]:
    """The identifiers that messages name, in the order in which they were first named, and what each is. None where
    rules of another version have read one of the messages."""
    keys = yield from _keys(joined)
    named: dict[str, Kind] = {}
    for start in range(0, len(keys), A_STEP):
        for key in keys[start : start + A_STEP]:
            kind = _KINDS.get(key[0])
            if kind is None:
                return None
            # As add_kind: calling it would take as long again.
            value = key[1:]
            if named.setdefault(value, kind) in WEAK and kind not in WEAK:
                named[value] = kind
        yield
    return named


def values_in(joined: str) -> Steps[set[str] | None]:
    """All that messages name, or mention in passing. None as above."""
    keys = yield from _keys(joined)
    if any(key[0].isdigit() for key in keys):
        return None
    return {key[1:] for key in keys}


def _keys(joined: str) -> Steps[list[str]]:
    """Each key once, in the order of the first ones, without the version of today's rules."""
    keys: dict[str, int] = {}
    for piece in _pieces(joined):
        keys |= orjson.loads(f"{{{piece}}}")
        yield
    keys.pop(_READ_BY, None)
    return list(keys)


def _pieces(joined: str) -> Iterator[str]:
    """The members in pieces of about one size, none of them cut."""
    start = 0
    while (between := joined.find(_BETWEEN, start + _PIECE)) >= 0:
        end = between + _BETWEEN.index(JOINT)
        yield joined[start:end]
        start = end + len(JOINT)
    yield joined[start:]


def _members(keys: Iterable[str]) -> bytes:
    return orjson.dumps(dict.fromkeys(keys, 0))[1:-1]
