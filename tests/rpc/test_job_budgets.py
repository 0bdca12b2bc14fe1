"""What sweeps and policies may take from models: held back before one is asked, on both databases."""

import asyncio
from collections.abc import AsyncIterator

import grpc
import pytest
import pytest_asyncio
from sqlalchemy import select

from compactd.storage.budget_tables import BUDGET_HOLDS, BUDGET_SPENDS
from compactd.storage.policy_tables import POLICIES
from compaction.v1 import job_pb2, policy_service_pb2, sweep_pb2
from tests.builders.chat import append, make, new_agent, new_conversation, talk
from tests.loopback.model import LoopbackModel
from tests.rpc.failures import failure_of
from tests.rpc.jobs import PATIENCE, in_state, make_due, put_off, running_jobs
from tests.rpc.models import MODEL
from tests.rpc.sweeps import cancel, counts, ended, fleet_of, get, leave_nothing, resume, start
from tests.server import Client, LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

DAY_SECONDS = 86_400


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(module_url: str) -> AsyncIterator[LocalServer]:
    async with local_server(module_url, model_retry_seconds=0) as running:
        await running.service.model.warm()
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def client(server: LocalServer) -> AsyncIterator[Client]:
    yield server.client
    await leave_nothing(server.client)


async def taken_by(server: LocalServer, owner_id: str) -> list[tuple[int, float]]:
    """Tokens and US dollars that are counted, of each day; nothing is held back any more."""
    spends, holds = BUDGET_SPENDS.c, BUDGET_HOLDS.c
    database = server.service.store._database
    held = select(holds.id).where(holds.owner_id == owner_id)
    assert await database.read(lambda connection: connection.execute(held).all()) == []
    counted = select(spends.tokens, spends.usd).where(spends.owner_id == owner_id)
    return [tuple(row) for row in await database.read(lambda connection: connection.execute(counted).all())]


async def test_what_a_sweep_takes_is_counted_in_its_budget(
    server: LocalServer, client: Client, model: LoopbackModel
) -> None:
    agent_id, _ = await fleet_of(client, 2, model=MODEL)
    sweep = await start(client, agent_id, compaction_settings={}, budget={"tokens": 10_000_000, "usd": 100})
    async with running_jobs(server):
        done = await ended(server, sweep.id)
    assert counts(done) == {("SUCCEEDED", ""): 2, ("SKIPPED", "NOTHING_TO_COMPACT"): 1}
    [(tokens, usd)] = await taken_by(server, sweep.id)
    assert tokens > 0
    assert usd == pytest.approx(done.usd_spent)


async def paused(server: LocalServer, sweep_id: str) -> sweep_pb2.Sweep:
    """The sweep as soon as it is paused; none of its jobs waits for a time until then."""
    async with asyncio.timeout(PATIENCE):
        while (sweep := await get(server.client, sweep_id)).state != sweep_pb2.SWEEP_STATE_PAUSED:
            await make_due(server)
            await asyncio.sleep(0.02)
    return sweep


async def ended_at_once(server: LocalServer, sweep_id: str) -> sweep_pb2.Sweep:
    """The same for one that ends."""
    async with asyncio.timeout(PATIENCE):
        while not (sweep := await get(server.client, sweep_id)).HasField("ended_at"):
            await make_due(server)
            await server.service.clockwork.tick()
            await asyncio.sleep(0.02)
    return sweep


async def test_a_sweep_pauses_before_it_takes_more_than_its_budget(
    server: LocalServer, client: Client, model: LoopbackModel
) -> None:
    agent_id, _ = await fleet_of(client, 3, model=MODEL)
    sweep = await start(client, agent_id, compaction_settings={}, budget={"tokens": 10})
    await server.service.clockwork.tick()
    async with running_jobs(server):
        for _ in range(2):
            stopped = await paused(server, sweep.id)
            assert stopped.pause_reason == sweep_pb2.SWEEP_PAUSE_REASON_BUDGET_SPENT
            assert (stopped.shortfall.figure, stopped.shortfall.left) == ("tokens", 10)
            assert stopped.shortfall.needed > 10
            resumed = await resume(client, sweep.id)
            assert not resumed.pause_reason
            assert not resumed.HasField("shortfall")
    assert model.requests == []
    assert await taken_by(server, sweep.id) == [(0, 0.0)]
    await cancel(client, sweep.id)


async def test_a_sweep_goes_on_with_a_larger_budget_and_not_with_one_that_is_too_small(
    server: LocalServer, client: Client, model: LoopbackModel
) -> None:
    agent_id, _ = await fleet_of(client, 3, model=MODEL)
    sweep = await start(client, agent_id, compaction_settings={}, budget={"tokens": 1_000})
    await server.service.clockwork.tick()
    async with running_jobs(server):
        stopped = await paused(server, sweep.id)
        for too_small, field in (
            ({"tokens": int(stopped.shortfall.needed) - 1}, "budget.tokens"),
            ({"tokens": 1}, "budget.tokens"),
            ({"tokens": 0}, "budget.tokens"),
            ({}, "budget"),
        ):
            failure = await failure_of(resume(client, sweep.id, budget=too_small))
            assert (failure.code, failure.fields) == (grpc.StatusCode.INVALID_ARGUMENT, (field,))
        assert (await get(client, sweep.id)).state == sweep_pb2.SWEEP_STATE_PAUSED
        resumed = await resume(client, sweep.id, budget={"tokens": 10_000_000, "usd": 7})
        assert (resumed.budget.tokens, resumed.budget.usd) == (10_000_000, 7)
        done = await ended_at_once(server, sweep.id)
    assert counts(done) == {("SUCCEEDED", ""): 3, ("SKIPPED", "NOTHING_TO_COMPACT"): 1}
    assert done.tokens_spent == len(model.requests) * (60 + 50)


async def job_of_policy(client: Client) -> tuple[str, str]:
    """The ids of a policy that may spend next to nothing, and of a job of it."""
    agent = await new_agent(client, model=MODEL)
    policy = {
        "selector": {"agent_ids": [agent.id]},
        "trigger": {"context_tokens": 100},
        "daily_budget": {"usd": 1e-9},
    }
    created = await client.policies.CreatePolicy(make(policy_service_pb2.CreatePolicyRequest, policy=policy))
    appended = await append(client, await new_conversation(client, agent_id=agent.id), talk(20))
    assert appended.compaction_due
    return created.id, appended.job_id


async def test_jobs_of_a_policy_whose_day_is_spent_wait_for_the_next_one(
    server: LocalServer, client: Client, model: LoopbackModel
) -> None:
    policy_id, job_id = await job_of_policy(client)
    async with running_jobs(server):
        job = await put_off(client, job_id)
    assert (job.attempts, job.error.reason, job.policy_id) == (0, "QUOTA_EXCEEDED", policy_id)
    assert job.error.message.startswith("Of the 1e-09 that the budget budget_usd allows, 0 are used or reserved: ")
    assert f"{policy_id} does not leave the " in job.error.message
    # Soon after midnight, not all in the same moment.
    assert job.due_at.seconds // DAY_SECONDS == job.queued_at.seconds // DAY_SECONDS + 1
    assert model.requests == []


async def test_where_nobody_can_read_the_budget_no_model_is_asked(
    server: LocalServer, client: Client, model: LoopbackModel
) -> None:
    policy_id, job_id = await job_of_policy(client)
    unreadable = POLICIES.update().where(POLICIES.c.id == policy_id).values(body=b"{}")
    await server.service.store._database.write(lambda connection: connection.execute(unreadable))
    async with running_jobs(server):
        job = await in_state(client, job_id, job_pb2.JOB_STATE_FAILED)
    assert (job.attempts, job.error.reason) == (1, "POLICY_NOT_FOUND")
    assert policy_id in job.error.message
    assert model.requests == []
    await client.policies.DeletePolicy(policy_service_pb2.DeletePolicyRequest(policy_id=policy_id))
