"""What is worked out once, however often it is asked for: of words and the like, and of an object."""

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
Owner = TypeVar("Owner")
T = TypeVar("T")

MEMO_SIZE = 20_000
"""Keys that are remembered, some hundred bytes each; a memo with more of them begins anew."""


class Memo(dict[K, T], Generic[K, T]):
    """Key, such as a word, → what `work_out` gives for it, found when it is asked for first."""

    def __init__(self, work_out: Callable[[K], T]) -> None:
        self._work_out = work_out

    def __missing__(self, key: K) -> T:
        if len(self) >= MEMO_SIZE:
            self.clear()
        found = self[key] = self._work_out(key)
        return found


class Lazy(Generic[Owner, T]):
    """A property that is worked out when it is asked for first. It is functools.cached_property without a lock: that
    takes longer than most of what is worked out so, and whoever works it out a second time finds the same."""

    def __init__(self, work_out: Callable[[Owner], T]) -> None:
        self._work_out = work_out
        self._name = work_out.__name__

    def __get__(self, owner: Owner, _: type[Any]) -> T:
        # There it stands before this from now on.
        found = owner.__dict__[self._name] = self._work_out(owner)
        return found
