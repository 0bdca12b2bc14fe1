"""What goes wrong in a run: servers are killed, drained and frozen, the database is cut off and killed."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from random import Random

from tests.torture.databases import Database
from tests.torture.history import History
from tests.torture.replica import Replica

PAUSE = (1.0, 4.0)
"""Seconds between the end of a fault and the next one, at least and at most."""

SHORT_FREEZE = (0.5, 3.0)
LONG_FREEZE = (16.0, 18.0)
"""Seconds; the long one outlives a lease."""

WEIGHTS = {"kill": 12, "drain": 4, "freeze": 2, "long freeze": 1, "cut": 6, "kill database": 3}


class Faults:
    """`done` counts them by kind."""

    def __init__(self, random: Random, replicas: Sequence[Replica], database: Database, history: History) -> None:
        self._random = random
        self._replicas = replicas
        self._database = database
        self._history = history
        self.done: Counter[str] = Counter()

    async def run(self, until: float) -> None:
        """One after the other, until that time of the monotonic clock."""
        while (left := until - time.monotonic()) > PAUSE[1]:
            await asyncio.sleep(self._random.uniform(*PAUSE))
            kind = self._random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
            if (kind != "long freeze" or left > 2 * LONG_FREEZE[1]) and await self._commit(kind):
                self.done[kind] += 1
        await asyncio.sleep(max(0.0, until - time.monotonic()))

    async def _commit(self, kind: str) -> bool:
        """Whether it could be done."""
        replica = self._random.choice(self._replicas)
        match kind:
            case "kill":
                await replica.kill()
                await self._start(replica)
            case "drain":
                if status := await replica.drain():
                    self._history.find("", f"server {replica.number} ended with status {status} after SIGTERM")
                await self._start(replica)
            case "freeze":
                await replica.freeze(self._random.uniform(*SHORT_FREEZE))
            case "long freeze":
                await replica.freeze(self._random.uniform(*LONG_FREEZE))
            case "cut":
                return await self._database.cut(self._random) > 0
            case _:
                return await self._database.kill()
        return True

    async def _start(self, replica: Replica) -> None:
        """Until it serves: a server that never comes to that has nothing that a kill could break."""
        await replica.start()
        await replica.until_serving()
