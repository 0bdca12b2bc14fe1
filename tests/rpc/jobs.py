"""Jobs as clients submit them and look after them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Connection

from compactd.storage.job_tables import JOBS
from compaction.v1 import job_pb2, job_service_pb2
from tests.builders.chat import make
from tests.server import Client, LocalServer

PATIENCE = 30
"""Seconds, where many tests share few cores; what is waited for takes fewer."""

ENDED = (
    job_pb2.JOB_STATE_SUCCEEDED,
    job_pb2.JOB_STATE_SKIPPED,
    job_pb2.JOB_STATE_FAILED,
    job_pb2.JOB_STATE_CANCELLED,
)


@asynccontextmanager
async def running_jobs(server: LocalServer) -> AsyncIterator[None]:
    """The server runs jobs until the end of the block, and gives back then what it has begun."""
    running = asyncio.create_task(server.service.runner.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.wait((running,))


async def submit(client: Client, conversation_id: str, **fields: Any) -> job_pb2.Job:
    request = make(job_service_pb2.SubmitCompactionRequest, conversation_id=conversation_id, **fields)
    return await client.jobs.SubmitCompaction(request)


async def job_of(client: Client, job_id: str) -> job_pb2.Job:
    return await client.jobs.GetJob(job_service_pb2.GetJobRequest(job_id=job_id))


async def cancel(client: Client, job_id: str) -> job_pb2.Job:
    return await client.jobs.CancelJob(job_service_pb2.CancelJobRequest(job_id=job_id))


async def once(
    client: Client, job_id: str, is_so: Callable[[job_pb2.Job], bool], patience: float = PATIENCE
) -> job_pb2.Job:
    """The job as soon as that is so."""
    async with asyncio.timeout(patience):
        # Nobody is told of it.
        while not is_so(job := await job_of(client, job_id)):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return job


async def in_state(client: Client, job_id: str, *states: int, patience: float = PATIENCE) -> job_pb2.Job:
    """The job once it is in one of the states."""
    return await once(client, job_id, lambda job: job.state in states, patience)


async def put_off(client: Client, job_id: str) -> job_pb2.Job:
    """The job once it waits for a time."""
    return await once(client, job_id, lambda job: job.HasField("due_at"))


async def ended(client: Client, job_id: str) -> job_pb2.Job:
    return await in_state(client, job_id, *ENDED)


async def make_due(server: LocalServer) -> None:
    """As if every pause were over."""

    def shift(connection: Connection) -> None:
        connection.execute(JOBS.update().where(JOBS.c.due_at.is_not(None)).values(due_at=0.0))
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")

    await server.service.store._database.write(shift)
