"""What compactions cost is counted beside their calls: nothing that a database answers changes what a call does."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Generic, Protocol, TypeVar

import structlog

WAIT_SECONDS = 1.0
"""How long a call waits until what it has cost is counted."""

PAUSES: tuple[float, ...] = (0.1, 0.5, 2.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0)
"""Seconds before each repeat of what a database that is away could not count. After that it stays counted as the most
that it could have been."""

CLOSE_SECONDS = 2.0
"""How long a server that stops waits for what is not counted yet."""


class Held(Protocol):
    """What was held back, for whom."""

    @property
    def namespace(self) -> str: ...


H = TypeVar("H", bound=Held)
H_contra = TypeVar("H_contra", bound=Held, contravariant=True)


class SpendStore(Protocol[H_contra]):
    """Counts what it was in the end (`ports.quotas.QuotaStore`, `ports.budgets.BudgetStore`)."""

    async def settle_spend(self, reservation: H_contra, usd: float) -> None: ...


class Settlements(Generic[H]):
    """As many wait as compactions have held money back that could not be counted: while the database is away none
    does."""

    def __init__(self, store: SpendStore[H]) -> None:
        self._store = store
        self._tasks: set[asyncio.Task[None]] = set()

    async def settle(self, reservation: H, usd: float) -> None:
        """Returns when it has been tried, or after a second: what is not counted then is as soon as it can be. Raises
        nothing but CancelledError, which changes nothing about that."""
        tried: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._begin(self._settle(reservation, usd, tried))
        await asyncio.wait({tried}, timeout=WAIT_SECONDS)

    def give_back(self, reserving: asyncio.Task[H]) -> None:
        """Of a caller that has left before it was held back."""
        self._begin(self._give_back(reserving))

    async def close(self) -> None:
        """Lets what can be counted now be counted, and leaves the rest as it is held back."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=CLOSE_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name="settlement")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _give_back(self, reserving: asyncio.Task[H]) -> None:
        await asyncio.wait({reserving})
        if not reserving.cancelled() and reserving.exception() is None:
            await self._settle(reserving.result(), 0.0, asyncio.get_running_loop().create_future())

    async def _settle(self, reservation: H, usd: float, tried: asyncio.Future[None]) -> None:
        log = structlog.get_logger()
        for pause in (*PAUSES, None):
            try:
                await self._store.settle_spend(reservation, usd)
            except Exception as error:  # noqa: BLE001 - whatever it is, no call has failed for it
                log.warning(
                    "spend not counted",
                    namespace=reservation.namespace,
                    usd=usd,
                    error=type(error).__name__,
                    tries_again_after=pause,
                )
            else:
                return
            finally:
                if not tried.done():
                    tried.set_result(None)
            if pause is not None:
                await asyncio.sleep(pause)
