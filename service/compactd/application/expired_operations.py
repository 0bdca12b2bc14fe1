"""Removing operations whose time is over, beside everything else."""

import asyncio

from compactd.ports.operations import OperationStore

EVERY_SECONDS = 60.0
"""How often they are looked for."""

REST_SECONDS = 0.1
"""How long others have the database between one batch and the next."""


async def remove_expired_operations(store: OperationStore) -> None:
    """Goes on until it is cancelled. They count as absent from the moment at which they expire: no call waits for
    this."""
    while True:
        more = await store.remove_expired()
        await asyncio.sleep(REST_SECONDS if more else EVERY_SECONDS)
