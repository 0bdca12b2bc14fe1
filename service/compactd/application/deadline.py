"""When work has to end, where those who wait for it may become others while it runs."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Deadline:
    """A moment of the monotonic clock, in seconds. It is put off when somebody comes who can wait longer, up to
    `latest`."""

    def __init__(self, at: float, latest: float | None = None) -> None:
        self.latest = at if latest is None else latest
        self.at = min(at, self.latest)
        self._shifted: list[tuple[float, Deadline]] = []
        self._running: set[asyncio.Timeout] = set()

    def remaining(self) -> float:
        """Seconds until then, as things are; 0 or less if it has passed."""
        return self.at - time.monotonic()

    def extend(self, at: float | None) -> None:
        """Somebody waits until `at`; None: as long as may be."""
        at = self.latest if at is None else min(at, self.latest)
        if at <= self.at:
            return
        self.at = at
        for timeout in self._running:
            # One that is expiring may still be closing what it has ended.
            if not timeout.expired():
                timeout.reschedule(_on_loop(at))
        for seconds, deadline in self._shifted:
            deadline.extend(at + seconds)

    def shifted(self, seconds: float) -> "Deadline":
        """So many seconds after this one, before it if negative, and never after `latest`; also when it is put off."""
        deadline = Deadline(self.at + seconds, self.latest + min(seconds, 0.0))
        self._shifted.append((seconds, deadline))
        return deadline

    @asynccontextmanager
    async def limit(self) -> AsyncIterator[None]:
        """TimeoutError for what is not done by then."""
        async with asyncio.timeout_at(_on_loop(self.at)) as timeout:
            self._running.add(timeout)
            try:
                yield
            finally:
                self._running.discard(timeout)


def _on_loop(at: float) -> float:
    """The same moment by the loop's clock, which may be another."""
    return asyncio.get_running_loop().time() + (at - time.monotonic())
