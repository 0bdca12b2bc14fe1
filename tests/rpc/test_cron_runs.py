"""Policies with times of a clock: a sweep at each of them, once, on both databases."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Connection, select

from compactd.storage.cron_runs import PUT_OFF_SECONDS
from compactd.storage.policy_tables import POLICIES
from compactd.storage.sweep_tables import CRON_RUNS
from compaction.v1 import agent_service_pb2, policy_pb2, policy_service_pb2, sweep_pb2, sweep_service_pb2
from tests.builders.chat import make
from tests.rpc.jobs import running_jobs
from tests.rpc.sweeps import EMBEDDED, counts, ended, fleet_of, jobs_of, leave_nothing, pause
from tests.server import Client, LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(module_url: str) -> AsyncIterator[LocalServer]:
    async with local_server(module_url) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def client(server: LocalServer) -> AsyncIterator[Client]:
    yield server.client
    await leave_nothing(server.client)


async def nightly(client: Client, agent_id: str, **fields: Any) -> policy_pb2.Policy:
    policy: dict[str, Any] = {
        "name": "Night",
        "selector": {"agent_ids": [agent_id]},
        "trigger": {"cron": {"expression": "0 3 * * *", "time_zone": "Europe/Vienna"}},
        "compaction_settings": EMBEDDED,
    }
    return await client.policies.CreatePolicy(make(policy_service_pb2.CreatePolicyRequest, policy=policy | fields))


async def next_run(server: LocalServer, policy_id: str) -> float | None:
    found = select(CRON_RUNS.c.next_run_at).where(CRON_RUNS.c.policy_id == policy_id)
    return await server.service.store._database.read(lambda connection: connection.scalar(found))


async def pass_time(server: LocalServer, policy_id: str) -> None:
    """As if days had passed since its next run was planned."""

    def shift(connection: Connection) -> None:
        of_policy = CRON_RUNS.update().where(CRON_RUNS.c.policy_id == policy_id)
        connection.execute(of_policy.values(next_run_at=CRON_RUNS.c.next_run_at - 10 * 86_400))

    await server.service.store._database.write(shift)


async def sweeps_of(client: Client, policy_id: str) -> list[sweep_pb2.Sweep]:
    listed = await client.sweeps.ListSweeps(make(sweep_service_pb2.ListSweepsRequest, limit=1000))
    return [sweep for sweep in listed.sweeps if sweep.policy_id == policy_id]


async def test_a_time_that_has_come_is_a_sweep_and_missed_ones_are_one(server: LocalServer, client: Client) -> None:
    agent_id, _ = await fleet_of(client, 2)
    policy = await nightly(client, agent_id)
    planned = await next_run(server, policy.id)
    await server.service.clockwork.tick()
    assert await sweeps_of(client, policy.id) == []
    await pass_time(server, policy.id)
    await asyncio.gather(*(server.service.clockwork.tick() for _ in range(4)))
    await server.service.clockwork.tick()
    [sweep] = await sweeps_of(client, policy.id)
    assert await next_run(server, policy.id) == planned
    assert (sweep.name, sweep.priority, sweep.selector) == ("Night", policy.priority, policy.selector)
    async with running_jobs(server):
        done = await ended(server, sweep.id)
    assert counts(done) == {("SUCCEEDED", ""): 2, ("SKIPPED", "NOTHING_TO_COMPACT"): 1}
    assert {job.policy_id for job in await jobs_of(client, sweep.id)} == {policy.id}


async def test_no_run_begins_while_the_last_one_has_not_ended(server: LocalServer, client: Client) -> None:
    agent_id, _ = await fleet_of(client, 1, turns=1)
    policy = await nightly(client, agent_id)
    for _ in range(2):
        await pass_time(server, policy.id)
        await server.service.clockwork.tick()
        [sweep] = await sweeps_of(client, policy.id)
        await pause(client, sweep.id)


async def test_a_policy_that_cannot_be_started_holds_up_no_other(server: LocalServer, client: Client) -> None:
    agent_id, _ = await fleet_of(client, 1, turns=1)
    bad, good = [await nightly(client, agent_id) for _ in range(2)]
    of_bad, database = POLICIES.c.id == bad.id, server.service.store._database
    body = await database.read(
        lambda connection: connection.execute(select(POLICIES.c.body).where(of_bad)).scalar_one()
    )

    async def store(some: bytes) -> None:
        await database.write(lambda connection: connection.execute(POLICIES.update().where(of_bad).values(body=some)))

    await store(b"{}")
    try:
        for policy in (bad, bad, good):
            await pass_time(server, policy.id)
        await server.service.clockwork.tick()
        assert len(await sweeps_of(client, good.id)) == 1
        # It is tried again, and not with every tick.
        assert 0 < (await next_run(server, bad.id) or 0) - time.time() <= PUT_OFF_SECONDS
    finally:
        await store(body)
    await pass_time(server, bad.id)
    await server.service.clockwork.tick()
    assert len(await sweeps_of(client, bad.id)) == 1


@pytest.mark.parametrize(("ahead_days", "is_planned_anew"), [(3652, True), (0.5, False)])
async def test_what_a_clock_has_told_that_was_far_ahead_does_not_count(
    server: LocalServer, client: Client, ahead_days: float, is_planned_anew: bool
) -> None:
    agent_id, _ = await fleet_of(client, 1, turns=1)
    policy = await nightly(client, agent_id)
    planned = await next_run(server, policy.id)
    assert planned is not None
    ahead = ahead_days * 86_400
    runs = CRON_RUNS.c
    told = CRON_RUNS.update().where(runs.policy_id == policy.id)
    told = told.values(next_run_at=runs.next_run_at + ahead, planned_at=runs.planned_at + ahead)
    await server.service.store._database.write(lambda connection: connection.execute(told))
    await server.service.clockwork.tick()
    assert await next_run(server, policy.id) == (planned if is_planned_anew else planned + ahead)
    assert await sweeps_of(client, policy.id) == []


async def test_a_policy_that_is_not_in_force_starts_nothing(server: LocalServer, client: Client) -> None:
    agent_id, _ = await fleet_of(client, 1, turns=1)
    policy = await nightly(client, agent_id)
    planned = await next_run(server, policy.id)
    assert policy.next_run_at.seconds == planned
    told = policy_service_pb2.GetPolicyRequest(policy_id=policy.id)
    for enabled in (False, True):
        updated = await client.policies.UpdatePolicy(
            make(
                policy_service_pb2.UpdatePolicyRequest,
                policy_id=policy.id,
                policy={"enabled": enabled},
                update_mask={"paths": ["enabled"]},
            )
        )
        assert await next_run(server, policy.id) == (planned if enabled else None)
        for found in (updated, await client.policies.GetPolicy(told)):
            told_at = found.next_run_at.seconds if found.HasField("next_run_at") else None
            assert told_at == (planned if enabled else None)
    await client.policies.DeletePolicy(policy_service_pb2.DeletePolicyRequest(policy_id=policy.id))
    assert await next_run(server, policy.id) is None


async def test_a_run_that_has_nothing_to_do_is_no_hindrance(server: LocalServer, client: Client) -> None:
    agent_id, _ = await fleet_of(client, 0)
    policy = await nightly(client, agent_id)
    await client.agents.DeleteAgent(agent_service_pb2.DeleteAgentRequest(agent_id=agent_id))
    await pass_time(server, policy.id)
    await server.service.clockwork.tick()
    assert await sweeps_of(client, policy.id) == []
    assert await next_run(server, policy.id) is not None


async def test_a_policy_that_is_deleted_takes_its_sweep_along(server: LocalServer, client: Client) -> None:
    agent_id, _ = await fleet_of(client, 1, turns=1)
    policy = await nightly(client, agent_id, daily_budget={"tokens": 1_000_000})
    await pass_time(server, policy.id)
    await server.service.clockwork.tick()
    await client.policies.DeletePolicy(policy_service_pb2.DeletePolicyRequest(policy_id=policy.id))
    [sweep] = await sweeps_of(client, policy.id)
    assert (sweep.state, sweep.queued) == (sweep_pb2.SWEEP_STATE_CANCELLED, 0)
