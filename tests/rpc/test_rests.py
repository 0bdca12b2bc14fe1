"""Policies that wait for conversations to rest, through the real server, on both databases. Time is made to pass by
moving what is stored."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Connection, text

from compactd.storage import rests
from compactd.storage.policy_tables import CONTEXT_FIGURES, POLICIES, POLICY_ASKS
from compaction.v1 import conversation_service_pb2, job_pb2, job_service_pb2, policy_service_pb2
from tests.builders.chat import append, compact, make, new_agent, new_conversation, restore, talk, user
from tests.rpc.jobs import cancel, ended, job_of, running_jobs
from tests.rpc.models import ALL
from tests.server import Client, LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

EMBEDDED = {"mode": ALL, "model": "local/extractive"}
MINUTE: dict[str, Any] = {"idle_for": {"seconds": 60}}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(module_url: str) -> AsyncIterator[LocalServer]:
    async with local_server(module_url) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def client(server: LocalServer) -> AsyncIterator[Client]:
    yield server.client
    listed = await server.client.policies.ListPolicies(policy_service_pb2.ListPoliciesRequest(limit=1000))
    for policy in listed.policies:
        await server.client.policies.DeletePolicy(policy_service_pb2.DeletePolicyRequest(policy_id=policy.id))


async def create(client: Client, **fields: Any) -> str:
    fields = {"trigger": MINUTE, "compaction_settings": EMBEDDED} | fields
    return (await client.policies.CreatePolicy(make(policy_service_pb2.CreatePolicyRequest, policy=fields))).id


async def jobs_of(client: Client, *conversation_ids: str) -> list[list[str]]:
    """The ids of each conversation's jobs."""
    requests = [job_service_pb2.ListJobsRequest(conversation_id=one) for one in conversation_ids]
    answers = await asyncio.gather(*map(client.jobs.ListJobs, requests))
    return [[job.id for job in answer.jobs] for answer in answers]


async def pass_time(server: LocalServer, seconds: float) -> None:
    """As if everything had been so much earlier."""
    figures, policies, asks = CONTEXT_FIGURES.c, POLICIES.c, POLICY_ASKS.c

    def shift(connection: Connection) -> None:
        connection.execute(CONTEXT_FIGURES.update().values(last_message_at=figures.last_message_at - seconds))
        connection.execute(POLICY_ASKS.update().values(rested_since=asks.rested_since - seconds))
        connection.execute(
            POLICIES.update().values(
                rested_until=policies.rested_until - seconds, next_look_at=policies.next_look_at - seconds
            )
        )

    await server.service.store._database.write(shift)


async def look(server: LocalServer) -> float:
    return await server.service.rests.look()


async def test_a_conversation_is_compacted_once_for_each_rest(server: LocalServer, client: Client) -> None:
    policy_id = await create(client)
    conversation_id = await new_conversation(client, talk(20))
    await look(server)
    assert await jobs_of(client, conversation_id) == [[]]
    await pass_time(server, 61)
    await asyncio.gather(*(look(server) for _ in range(4)))
    [[job_id]] = await jobs_of(client, conversation_id)
    async with running_jobs(server):
        done = await ended(client, job_id)
    assert (done.state, done.policy_id) == (job_pb2.JOB_STATE_SUCCEEDED, policy_id)
    for _ in range(3):
        await pass_time(server, 61)
        await look(server)
    assert await jobs_of(client, conversation_id) == [[job_id]]
    await append(client, conversation_id, talk(20))
    await pass_time(server, 61)
    await look(server)
    assert [len(found) for found in await jobs_of(client, conversation_id)] == [2]


async def test_each_policy_asks_for_a_rest_at_its_own_time(server: LocalServer, client: Client) -> None:
    policy_ids = [await create(client, trigger={"idle_for": {"seconds": seconds}}) for seconds in (120, 60)]
    conversation_id = await new_conversation(client, talk(20))
    asking = []
    for _ in policy_ids:
        await pass_time(server, 61)
        for _ in range(2):
            await look(server)
        job_id = (await jobs_of(client, conversation_id))[0][0]
        asking.append((await job_of(client, job_id)).policy_id)
        await cancel(client, job_id)
    assert asking == policy_ids[::-1]
    await pass_time(server, 61)
    await look(server)
    assert [len(found) for found in await jobs_of(client, conversation_id)] == [2]


async def test_each_policy_looks_though_the_database_expects_only_one(server: LocalServer, client: Client) -> None:
    agents = [await new_agent(client) for _ in range(3)]
    conversation_ids = [await new_conversation(client, talk(20), agent_id=agent.id) for agent in agents]
    first, *others = [{"agent_ids": [agent.id]} for agent in agents]
    await create(client, selector=first)
    # How many rows a table had when they were counted decides in which order PostgreSQL does what a statement says.
    await server.service.store._database.write(lambda connection: connection.execute(text("ANALYZE policies")))
    for selector in others:
        await create(client, selector=selector)
    await pass_time(server, 61)
    await look(server)
    assert [len(found) for found in await jobs_of(client, *conversation_ids)] == [1, 1, 1]


async def test_a_policy_that_cannot_be_read_holds_up_no_other(server: LocalServer, client: Client) -> None:
    bad, good = await create(client), await create(client)
    unreadable = POLICIES.update().where(POLICIES.c.id == bad).values(body=b"{}")
    await server.service.store._database.write(lambda connection: connection.execute(unreadable))
    conversation_id = await new_conversation(client, talk(20))
    await pass_time(server, 61)
    await look(server)
    [[job_id]] = await jobs_of(client, conversation_id)
    assert (await job_of(client, job_id)).policy_id == good
    await client.policies.DeletePolicy(policy_service_pb2.DeletePolicyRequest(policy_id=bad))


async def test_what_was_compacted_or_restored_since_the_last_append_is_let_be(
    server: LocalServer, client: Client
) -> None:
    policy_id = await create(client)
    compacted, restored = [await new_conversation(client, talk(20)) for _ in range(2)]
    await compact(client, compacted, ALL)
    await restore(client, restored, (await compact(client, restored, ALL)).compaction.id)
    await pass_time(server, 61)
    await look(server)
    request = policy_service_pb2.PreviewPolicyRequest(policy_id=policy_id)
    due = {one.conversation_id for one in (await client.policies.PreviewPolicy(request)).conversations}
    assert due.isdisjoint({compacted, restored})
    assert await jobs_of(client, compacted, restored) == [[], []]
    for conversation_id in (compacted, restored):
        await append(client, conversation_id, talk(1))
    await pass_time(server, 61)
    await look(server)
    assert [len(found) for found in await jobs_of(client, compacted, restored)] == [1, 1]


async def test_who_goes_on_talking_does_not_rest(server: LocalServer, client: Client) -> None:
    await create(client)
    conversation_id = await new_conversation(client, talk(20))
    for _ in range(3):
        await pass_time(server, 40)
        await append(client, conversation_id, [user("And?")])
        await look(server)
    assert await jobs_of(client, conversation_id) == [[]]


async def test_what_rested_before_the_policy_was_in_force_is_let_be(server: LocalServer, client: Client) -> None:
    before = await new_conversation(client, talk(20))
    await pass_time(server, 1000)
    await create(client)
    since = await new_conversation(client, talk(20))
    await pass_time(server, 61)
    await look(server)
    assert [len(found) for found in await jobs_of(client, before, since)] == [0, 1]


async def test_only_what_is_selected_is_asked(server: LocalServer, client: Client) -> None:
    chosen = (await new_agent(client, tags=["chosen"])).id
    await create(client, selector={"tags": ["chosen"], "min_context_tokens": 300})
    ids = [
        await new_conversation(client, talk(20), agent_id=chosen),
        await new_conversation(client, [user("Hello.")], agent_id=chosen),
        await new_conversation(client, talk(20)),
    ]
    await pass_time(server, 61)
    await look(server)
    assert [len(found) for found in await jobs_of(client, *ids)] == [1, 0, 0]


async def test_many_are_asked_page_by_page(
    server: LocalServer, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rests, "ASKED_AT_ONCE", 3)
    await create(client)
    ids = [await new_conversation(client, talk(2)) for _ in range(8)]
    await pass_time(server, 61)
    await look(server)
    assert [len(found) for found in await jobs_of(client, *ids)] == [1] * 8


async def test_a_clock_that_jumps_asks_for_nothing_twice_and_forgets_nothing(
    server: LocalServer, client: Client
) -> None:
    await create(client)
    ids = [await new_conversation(client, talk(20))]
    await pass_time(server, 61)
    await look(server)
    # The clock goes back by a day, and then on.
    await pass_time(server, -86_400)
    await look(server)
    ids.append(await new_conversation(client, talk(20)))
    await pass_time(server, 61)
    await look(server)
    assert [len(found) for found in await jobs_of(client, *ids)] == [1, 1]


async def test_a_conversation_that_is_gone_is_not_asked(server: LocalServer, client: Client) -> None:
    await create(client)
    conversation_id = await new_conversation(client, talk(20))
    await client.conversations.DeleteConversation(
        conversation_service_pb2.DeleteConversationRequest(conversation_id=conversation_id)
    )
    await pass_time(server, 61)
    await look(server)
    assert await jobs_of(client, conversation_id) == [[]]


async def test_without_such_a_policy_nothing_is_looked_for(server: LocalServer, client: Client) -> None:
    assert await server.service.store.policies.next_look() is None
    policy_id = await create(client)
    assert await server.service.store.policies.next_look() is not None
    mask = {"paths": ["enabled"]}
    request = make(
        policy_service_pb2.UpdatePolicyRequest, policy_id=policy_id, policy={"enabled": False}, update_mask=mask
    )
    await client.policies.UpdatePolicy(request)
    assert await server.service.store.policies.next_look() is None
