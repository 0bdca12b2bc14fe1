"""Work of a driver that may not notice when it is cancelled."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

AGAIN_SECONDS = 0.2
"""After how long what has not noticed it is cancelled again."""

_T = TypeVar("_T")


async def cancellable(work: Awaitable[_T]) -> _T:
    """Its answer or its error. Psycopg waits by `asyncio.wait_for`, where a cancelling is lost before Python 3.12 if
    what is waited for comes in the same moment: whoever had to stop would go on for ever. So the work is a task of its
    own; where the caller is cancelled it is cancelled until it has ended."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            task.cancel()
            await asyncio.wait((task,), timeout=AGAIN_SECONDS)
        if not task.cancelled():
            # Nobody is left to hear it; one that nobody asks for would be logged.
            task.exception()
        raise
