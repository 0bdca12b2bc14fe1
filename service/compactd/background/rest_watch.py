"""Asks for conversations that have come to rest, where policies wait for that. Every process does; for each policy one
at a time."""

import asyncio

import structlog

from compactd.domain.errors import OutcomeUnknown, StoreUnavailable
from compactd.ports.fleet import Fleet
from compactd.ports.policies import PolicyStore

LOOK_SECONDS = 2.0
"""How often it is looked whether any policy waits for rests; their own times are told from then on."""


TAKEN_SECONDS = 0.5
"""When it is looked again whether others have asked for what they were about to."""


class RestWatch:
    """One for a process."""

    def __init__(self, policies: PolicyStore, fleet: Fleet) -> None:
        self._policies = policies
        self._fleet = fleet
        self._log = structlog.get_logger()

    async def run(self) -> None:
        """Goes on until it is cancelled."""
        while True:
            try:
                await asyncio.sleep(await self.look())
            except (StoreUnavailable, OutcomeUnknown):
                await asyncio.sleep(LOOK_SECONDS)
            except Exception:  # noqa: BLE001 - a bug, whatever it is: the operator finds it, and others go on
                self._log.exception("rests not looked for")
                await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> float:
        """Asks for what rests by now; after how many seconds to look again."""
        while (due_in := await self._policies.next_look()) is not None and due_in <= 0:
            asked = await self._policies.ask_rested()
            if asked is None:
                return TAKEN_SECONDS
            if asked:
                self._fleet.wake()
                self._log.info("compactions asked", conversations=asked, why="rest")
        return LOOK_SECONDS if due_in is None else min(due_in, LOOK_SECONDS)
