"""Keeps what happens to Compacts of this process where others watch them: from then on, with what was before."""

import asyncio

import structlog

from compactd.application.progress_hub import ProgressHub
from compactd.domain.errors import OutcomeUnknown, StoreUnavailable
from compactd.domain.operations import OperationKey
from compactd.domain.progress import NumberedEvent
from compactd.ports.jobs import JobStore
from compactd.ports.operations import Claim

FLUSH_SECONDS = 0.5
"""How long an event waits for others."""


class KeptEvents:
    """One for a process. How a Compact ends is in its operation: the end is not kept."""

    def __init__(self, hub: ProgressHub, store: JobStore) -> None:
        self._hub = hub
        self._store = store
        self._keeping: dict[OperationKey, asyncio.Task[None]] = {}

    def keep(self, claim: Claim) -> None:
        """Somebody watches the attempt elsewhere. To be said again changes nothing."""
        key = claim.operation.key
        if key not in self._keeping:
            task = self._keeping[key] = asyncio.create_task(self._keep(claim))
            task.add_done_callback(lambda _: self._keeping.pop(key))

    async def close(self) -> None:
        """Keeps nothing more."""
        tasks = list(self._keeping.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _keep(self, claim: Claim) -> None:
        key = claim.operation.key
        waiting: list[NumberedEvent] = []

        def happened(numbered: NumberedEvent) -> None:
            if not numbered.event.kind.is_end:
                waiting.append(numbered)

        with self._hub.listening(key, happened):
            while self._hub.runs(key):
                if waiting:
                    await self._write(claim, waiting)
                await asyncio.sleep(FLUSH_SECONDS)

    async def _write(self, claim: Claim, waiting: list[NumberedEvent]) -> None:
        """What is not kept for want of a database comes with the next events."""
        written = list(waiting)
        try:
            await self._store.add_events_of_compact(claim, written)
        except (StoreUnavailable, OutcomeUnknown):
            written.clear()
        except Exception:  # noqa: BLE001 - a bug, whatever it is: the operator finds it, and the Compact goes on
            structlog.get_logger().exception("events not kept", conversation_id=claim.conversation.conversation_id)
        del waiting[: len(written)]
