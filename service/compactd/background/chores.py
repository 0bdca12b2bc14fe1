"""Chores: what has to be done for a whole database now and then, by one process at a time.

Every process has them, whether it runs jobs or not. Which of them does one, and when, a row of the database says; from
a process that was killed another one takes over.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from compactd.domain.errors import OutcomeUnknown, StoreUnavailable
from compactd.domain.ids import new_uuid
from compactd.ports.chores import ChoreStore
from compactd.ports.observer import EndedChore, Observer

LOOK_SECONDS = 10.0
"""How often a process looks, at least, whether a chore is due."""

RENEW_SECONDS = 4.0
"""How often it says that it is at work on one: some of it may fail before others take over
(`ports.chores.HELD_SECONDS`)."""

FAILED_SECONDS = 60.0
"""After how long one that failed is tried again, at the latest."""


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Chore:
    """What is done so many seconds after it was done last. A process to which it is not `wanted`, since its settings
    give it nothing to do, leaves it to others. It may be broken off and begun again at any moment."""

    name: str
    every_seconds: float
    work: Callable[[], Awaitable[None]]
    is_wanted: Callable[[], bool] = _always


class Chores:
    """One for a process."""

    def __init__(self, store: ChoreStore, chores: Sequence[Chore], observer: Observer) -> None:
        self._store = store
        self._observer = observer
        self._chores = chores
        self._name = new_uuid()
        self._log = structlog.get_logger()

    async def run(self) -> None:
        """Goes on until it is cancelled; then gives back what it has begun."""
        async with asyncio.TaskGroup() as group:
            for chore in self._chores:
                group.create_task(self._follow(chore))

    async def _follow(self, chore: Chore) -> None:
        while True:
            pause = LOOK_SECONDS
            try:
                pause = min(await self.look(chore), LOOK_SECONDS)
            except (StoreUnavailable, OutcomeUnknown):
                pass
            except Exception:  # noqa: BLE001 - a bug, whatever it is: the operator finds it, and chores go on
                self._log.exception("chore failed", chore=chore.name)
            await asyncio.sleep(pause)

    async def look(self, chore: Chore) -> float:
        """Does the chore if it is due and nobody else does it; after how many seconds to look again."""
        if not chore.is_wanted():
            return LOOK_SECONDS
        due_in = await self._store.chore_due_in(chore.name, chore.every_seconds)
        if due_in > 0:
            return due_in
        if await self._store.begin_chore(chore.name, chore.every_seconds, self._name):
            await self._do(chore)
        return await self._store.chore_due_in(chore.name, chore.every_seconds)

    async def _do(self, chore: Chore) -> None:
        working, renewing = asyncio.ensure_future(chore.work()), asyncio.create_task(self._renew(chore))
        pause, started = min(chore.every_seconds, FAILED_SECONDS), time.monotonic()
        try:
            await asyncio.wait({working, renewing}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                failed = working.exception() is not None
                self._observer.chore_ended(EndedChore(chore.name, time.monotonic() - started, failed))
                await working
                pause = chore.every_seconds
        except asyncio.CancelledError:
            pause = 0.0
            raise
        finally:
            working.cancel()
            renewing.cancel()
            await asyncio.wait({working, renewing})
            # What cannot be given back is taken over when its time is over.
            with suppress(StoreUnavailable, OutcomeUnknown):
                await self._store.end_chore(chore.name, self._name, pause)

    async def _renew(self, chore: Chore) -> None:
        """Returns when it is somebody else's."""
        is_ours = True
        while is_ours:
            await asyncio.sleep(RENEW_SECONDS)
            with suppress(StoreUnavailable, OutcomeUnknown):
                is_ours = await self._store.renew_chore(chore.name, self._name)
