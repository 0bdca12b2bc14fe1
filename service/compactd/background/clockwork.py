"""What happens by itself as time goes by: policies with times of a clock start sweeps, and sweeps go on.

Every process that runs jobs has one. What several of them would do at once, one does: the store sees to it.
"""

import asyncio
from contextlib import suppress

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
            try:
                with suppress(StoreUnavailable, OutcomeUnknown):
                    await self.tick()
            except Exception:  # noqa: BLE001 - a bug, whatever it is: the operator finds it, and all else goes on
                structlog.get_logger().exception("clockwork failed")
            await asyncio.sleep(LOOK_SECONDS)

    async def tick(self) -> None:
        """Does once what there is to do. StoreUnavailable; OutcomeUnknown."""
        # Ends when nothing is due.
        while await self._sweeps.start_due_sweep():
            pass
        for sweep_id in await self._sweeps.unfinished_sweeps():
            if await self._sweeps.advance_sweep(sweep_id):
                self._fleet.wake()
