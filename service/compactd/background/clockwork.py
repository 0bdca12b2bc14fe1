"""What happens by itself as time goes by: policies with times of a clock start sweeps, and sweeps go on.

Every process that runs jobs has one. What several of them would do at once, one does: the store sees to it.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

import structlog

from compactd.domain.errors import OutcomeUnknown, StoreUnavailable
from compactd.ports.fleet import Fleet
from compactd.ports.sweeps import SweepStore

LOOK_SECONDS = 1.0
"""How often it is looked whether there is anything to do."""


class Clockwork:
    """One for a process."""

    def __init__(self, sweeps: SweepStore, fleet: Fleet) -> None:
        self._sweeps = sweeps
        self._fleet = fleet

    async def run(self) -> None:
        """Goes on until it is cancelled."""
        while True:
            with suppress(StoreUnavailable, OutcomeUnknown):
                await self._apart(self.tick())
            await asyncio.sleep(LOOK_SECONDS)

    async def tick(self) -> None:
        """Does once what there is to do. StoreUnavailable; OutcomeUnknown."""
        await self._apart(self._start_due())
        for sweep_id in await self._sweeps.sweeps_to_advance():
            await self._apart(self._advance(sweep_id))

    async def _start_due(self) -> None:
        for key in await self._sweeps.due_runs():
            if not await self._apart(self._sweeps.start_run(key)):
                # Else it would be the first one for ever.
                await self._sweeps.put_off_run(key)

    async def _advance(self, sweep_id: str) -> None:
        if await self._sweeps.advance_sweep(sweep_id):
            self._fleet.wake()

    async def _apart(self, work: Coroutine[Any, Any, None]) -> bool:
        """What goes wrong with one thing stops no other; whether it went well."""
        try:
            await work
        except (StoreUnavailable, OutcomeUnknown):
            raise
        except Exception:  # noqa: BLE001 - a bug, whatever it is: the operator finds it, and all else goes on
            structlog.get_logger().exception("clockwork failed")
            return False
        return True
