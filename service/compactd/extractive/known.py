"""What is worked out of words, once however often they are written."""

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

KNOWN_AT_MOST = 20_000
"""Words that are remembered, some hundred bytes each; who knows more of them begins anew."""


class Known(dict[str, T]):
    """Word → what `work_out` gives for it, found when it is asked for first."""

    def __init__(self, work_out: Callable[[str], T]) -> None:
        self._work_out = work_out

    def __missing__(self, word: str) -> T:
        if len(self) >= KNOWN_AT_MOST:
            self.clear()
        found = self[word] = self._work_out(word)
        return found
