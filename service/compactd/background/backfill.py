"""Fills in what this version keeps of conversations and an earlier one did not, beside everything else."""

import asyncio

import structlog

from compactd.domain.errors import OutcomeUnknown, StoreUnavailable
from compactd.ports.policies import PolicyStore

REST_SECONDS = 0.05
"""How long others have the database between one page and the next."""

LOOK_SECONDS = 2.0
"""How often it is looked whether there is anything left, where another process is at it or the database is away."""


class Backfill:
    """One for a process; of all processes one fills in at a time."""

    def __init__(self, policies: PolicyStore) -> None:
        self._policies = policies
        self._log = structlog.get_logger()

    async def run(self) -> None:
        """Goes on until nothing is left."""
        total = 0
        while True:
            try:
                filled = await self._policies.fill_figures()
            except (StoreUnavailable, OutcomeUnknown):
                filled = 0
            except Exception:  # noqa: BLE001 - a bug, whatever it is: the operator finds it, and all else goes on
                self._log.exception("figures not filled in")
                filled = 0
            if filled is None:
                break
            total += filled
            await asyncio.sleep(REST_SECONDS if filled else LOOK_SECONDS)
        if total:
            self._log.info("figures filled in", conversations=total)
