"""Jobs that tests of the store queue and take."""

import asyncio
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from compactd.domain.ids import new_uuid
from compactd.domain.jobs import Job, JobFailure, JobPriority
from compactd.domain.keys import ConversationKey
from compactd.ports.jobs import JobRequest, JobStore, TakenJob
from compactd.ports.store import Store
from compactd.storage.job_tables import JOB_EVENTS, JOBS
from compactd.storage.operations import insert_done
from compactd.storage.store import SqlStore
from tests.builders.stored_operations import operation
from tests.builders.stored_values import NAMESPACE, put_agent

DOWN = JobFailure("UNAVAILABLE", "PROVIDER_UNAVAILABLE", "The provider could not be reached.")
RUNNER = "a runner"
MANY = 1_000
WAITS = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


def asked(priority: JobPriority = JobPriority.NORMAL, **fields: Any) -> JobRequest:
    return JobRequest(**{"priority": priority, "request": b"what to do", "request_id": new_uuid(), **fields})


async def conversation(store: Store, namespace: str = NAMESPACE) -> ConversationKey:
    agent = await put_agent(store, namespace)
    return ConversationKey(namespace, agent.default_conversation_id)


async def submit(store: Store, jobs: JobStore, namespace: str = NAMESPACE, **fields: Any) -> Job:
    """For a conversation of its own, and in a millisecond of its own: those of one have no order of queueing."""
    job = await jobs.submit_job(await conversation(store, namespace), asked(**fields))
    await asyncio.sleep(0.002)
    return job


async def take_all(jobs: JobStore, runner: str = RUNNER) -> Sequence[TakenJob]:
    return await jobs.take_jobs(runner, MANY)


async def take_one(jobs: JobStore, runner: str = RUNNER) -> TakenJob:
    [taken] = await jobs.take_jobs(runner, 1)
    return taken


async def remove_jobs(store: SqlStore) -> None:
    """All that there are."""

    def remove(connection: Connection) -> None:
        connection.execute(JOBS.delete())
        connection.execute(JOB_EVENTS.delete())

    await store._database.write(remove)


async def elapse(store: SqlStore, seconds: float) -> None:
    """As if so many seconds had passed for all jobs."""

    def shift(connection: Connection) -> None:
        times = ("held_until", "due_at", "queued_at", "started_at", "ended_at")
        connection.execute(JOBS.update().values({name: JOBS.c[name] - seconds for name in times}))

    await store._database.write(shift)


async def keep_reply(store: SqlStore, job: Job) -> None:
    """As if the job's compaction had been committed."""
    done = operation(job.request_id)

    def keep(connection: Connection) -> None:
        insert_done(connection, done, job.agent_id, job.conversation_id, b"the reply")

    await store._database.write(keep)


async def waiting(store: SqlStore, writing: asyncio.Task[Any]) -> None:
    """Returns once a transaction of PostgreSQL waits for another one, or the task has ended without."""

    def waits(connection: Connection) -> int:
        return int(connection.exec_driver_sql(WAITS).scalar_one())

    # Nobody is told of it.
    while not writing.done() and not await store._database.read_once(waits):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
