"""Units of work on their way to the threads that do them, and their answers on the way back."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from sqlalchemy import Connection, Engine

from compactd.storage.session import Session


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """What is done in one transaction, which `begin` begins; without it each statement is a transaction, and the unit
    a short one.

    `is_done` finds out whether the unit happened, where its COMMIT does not tell.
    """

    work: Callable[[Connection], Any]
    begin: str
    writes: bool
    is_done: Callable[[Connection], bool] | None
    answer: "asyncio.Future[Any]"

    def succeed(self, result: Any) -> None:
        """Gives the result to who waits for it."""
        self._call(_set_result, result)

    def fail(self, error: BaseException) -> None:
        """Gives the error to who waits for a result."""
        self._call(_set_error, error)

    def settle(self, result: Callable[[], Any]) -> None:
        """Gives what the function returns or raises."""
        try:
            found = result()
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is raised where it is waited for
            self.fail(error)
        else:
            self.succeed(found)

    def _call(self, settle: Callable[["asyncio.Future[Any]", Any], None], outcome: Any) -> None:
        # A loop that is closed has nobody left who waits.
        with suppress(RuntimeError):
            self.answer.get_loop().call_soon_threadsafe(settle, self.answer, outcome)


Waiting = Callable[[], Unit | None]
"""Takes the next unit, if one waits."""


class UnitThreads:
    """Threads that take units in the order in which they came, those of a statement or two before the others: who asks
    for an agent does not wait behind what thirty compactions read. Each thread has a session of its own.

    A thread is started when all others are at work, up to `count` of them. One hop costs 17 µs of CPU here, over a
    ThreadPoolExecutor, whose futures are made for any two threads, 42.
    """

    def __init__(self, name: str, count: int, engine: Engine, serve: Callable[[Session, Unit, Waiting], None]) -> None:
        self._name = name
        self._count = count
        self._engine = engine
        self._serve = serve
        self._short: deque[Unit] = deque()
        self._others: deque[Unit] = deque()
        self._tokens: SimpleQueue[bool] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._units = 0
        self._closed = False

    async def run(self, unit: Unit) -> None:
        """Returns when the unit has its answer, and raises it if it is an error. A unit whose caller has gone before a
        thread took it is not done."""
        if self._closed:
            raise RuntimeError("the store is closed.")
        self._units += 1
        if len(self._threads) < min(self._units, self._count):
            thread = threading.Thread(target=self._work, name=f"{self._name}-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()
        (self._others if unit.begin else self._short).append(unit)
        self._tokens.put(True)
        try:
            await unit.answer
        finally:
            self._units -= 1

    def close(self) -> None:
        """Lets the units that were given be done, and ends the threads. Blocks."""
        self._closed = True
        for _ in self._threads:
            self._tokens.put(False)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        session = Session(self._engine)
        while self._tokens.get():
            unit = self._first()
            if not unit.answer.cancelled():
                self._serve(session, unit, self._next)
            del unit  # What it holds is not kept until the next one comes.
        session.drop()

    def _next(self) -> Unit | None:
        with suppress(Empty):
            while self._tokens.get_nowait():
                unit = self._first()
                if not unit.answer.cancelled():
                    return unit
            self._tokens.put(False)
        return None

    def _first(self) -> Unit:
        """The first unit that waits. There is one for every token taken, in one of the two."""
        try:
            return self._short.popleft()
        except IndexError:
            return self._others.popleft()


def _set_result(answer: "asyncio.Future[Any]", result: Any) -> None:
    if not answer.done():
        answer.set_result(result)


def _set_error(answer: "asyncio.Future[Any]", error: BaseException) -> None:
    if not answer.done():
        answer.set_exception(error)
