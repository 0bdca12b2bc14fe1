"""Watches jobs and Compacts: what was first, then what comes, up to the end.

What happens in this process is told at once; what happens in others is looked for.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress

from compactd.application.job_watches import JobWatches
from compactd.application.progress_hub import ProgressHub
from compactd.application.run_operation import RunOperation
from compactd.domain.errors import RequestNotFound
from compactd.domain.keys import JobKey
from compactd.domain.operations import OperationKey
from compactd.domain.progress import FIRST_ORDINAL, NumberedEvent, first_event, last_event
from compactd.ports.jobs import JobStore, WatchedJob
from compactd.rpc.job_events import end_of

LOOK_SECONDS, LONGEST_LOOK_SECONDS = 0.5, 2.0
"""After how long it is looked for what others have done: while nothing happens less and less often."""

MARK_SECONDS = 5.0
"""How often a watcher says to the process that has a Compact that it is watched (`ports.jobs.WATCHED_SECONDS`)."""


class Watching:
    """One for a process. Each watch goes on until the end, or until nobody iterates over it any more."""

    def __init__(self, store: JobStore, hub: ProgressHub, watches: JobWatches, run: RunOperation) -> None:
        self._store = store
        self._hub = hub
        self._watches = watches
        self._run = run

    async def job(self, key: JobKey, after: int) -> AsyncGenerator[NumberedEvent]:
        """What happens to a job, without the events up to `after`. JobNotFound, also when it is deleted meanwhile."""
        last, pause = after, LOOK_SECONDS
        with self._watches.watching(key.job_id) as changed:
            # Ends with the job.
            while True:
                changed.clear()
                watched = await self._store.watch_job(key, last)
                for event in _news(watched, last):
                    last, pause = event.ordinal, LOOK_SECONDS
                    yield event
                if watched.job.state.is_ended:
                    return
                pause = await _changed(changed, pause)

    async def request(self, key: OperationKey, after: int) -> AsyncGenerator[NumberedEvent]:
        """The same of what has this request_id: a job that was submitted with it, else a Compact. RequestNotFound."""
        job = await self._store.submitted_as(key)
        async with aclosing(self._compact(key, after) if job is None else self.job(job, after)) as events:
            async for event in events:
                yield event

    async def _compact(self, key: OperationKey, after: int) -> AsyncGenerator[NumberedEvent]:
        news: deque[NumberedEvent] = deque()
        changed, last, pause = asyncio.Event(), after, LOOK_SECONDS
        next_mark = time.monotonic()

        def happened(event: NumberedEvent) -> None:
            news.append(event)
            changed.set()

        with self._hub.listening(key, happened):
            # Ends with the Compact.
            while True:
                if not news and not self._hub.runs(key):
                    seen = await self._seen_elsewhere(key, last)
                    news.extendleft(reversed(seen))
                    has_ended = bool(seen) and seen[-1].event.kind.is_end
                    if not has_ended and time.monotonic() >= next_mark:
                        next_mark = time.monotonic() + MARK_SECONDS
                        await self._store.mark_watched(key)
                changed.clear()
                while news:
                    event = news.popleft()
                    if event.ordinal > last:
                        last, pause = event.ordinal, LOOK_SECONDS
                        yield event
                    if event.event.kind.is_end:
                        return
                pause = await _changed(changed, pause)

    async def _seen_elsewhere(self, key: OperationKey, last: int) -> Sequence[NumberedEvent]:
        """What the database knows of a Compact that does not run in this process, or not yet."""
        is_here = self._run.waits(key)
        found = await self._store.watch_compact(key, last)
        if found is None:
            if not is_here:
                raise RequestNotFound(request_id=key.name)
            return ()
        end = None if is_here else end_of(found)
        return found.events if end is None else [*found.events, end]


def _news(watched: WatchedJob, last: int) -> Sequence[NumberedEvent]:
    """What has happened behind the event with the ordinal `last`."""
    events = [first_event(watched.job)] if last < FIRST_ORDINAL else []
    events += watched.events
    end = last_event(watched.job, watched.last_ordinal)
    return [*events, end] if end is not None and end.ordinal > last else events


async def _changed(changed: asyncio.Event, pause: float) -> float:
    """Returns when it has changed, or after a pause; how long the next one is."""
    with suppress(TimeoutError):
        async with asyncio.timeout(pause):
            await changed.wait()
    return min(pause * 1.5, LONGEST_LOOK_SECONDS)
