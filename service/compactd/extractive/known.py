"""What is worked out of words and the like, once however often they are met."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

KNOWN_AT_MOST = 20_000
"""Keys that are remembered, some hundred bytes each; who knows more of them begins anew."""


class Known(dict[K, T], Generic[K, T]):
    """Key, such as a word, → what `work_out` gives for it, found when it is asked for first."""

    def __init__(self, work_out: Callable[[K], T]) -> None:
        self._work_out = work_out

    def __missing__(self, key: K) -> T:
        if len(self) >= KNOWN_AT_MOST:
            self.clear()
        found = self[key] = self._work_out(key)
        return found
