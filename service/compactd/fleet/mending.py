"""Makes a queue beside our tables agree with them again, after something was killed or did not hear of the other."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from typing import Protocol

import structlog

from compactd.domain.errors import OutcomeUnknown, StoreUnavailable
from compactd.ports.jobs import JobStore

MEND_SECONDS = 5.0
"""How often a process looks for what others that died have left, and for jobs without an item."""

FIRST = 200
"""How many jobs are looked at for whether they have an item. Those without one are passed by all others, and so come to
be the first."""


class Items(Protocol):
    """The items of the queue, by the ids of their jobs. StoreUnavailable while it is away."""

    async def remove_finished(self) -> None:
        """Removes what nobody works on and nobody will."""

    async def remove_of_the_dead(self) -> Collection[str]:
        """Removes what workers have taken that died since; of which jobs."""

    async def remove_unheard_of(self) -> Collection[str]:
        """Removes what this worker has taken, without being told, for as long as it takes to be told; of which jobs."""

    async def existing(self, job_ids: Collection[str]) -> Collection[str]:
        """Those of the jobs that have an item which waits, or is a living worker's."""


class Mending:
    """Items that nobody works on are removed; jobs that wait and have none get one, and so do those that runners which
    died have left."""

    def __init__(self, store: JobStore, items: Items) -> None:
        self._store = store
        self._items = items
        self._log = structlog.get_logger()

    async def run(self) -> None:
        """Goes on until it is cancelled."""
        mend = self._mend_first
        while True:
            try:
                # One that is away is mended when it is back.
                with suppress(StoreUnavailable, OutcomeUnknown):
                    await mend()
                    mend = self._mend
            except Exception:  # noqa: BLE001 - a bug, whatever it is: the operator finds it, and mending goes on
                self._log.exception("queue not mended")
            await asyncio.sleep(MEND_SECONDS)

    async def _mend_first(self) -> None:
        await self._items.remove_finished()
        await self._mend()

    async def _mend(self) -> None:
        left = {*await self._items.remove_of_the_dead(), *await self._items.remove_unheard_of()}
        first = await self._store.first_jobs(FIRST)
        if first:
            left |= {*first} - {*await self._items.existing(first)}
        if left:
            await self._store.enlist_jobs(sorted(left))
        if (await self._store.look_for_jobs()).left:
            await self._store.recover_jobs()
