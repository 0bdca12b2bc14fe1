"""What waits in the database, as the admin pages show it. It is asked for where somebody looks, and not before."""

import asyncio
import math
import time
from collections.abc import Callable

from sqlalchemy.exc import DBAPIError

from compactd.domain.errors import StoreUnavailable
from compactd.ports.jobs import Backlog, JobStore
from compactd.telemetry.gauges import Gauges
from compactd.telemetry.metric_table import JOBS, JOBS_OLDEST

TIMEOUT = 1.0
"""Seconds that a page waits for the database."""

FRESH_SECONDS = 1.0
"""So long what was read serves other pages too, however many ask."""


class JobBacklog:
    """The figures of one database; what is not known is NaN."""

    def __init__(self, jobs: JobStore) -> None:
        self._jobs = jobs
        self._read: Backlog | None = None
        self._read_at = -math.inf

    def show(self, gauges: Gauges) -> None:
        gauges.ask_first(self.refresh)
        gauges.add(JOBS, self._reading(lambda read: read.ready), "ready")
        gauges.add(JOBS, self._reading(lambda read: read.put_off), "put_off")
        gauges.add(JOBS, self._reading(lambda read: read.running), "running")
        gauges.add(JOBS_OLDEST, self._reading(lambda read: round(read.oldest_seconds, 3)))

    async def refresh(self) -> None:
        if time.monotonic() - self._read_at < FRESH_SECONDS:
            return
        try:
            async with asyncio.timeout(TIMEOUT):
                self._read = await self._jobs.measure_jobs()
        except (StoreUnavailable, DBAPIError, TimeoutError):
            # compactd_database_up says so.
            self._read = None
        self._read_at = time.monotonic()

    def _reading(self, figure: Callable[[Backlog], float]) -> Callable[[], float]:
        return lambda: math.nan if self._read is None else figure(self._read)
