"""The jobs that this process is at work on, and whether it takes any more. It is there before the service is loaded,
since a process may be told to stop before that."""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress


class JobsInHand:
    """One for a process."""

    def __init__(self) -> None:
        self.leaving = asyncio.Event()
        """Set from when on no more are taken."""
        self._ids: set[str] = set()
        self._none_left = asyncio.Event()
        self._none_left.set()

    @property
    def ids(self) -> Collection[str]:
        return self._ids

    @contextmanager
    def holding(self, job_id: str) -> Iterator[None]:
        """The job is in hand until the end of the block."""
        self._ids.add(job_id)
        self._none_left.clear()
        try:
            yield
        finally:
            self._ids.discard(job_id)
            if not self._ids:
                self._none_left.set()

    async def drain(self, grace_seconds: float) -> None:
        """Has no more taken from now on. Returns when none is in hand, or after the grace."""
        self.leaving.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(grace_seconds):
                await self._none_left.wait()
