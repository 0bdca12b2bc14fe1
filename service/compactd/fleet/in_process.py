"""The fleet without a queue beside our tables: this process looks for jobs that wait, and takes them."""

import asyncio
from contextlib import suppress

from compactd.domain.errors import OutcomeUnknown, StoreUnavailable
from compactd.ports.fleet import Work
from compactd.ports.jobs import JobStore, TakenJob

LOOK_SECONDS = 1.0
"""How often jobs are looked for that nobody in this process has told of: those of others, and of runners that died."""


class InProcessFleet:
    """A `Fleet` of one process. Several of them, in as many processes, share the jobs of their database."""

    def __init__(self, store: JobStore, at_once: int) -> None:
        """It runs `at_once` jobs at the same time, at most; with 0 none."""
        self._store = store
        self._at_once = at_once
        self._changed = asyncio.Event()
        self._may_be_more = True

    def wake(self) -> None:
        self._changed.set()

    async def run(self, runner: str, work: Work, leaving: asyncio.Event) -> None:
        running: set[asyncio.Task[None]] = set()
        try:
            # Ends by being cancelled.
            while self._at_once:
                self._changed.clear()
                free, pause = self._at_once - len(running), LOOK_SECONDS
                if free and not leaving.is_set():
                    taken, pause = await self._take(runner, free)
                    for job in taken:
                        self._begin(job, work, running)
                await self._pause(pause)
        finally:
            for task in running:
                task.cancel()
            if running:
                await asyncio.wait(running)

    def _begin(self, job: TakenJob, work: Work, running: set[asyncio.Task[None]]) -> None:
        async def do() -> None:
            await work(job)

        def ended(task: asyncio.Task[None]) -> None:
            running.discard(task)
            self._changed.set()

        task = asyncio.create_task(do(), name=job.job.id)
        running.add(task)
        task.add_done_callback(ended)

    async def _take(self, runner: str, count: int) -> tuple[list[TakenJob], float]:
        """Jobs to begin, and after how many seconds to look again. A database that is away has none."""
        with suppress(StoreUnavailable, OutcomeUnknown):
            pause = LOOK_SECONDS
            # To look costs less than to take nothing, which is a transaction that writes.
            if not self._may_be_more:
                waiting = await self._store.look_for_jobs()
                self._may_be_more = waiting.ready or waiting.left
                pause = min(pause, max(waiting.due_in or pause, 0.0))
            if self._may_be_more:
                taken = await self._store.take_jobs(runner, count)
                self._may_be_more = len(taken) == count
                return list(taken), pause
            return [], pause
        return [], LOOK_SECONDS

    async def _pause(self, seconds: float) -> None:
        """Until something has changed here, or so many seconds have passed."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()
