"""A claim for a job, and what others do with that job before the claim is committed. SQLite has one writer."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import Connection

from compactd.domain.errors import ContextChanged
from compactd.domain.jobs import End, JobState
from compactd.domain.keys import ConversationKey
from compactd.domain.operations import JobToken, Operation
from compactd.ports.jobs import TakenJob
from compactd.storage import claims
from compactd.storage.store import SqlStore
from tests.builders.stored_jobs import DOWN, asked, remove_jobs, take_one, waiting
from tests.builders.stored_operations import claimed, commit_claimed, expire, operation
from tests.builders.stored_values import begin


async def test_a_job_ends_after_what_its_runner_is_about_to_begin(
    postgres_store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref, taken, asked_for = await begun(postgres_store)
    async with held_claim(postgres_store, ref, asked_for, monkeypatch) as claiming:
        ending = asyncio.create_task(postgres_store.jobs.end_job(taken, End(JobState.FAILED, DOWN)))
        await waiting(postgres_store, ending)
    assert await ending
    with pytest.raises(ContextChanged):
        await commit_claimed(postgres_store, await claiming)


async def test_a_claim_where_a_record_has_expired_has_that_row_last(
    postgres_store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever ends the job has it before its operation: the claim that had the operation would wait for them."""
    ref, _, asked_for = await begun(postgres_store)
    await postgres_store.fail(await claimed(postgres_store, ref, asked_for), b"a failure")
    await expire(postgres_store, asked_for)

    def lock(connection: Connection) -> list[Any]:
        return list(connection.exec_driver_sql("SELECT name FROM operations FOR UPDATE SKIP LOCKED").scalars())

    async with held_claim(postgres_store, ref, asked_for, monkeypatch) as claiming:
        assert asked_for.key.name in await postgres_store._database.write(lock)
    assert (await claiming).attempt == 1


async def begun(store: SqlStore) -> tuple[ConversationKey, TakenJob, Operation]:
    """A job that a runner has, and what it asks for."""
    await remove_jobs(store)
    ref = await begin(store, 5)
    await store.jobs.submit_job(ref, asked())
    taken = await take_one(store.jobs)
    return ref, taken, operation(taken.job.request_id, job=JobToken(taken.job.id, taken.token))


@asynccontextmanager
async def held_claim(
    store: SqlStore, ref: ConversationKey, asked_for: Operation, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[asyncio.Task[Any]]:
    """A claim that has found its job, and goes on at the end of the block."""
    found, over, loop = asyncio.Event(), asyncio.Event(), asyncio.get_running_loop()
    require_job: Callable[[Connection, JobToken], None] = claims._require_job

    def slowly(connection: Connection, job: JobToken) -> None:
        require_job(connection, job)
        loop.call_soon_threadsafe(found.set)
        asyncio.run_coroutine_threadsafe(over.wait(), loop).result()

    monkeypatch.setattr(claims, "_require_job", slowly)
    claiming = asyncio.create_task(claimed(store, ref, asked_for))
    await found.wait()
    try:
        yield claiming
    finally:
        over.set()
        await asyncio.wait([claiming])
