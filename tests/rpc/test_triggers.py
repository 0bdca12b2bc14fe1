"""Policies that are due after an append, through the real server, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Connection, select

from compactd.application import preview_policy
from compactd.storage import due
from compactd.storage.policy_tables import CONTEXT_FIGURES, POLICIES
from compaction.v1 import (
    agent_service_pb2,
    conversation_service_pb2,
    job_pb2,
    job_service_pb2,
    policy_service_pb2,
)
from tests.builders.chat import append, compact, make, new_agent, new_conversation, restore, talk, user
from tests.rpc.failures import failure_of
from tests.rpc.jobs import cancel, ended, job_of, running_jobs
from tests.rpc.models import ALL
from tests.server import Client, LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

EMBEDDED = {"mode": ALL, "model": "local/extractive"}
FEW = {"context_tokens": 300}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(module_url: str) -> AsyncIterator[LocalServer]:
    async with local_server(module_url) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def client(server: LocalServer) -> AsyncIterator[Client]:
    yield server.client
    listed = await server.client.policies.ListPolicies(policy_service_pb2.ListPoliciesRequest(limit=1000))
    for policy in listed.policies:
        await delete(server.client, policy.id)


async def create(client: Client, **fields: Any) -> str:
    fields = {"trigger": FEW, "compaction_settings": EMBEDDED} | fields
    return (await client.policies.CreatePolicy(make(policy_service_pb2.CreatePolicyRequest, policy=fields))).id


async def update(client: Client, policy_id: str, **fields: Any) -> None:
    mask = {"paths": list(fields)}
    await client.policies.UpdatePolicy(
        make(policy_service_pb2.UpdatePolicyRequest, policy_id=policy_id, policy=fields, update_mask=mask)
    )


async def delete(client: Client, policy_id: str) -> None:
    await client.policies.DeletePolicy(policy_service_pb2.DeletePolicyRequest(policy_id=policy_id))


async def jobs_of(client: Client, conversation_id: str) -> list[job_pb2.Job]:
    request = job_service_pb2.ListJobsRequest(conversation_id=conversation_id)
    return list((await client.jobs.ListJobs(request)).jobs)


async def figure_of(server: LocalServer, conversation_id: str) -> tuple[Any, ...]:
    """Tokens, window and share as they are stored."""
    columns = CONTEXT_FIGURES.c

    def read(connection: Connection) -> tuple[Any, ...]:
        found = select(columns.context_tokens, columns.context_window, columns.context_share)
        return tuple(connection.execute(found.where(columns.conversation_id == conversation_id)).one())

    return await server.service.store._database.read(read)


async def size_of(client: Client, conversation_id: str) -> tuple[int, int]:
    context = await client.conversations.GetContext(
        conversation_service_pb2.GetContextRequest(conversation_id=conversation_id)
    )
    return context.context_tokens, context.context_window


async def test_an_append_that_reaches_a_trigger_queues_a_job_and_says_so(server: LocalServer, client: Client) -> None:
    policy_id = await create(client, priority=job_pb2.JOB_PRIORITY_HIGH, allow_degraded=True)
    conversation_id = await new_conversation(client)
    few = await append(client, conversation_id, [user("Hello.")])
    assert (few.compaction_due, few.job_id) == (False, "")
    many = await append(client, conversation_id, talk(20))
    assert many.compaction_due
    job = await job_of(client, many.job_id)
    assert (job.conversation_id, job.policy_id, job.priority) == (
        conversation_id,
        policy_id,
        job_pb2.JOB_PRIORITY_HIGH,
    )
    assert (job.request.compaction_settings.model, job.request.allow_degraded) == ("local/extractive", True)
    request = job_service_pb2.ListJobsRequest(policy_id=policy_id)
    assert [one.id for one in (await client.jobs.ListJobs(request)).jobs] == [job.id]
    async with running_jobs(server):
        done = await ended(client, job.id)
    assert done.state == job_pb2.JOB_STATE_SUCCEEDED
    assert done.tokens_after < done.tokens_before


async def test_a_conversation_has_one_automatic_job_whoever_appends(client: Client) -> None:
    await create(client)
    conversation_id = await new_conversation(client, talk(20))
    answers = await asyncio.gather(*(append(client, conversation_id, [user("And?")]) for _ in range(8)))
    [job] = await jobs_of(client, conversation_id)
    assert {(answer.compaction_due, answer.job_id) for answer in answers} == {(True, job.id)}


async def test_doors_of_one_database_queue_one_job(
    server: LocalServer, client: Client, request: pytest.FixtureRequest
) -> None:
    async with AsyncExitStack() as stack:
        # A file of SQLite is one server's: there both doors are the same.
        other = client
        if server.service.store.kind == "postgresql":
            url = request.getfixturevalue("module_postgres_url")
            other = (await stack.enter_async_context(local_server(url))).client
        # What the other one knows of policies is older than the policy.
        await new_conversation(other, talk(5))
        await create(client)
        for _ in range(5):
            conversation_id = await new_conversation(client)
            doors = (client, other, client, other)
            answers = await asyncio.gather(*(append(door, conversation_id, talk(20)) for door in doors))
            [job] = await jobs_of(client, conversation_id)
            assert {answer.job_id for answer in answers} == {job.id}


async def test_after_a_compaction_the_next_crossing_queues_again(server: LocalServer, client: Client) -> None:
    await create(client)
    conversation_id = await new_conversation(client)
    first = await append(client, conversation_id, talk(20))
    async with running_jobs(server):
        await ended(client, first.job_id)
        second = await append(client, conversation_id, talk(20))
        assert second.job_id not in ("", first.job_id)
        await ended(client, second.job_id)
    await append(client, conversation_id, talk(20))
    await cancel(client, (await jobs_of(client, conversation_id))[0].id)
    # By whatever means it was compacted.
    await compact(client, conversation_id, ALL)
    assert (await append(client, conversation_id, talk(20))).job_id


async def test_what_ended_without_an_effect_is_asked_again_once_the_context_has_grown(client: Client) -> None:
    await create(client)
    conversation_id = await new_conversation(client)
    first = await append(client, conversation_id, talk(40))
    await cancel(client, first.job_id)
    soon = await append(client, conversation_id, [user("And?")])
    assert (soon.compaction_due, soon.job_id) == (True, "")
    later = await append(client, conversation_id, talk(20))
    assert later.job_id not in ("", first.job_id)


async def test_a_policy_does_not_wait_for_what_another_one_has_asked(client: Client) -> None:
    asking, expected = [], []
    conversation_id = await new_conversation(client, talk(40))
    for _ in range(2):
        expected.append(await create(client))
        asked = await append(client, conversation_id, [user("And?")])
        asking.append((await job_of(client, asked.job_id)).policy_id)
        await cancel(client, asked.job_id)
    assert asking == expected
    assert (await append(client, conversation_id, [user("And?")])).job_id == ""


async def test_a_policy_that_cannot_be_read_holds_up_nothing_and_can_be_deleted(
    server: LocalServer, client: Client
) -> None:
    bad = await create(client, priority=job_pb2.JOB_PRIORITY_HIGH)
    unreadable = POLICIES.update().where(POLICIES.c.id == bad).values(body=b"{}")
    await server.service.store._database.write(lambda connection: connection.execute(unreadable))
    good = await create(client)
    due = await append(client, await new_conversation(client), talk(20))
    assert (await job_of(client, due.job_id)).policy_id == good
    await delete(client, bad)


async def test_a_policy_that_asks_for_something_else_asks_at_once(client: Client) -> None:
    policy_id = await create(client)
    conversation_id = await new_conversation(client)
    first = await append(client, conversation_id, talk(40))
    await cancel(client, first.job_id)
    await update(client, policy_id, name="another name", priority=job_pb2.JOB_PRIORITY_HIGH)
    assert (await append(client, conversation_id, [user("And?")])).job_id == ""
    await update(client, policy_id, allow_degraded=True)
    assert (await append(client, conversation_id, [user("And?")])).job_id not in ("", first.job_id)


async def test_a_share_is_of_the_conversations_own_window(client: Client) -> None:
    await create(client, trigger={"context_share": 0.5})
    small = await new_conversation(client, context_window_limit=1000)
    large = await new_conversation(client)
    assert (await append(client, small, talk(40))).compaction_due
    assert not (await append(client, large, talk(40))).compaction_due


async def test_a_policy_is_for_what_it_selects(client: Client) -> None:
    one = (await new_agent(client, tags=["a", "b"])).id
    other = (await new_agent(client, tags=["b"])).id
    for selector, is_due in (
        ({"agent_ids": [one]}, (True, False)),
        ({"tags": ["b"]}, (True, True)),
        ({"tags": ["a", "b"], "match_all_tags": True}, (True, False)),
        ({"agent_ids": [other], "tags": ["a", "b"]}, (False, True)),
        ({"min_context_tokens": 100_000}, (False, False)),
    ):
        policy_id = await create(client, selector=selector)
        due = []
        for agent_id in (one, other):
            answer = await append(client, await new_conversation(client, agent_id=agent_id), talk(20))
            due.append(answer.compaction_due)
        assert tuple(due) == is_due, selector
        await delete(client, policy_id)


async def test_of_several_the_highest_priority_asks_and_then_the_oldest(client: Client) -> None:
    await create(client, priority=job_pb2.JOB_PRIORITY_LOW)
    oldest = await create(client)
    await create(client)
    job_id = (await append(client, await new_conversation(client), talk(20))).job_id
    assert (await job_of(client, job_id)).policy_id == oldest


async def test_a_policy_that_is_not_in_force_asks_for_nothing_and_what_waits_is_cancelled(client: Client) -> None:
    for is_deleted in (False, True):
        policy_id = await create(client)
        conversation_id = await new_conversation(client)
        job_id = (await append(client, conversation_id, talk(20))).job_id
        await (delete(client, policy_id) if is_deleted else update(client, policy_id, enabled=False))
        assert (await job_of(client, job_id)).state == job_pb2.JOB_STATE_CANCELLED
        assert not (await append(client, conversation_id, talk(20))).compaction_due


async def test_an_append_that_fails_queues_nothing(client: Client) -> None:
    await create(client)
    conversation_id = await new_conversation(client, talk(1))
    failure = await failure_of(append(client, conversation_id, talk(20), expected_last_position=77))
    assert failure.reason == "CONTEXT_CHANGED"
    assert await jobs_of(client, conversation_id) == []


async def test_figures_follow_whatever_changes_a_context(server: LocalServer, client: Client) -> None:
    agent_id = (await new_agent(client, context_window_limit=50_000)).id
    conversation_id = await new_conversation(client, talk(20), agent_id=agent_id)

    async def is_true() -> float:
        tokens, window = await size_of(client, conversation_id)
        figure = await figure_of(server, conversation_id)
        share: float = figure[2]
        assert figure[:2] == (tokens, window)
        assert share == pytest.approx(tokens / window)
        return share

    before = await is_true()
    compacted = await compact(client, conversation_id, ALL)
    assert await is_true() < before
    await restore(client, conversation_id, compacted.compaction.id)
    assert await is_true() == before
    mask = {"paths": ["context_window_limit"]}
    await client.agents.UpdateAgent(
        make(
            agent_service_pb2.UpdateAgentRequest,
            agent_id=agent_id,
            agent={"context_window_limit": 20_000},
            update_mask=mask,
        )
    )
    assert await is_true() > before
    narrow = await is_true()
    looks = {"type": "function", "function": {"name": "look", "description": "Looks at a file. " * 20}}
    for schemas in ([looks], []):
        await client.agents.UpdateAgent(
            make(
                agent_service_pb2.UpdateAgentRequest,
                agent_id=agent_id,
                agent={"tool_schemas": schemas},
                update_mask={"paths": ["tool_schemas"]},
            )
        )
        assert (await is_true() > narrow) == bool(schemas)
    await client.conversations.UpdateConversation(
        make(
            conversation_service_pb2.UpdateConversationRequest,
            conversation_id=conversation_id,
            conversation={"context_window_limit": 100_000},
            update_mask=mask,
        )
    )
    assert await is_true() < before


async def preview(client: Client, policy_id: str, **fields: Any) -> policy_service_pb2.PreviewPolicyResponse:
    request = policy_service_pb2.PreviewPolicyRequest(policy_id=policy_id, **fields)
    return await client.policies.PreviewPolicy(request)


async def test_a_preview_is_what_would_be_compacted_with_its_price(client: Client) -> None:
    agent_id = (await new_agent(client, context_window_limit=10_000)).id
    policy_id = await create(
        client,
        enabled=False,
        selector={"agent_ids": [agent_id]},
        compaction_settings={"mode": ALL, "model": "openai/gpt-5-mini"},
    )
    assert (await preview(client, policy_id)).total_conversations == 0
    sizes = [(await new_conversation(client, talk(turns), agent_id=agent_id), turns) for turns in (20, 60, 40)]
    await new_conversation(client, [user("Hello.")], agent_id=agent_id)
    await new_conversation(client, talk(60))
    shown = await preview(client, policy_id)
    fullest_first = [name for name, _ in sorted(sizes, key=lambda size: -size[1])]
    assert [one.conversation_id for one in shown.conversations] == fullest_first
    for one in shown.conversations:
        tokens, window = await size_of(client, one.conversation_id)
        assert (one.agent_id, one.context_tokens, one.context_window) == (agent_id, tokens, window)
        assert 0 < one.evicted_tokens < tokens
        assert one.cost_usd > 0
    assert shown.total_conversations == 3
    assert shown.total_context_tokens == sum(one.context_tokens for one in shown.conversations)
    assert shown.cost_usd == pytest.approx(sum(one.cost_usd for one in shown.conversations))
    page = await preview(client, policy_id, limit=1, after=fullest_first[0])
    assert [one.conversation_id for one in page.conversations] == fullest_first[1:2]
    assert await jobs_of(client, fullest_first[0]) == []


@pytest.mark.parametrize("trigger", [FEW, {"context_share": 1e-9}, {"idle_for": {"seconds": 60}}])
async def test_a_preview_stops_to_count_where_many_are_due(
    server: LocalServer, client: Client, monkeypatch: pytest.MonkeyPatch, trigger: dict[str, Any]
) -> None:
    agent_id = (await new_agent(client)).id
    fullest_first = [await new_conversation(client, talk(turns), agent_id=agent_id) for turns in (50, 40, 30)]

    def pass_a_minute(connection: Connection) -> None:
        last = CONTEXT_FIGURES.c.last_message_at
        connection.execute(CONTEXT_FIGURES.update().values(last_message_at=last - 61))

    await server.service.store._database.write(pass_a_minute)
    policy_id = await create(client, selector={"agent_ids": [agent_id]}, trigger=trigger)
    whole = await preview(client, policy_id)
    tokens = [one.context_tokens for one in whole.conversations]
    assert (whole.total_conversations, whole.total_context_tokens, whole.totals_stopped) == (3, sum(tokens), False)
    monkeypatch.setattr(due, "COUNTED", 2)
    shown = await preview(client, policy_id)
    for answer in (whole, shown):
        assert [one.conversation_id for one in answer.conversations] == fullest_first
    assert (shown.total_conversations, shown.totals_stopped) == (2, True)
    assert sum(tokens[1:]) <= shown.total_context_tokens <= sum(tokens[:2])
    page = await preview(client, policy_id, limit=1, after=fullest_first[0])
    assert [one.conversation_id for one in page.conversations] == fullest_first[1:2]


async def test_a_preview_that_takes_long_to_plan_ends_sooner_and_goes_on(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview_policy, "PLANNING_SECONDS", 0.0)
    agent_id = (await new_agent(client)).id
    policy_id = await create(client, selector={"agent_ids": [agent_id]})
    due_now = {await new_conversation(client, talk(20), agent_id=agent_id) for _ in range(2)}
    met, after = [], ""
    while page := (await preview(client, policy_id, after=after)).conversations:
        [one] = page
        met.append(after := one.conversation_id)
    assert sorted(met) == sorted(due_now)


async def test_a_preview_says_what_would_be_skipped(client: Client) -> None:
    agent_id = (await new_agent(client)).id
    policy_id = await create(client, selector={"agent_ids": [agent_id]}, trigger={"context_share": 1e-9})
    await new_conversation(client, [user("Hello.")], agent_id=agent_id)
    [one] = (await preview(client, policy_id)).conversations
    assert (one.skip_reason, one.HasField("cost_usd")) == ("NOTHING_TO_COMPACT", False)


async def test_a_preview_of_what_waits_for_a_time_is_what_it_would_find_now(client: Client) -> None:
    agent_id = (await new_agent(client)).id
    conversation_id = await new_conversation(client, talk(20), agent_id=agent_id)
    resting = await create(client, selector={"agent_ids": [agent_id]}, trigger={"idle_for": {"seconds": 60}})
    at_night = await create(
        client, selector={"agent_ids": [agent_id]}, trigger={"cron": {"expression": "0 3 * * *"}}, enabled=False
    )
    assert (await preview(client, resting)).total_conversations == 0
    [one] = (await preview(client, at_night)).conversations
    assert (one.conversation_id, one.cost_usd) == (conversation_id, 0)


async def test_a_policy_that_is_not_stored_is_previewed_as_one_that_is(client: Client) -> None:
    agent_id = (await new_agent(client)).id
    for turns in (20, 40):
        await new_conversation(client, talk(turns), agent_id=agent_id)
    selector = {"agent_ids": [agent_id], "min_context_tokens": 300}
    for trigger in (
        FEW,
        {"context_share": 0.001},
        {"cron": {"expression": "0 3 * * *"}},
        {"idle_for": {"seconds": 60}},
    ):
        given = {"trigger": trigger, "selector": selector, "compaction_settings": EMBEDDED}
        request = make(policy_service_pb2.PreviewPolicyRequest, policy=given, limit=1)
        shown = await client.policies.PreviewPolicy(request)
        assert shown == await preview(client, await create(client, **given), limit=1)
        assert shown.total_conversations == (0 if "idle_for" in trigger else 2)
        if shown.conversations:
            request.after = shown.conversations[0].conversation_id
            assert (await client.policies.PreviewPolicy(request)).conversations[0] != shown.conversations[0]


async def test_a_policy_that_could_not_be_created_is_not_previewed(client: Client) -> None:
    nobody = "agent-00000000-0000-4000-8000-000000000000"
    for given, field in (
        ({"policy": {}}, "policy.trigger"),
        ({"policy": {"trigger": {"context_share": 2}}}, "policy.trigger.context_share"),
        ({"policy": {"trigger": FEW, "selector": {"tags": ["nobody has it"]}}}, "policy.selector.tags"),
        ({"policy": {"trigger": FEW, "compaction_settings": {"model": "no/x"}}}, "policy.compaction_settings.model"),
        ({"policy": {"trigger": FEW}, "limit": 0}, "limit"),
        ({}, "policy_id"),
    ):
        request = make(policy_service_pb2.PreviewPolicyRequest, **given)
        assert (await failure_of(client.policies.PreviewPolicy(request))).fields == (field,)
    somebody = (await new_agent(client)).id
    policy = {"trigger": FEW, "selector": {"agent_ids": [somebody, nobody]}}
    request = make(policy_service_pb2.PreviewPolicyRequest, policy=policy)
    failed = await failure_of(client.policies.PreviewPolicy(request))
    assert (failed.reason, failed.fields) == ("AGENT_NOT_FOUND", ("policy.selector.agent_ids[1]",))


async def test_a_preview_takes_a_cursor_of_the_namespace_and_a_limit(client: Client) -> None:
    policy_id = await create(client)
    nobody = "conv-00000000-0000-4000-8000-000000000000"
    for fields, field in (({"limit": 0}, "limit"), ({"after": "nonsense"}, "after"), ({"after": nobody}, "after")):
        assert (await failure_of(preview(client, policy_id, **fields))).fields == (field,)
