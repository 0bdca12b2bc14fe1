"""Deleting, so that nothing is left: gone for everybody at once, and the rows of what is large in batches."""

import asyncio

from compactd.application.stored_quotas import StoredQuotas
from compactd.domain.erasures import Erasure, ErasureReason
from compactd.domain.keys import AgentKey, ConversationKey
from compactd.ports.observer import Observer
from compactd.ports.store import Store

SCRUB_SECONDS = 60.0
"""How often it is looked for logs that hold what this process has deleted."""

REST_SECONDS = 0.01
"""How long others have the database between one batch and the next."""


class Erase:
    """Deletes agents and conversations, and tells the observer of each by whom."""

    def __init__(self, store: Store, quotas: StoredQuotas, observer: Observer) -> None:
        self._store = store
        self._quotas = quotas
        self._observer = observer

    async def agent(self, key: AgentKey, identity: str) -> None:
        """With all its conversations. AgentNotFound."""
        erasure = await self._store.delete_agent(key)
        self._quotas.freed(key.namespace)
        await self._end(erasure, identity)

    async def conversation(self, key: ConversationKey, identity: str) -> None:
        """ConversationNotFound; DefaultConversation."""
        erasure = await self._store.delete_conversation(key)
        self._quotas.freed(key.namespace)
        await self._end(erasure, identity)

    async def _end(self, erasure: Erasure, identity: str) -> None:
        """Returns when its rows are removed. It is deleted already: where the database goes away, or the caller, they
        are left to whoever looks for what any has left."""
        self._observer.erased(erasure, ErasureReason.CALL, identity)
        if erasure.has_rest:
            await remove_rest(self._store, erasure)


async def keep_scrubbed(store: Store) -> None:
    """Goes on until it is cancelled."""
    while True:
        await store.scrub()
        await asyncio.sleep(SCRUB_SECONDS)


async def remove_rest(store: Store, erasure: Erasure | None) -> None:
    """Removes the rows that it has left, or that any has, batch by batch."""
    while await store.remove_rest(erasure):  # noqa: ASYNC110 - each round is work, and others get their turn between
        await asyncio.sleep(REST_SECONDS)
