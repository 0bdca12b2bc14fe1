"""Wakes those in this process who watch a job, where it is known here that something has happened to it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class JobWatches:
    """One for a process. Whoever watches a job that others run looks for what has happened from time to time."""

    def __init__(self) -> None:
        self._watchers: dict[str, list[asyncio.Event]] = {}

    def tell(self, job_id: str) -> None:
        """Something has happened to it, and is stored."""
        for watcher in self._watchers.get(job_id, ()):
            watcher.set()

    @contextmanager
    def watching(self, job_id: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever the job is told of within."""
        changed = asyncio.Event()
        self._watchers.setdefault(job_id, []).append(changed)
        try:
            yield changed
        finally:
            self._watchers[job_id].remove(changed)
            if not self._watchers[job_id]:
                del self._watchers[job_id]
