"""Policies through the real server, on both databases."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import grpc
import httpx
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from compactd.domain.policies import MAX_POLICIES
from compactd.storage.policy_tables import POLICIES
from compaction.v1 import agent_service_pb2, job_pb2, policy_pb2, policy_service_pb2
from tests.builders.chat import make
from tests.rpc.failures import failure_of
from tests.server import Client, LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOBODY = "agent-00000000-0000-4000-8000-000000000000"
NO_POLICY = "policy-00000000-0000-4000-8000-000000000000"
SHARE: dict[str, Any] = {"context_share": 0.8}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(module_url: str) -> AsyncIterator[LocalServer]:
    async with local_server(module_url, http=True) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def client(server: LocalServer) -> AsyncIterator[Client]:
    yield server.client
    for policy in await listed(server.client):
        await delete(server.client, policy.id)


async def create(client: Client, request_id: str = "", /, **fields: Any) -> policy_pb2.Policy:
    request = make(policy_service_pb2.CreatePolicyRequest, policy={"trigger": SHARE} | fields, request_id=request_id)
    return await client.policies.CreatePolicy(request)


async def get(client: Client, policy_id: str) -> policy_pb2.Policy:
    return await client.policies.GetPolicy(policy_service_pb2.GetPolicyRequest(policy_id=policy_id))


async def listed(client: Client, **fields: Any) -> list[policy_pb2.Policy]:
    request = make(policy_service_pb2.ListPoliciesRequest, limit=1000, **fields)
    return list((await client.policies.ListPolicies(request)).policies)


async def update(client: Client, policy_id: str, *paths: str, **fields: Any) -> policy_pb2.Policy:
    request = make(
        policy_service_pb2.UpdatePolicyRequest, policy_id=policy_id, policy=fields, update_mask={"paths": paths}
    )
    return await client.policies.UpdatePolicy(request)


async def delete(client: Client, policy_id: str) -> None:
    await client.policies.DeletePolicy(policy_service_pb2.DeletePolicyRequest(policy_id=policy_id))


async def new_agent(client: Client, **fields: Any) -> str:
    return (await client.agents.CreateAgent(make(agent_service_pb2.CreateAgentRequest, agent=fields))).id


async def test_a_policy_is_what_was_given_and_what_is_in_force_without_it(client: Client) -> None:
    agent_id = await new_agent(client, tags=["ops"])
    given: dict[str, Any] = {
        "name": "Night",
        "selector": {"agent_ids": [agent_id], "tags": ["ops"], "min_context_tokens": 5},
        "trigger": {"cron": {"expression": "0 3 * * *", "time_zone": "Europe/Vienna"}},
        "compaction_settings": {"model": "local/extractive"},
        "daily_budget": {"tokens": 1000, "usd": 2.5},
        "allow_degraded": True,
    }
    policy = await create(client, **given)
    assert policy.id.startswith("policy-")
    assert (policy.enabled, policy.priority) == (True, job_pb2.JOB_PRIORITY_NORMAL)
    expected = make(policy_pb2.Policy, **given, enabled=True, priority=job_pb2.JOB_PRIORITY_NORMAL)
    expected.id, expected.created_at.seconds = policy.id, 0
    assert (policy.spent_today, policy.next_run_at.seconds % 60) == (policy_pb2.CompactionSpend(), 0)
    for computed in ("created_at", "updated_at", "spent_today", "next_run_at"):
        assert policy.HasField(computed)
        getattr(expected, computed).CopyFrom(getattr(policy, computed))
    assert policy == expected
    assert await get(client, policy.id) == policy
    assert await listed(client) == [policy]


async def test_the_same_request_creates_once(client: Client) -> None:
    request_id = str(uuid4())
    assert await create(client, request_id) == await create(client, request_id)
    assert len(await listed(client)) == 1
    assert (await failure_of(create(client, request_id, name="other"))).reason == "REQUEST_ID_REUSED"


async def test_a_mask_changes_what_it_names(client: Client) -> None:
    before = await create(client, name="a", trigger={"idle_for": {"seconds": 240}})
    assert await update(client, before.id) == before
    after = await update(client, before.id, "enabled", "trigger", enabled=False, trigger={"context_tokens": 7})
    assert (after.name, after.enabled, after.trigger.context_tokens) == ("a", False, 7)
    assert after.created_at == before.created_at
    assert await get(client, before.id) == after
    assert (await update(client, before.id, "enabled")).enabled
    assert (await failure_of(update(client, before.id, "trigger"))).fields == ("policy.trigger",)
    assert (await failure_of(update(client, before.id, "created_at"))).fields == ("update_mask",)
    assert (await failure_of(update(client, before.id, "trigger.context_share"))).fields == ("update_mask",)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"trigger": {"context_share": 0}}, "policy.trigger.context_share"),
        ({"trigger": {"idle_for": {"seconds": 1}}}, "policy.trigger.idle_for"),
        ({"trigger": {"idle_for": {"seconds": 10**15}}}, "policy.trigger.idle_for"),
        ({"priority": 9}, "policy.priority"),
        ({"selector": {"tags": ["nobody has it"]}}, "policy.selector.tags"),
        ({"daily_budget": {"usd": 0}}, "policy.daily_budget.usd"),
        ({"compaction_settings": {"model": "nonsense/x"}}, "policy.compaction_settings.model"),
        (
            {"compaction_settings": {"model": "openai/gpt-5-mini", "model_settings": {"anthropic": {}}}},
            "policy.compaction_settings.model_settings",
        ),
    ],
)
async def test_what_cannot_be_is_told_by_its_field(client: Client, fields: dict[str, Any], field: str) -> None:
    failure = await failure_of(create(client, **fields))
    assert (failure.code, failure.fields) == (grpc.StatusCode.INVALID_ARGUMENT, (field,))
    assert await listed(client) == []


async def test_a_policy_is_for_agents_that_there_are(client: Client) -> None:
    failure = await failure_of(create(client, selector={"agent_ids": [NOBODY]}))
    assert (failure.code, failure.resource) == (grpc.StatusCode.NOT_FOUND, ("compaction.v1.Agent", NOBODY))
    one, other = await new_agent(client, tags=["a"]), await new_agent(client, tags=["b"])
    await create(client, selector={"agent_ids": [one, other], "tags": ["a", "b"]})
    both = {"agent_ids": [one, other], "tags": ["a", "b"], "match_all_tags": True}
    assert (await failure_of(create(client, selector=both))).fields == ("policy.selector.tags",)


async def test_policies_are_paged_by_creation(client: Client) -> None:
    made = [(await create(client, name=f"{number}")).id for number in range(3)]
    assert [policy.id for policy in await listed(client)] == made[::-1]
    page = make(policy_service_pb2.ListPoliciesRequest, limit=1, after=made[2])
    assert [policy.id for policy in (await client.policies.ListPolicies(page)).policies] == [made[1]]


async def test_a_namespace_has_so_many_at_most(client: Client) -> None:
    for _ in range(MAX_POLICIES):
        await create(client)
    assert (await failure_of(create(client))).fields == ("policy",)


async def test_a_policy_that_is_not_there_is_not_found(client: Client) -> None:
    gone = (await create(client)).id
    await delete(client, gone)
    for policy_id in (gone, NO_POLICY):
        for call in (get, update, delete):
            failure = await failure_of(call(client, policy_id))
            assert (failure.code, failure.reason) == (grpc.StatusCode.NOT_FOUND, "POLICY_NOT_FOUND")


async def test_one_that_cannot_be_read_is_in_no_list_and_says_what_to_do(server: LocalServer, client: Client) -> None:
    good, bad = (await create(client)).id, (await create(client)).id
    unreadable = POLICIES.update().where(POLICIES.c.id == bad).values(body=b'{"trigger": "of a newer version"}')
    await server.service.store._database.write(lambda connection: connection.execute(unreadable))
    with capture_logs() as lines:
        assert [policy.id for policy in await listed(client)] == [good]
    told = [line for line in lines if line["event"] == "policy cannot be read"]
    assert [(line["policy_id"], line["log_level"]) for line in told] == [(bad, "error")]
    assert "newer version" not in str(lines)
    for call in (get, update):
        failure = await failure_of(call(client, bad))
        assert (failure.code, failure.reason) == (grpc.StatusCode.NOT_FOUND, "POLICY_NOT_FOUND")
        assert "delete it, and create it anew" in failure.sentence
    await delete(client, bad)
    assert (await failure_of(delete(client, bad))).reason == "POLICY_NOT_FOUND"


async def test_over_rest_a_duration_is_seconds(server: LocalServer, client: Client) -> None:
    async with httpx.AsyncClient(base_url=server.http_url) as http:

        async def made(idle_for: Any) -> httpx.Response:
            return await http.post("/v1/policies", json={"trigger": {"idle_for": idle_for}})

        for written in (240, 240.0):
            assert (await made(written)).json()["trigger"]["idle_for"] == "240s"
        policy = (await made("240s")).json()
        assert (policy["trigger"]["idle_for"], policy["enabled"], policy["priority"]) == ("240s", True, "normal")
        nonsense: list[Any] = ["4 minutes", "PT4M", True, [], 1e300, 10**400]
        for written in nonsense:
            refused = await made(written)
            assert refused.status_code == 400
            assert "trigger.idle_for" in refused.text
        cron = {"trigger": {"cron": {"expression": "0 3 * * *"}}, "daily_budget": {"usd": 1}}
        path = f"/v1/policies/{(await http.post('/v1/policies', json=cron)).json()['id']}"
        found = (await http.get(path)).json()
        assert (found["spent_today"], found["next_run_at"] is None) == ({"tokens": 0, "usd": 0}, False)
        # What was answered may be sent again as it is.
        assert (await http.patch(path, json=found)).status_code == 200
        assert (await http.get(path)).json() == found | {"updated_at": (await http.get(path)).json()["updated_at"]}
        changed = await http.patch(f"/v1/policies/{policy['id']}", json={"enabled": False})
        assert (changed.json()["enabled"], changed.json()["trigger"]) == (False, policy["trigger"])
