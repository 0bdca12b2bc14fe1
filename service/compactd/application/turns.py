"""Whose turn it is: what waits for a thread or a place is served by namespaces, one after another.

A namespace with a thousand calls that wait keeps another's call waiting for one of them at each thread and each place,
not for a thousand.
"""

import asyncio
from collections import deque
from contextvars import ContextVar
from types import TracebackType
from typing import Generic, TypeVar

T = TypeVar("T")

NAMESPACE_AT_WORK: ContextVar[str] = ContextVar("namespace_at_work", default="")
"""Of whose call the work is that runs; the tasks that it starts are of the same. Empty for the server's own."""

KEPT_LINES = 8
"""Lines in which nothing waits are kept up to this number: to make one takes longer than to pass by a few."""


class _Line(Generic[T]):
    """What waits for one namespace."""

    __slots__ = ("others", "short")

    def __init__(self) -> None:
        self.short: deque[T] = deque()
        self.others: deque[T] = deque()

    def take(self) -> T | None:
        while waiting := self.short or self.others:
            try:
                return waiting.popleft()
            except IndexError:
                # Another thread was faster.
                continue
        return None


class Turns(Generic[T]):
    """What waits: in a line for each namespace, in which `short` work goes first; the lines take turns.

    `put` is called by one thread, `take` by any. There is no lock, whose holder might wait for the interpreter while
    the event loop waits for the lock: each step is one of a deque's, which no other thread interrupts. Where several
    threads take at once, a line may have its turn one too early or too late, and nothing that waits is overlooked.
    """

    def __init__(self) -> None:
        self._lines: dict[str, _Line[T]] = {}
        self._order: deque[_Line[T]] = deque()
        """The line that has had its turn last stands at the end."""

    def put(self, item: T, *, short: bool = False) -> None:
        """Waits in the line of the namespace that is at work."""
        namespace = NAMESPACE_AT_WORK.get()
        line = self._lines.get(namespace) or self._begin(namespace)
        (line.short if short else line.others).append(item)

    def take(self) -> T | None:
        """What has its turn; None if nothing waits."""
        for passed, line in enumerate(self._order.copy()):
            # Looked at before it is asked: threads come here three times for each piece of work, mostly in vain.
            if (line.short or line.others) and (item := line.take()) is not None:
                self._order.rotate(-1 - passed)
                return item
        return None

    @property
    def count(self) -> int:
        """How much waits; for the thread that puts."""
        return sum(len(line.short) + len(line.others) for line in self._lines.values())

    def _begin(self, namespace: str) -> _Line[T]:
        if len(self._lines) >= KEPT_LINES:
            # Nothing comes into a line but by `put`: one that is empty here stays so.
            for name, line in [*self._lines.items()]:
                if not (line.short or line.others):
                    del self._lines[name]
                    self._order.remove(line)
        new = self._lines[namespace] = _Line[T]()
        self._order.append(new)
        return new


class Gate:
    """Lets so many in at once, `async with`; others wait for their turn."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: Turns[asyncio.Future[None]] = Turns()

    async def __aenter__(self) -> None:
        if self._free:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.put(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                # Its turn came together with its end.
                self._leave()
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def _leave(self) -> None:
        """Hands the place on, so that nobody who comes now is before those who wait."""
        while (turn := self._waiting.take()) is not None:
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
