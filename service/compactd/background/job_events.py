"""What happens to a running job, on its way into the database."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace

import structlog

from compactd.application.job_watches import JobWatches
from compactd.domain.errors import OutcomeUnknown, StoreUnavailable
from compactd.domain.jobs import Again
from compactd.domain.progress import Event, EventKind, NumberedEvent, ordinal_of
from compactd.ports.jobs import JobStore, TakenJob

FLUSH_SECONDS = 0.5
"""How long an event waits for others: a job that takes less is written once, at its end."""


class JobEvents:
    """Those of one attempt at a job, which begins with this. How it ends is in the job itself."""

    def __init__(self, jobs: JobStore, watches: JobWatches, taken: TakenJob) -> None:
        self._jobs = jobs
        self._watches = watches
        self._taken = taken
        # Told from when it was begun: neither two machines' clocks are compared, nor does one that jumps matter.
        self._started_at = taken.job.started_at or taken.job.queued_at
        self._started = time.monotonic()
        self._count = 0
        self._waiting: list[NumberedEvent] = []
        self._timer: asyncio.TimerHandle | None = None
        self._flush: asyncio.Task[None] | None = None
        self._has_ended = False

    def happened(self, numbered: NumberedEvent) -> None:
        """Of the Compact that the job is."""
        if not numbered.event.kind.is_end and not self._has_ended:
            self._add(replace(numbered.event, at=self._now()))
            if self._timer is None:
                self._timer = asyncio.get_running_loop().call_later(FLUSH_SECONDS, self._begin_flush)

    def queued_again(self, again: Again) -> None:
        """The attempt is over, and there will be another one."""
        now = self._now()
        self._add(Event(EventKind.QUEUED, now, failure=again.failure, due_at=now + again.pause_seconds))

    def stop(self) -> None:
        """Nothing more is written, but for what is being written."""
        self._has_ended = True
        if self._timer is not None:
            self._timer.cancel()

    async def rest(self) -> Sequence[NumberedEvent]:
        """Those that are not kept, to be written with the end; nothing else writes them from now on."""
        self.stop()
        if self._flush is not None:
            await asyncio.wait((self._flush,))
        return self._waiting

    def _now(self) -> float:
        """Seconds since the epoch by the database's clock, as the job's own times are."""
        return self._started_at + time.monotonic() - self._started

    def _add(self, event: Event) -> None:
        self._count += 1
        self._waiting.append(NumberedEvent(ordinal_of(self._taken.token, self._count), event))

    def _begin_flush(self) -> None:
        self._flush = asyncio.create_task(self._write())

    async def _write(self) -> None:
        """What is not kept for want of a database comes with the next events, or with the end."""
        written = list(self._waiting)
        try:
            await self._jobs.add_events(self._taken, written)
        except (StoreUnavailable, OutcomeUnknown):
            written.clear()
        except Exception:  # noqa: BLE001 - a bug, whatever it is: the operator finds it, and the job goes on
            structlog.get_logger().exception("events not kept", job_id=self._taken.job.id)
        del self._waiting[: len(written)]
        self._watches.tell(self._taken.job.id)
        self._timer = None
        if self._waiting and not self._has_ended:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_SECONDS, self._begin_flush)
