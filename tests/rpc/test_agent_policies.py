"""Agents whose conversations are compacted by themselves, through the real server, on both databases. Time is made to
pass by moving what is stored."""

from collections.abc import AsyncIterator
from typing import Any

import grpc
import httpx
import pytest
import pytest_asyncio
from sqlalchemy import Connection, func, select

from compactd.ports.budgets import BudgetOwners
from compactd.storage.policy_tables import CONTEXT_FIGURES, POLICIES
from compactd.storage.sweep_tables import CRON_RUNS
from compaction.v1 import agent_pb2, agent_service_pb2, job_pb2, job_service_pb2, policy_pb2, policy_service_pb2
from tests.builders.chat import append, compact, make, new_conversation, talk, user
from tests.rpc.failures import failure_of
from tests.rpc.jobs import cancel, ended, job_of, running_jobs
from tests.rpc.sweeps import EMBEDDED, leave_nothing
from tests.server import Client, LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

FEW = {"context_tokens": 300}
MINUTE: dict[str, Any] = {"idle_for": {"seconds": 60}}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(module_url: str) -> AsyncIterator[LocalServer]:
    async with local_server(module_url, http=True) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def client(server: LocalServer) -> AsyncIterator[Client]:
    yield server.client
    await leave_nothing(server.client)


async def agent_with(client: Client, trigger: Any = FEW, **fields: Any) -> agent_pb2.Agent:
    given = {"trigger": trigger, "compaction_settings": EMBEDDED} | fields
    request = make(agent_service_pb2.CreateAgentRequest, agent={"auto_compaction": given})
    return await client.agents.CreateAgent(request)


async def change(client: Client, agent_id: str, **fields: Any) -> agent_pb2.Agent:
    """Without fields there is none afterwards."""
    given = {"auto_compaction": {"compaction_settings": EMBEDDED} | fields} if fields else {}
    mask = {"paths": ["auto_compaction"]}
    request = make(agent_service_pb2.UpdateAgentRequest, agent_id=agent_id, agent=given, update_mask=mask)
    return await client.agents.UpdateAgent(request)


async def policy_of(client: Client, agent: agent_pb2.Agent) -> policy_pb2.Policy:
    request = policy_service_pb2.GetPolicyRequest(policy_id=agent.auto_compaction.policy_id)
    return await client.policies.GetPolicy(request)


async def jobs_of(client: Client, agent: agent_pb2.Agent) -> list[job_pb2.Job]:
    request = job_service_pb2.ListJobsRequest(policy_id=agent.auto_compaction.policy_id)
    return list((await client.jobs.ListJobs(request)).jobs)


async def previewed(client: Client, agent: agent_pb2.Agent) -> list[str]:
    request = policy_service_pb2.PreviewPolicyRequest(policy_id=agent.auto_compaction.policy_id)
    return [due.conversation_id for due in (await client.policies.PreviewPolicy(request)).conversations]


async def pass_time(server: LocalServer, seconds: float) -> None:
    """As if every append had been so much earlier."""
    figures = CONTEXT_FIGURES.c

    def shift(connection: Connection) -> None:
        connection.execute(
            CONTEXT_FIGURES.update().values(
                last_message_at=figures.last_message_at - seconds, rest_due_at=figures.rest_due_at - seconds
            )
        )

    await server.service.store._database.write(shift)


async def look(server: LocalServer) -> float:
    return await server.service.rests.look()


async def test_an_agent_says_when_its_conversations_are_compacted(server: LocalServer, client: Client) -> None:
    trigger = {"context_tokens": 1000}
    agent = await agent_with(client, trigger, priority=job_pb2.JOB_PRIORITY_HIGH, allow_degraded=True)
    own = await new_conversation(client, agent_id=agent.id)
    assert not (await append(client, own, [user("Hello.")])).compaction_due
    assert not (await append(client, await new_conversation(client), talk(20))).compaction_due
    due = await append(client, own, talk(20))
    assert due.compaction_due
    assert await previewed(client, agent) == [own]
    [job] = await jobs_of(client, agent)
    assert (job.id, job.conversation_id, job.priority) == (due.job_id, own, job_pb2.JOB_PRIORITY_HIGH)
    assert (job.request.compaction_settings.model, job.request.allow_degraded) == ("local/extractive", True)
    async with running_jobs(server):
        assert (await ended(client, job.id)).state == job_pb2.JOB_STATE_SUCCEEDED
    assert await previewed(client, agent) == []


async def test_a_rest_is_seen_while_policies_of_namespaces_look_all_the_time(
    server: LocalServer, client: Client
) -> None:
    agent = await agent_with(client, MINUTE)
    resting = await new_conversation(client, talk(20), agent.id)
    await pass_time(server, 61)
    # It looks as soon as it is there.
    looking = {"trigger": MINUTE, "selector": {"agent_ids": [(await agent_with(client)).id]}}
    await client.policies.CreatePolicy(make(policy_service_pb2.CreatePolicyRequest, policy=looking))
    assert await server.service.store.policies.ask_rested() == 1
    assert [job.conversation_id for job in await jobs_of(client, agent)] == [resting]


async def test_it_is_a_policy_that_the_agent_alone_changes(client: Client) -> None:
    agent = await agent_with(client, daily_budget={"usd": 2})
    given = agent.auto_compaction
    assert given.policy_id.removeprefix("policy-") == agent.id.removeprefix("agent-")
    assert given.priority == job_pb2.JOB_PRIORITY_NORMAL
    assert await client.agents.GetAgent(agent_service_pb2.GetAgentRequest(agent_id=agent.id)) == agent
    policy = await policy_of(client, agent)
    assert (policy.agent_id, list(policy.selector.agent_ids)) == (agent.id, [agent.id])
    assert (policy.trigger, policy.daily_budget) == (given.trigger, given.daily_budget)
    assert (await client.policies.ListPolicies(policy_service_pb2.ListPoliciesRequest())).policies == []
    mask = {"paths": ["name"]}
    for refused in (
        client.policies.DeletePolicy(policy_service_pb2.DeletePolicyRequest(policy_id=policy.id)),
        client.policies.UpdatePolicy(
            make(policy_service_pb2.UpdatePolicyRequest, policy_id=policy.id, policy={"name": "x"}, update_mask=mask)
        ),
    ):
        failure = await failure_of(refused)
        assert (failure.code, failure.fields) == (grpc.StatusCode.INVALID_ARGUMENT, ("policy_id",))
    cursor = policy_service_pb2.ListPoliciesRequest(after=policy.id)
    assert (await failure_of(client.policies.ListPolicies(cursor))).fields == ("after",)


async def test_what_is_changed_holds_from_then_on_and_what_is_cleared_takes_its_jobs_along(client: Client) -> None:
    agent = await agent_with(client)
    conversation_id = await new_conversation(client, agent_id=agent.id)
    first = (await append(client, conversation_id, talk(20))).job_id
    changed = await change(client, agent.id, trigger={"context_tokens": 1_000_000})
    assert (await policy_of(client, changed)).trigger.context_tokens == 1_000_000
    assert (await job_of(client, first)).state == job_pb2.JOB_STATE_QUEUED
    assert not (await append(client, conversation_id, [user("And?")])).compaction_due
    cleared = await change(client, agent.id)
    assert not cleared.HasField("auto_compaction")
    assert (await job_of(client, first)).state == job_pb2.JOB_STATE_CANCELLED
    assert (await failure_of(policy_of(client, agent))).reason == "POLICY_NOT_FOUND"
    again = await change(client, agent.id, trigger=FEW)
    assert again.auto_compaction.policy_id == agent.auto_compaction.policy_id
    assert (await append(client, conversation_id, talk(20))).job_id not in ("", first)


async def test_of_equal_priority_the_agents_own_asks_first(client: Client) -> None:
    agent = await agent_with(client)
    asking, expected = [], [agent.auto_compaction.policy_id]
    for priority in (job_pb2.JOB_PRIORITY_NORMAL, job_pb2.JOB_PRIORITY_HIGH):
        policy = {"trigger": FEW, "compaction_settings": EMBEDDED, "priority": priority}
        made = await client.policies.CreatePolicy(make(policy_service_pb2.CreatePolicyRequest, policy=policy))
        expected.append(made.id)
        due = await append(client, await new_conversation(client, agent_id=agent.id), talk(20))
        asking.append((await job_of(client, due.job_id)).policy_id)
    assert asking == [expected[0], expected[-1]]


async def test_a_conversation_of_it_is_compacted_once_for_each_rest(server: LocalServer, client: Client) -> None:
    agents = [await agent_with(client, {"idle_for": {"seconds": seconds}}) for seconds in (60, 120)]
    for agent in agents:
        await new_conversation(client, talk(20), agent_id=agent.id)
    compacted = await new_conversation(client, talk(20), agent_id=agents[0].id)
    await compact(client, compacted, 1)
    seen = []
    for _ in range(4):
        await pass_time(server, 45)
        await look(server)
        seen.append([len(await jobs_of(client, agent)) for agent in agents])
    assert seen == [[0, 0], [1, 0], [1, 1], [1, 1]]
    [job] = await jobs_of(client, agents[0])
    await cancel(client, job.id)
    await append(client, job.conversation_id, [user("And?")])
    await append(client, compacted, [user("And?")])
    await pass_time(server, 61)
    assert set(await previewed(client, agents[0])) == {job.conversation_id, compacted}
    await look(server)
    assert len(await jobs_of(client, agents[0])) == 3
    assert await previewed(client, agents[0]) == []


async def test_what_rests_when_it_is_changed_is_let_be(server: LocalServer, client: Client) -> None:
    agent = await agent_with(client)
    rested = await new_conversation(client, [user("Hello.")], agent_id=agent.id)
    await pass_time(server, 61)
    rests = await new_conversation(client, [user("Hello.")], agent_id=agent.id)
    agent = await change(client, agent.id, trigger=MINUTE)
    await pass_time(server, 61)
    await look(server)
    assert [job.conversation_id for job in await jobs_of(client, agent)] == [rests]
    await append(client, rested, [user("And?")])
    await change(client, agent.id, trigger=FEW)
    await pass_time(server, 61)
    await look(server)
    assert len(await jobs_of(client, agent)) == 1


async def test_a_rest_that_is_not_seen_yet_outlives_a_change_of_something_else(
    server: LocalServer, client: Client
) -> None:
    agent = await agent_with(client, MINUTE)
    await new_conversation(client, talk(20), agent.id)
    await pass_time(server, 61)
    await change(client, agent.id, trigger=MINUTE, priority=job_pb2.JOB_PRIORITY_LOW)
    await look(server)
    assert [job.priority for job in await jobs_of(client, agent)] == [job_pb2.JOB_PRIORITY_LOW]


async def test_it_may_have_times_of_a_clock_and_a_budget_and_ends_with_its_agent(
    server: LocalServer, client: Client
) -> None:
    agent = await agent_with(client, {"cron": {"expression": "0 3 * * *"}}, daily_budget={"tokens": 1000})
    policy_id = agent.auto_compaction.policy_id
    policy = await policy_of(client, agent)
    assert await server.service.store.budgets.is_counted(BudgetOwners("default", policy.id, ""))

    def rows(connection: Connection) -> list[Any]:
        of_policy = (CRON_RUNS.c.policy_id == policy_id, POLICIES.c.id == policy_id)
        return [connection.scalar(select(func.count()).where(of_it)) for of_it in of_policy]

    def is_due(connection: Connection) -> None:
        connection.execute(CRON_RUNS.update().where(CRON_RUNS.c.policy_id == policy_id).values(next_run_at=0.0))

    database = server.service.store._database
    assert await database.read(rows) == [1, 1]
    conversation_id = await new_conversation(client, talk(20), agent_id=agent.id)
    await database.write(is_due)
    for _ in range(2):
        await server.service.clockwork.tick()
    assert conversation_id in {job.conversation_id for job in await jobs_of(client, agent)}
    await client.agents.DeleteAgent(agent_service_pb2.DeleteAgentRequest(agent_id=agent.id))
    assert await database.read(rows) == [0, 0]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "agent.auto_compaction.trigger"),
        ({"trigger": {"context_share": 2}}, "agent.auto_compaction.trigger.context_share"),
        ({"trigger": {"idle_for": {"seconds": 1}}}, "agent.auto_compaction.trigger.idle_for"),
        ({"trigger": {"cron": {"expression": "0 0 30 2 *"}}}, "agent.auto_compaction.trigger.cron.expression"),
        ({"trigger": FEW, "priority": 9}, "agent.auto_compaction.priority"),
        ({"trigger": FEW, "daily_budget": {"tokens": 0}}, "agent.auto_compaction.daily_budget.tokens"),
        (
            {"trigger": FEW, "compaction_settings": {"model": "nonsense/x"}},
            "agent.auto_compaction.compaction_settings.model",
        ),
        (
            {"trigger": FEW, "compaction_settings": {"model": "openai/gpt-5", "model_settings": {"anthropic": {}}}},
            "agent.auto_compaction.compaction_settings.model_settings",
        ),
    ],
)
async def test_what_cannot_be_is_told_by_its_field(client: Client, given: dict[str, Any], field: str) -> None:
    agent = await agent_with(client)
    request = make(agent_service_pb2.CreateAgentRequest, agent={"auto_compaction": given})
    changed = make(
        agent_service_pb2.UpdateAgentRequest,
        agent_id=agent.id,
        agent={"auto_compaction": given},
        update_mask={"paths": ["auto_compaction"]},
    )
    for refused in (client.agents.CreateAgent(request), client.agents.UpdateAgent(changed)):
        failure = await failure_of(refused)
        assert (failure.code, failure.fields) == (grpc.StatusCode.INVALID_ARGUMENT, (field,))
    assert (await policy_of(client, agent)).trigger.context_tokens == FEW["context_tokens"]


async def test_over_rest_it_is_written_as_a_policy_is(server: LocalServer, client: Client) -> None:
    async with httpx.AsyncClient(base_url=server.http_url) as http:
        given = {"trigger": {"idle_for": "240s"}, "priority": "high", "nonsense": 1}
        made = (await http.post("/v1/agents", json={"auto_compaction": given})).json()
        policy_id = f"policy-{made['id'].removeprefix('agent-')}"
        set_there = {name: value for name, value in made["auto_compaction"].items() if value}
        trigger = made["auto_compaction"]["trigger"]
        assert set_there == {"policy_id": policy_id, "trigger": trigger, "priority": "high"}
        policy = (await http.get(f"/v1/policies/{policy_id}")).json()
        assert (policy["agent_id"], policy["trigger"], trigger["idle_for"]) == (made["id"], trigger, "240s")
        # What was answered may be sent again as it is.
        same = await http.patch(f"/v1/agents/{made['id']}", json={"auto_compaction": made["auto_compaction"]})
        assert same.json()["auto_compaction"] == made["auto_compaction"]
        refused = await http.patch(f"/v1/agents/{made['id']}", json={"auto_compaction": {"trigger": {}}})
        assert (refused.status_code, "auto_compaction.trigger" in refused.text) == (400, True)
        mask = {"update_mask": "auto_compaction"}
        cleared = await http.patch(f"/v1/agents/{made['id']}", params=mask, json={})
        assert cleared.json()["auto_compaction"] is None
        assert (await http.get(f"/v1/policies/{policy_id}")).status_code == 404
