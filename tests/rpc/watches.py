"""Jobs and Compacts as clients watch them."""

import asyncio
from typing import Any

from compaction.v1 import job_pb2, job_service_pb2
from tests.builders.chat import make
from tests.rpc.jobs import PATIENCE
from tests.server import Client

QUEUED = job_pb2.JOB_EVENT_KIND_QUEUED
PLANNED = job_pb2.JOB_EVENT_KIND_PLANNED
ASKING = job_pb2.JOB_EVENT_KIND_ASKING
MERGING = job_pb2.JOB_EVENT_KIND_MERGING
COMMITTED = job_pb2.JOB_EVENT_KIND_COMMITTED
SKIPPED = job_pb2.JOB_EVENT_KIND_SKIPPED
FAILED = job_pb2.JOB_EVENT_KIND_FAILED
CANCELLED = job_pb2.JOB_EVENT_KIND_CANCELLED


def watch(client: Client, **fields: Any) -> Any:
    """A stream of events."""
    return client.jobs.WatchJob(make(job_service_pb2.WatchJobRequest, **fields))


async def watched(client: Client, seen: asyncio.Event | None = None, **fields: Any) -> list[job_pb2.JobEvent]:
    """All that a watcher sees up to the end of the stream, checked for what holds of each stream. `seen` is set with
    the first of it, where the rest waits for that."""
    events: list[job_pb2.JobEvent] = []
    async with asyncio.timeout(PATIENCE):
        async for event in watch(client, **fields):
            events.append(event)
            if seen is not None:
                seen.set()
    ordinals = [event.ordinal for event in events]
    assert ordinals == sorted(set(ordinals))
    return events


def kinds(events: list[job_pb2.JobEvent]) -> list[int]:
    return [event.kind for event in events]
