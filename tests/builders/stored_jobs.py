"""Jobs that tests of the store queue and take."""

import asyncio
from collections.abc import Sequence
from typing import Any

from compactd.domain.ids import new_uuid
from compactd.domain.jobs import Job, JobPriority
from compactd.domain.keys import ConversationKey
from compactd.ports.jobs import JobRequest, JobStore, TakenJob
from compactd.ports.store import Store
from tests.builders.stored_values import NAMESPACE, put_agent

RUNNER = "a runner"
MANY = 1_000


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
