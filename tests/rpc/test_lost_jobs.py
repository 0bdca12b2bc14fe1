"""A process that stands still loses its jobs to others, and then goes on: each job has one effect, or none."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Connection

from compactd.domain.errors import OutcomeUnknown
from compactd.domain.jobs import MAX_ATTEMPTS
from compactd.storage.job_tables import JOBS
from compaction.v1 import compaction_service_pb2, job_pb2
from tests.builders.chat import append, compact, talk
from tests.builders.stored_jobs import elapse
from tests.builders.stored_operations import wanted_elsewhere
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel
from tests.rpc.jobs import cancel, ended, in_state, once, running_jobs, submit
from tests.rpc.models import ALL, MODEL, SELF_ALL, received, waited_for_by, with_model
from tests.server import Client, LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

SETTINGS = {"mode": ALL, "model": MODEL}


@pytest_asyncio.fixture(loop_scope="session", params=["sqlite", "postgresql"])
async def servers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, model: LoopbackModel
) -> AsyncIterator[tuple[LocalServer, LocalServer]]:
    """Of one database."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('lost')}/compactd.db"
    else:
        url = request.getfixturevalue("shared_postgres_url")
    settings: dict[str, Any] = {"database_connections": 4, "model_retry_seconds": 0}
    async with local_server(url, **settings) as one, local_server(url, **settings) as other:
        for server in (one, other):
            await server.service.model.warm()
        yield one, other


async def lose_jobs(server: LocalServer) -> None:
    """As if the processes that run jobs had stood still until others took them over."""
    store = server.service.store
    await elapse(store, 60)
    await store.jobs.recover_jobs()


async def records_of(client: Client, conversation_id: str) -> list[str]:
    request = compaction_service_pb2.ListCompactionsRequest(conversation_id=conversation_id)
    return [record.id for record in (await client.compactions.ListCompactions(request)).compactions]


async def none_at_work(server: LocalServer) -> None:
    async with asyncio.timeout(30):
        # A runner tells nobody that it has nothing to do.
        while server.service.runner.running or server.service.run_operation.running:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_what_a_job_asked_for_before_it_was_lost_is_not_made_once_it_is_cancelled(
    servers: tuple[LocalServer, LocalServer], model: LoopbackModel
) -> None:
    one, other = servers
    go = model.answer_later(openai_chat())
    conversation_id = await with_model(one.client)
    job = await submit(one.client, conversation_id, compaction_settings=SETTINGS)
    async with running_jobs(one):
        await received(model)
        one.service.runner._in_hand.leaving.set()
        await lose_jobs(other)
        async with running_jobs(other):
            await wanted_elsewhere(other.service.store, conversation_id)
            await cancel(other.client, job.id)
            await in_state(other.client, job.id, job_pb2.JOB_STATE_CANCELLED)
            go.set()
            await none_at_work(one)
    assert await records_of(one.client, conversation_id) == []
    assert (await ended(one.client, job.id)).state == job_pb2.JOB_STATE_CANCELLED


async def test_what_a_job_has_not_asked_for_before_it_was_lost_is_not_begun_once_it_is_cancelled(
    servers: tuple[LocalServer, LocalServer], model: LoopbackModel
) -> None:
    one, other = servers
    go = model.answer_later(openai_chat())
    conversation_id = await with_model(one.client)
    calling = asyncio.create_task(compact(one.client, conversation_id, ALL))
    await received(model)
    await append(one.client, conversation_id, talk(20))
    job = await submit(one.client, conversation_id, compaction_settings=SETTINGS)
    async with running_jobs(one):
        await waited_for_by(2, one)
        one.service.runner._in_hand.leaving.set()
        await lose_jobs(other)
        async with running_jobs(other):
            await waited_for_by(1, other)
            await cancel(other.client, job.id)
            await in_state(other.client, job.id, job_pb2.JOB_STATE_CANCELLED)
            go.set()
            called = await calling
            await none_at_work(one)
    assert await records_of(one.client, conversation_id) == [called.compaction.id]


async def test_what_another_has_found_to_be_nothing_to_do_is_not_done_later(
    servers: tuple[LocalServer, LocalServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = servers
    conversation_id = await with_model(one.client, turns=0)
    job = await submit(one.client, conversation_id, compaction_settings=SETTINGS)
    claiming, may_claim = asyncio.Event(), asyncio.Event()
    claim = one.service.store.claim

    async def late_claim(*arguments: Any) -> Any:
        claiming.set()
        await may_claim.wait()
        return await claim(*arguments)

    monkeypatch.setattr(one.service.store, "claim", late_claim)
    async with running_jobs(one):
        await claiming.wait()
        one.service.runner._in_hand.leaving.set()
        await lose_jobs(other)
        async with running_jobs(other):
            await in_state(other.client, job.id, job_pb2.JOB_STATE_SKIPPED)
        await append(one.client, conversation_id, talk(20))
        may_claim.set()
        await none_at_work(one)
    assert await records_of(one.client, conversation_id) == []


async def test_a_job_whose_last_attempt_could_not_tell_that_it_has_compacted_succeeds(
    servers: tuple[LocalServer, LocalServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = servers
    conversation_id = await with_model(one.client)
    job = await submit(one.client, conversation_id, compaction_settings=SETTINGS)
    commit_compaction = one.service.store.commit_compaction

    async def unheard(*arguments: Any) -> None:
        await commit_compaction(*arguments)
        raise OutcomeUnknown

    def begun_before(connection: Connection) -> None:
        connection.execute(JOBS.update().where(JOBS.c.id == job.id).values(attempts=MAX_ATTEMPTS - 1))

    monkeypatch.setattr(one.service.store, "commit_compaction", unheard)
    await one.service.store._database.write(begun_before)
    async with running_jobs(one):
        done = await ended(one.client, job.id)
    assert (done.state, done.attempts) == (job_pb2.JOB_STATE_SUCCEEDED, MAX_ATTEMPTS)
    assert await records_of(one.client, conversation_id) == [done.compaction_id]


@pytest.mark.parametrize("is_cancelled", [False, True])
async def test_a_job_whose_request_id_was_used_for_another_compaction_fails_for_it(
    servers: tuple[LocalServer, LocalServer], monkeypatch: pytest.MonkeyPatch, *, is_cancelled: bool
) -> None:
    one, _ = servers
    conversation_id = await with_model(one.client)
    request_id = conversation_id[5:]
    job = await submit(one.client, conversation_id, compaction_settings=SETTINGS, request_id=request_id)
    called = await compact(one.client, conversation_id, SELF_ALL, request_id=request_id)
    claiming, may_claim, claim = asyncio.Event(), asyncio.Event(), one.service.store.claim

    async def slow_claim(*arguments: Any) -> Any:
        claiming.set()
        await may_claim.wait()
        return await claim(*arguments)

    monkeypatch.setattr(one.service.store, "claim", slow_claim)
    async with running_jobs(one), asyncio.timeout(30):
        await claiming.wait()
        if is_cancelled:
            await cancel(one.client, job.id)
            # The runner learns of it in its time.
            while not one.service.runner._cancelled:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        may_claim.set()
        done = await ended(one.client, job.id)
    assert (done.state, done.error.reason) == (job_pb2.JOB_STATE_FAILED, "REQUEST_ID_REUSED")
    assert await records_of(one.client, conversation_id) == [called.compaction.id]


async def test_a_process_that_takes_a_job_from_itself_does_it_once(
    servers: tuple[LocalServer, LocalServer], model: LoopbackModel
) -> None:
    one, _ = servers
    go = model.answer_later(openai_chat())
    conversation_id = await with_model(one.client)
    job = await submit(one.client, conversation_id, compaction_settings=SETTINGS)
    async with running_jobs(one):
        await received(model)
        await lose_jobs(one)
        await once(one.client, job.id, lambda job: job.attempts == 2)
        go.set()
        done = await ended(one.client, job.id)
    assert (done.state, done.attempts) == (job_pb2.JOB_STATE_SUCCEEDED, 2)
    assert await records_of(one.client, conversation_id) == [done.compaction_id]
    assert len(model.requests) == 1
