"""A thread for work that uses the CPU."""

import asyncio
import threading
import time
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeVar

from compactd.application.thread_answer import ThreadAnswer, answer_with
from compactd.application.turns import Turns
from compactd.domain.value_class import value
from compactd.strategies.steps import Steps

P = ParamSpec("P")
T = TypeVar("T")

FEW_MESSAGES = 50
"""Planning, rendering or viewing so many messages takes about a millisecond."""

MANY_STORED_FORMS = 10 * FEW_MESSAGES
"""Viewing so many messages, or answering with them, takes about a millisecond where none of them is decoded."""


_TURN_SECONDS = 0.02
"""CPU that work in steps takes before what others have for the worker gets its turn."""


@value
class _Job:
    """A function, and who waits for what it returns or raises."""

    function: Callable[[], Any]
    answer: ThreadAnswer

    def do(self) -> None:
        """In the thread. Nobody waits any more where the answer was cancelled."""
        if not self.answer.cancelled():
            answer_with(self.answer, self.function)


class CpuWorker:
    """Runs CPU-bound functions one after another, namespace by namespace, in a thread of its own.

    More threads than one would fight the event loop for the interpreter lock; only counting tokens, which gives it
    away, has a worker of its own. Callers hand in work of a few milliseconds (64 KB of text), so that many of them take
    turns; only the largest requests and answers, 1 MiB of tiny values, are decoded and encoded at once, which takes up
    to half a second.
    """

    def __init__(self, name: str = "cpu") -> None:
        """`name` tells its thread from others."""
        self._name = f"compactd-{name}"
        # One hop takes 14 µs of CPU, over a ThreadPoolExecutor, whose futures are made for any two threads, 33.
        self._jobs: Turns[_Job] = Turns()
        self._bell: SimpleQueue[bool] = SimpleQueue()
        """True for each job that was put; False at the end."""
        self._thread: threading.Thread | None = None
        self._is_closed = False

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `function` returns or raises. A cancelled caller's work is dropped if it has not begun."""
        if self._is_closed:
            raise RuntimeError("the worker is closed.")
        if self._thread is None:
            thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            thread.start()
            self._thread = thread
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.put(_Job(partial(function, *args, **kwargs), answer))
        self._bell.put(True)
        return await answer

    async def run_if(self, large: bool, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As run, if the work is `large`; work for which the way to the thread would cost more (50 microseconds of
        CPU) is done at once."""
        return await self.run(function, *args, **kwargs) if large else function(*args, **kwargs)

    async def run_over(self, size: int, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As run_if, for work that grows with `size` messages, or with the content parts and calls of messages."""
        return await self.run_if(size > FEW_MESSAGES, function, *args, **kwargs)

    async def run_in_turns(self, work: Steps[T]) -> T:
        """What the work gives; what takes longer than a turn lets others have theirs in between."""
        finished = await self.run(_turn, work)
        while finished is None:
            finished = await self.run(_turn, work)
        return finished[0]

    @property
    def waiting(self) -> int:
        """Pieces of work that have not begun."""
        return self._jobs.count

    def close(self) -> None:
        """Waits for the work that has begun and drops the rest."""
        self._is_closed = True
        while (job := self._jobs.take()) is not None:
            job.answer.cancel()
        if self._thread is not None:
            self._bell.put(False)
            self._thread.join()

    def _work(self) -> None:
        while self._bell.get():
            job = self._jobs.take()
            if job is not None:
                job.do()
            del job  # What it holds is not kept until the next one comes.


def _turn(work: Steps[T]) -> tuple[T] | None:
    """Goes on with the work for one turn; gives what came out if that finished it."""
    # Of this thread: where others have the processor meanwhile, a turn is not over sooner.
    end = time.thread_time() + _TURN_SECONDS
    while time.thread_time() < end:
        try:
            next(work)
        except StopIteration as last:
            return (last.value,)
    return None
