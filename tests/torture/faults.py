"""What goes wrong in a run: servers are killed, drained and frozen, and the database has troubles of its own."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random

from tests.torture.databases import Database
from tests.torture.history import History
from tests.torture.replica import Replica

PAUSE = (0.5, 3.0)
"""Seconds between the end of a fault and the next one, at least and at most."""

SHORT_FREEZE = (0.5, 3.0)
LONG_FREEZE = (16.0, 18.0)
"""Seconds; the long one outlives a lease."""

OF_SERVERS = {"kill": 12, "drain": 3, "freeze": 2, "long freeze": 1}
"""How often each happens in comparison."""


class Faults:
    """`done` counts them by kind."""

    def __init__(
        self, random: Random, replicas: Sequence[Replica], database: Database, history: History, began: float
    ) -> None:
        """`began`: when the run did, on the monotonic clock."""
        self._random = random
        self._replicas = replicas
        self._database = database
        self._history = history
        self._began = began
        self._weights = {**OF_SERVERS, **database.faults}
        self._restarts: set[asyncio.Task[None]] = set()
        self.done: Counter[str] = Counter()

    async def run(self, until: float) -> None:
        """Until that time of the monotonic clock, one after the other; only a server's restart is not waited for."""
        while (left := until - time.monotonic()) > PAUSE[1]:
            await asyncio.sleep(self._random.uniform(*PAUSE))
            kind = self._random.choices(list(self._weights), list(self._weights.values()))[0]
            if (kind != "long freeze" or left > 2 * LONG_FREEZE[1]) and await self._commit(kind):
                self.done[kind] += 1
        await asyncio.sleep(max(0.0, until - time.monotonic()))
        await asyncio.gather(*self._restarts)

    async def _commit(self, kind: str) -> bool:
        """Whether it could be done."""
        if kind in self._database.faults:
            with self._noted(kind):
                return await self._database.suffer(kind, self._random)
        # One that never comes to serve has nothing that a kill could break.
        serving = [replica for replica in self._replicas if replica.is_serving]
        if not serving:
            return False
        replica = self._random.choice(serving)
        with self._noted(f"{kind} of {replica.name}"):
            match kind:
                case "kill":
                    await replica.kill()
                    self._restart(replica)
                case "drain":
                    if status := await replica.drain():
                        self._history.find("", f"{replica.name} ended with status {status} after SIGTERM")
                    self._restart(replica)
                case "freeze":
                    await replica.freeze(self._random.uniform(*SHORT_FREEZE))
                case _:
                    await replica.freeze(self._random.uniform(*LONG_FREEZE))
        return True

    def _restart(self, replica: Replica) -> None:
        async def start() -> None:
            with self._noted(f"start of {replica.name}"):
                await replica.start()

        self._restarts.add(asyncio.create_task(start()))

    @contextmanager
    def _noted(self, what: str) -> Iterator[None]:
        """Keeps when it was."""
        began = time.monotonic() - self._began
        try:
            yield
        finally:
            self._history.faults.append(f"{began:.3f}-{time.monotonic() - self._began:.3f} {what}")
