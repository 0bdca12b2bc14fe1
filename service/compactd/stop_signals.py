"""What a server process is told about its end."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

STOP = (signal.SIGTERM, signal.SIGINT)
"""To stop, as platforms ask for it, and as a person at a keyboard does, who waits for nobody to notice."""

HURRY = signal.SIGUSR1
"""To a worker, from its supervisor alone: to break off what still runs."""


class StopSignals:
    """What has been asked for by signals: to stop (SIGTERM), not to wait until others have noticed (SIGINT), to break
    off what still runs (a second one of either)."""

    def __init__(self) -> None:
        self.stop, self.drain, self.hurry = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._handle()

    def _handle(self) -> None:
        for number in STOP:
            asyncio.get_running_loop().add_signal_handler(number, self._signalled, number)

    def _signalled(self, number: int) -> None:
        if self.stop.is_set():
            self.hurry.set()
        if self.stop.is_set() or number == signal.SIGINT:
            self.drain.set()
        self.stop.set()


async def finishes(work: Coroutine[Any, Any, None], hurry: asyncio.Event) -> bool:
    """Whether it ends before `hurry` is set, for which it is broken off."""
    working, hurrying = asyncio.create_task(work), asyncio.create_task(hurry.wait())
    await asyncio.wait({working, hurrying}, return_when=asyncio.FIRST_COMPLETED)
    hurrying.cancel()
    if working.done():
        await working
        return True
    working.cancel()
    await asyncio.wait((working,))
    return False


class WorkerSignals(StopSignals):
    """The same in a worker, for which a second signal of the same kind says nothing: a terminal and systemd send each
    of them to all processes, and the supervisor passes it on. It stops, too, when its supervisor is gone."""

    def __init__(self, supervisor: int) -> None:
        """`supervisor` is the end of a pipe that can be read when the process at the other end is gone. Lets in the
        signals that the supervisor keeps to itself when it starts a worker."""
        self._supervisor = supervisor
        super().__init__()

    def _handle(self) -> None:
        loop = asyncio.get_running_loop()
        for number in STOP:
            loop.add_signal_handler(number, self._told, number)
        loop.add_signal_handler(HURRY, self._told, HURRY)
        loop.add_reader(self._supervisor, self._left_alone)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())

    def _told(self, number: int) -> None:
        self.stop.set()
        if number != signal.SIGTERM:
            self.drain.set()
        if number == HURRY:
            self.hurry.set()

    def _left_alone(self) -> None:
        asyncio.get_running_loop().remove_reader(self._supervisor)
        self.stop.set()
