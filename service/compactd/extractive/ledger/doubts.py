"""Whether what a compaction wrote stands in anything that it could have read."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from compactd.extractive.reading.identifiers import LONGEST, Identifier
from compactd.strategies.steps import Steps

_PIECE = 64 * 1024
"""Code points that are gone through in one step, for a handful of identifiers."""

_RUN = re.compile("[0-9a-z]+")


class Doubts:
    """Identifiers that are looked for in one text after the other, whatever the case."""

    def __init__(self, doubtful: Sequence[Identifier]) -> None:
        self._left = {identifier: identifier.value.casefold() for identifier in doubtful}
        self._runs = {identifier: _longest_run(identifier.value) for identifier in doubtful}
        self._unclear = {identifier for identifier, run in self._runs.items() if not run}

    @property
    def unfounded(self) -> list[Identifier]:
        """Those that no text has had."""
        return list(self._left)

    @property
    def unclear(self) -> list[Identifier]:
        """Those of them that a text may have had nevertheless, with other blanks, or escaped: their longest run of
        letters and digits stood there."""
        return [identifier for identifier in self._left if identifier in self._unclear]

    def look_in(self, texts: Iterable[str]) -> Steps[None]:
        """Goes through more texts, as far as something is doubtful still."""
        for piece in chain.from_iterable(map(_pieces, texts)):
            if not self._left:
                break
            self._look_in(piece.casefold())
            yield

    def _look_in(self, folded: str) -> None:
        for identifier, value in list(self._left.items()):
            if self._runs[identifier] not in folded:
                continue
            if value in folded:
                del self._left[identifier]
            else:
                self._unclear.add(identifier)


def unfounded_in(doubtful: Sequence[Identifier], texts: Iterable[str]) -> Steps[list[Identifier]]:
    """Those that stand in none of the texts, whatever the case."""
    doubts = Doubts(doubtful)
    yield from doubts.look_in(texts)
    return doubts.unfounded


def _longest_run(value: str) -> str:
    """Of letters and digits that are the same however a text writes the others, and what is between."""
    return max(_RUN.findall(value.lower()), key=len, default="")


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces, each of which reaches as far into the next one as the longest identifier is long."""
    for start in range(0, len(text), _PIECE):
        yield text[start : start + _PIECE + 2 * LONGEST]
