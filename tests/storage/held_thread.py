"""A thread of the store that is kept at work, so that what is asked for meanwhile waits."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from sqlalchemy import Connection

Run = Callable[[Callable[[Connection], None]], Awaitable[None]]
"""`Database.write` or `Database.read`."""


PATIENCE = 60
"""Seconds, longer than what anybody does meanwhile."""


@asynccontextmanager
async def held(run: Run) -> AsyncIterator[None]:
    """Keeps the thread that takes such units at work inside the block."""
    begun, go = threading.Event(), threading.Event()

    def wait(_: Connection) -> None:
        begun.set()
        go.wait(PATIENCE)

    unit = asyncio.ensure_future(run(wait))
    await asyncio.to_thread(begun.wait, PATIENCE)
    yield
    go.set()
    # A unit that writes nothing still fails with the others where the commit that they share does.
    await asyncio.wait([unit])
    unit.exception()
