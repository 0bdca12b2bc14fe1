"""Callers of a server that stops or moves, and what becomes of their calls."""

import asyncio
from collections import Counter
from collections.abc import Sequence

import grpc

from tests.builders.chat import context_of
from tests.server import Client

UNTIL_SEEN = 60
"""Seconds within which what is waited for has to happen."""

OK, UNAVAILABLE, DRAINING = "OK", "UNAVAILABLE", "DRAINING"


class Callers:
    """Callers that read a context again and again, whatever comes; and how many calls ended in which way."""

    def __init__(self, clients: Sequence[Client], conversation_id: str) -> None:
        self.outcomes: Counter[str] = Counter()
        self._grown = asyncio.Condition()
        self._over = False
        self._running = [asyncio.create_task(self._call(client, conversation_id)) for client in clients]

    async def have(self, outcome: str, more: int) -> None:
        """Returns when so many more calls have ended like that."""
        wanted = self.outcomes[outcome] + more
        async with self._grown, asyncio.timeout(UNTIL_SEEN):
            await self._grown.wait_for(lambda: self.outcomes[outcome] >= wanted)

    async def end(self) -> Counter[str]:
        self._over = True
        await asyncio.gather(*self._running)
        return self.outcomes

    async def _call(self, client: Client, conversation_id: str) -> None:
        while not self._over:
            try:
                await context_of(client, conversation_id)
                outcome = OK
            except grpc.aio.AioRpcError as error:
                outcome = DRAINING if "is stopping" in (error.details() or "") else error.code().name
            self.outcomes[outcome] += 1
            async with self._grown:
                self._grown.notify_all()
            if outcome == UNAVAILABLE:
                # Where nobody listens a call fails within a millisecond.
                await asyncio.sleep(0.01)
