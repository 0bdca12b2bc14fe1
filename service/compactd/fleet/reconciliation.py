"""Makes a queue beside our tables agree with them again, after something was killed or did not hear of the other."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from typing import Protocol

import structlog

from compactd.domain.errors import OutcomeUnknown, StoreUnavailable
from compactd.ports.jobs import JobStore

RECONCILE_SECONDS = 5.0
"""How often a process looks for what others that died have left, and for jobs without an item."""

FIRST = 200
"""How many jobs are looked at for whether they have an item. Those without one are passed by all others, and so come to
be the first."""


class Items(Protocol):
    """The items of the queue, by the ids of their jobs. StoreUnavailable while it is away."""

    async def forget_the_dead(self) -> None:
        """Removes from the queue's list the workers that have died."""

    async def hasten(self, job_ids: Collection[str]) -> None:
        """Has those of their items come now that are for a later time."""

    async def existing(self, job_ids: Collection[str]) -> Collection[str]:
        """Those of the jobs that have an item."""


class Reconciliation:
    """Jobs that wait and have no item get one, and so do those that runners which died have left."""

    def __init__(self, store: JobStore, items: Items) -> None:
        self._store = store
        self._items = items
        self._log = structlog.get_logger()

    async def run(self) -> None:
        """Goes on until it is cancelled."""
        while True:
            try:
                # One that is away is reconciled when it is back.
                with suppress(StoreUnavailable, OutcomeUnknown):
                    await self._reconcile()
            except Exception:  # noqa: BLE001 - a bug, whatever it is: the operator finds it, and it goes on
                self._log.exception("queue not reconciled")
            await asyncio.sleep(RECONCILE_SECONDS)

    async def _reconcile(self) -> None:
        await self._items.forget_the_dead()
        first = await self._store.first_jobs(FIRST)
        await self._items.hasten(first)
        if left := {*first} - {*await self._items.existing(first)}:
            await self._store.enlist_jobs(sorted(left))
        if (await self._store.look_for_jobs()).left:
            await self._store.recover_jobs()
