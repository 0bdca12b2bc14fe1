"""Watching a job to its end: a stream of its events, begun again where a server has gone."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import grpc

from compactd_client.errors import CallFailed
from compaction.v1.job_pb2 import JobEvent
from compaction.v1.job_service_pb2 import WatchJobRequest

PAUSES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 5.0, 5.0, 5.0, 5.0)
"""Seconds before each further attempt since the last event. When there is none left it fails as the last attempt
did."""


class _Place:
    """How far a watcher is, and how long it waits before it begins again."""

    def __init__(self, job_id: str, after_ordinal: int) -> None:
        self._job_id = job_id
        self._ordinal = after_ordinal
        self._pauses = iter(PAUSES)

    @property
    def request(self) -> WatchJobRequest:
        return WatchJobRequest(job_id=self._job_id, after_ordinal=self._ordinal)

    def seen(self, event: JobEvent) -> JobEvent:
        self._ordinal = event.ordinal
        self._pauses = iter(PAUSES)
        return event

    def pause(self, error: Any) -> float:
        """CallFailed for an error that another attempt would meet as well."""
        pause = next(self._pauses, None)
        if error.code() != grpc.StatusCode.UNAVAILABLE or pause is None:
            raise CallFailed.of(error) from error
        return pause


def watch_job(jobs: Any, job_id: str, after_ordinal: int) -> Iterator[JobEvent]:
    """By the stub of a connection for threads."""
    place = _Place(job_id, after_ordinal)
    while True:
        try:
            for event in jobs.WatchJob(place.request):
                yield place.seen(event)
        except grpc.RpcError as error:
            time.sleep(place.pause(error))
        else:
            # The stream ends behind the last event.
            return


async def watch_job_async(jobs: Any, job_id: str, after_ordinal: int) -> AsyncIterator[JobEvent]:
    """By the stub of a connection for asyncio."""
    place = _Place(job_id, after_ordinal)
    while True:
        try:
            async for event in jobs.WatchJob(place.request):
                yield place.seen(event)
        except grpc.aio.AioRpcError as error:
            await asyncio.sleep(place.pause(error))
        else:
            return
