"""Which messages of a conversation hold which identifiers."""

from collections.abc import Iterable

import msgspec

from compactd.extractive.ledger.mentions import WEAK, ledger_of, passing_mentions
from compactd.extractive.reading.digest import Digest
from compactd.extractive.reading.identifiers import Kind

HOLDERS_AT_MOST = 100
"""Positions that are known of one identifier: the last ones."""

IDENTIFIERS_AT_MOST = 200_000
"""Identifiers that are known of one conversation, about 60 MB. Of more of them those that were named last are."""


class Held(msgspec.Struct, gc=False):
    """An identifier: `count` messages hold it, the last of them at the `positions`, which grow."""

    value: str
    kind: Kind
    label: str
    count: int
    positions: list[int]

    @property
    def last(self) -> int:
        return self.positions[-1]


class Holders:
    """Identifiers by their value, in the order in which they were first named. Of one that was taken for several
    things the first kind counts that says something."""

    def __init__(self) -> None:
        self._held: dict[str, Held] = {}

    def __len__(self) -> int:
        return len(self._held)

    def all(self) -> Iterable[Held]:
        return self._held.values()

    def get(self, value: str) -> Held | None:
        return self._held.get(value)

    def add(self, position: int, digest: Digest) -> None:
        """The message at this position, which comes after all that were added before."""
        held = self._held
        for value, kind, label in ledger_of(digest):
            known = held.get(value)
            if known is None:
                held[value] = Held(value, kind, label, 1, [position])
                continue
            if known.kind in WEAK and kind not in WEAK:
                known.kind = kind
            known.label = known.label or label
            _hold(known, position)
        for value in passing_mentions(digest):
            known = held.get(value)
            if known is not None:
                _hold(known, position)
        if len(held) > IDENTIFIERS_AT_MOST:
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        """Half of them, so that it is seldom."""
        latest = sorted(held.last for held in self._held.values())
        oldest_kept = latest[-IDENTIFIERS_AT_MOST // 2]
        self._held = {value: held for value, held in self._held.items() if held.last >= oldest_kept}


def _hold(known: Held, position: int) -> None:
    positions = known.positions
    if positions[-1] == position:
        return
    known.count += 1
    positions.append(position)
    if len(positions) > 2 * HOLDERS_AT_MOST:
        del positions[:-HOLDERS_AT_MOST]
