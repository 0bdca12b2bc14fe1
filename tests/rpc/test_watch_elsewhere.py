"""What runs in one process is watched through another: two servers of one database."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text

from compactd.application import running_attempt
from compaction.v1 import agent_service_pb2
from tests.builders.chat import compact, new_agent, new_conversation, talk
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel
from tests.rpc.failures import failure_of
from tests.rpc.jobs import PATIENCE, cancel, ended, running_jobs, submit
from tests.rpc.models import ALL, MODEL, received, with_model
from tests.rpc.watches import ASKING, CANCELLED, COMMITTED, FAILED, PLANNED, QUEUED, kinds, watch, watched
from tests.server import LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

LONG = 60
Servers = tuple[LocalServer, LocalServer]


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=["sqlite", "postgresql"])
async def servers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('watches')}/compactd.db"
    else:
        url = request.getfixturevalue("module_postgres_url")
    settings: dict[str, Any] = {"database_connections": 4, "model_retry_seconds": 0}
    async with local_server(url, **settings) as one, local_server(url, **settings) as other:
        for server in (one, other):
            await server.service.model.warm()
        yield one, other


@pytest.fixture(autouse=True)
def _frequent_renewals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running_attempt, "RENEW_SECONDS", 0.1)


async def test_the_end_of_a_compact_of_another_process_is_told(servers: Servers, model: LoopbackModel) -> None:
    one, other = (server.client for server in servers)
    conversation_id, request_id = await with_model(one), str(uuid4())
    go = model.answer_later(openai_chat("Twenty invoices."))
    running = asyncio.create_task(compact(one, conversation_id, ALL, request_id=request_id))
    await received(model)
    *_, committed = await watched(other, go, compact_request_id=request_id)
    assert (committed.kind, committed.compaction_id) == (COMMITTED, (await running).compaction.id)
    # Wherever it is asked for.
    for client in (one, other):
        [again] = await watched(client, compact_request_id=request_id, after_ordinal=committed.ordinal - 1)
        assert (again.kind, again.ordinal) == (COMMITTED, committed.ordinal)


async def test_a_failure_is_told_and_what_was_before_where_there_is_time_for_it(
    servers: Servers, model: LoopbackModel
) -> None:
    one, other = (server.client for server in servers)
    conversation_id, request_ids = await with_model(one), [str(uuid4()), str(uuid4())]
    go = model.answer_later({"error": {"message": "no such model"}}, status=400)
    running = asyncio.create_task(compact(one, conversation_id, ALL, request_id=request_ids[0]))
    await received(model)
    events = await watched(other, go, compact_request_id=request_ids[0])
    assert (events[-1].kind, events[-1].error.reason) == (FAILED, (await failure_of(running)).reason)
    model.answer(openai_chat(), delay=LONG)
    running = asyncio.create_task(compact(one, conversation_id, ALL, request_id=request_ids[1]))
    await received(model, 2)
    stream = watch(other, compact_request_id=request_ids[1])
    async with asyncio.timeout(PATIENCE):
        assert kinds([await stream.read() for _ in range(2)]) == [PLANNED, ASKING]
        running.cancel()
        assert (await stream.read()).kind == CANCELLED


async def test_a_compact_that_nobody_watches_elsewhere_is_written_nowhere(
    servers: Servers, model: LoopbackModel
) -> None:
    one, _ = servers
    conversation_id, request_id = await with_model(one.client), str(uuid4())
    go, seen = model.answer_later(openai_chat("Twenty invoices.")), asyncio.Event()
    running = asyncio.create_task(compact(one.client, conversation_id, ALL, request_id=request_id))
    await received(model)
    watching = asyncio.create_task(watched(one.client, seen, compact_request_id=request_id))
    await asyncio.wait_for(seen.wait(), PATIENCE)
    # Long enough for renewals, with which it is learned who watches.
    await asyncio.sleep(0.3)
    go.set()
    assert kinds(await watching) == [PLANNED, ASKING, COMMITTED]
    await running
    assert await _stored(one, request_id) == 0


async def test_a_job_of_another_process_is_told_as_it_goes(servers: Servers, model: LoopbackModel) -> None:
    one, other = servers
    model.answer(openai_chat(), delay=LONG)
    job = await submit(other.client, await with_model(other.client))
    stream = watch(other.client, job_id=job.id)
    async with running_jobs(one), asyncio.timeout(PATIENCE):
        assert kinds([await stream.read() for _ in range(3)]) == [QUEUED, PLANNED, ASKING]
        await cancel(other.client, job.id)
        assert (await stream.read()).kind == CANCELLED
        await ended(one.client, job.id)


async def test_what_happened_is_deleted_with_the_agent(servers: Servers, model: LoopbackModel) -> None:
    one, other = servers
    agent, request_id = await new_agent(one.client, model=MODEL), str(uuid4())
    conversation_id = await new_conversation(one.client, talk(20), agent_id=agent.id)
    model.answer(openai_chat(), delay=LONG)
    running = asyncio.create_task(compact(one.client, conversation_id, ALL, request_id=request_id))
    await received(model)
    stream = watch(other.client, compact_request_id=request_id)
    async with asyncio.timeout(PATIENCE):
        await stream.read()
        assert await _stored(other, request_id) > 0
        await one.client.agents.DeleteAgent(agent_service_pb2.DeleteAgentRequest(agent_id=agent.id))
        assert (await failure_of(running)).reason == "CONVERSATION_NOT_FOUND"
    assert await _stored(other, request_id) == 0
    stream.cancel()


async def _stored(server: LocalServer, request_id: str) -> int:
    """How many events of it are in the database."""
    query = text("SELECT count(*) FROM job_events WHERE name = :name")
    count: int = await server.service.store._database.read(
        lambda connection: connection.scalar(query, {"name": request_id})
    )
    return count
