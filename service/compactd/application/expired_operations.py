"""Removing operations, jobs and sweeps whose time is over, beside everything else."""

import asyncio

from compactd.ports.jobs import JobStore
from compactd.ports.operations import OperationStore
from compactd.ports.sweeps import SweepStore

REST_SECONDS = 0.1
"""How long others have the database between one batch and the next."""


async def remove_expired(operations: OperationStore, jobs: JobStore, sweeps: SweepStore) -> None:
    """All that are there now. They count as absent from the moment at which they expire: no call waits for this."""
    more = True
    while more:
        more = await operations.remove_expired()
        more = await jobs.remove_expired_jobs() or more
        more = await sweeps.remove_expired_sweeps() or more
        await asyncio.sleep(REST_SECONDS)
