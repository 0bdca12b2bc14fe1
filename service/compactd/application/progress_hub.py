"""Compactions of this process that are watched: what has happened to each, and whoever wants to know more."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from compactd.domain.compactions import Compaction
from compactd.domain.jobs import JobFailure
from compactd.domain.operations import OperationKey
from compactd.domain.progress import (
    ORDINALS_OF_AN_ATTEMPT,
    Event,
    EventKind,
    NumberedEvent,
    ordinal_of,
    ordinal_of_end,
)
from compactd.ports.operations import Claim
from compactd.ports.progress import SILENT, Progress

Listener = Callable[[NumberedEvent], None]
"""Is told of an event as it happens; returns at once and raises nothing."""


class ProgressHub:
    """One for a process. Operations that nobody gave a name cannot be asked for, and are not recorded."""

    def __init__(self, failure_of: Callable[[Exception], JobFailure], now: Callable[[], float] = time.time) -> None:
        """`failure_of` says of an error what callers are told; `now` gives seconds since the epoch."""
        self._now = now
        self._failure_of = failure_of
        self._recorders: dict[OperationKey, _Recorder] = {}
        self._listeners: dict[OperationKey, list[Listener]] = {}

    @contextmanager
    def record(self, claim: Claim) -> Iterator[Progress]:
        """What is told within is the attempt's; at the end it has ended."""
        if not claim.operation.is_named:
            yield SILENT
            return
        key = claim.operation.key
        recorder = _Recorder(claim.attempt, self._now, lambda event: self._tell(key, event))
        self._recorders[key] = recorder
        try:
            yield recorder
        except asyncio.CancelledError:
            recorder.end(EventKind.CANCELLED)
            raise
        except Exception as error:
            recorder.end(EventKind.FAILED, self._failure_of(error))
            raise
        finally:
            del self._recorders[key]

    def runs(self, key: OperationKey) -> bool:
        """Whether an attempt at the operation is at work in this process."""
        return key in self._recorders

    @contextmanager
    def listening(self, key: OperationKey, listener: Listener) -> Iterator[None]:
        """Within, `listener` is told what happens to the operation in this process, and at once what has happened to an
        attempt that runs."""
        recorder = self._recorders.get(key)
        for event in recorder.events if recorder is not None else ():
            listener(event)
        self._listeners.setdefault(key, []).append(listener)
        try:
            yield
        finally:
            self._listeners[key].remove(listener)
            if not self._listeners[key]:
                del self._listeners[key]

    def _tell(self, key: OperationKey, event: NumberedEvent) -> None:
        # Mostly nobody listens: then no key is hashed for it.
        if self._listeners:
            for listener in self._listeners.get(key, ()):
                listener(event)


class _Recorder:
    """The Progress of one attempt, from its first event on."""

    def __init__(self, attempt: int, now: Callable[[], float], tell: Listener) -> None:
        self.events: list[NumberedEvent] = []
        self._attempt = attempt
        self._now = now
        self._tell = tell
        self._has_ended = False

    def planned(self, tokens: int, chunks: int) -> None:
        self._add(Event(EventKind.PLANNED, self._now(), tokens=tokens, chunks=chunks))

    def asking(self, chunk: int, chunks: int, retries: int) -> None:
        self._add(Event(EventKind.ASKING, self._now(), chunk=chunk, chunks=chunks, retries=retries))

    def merging(self, retries: int) -> None:
        self._add(Event(EventKind.MERGING, self._now(), retries=retries))

    def committed(self, record: Compaction) -> None:
        self._end(
            Event(
                EventKind.COMMITTED,
                self._now(),
                tokens=record.tokens_before,
                compaction_id=record.id,
                tokens_after=record.tokens_after,
            )
        )

    def end(self, kind: EventKind, failure: JobFailure | None = None) -> None:
        """It has ended so, unless it has committed."""
        if not self._has_ended:
            self._end(Event(kind, self._now(), failure=failure))

    def _end(self, event: Event) -> None:
        self._has_ended = True
        self._keep(NumberedEvent(ordinal_of_end(self._attempt), event))

    def _add(self, event: Event) -> None:
        # The last place is the end's.
        if (count := len(self.events) + 1) < ORDINALS_OF_AN_ATTEMPT - 1:
            self._keep(NumberedEvent(ordinal_of(self._attempt, count), event))

    def _keep(self, numbered: NumberedEvent) -> None:
        self.events.append(numbered)
        self._tell(numbered)
