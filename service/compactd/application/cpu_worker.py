"""The one thread for work that uses the CPU."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

FEW_MESSAGES = 50
"""Planning, rendering or viewing so many messages takes about a millisecond."""


class CpuWorker:
    """Runs CPU-bound functions one after another in a thread of its own.

    More threads than one would fight the event loop for the interpreter lock. Callers hand in work of a few
    milliseconds (64 KB of text), so that many of them take turns; only the largest requests and answers, 1 MiB of tiny
    values, are decoded and encoded at once, which takes up to half a second.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="compactd-cpu")

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `function` returns or raises. A cancelled caller's work is dropped if it has not begun."""
        future = self._pool.submit(_call, partial(function, *args, **kwargs))
        return await asyncio.wrap_future(future)

    async def run_if(self, large: bool, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As run, if the work is `large`; work for which the way to the thread would cost more (100 to 150 microseconds
        of CPU) is done at once."""
        return await self.run(function, *args, **kwargs) if large else function(*args, **kwargs)

    async def run_over(self, size: int, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As run_if, for work that grows with `size` messages, or with the content parts and calls of messages."""
        return await self.run_if(size > FEW_MESSAGES, function, *args, **kwargs)

    def close(self) -> None:
        """Waits for the work that has begun and drops the rest."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _call(function: Callable[[], T]) -> T:
    """A future takes no StopIteration, and whoever awaits it would wait for ever: as from a coroutine, it comes out as
    a RuntimeError."""
    try:
        return function()
    except StopIteration as error:
        raise RuntimeError("a function of the worker raised StopIteration") from error
