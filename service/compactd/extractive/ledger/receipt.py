"""The receipt of a compaction: its evicted identifiers held against the context that it leaves."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from compactd.domain.receipts import KindCount, Receipt
from compactd.extractive.ledger.mentions import WEAK, ledger_of, passing_mentions, words_of_digest
from compactd.extractive.ledger.standing import Standing
from compactd.extractive.reading.digest import Digest
from compactd.extractive.reading.identifiers import LONGEST, Identifier, Kind
from compactd.strategies.steps import Steps

_A_STEP = 512
"""Identifiers; about a millisecond of CPU."""


_PIECE = 64 * 1024
"""Code points that are gone through in one step, for a handful of identifiers."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the evicted identifiers, in the order in which they were first written. `doubtful` are those of
    what the compaction wrote that no digest has: they may stand in a message all the same."""

    retained: Sequence[Identifier]
    recoverable: Sequence[Identifier]
    doubtful: Sequence[Identifier]

    def receipt(self, unfounded: int) -> Receipt:
        """The counts."""
        retained = Counter(kind for _, kind in self.retained)
        evicted = retained + Counter(kind for _, kind in self.recoverable)
        return Receipt([KindCount(kind, evicted[kind], retained[kind]) for kind in Kind if evicted[kind]], unfounded)


def outcome_of(
    evicted: Sequence[Digest], kept: Sequence[Digest], summary: str, written: Mapping[str, Identifier]
) -> Steps[Outcome]:
    """`written` are the identifiers, by value, of the parts of the `summary` that the compaction wrote itself."""
    named = yield from _named_in(evicted)
    stands = Standing(summary)
    gone: set[str] = set()
    for number, value in enumerate(named, 1):
        if number % _A_STEP == 0:
            yield
        if value not in written and value not in stands:
            gone.add(value)
    gone -= yield from _mentioned_in(kept, gone)
    doubtful = [identifier for value, identifier in written.items() if value not in named]
    return Outcome(
        retained=[Identifier(value, kind) for value, kind in named.items() if value not in gone],
        recoverable=[Identifier(value, kind) for value, kind in named.items() if value in gone],
        doubtful=(yield from unfounded_in(doubtful, map(words_of_digest, (*evicted, *kept)))),
    )


def unfounded_in(doubtful: Sequence[Identifier], texts: Iterable[str]) -> Steps[list[Identifier]]:
    """Those that stand in none of the texts, whatever the case."""
    left = {identifier: identifier.value.casefold() for identifier in doubtful}
    for piece in chain.from_iterable(map(_pieces, texts)):
        if not left:
            break
        folded = piece.casefold()
        left = {identifier: value for identifier, value in left.items() if value not in folded}
        yield
    return list(left)


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces, each of which reaches as far into the next one as the longest identifier is long."""
    for start in range(0, len(text), _PIECE):
        yield text[start : start + _PIECE + 2 * LONGEST]


def _named_in(digests: Iterable[Digest]) -> Steps[dict[str, Kind]]:
    """Every identifier of the messages. Of one that is taken for several things the first kind counts that says
    something."""
    named: dict[str, Kind] = {}
    for digest in digests:
        for value, kind, _ in ledger_of(digest):
            if value not in named or (kind not in WEAK and named[value] in WEAK):
                named[value] = kind
        yield
    return named


def _mentioned_in(digests: Iterable[Digest], values: set[str]) -> Steps[set[str]]:
    """Those of the values that the messages name, or mention in passing."""
    found: set[str] = set()
    for digest in digests if values else ():
        found.update(value for value in _mentions(digest) if value in values)
        yield
    return found


def _mentions(digest: Digest) -> Iterator[str]:
    for value, _, _ in ledger_of(digest):
        yield value
    yield from passing_mentions(digest)
