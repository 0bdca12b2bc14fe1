"""Units of work on their way to the threads that do them, and their answers on the way back."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any

from sqlalchemy import Connection, Engine

from compactd.application.thread_answer import ThreadAnswer, fail
from compactd.application.turns import Turns
from compactd.storage.session import Session


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """What is done in one transaction, which `begin` begins; without it each statement is a transaction. A `short` one
    is a statement or two, and goes first.

    `is_done` finds out whether the unit happened, where its COMMIT does not tell. `since` is when it was given, on
    the monotonic clock.
    """

    work: Callable[[Connection], Any]
    begin: str
    short: bool
    writes: bool
    is_done: Callable[[Connection], bool] | None
    answer: ThreadAnswer
    since: float = field(default_factory=time.monotonic)

    def is_patient(self, seconds: float) -> bool:
        """Whether somebody waits for the answer, and has done so for less than these seconds."""
        return not self.answer.cancelled() and time.monotonic() < self.since + seconds


_Bell = SimpleQueue[None]
"""What wakes the thread that listens to it."""

Waiting = Callable[[], Unit | None]
"""Takes the next unit, if one waits."""


class UnitThreads:
    """Threads that take units in the order in which they came, namespace by namespace, those of a statement or two
    before the others: who asks for an agent does not wait behind what thirty compactions read. Each thread has a
    session of its own.

    A unit goes to the thread that was at work last, whose connection has the statements prepared, and to one that has
    no connection only when all that have one are at work: it may not get one. A thread is started when all others are
    at work, up to `count` of them. One hop costs 17 µs of CPU here, over a ThreadPoolExecutor, whose futures are made
    for any two threads, 42.
    """

    def __init__(
        self,
        name: str,
        count: int,
        engine: Engine,
        serve: Callable[[Session, Unit, Waiting], None],
        stop: Callable[[Session, Unit], None] | None,
    ) -> None:
        self._name = name
        self._count = count
        self._engine = engine
        self._serve = serve
        self._stop = stop
        self._sessions: list[Session] = []
        self._threads: list[threading.Thread] = []
        self._waiting: Turns[Unit] = Turns()
        # As in `Turns`: no lock.
        self._idle: deque[_Bell] = deque()
        self._closed = False

    async def run(self, unit: Unit) -> None:
        """Returns when the unit has its answer, and raises it if it is an error. A unit whose caller has gone before a
        thread took it is not done; one that is at work is stopped, if there is a `stop`, in a thread of its own."""
        if self._closed:
            raise RuntimeError("the store is closed.")
        self._waiting.put(unit, short=unit.short)
        if not self._wake():
            self._start(unit)
        try:
            await unit.answer
        except asyncio.CancelledError:
            self._leave(unit)
            raise

    @property
    def waiting(self) -> int:
        """Units that no thread has taken yet."""
        return self._waiting.count

    def close(self) -> None:
        """Lets the units that were given be done, and ends the threads. Blocks."""
        self._closed = True
        for bell in tuple(self._idle):
            bell.put(None)
        for thread in self._threads:
            thread.join()
        while (unit := self._take()) is not None:  # Given while the threads ended.
            fail(unit.answer, RuntimeError("the store is closed."))

    def _leave(self, unit: Unit) -> None:
        """Nobody waits for the unit any more."""
        for session in self._sessions:
            if self._stop is not None and session.is_at_work_for(unit):
                # Where the system has no thread left the unit goes on to its end.
                with suppress(RuntimeError):
                    threading.Thread(target=self._stop, args=(session, unit), daemon=True).start()

    def _wake(self) -> bool:
        """Wakes the thread that was at work last; False if none waits."""
        try:
            self._idle.pop().put(None)
        except IndexError:
            return False
        return True

    def _start(self, unit: Unit) -> None:
        """Starts a thread, if there may be one more. Where the system has none left, those that are at work get to the
        unit; RuntimeError if there are none."""
        if len(self._threads) >= self._count:
            return
        thread = threading.Thread(target=self._work, name=f"{self._name}-{len(self._threads)}", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            if not self._threads:
                unit.answer.cancel()
                raise
        else:
            self._threads.append(thread)

    def _work(self) -> None:
        session = Session(self._engine)
        self._sessions.append(session)
        bell: _Bell = SimpleQueue()
        is_closed = False
        while not is_closed:
            # Before the look for a unit: when none is found after it, all that was given before the close is done.
            is_closed = self._closed
            while (unit := self._take() or (None if is_closed else self._wait(bell, session))) is not None:
                session.work_for(unit)
                # Looked at once more: who leaves from now on finds the session at work.
                if not unit.answer.cancelled():
                    self._do(session, unit)
                session.release()
                del unit  # What it holds is not kept until the next one comes.
        session.drop()

    def _do(self, session: Session, unit: Unit) -> None:
        """Has the unit done, and those that are taken with it. An error of that itself, which nobody expects, fails all
        of them that have no answer yet; the thread goes on."""
        taken = [unit]

        def take() -> Unit | None:
            another = self._take()
            if another is not None:
                taken.append(another)
            return another

        try:
            self._serve(session, unit, take)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is raised where it is waited for
            for one in taken:
                fail(one.answer, error)
            session.drop()

    def _take(self) -> Unit | None:
        """The next unit, if one waits."""
        while (unit := self._waiting.take()) is not None:
            if not unit.answer.cancelled():
                return unit
        return None

    def _wait(self, bell: _Bell, session: Session) -> Unit | None:
        """Waits until a unit may have come, or the close. One that came before the bell could be heard is returned at
        once."""
        if session.is_connected:
            self._idle.append(bell)
        else:
            self._idle.appendleft(bell)
        unit = self._take()
        if unit is None and not self._closed:
            bell.get()
        try:
            self._idle.remove(bell)
        except ValueError:
            # It was rung. While this thread has a unit already, the one that it was rung for may be another.
            if unit is not None:
                self._wake()
        return unit
