"""Agents through the real server: made, listed, deleted, and their tools counted."""

import re
from typing import Any
from uuid import uuid4

import pytest
from google.protobuf import struct_pb2

from compaction.v1 import agent_pb2, agent_service_pb2, sort_order_pb2
from tests.builders.chat import as_given, context_of, make, new_agent, new_conversation
from tests.rpc.agents import TOOL, full_agent, update_agent
from tests.rpc.failures import failure_of
from tests.server import Client, LocalServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

UUID4 = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


async def get(client: Client, agent_id: str) -> agent_pb2.Agent:
    return await client.agents.GetAgent(make(agent_service_pb2.GetAgentRequest, agent_id=agent_id))


async def names(client: Client, **fields: Any) -> list[str]:
    answer = await client.agents.ListAgents(make(agent_service_pb2.ListAgentsRequest, **fields))
    return [agent.name for agent in answer.agents]


async def test_an_agent_is_answered_as_it_was_given_with_ids_and_times(client: Client) -> None:
    given = full_agent()
    created = await client.agents.CreateAgent(make(agent_service_pb2.CreateAgentRequest, agent=given))
    assert re.fullmatch(f"agent-{UUID4}", created.id)
    assert re.fullmatch(f"conv-{UUID4}", created.default_conversation_id)
    assert all(re.fullmatch(f"block-{UUID4}", block.id) for block in created.memory_blocks)
    assert created.created_at == created.updated_at
    assert created.memory_blocks[1].limit == 100_000
    assert await get(client, created.id) == created
    bare = as_given(created)
    bare.memory_blocks[1].ClearField("limit")
    assert bare == given


async def test_an_agent_of_nothing_gets_a_name_and_the_placeholder_as_its_template(client: Client) -> None:
    agent = await client.agents.CreateAgent(make(agent_service_pb2.CreateAgentRequest, request_id=str(uuid4())))
    assert agent.name
    assert agent.system == "{CORE_MEMORY}"
    assert not agent.model
    for name in ("model_settings", "compaction_settings", "context_window_limit"):
        assert not agent.HasField(name)


async def test_what_the_service_writes_is_not_taken_from_a_client(client: Client) -> None:
    made_up = f"agent-{uuid4()}"
    agent = await new_agent(
        client,
        id=made_up,
        default_conversation_id="mine",
        memory_blocks=[{"label": "a", "id": "x"}],
        context_window=5,
    )
    assert made_up not in (agent.id, agent.default_conversation_id)
    assert agent.context_window == 128_000
    assert agent.memory_blocks[0].id != "x"


@pytest.mark.parametrize(
    ("fields", "window", "estimated"),
    [
        ({}, 128_000, True),
        ({"context_window_limit": 9_000}, 9_000, False),
        ({"model": "anthropic/claude-haiku-4-5"}, 200_000, False),
        ({"model": "anthropic/claude-haiku-4-5", "context_window_limit": 9_000}, 9_000, False),
        ({"model": "anthropic/of-tomorrow"}, 128_000, True),
        ({"model": "nobody/model"}, 128_000, True),
        ({"model": "local/extractive"}, 128_000, True),
    ],
)
async def test_every_answer_with_an_agent_tells_its_window(
    client: Client, fields: dict[str, Any], window: int, estimated: bool
) -> None:
    name = str(uuid4())
    created = await new_agent(client, name=name, **fields)
    listed = await client.agents.ListAgents(make(agent_service_pb2.ListAgentsRequest, name=name))
    updated = await update_agent(client, created.id, ["description"], description="new")
    for agent in (created, await get(client, created.id), *listed.agents, updated):
        assert (agent.context_window, agent.context_window_estimated) == (window, estimated)


async def test_the_window_of_an_agent_is_that_of_its_conversations(client: Client) -> None:
    agent = await new_agent(client, model="anthropic/claude-haiku-4-5")
    context = await context_of(client, await new_conversation(client, agent_id=agent.id))
    assert (agent.context_window, agent.context_window_estimated) == (
        context.context_window,
        context.context_window_estimated,
    )


async def test_a_deleted_agent_is_gone_with_its_default_conversation(client: Client) -> None:
    agent = await new_agent(client)
    await client.agents.DeleteAgent(make(agent_service_pb2.DeleteAgentRequest, agent_id=agent.id))
    assert (await failure_of(get(client, agent.id))).reason == "AGENT_NOT_FOUND"


async def test_agents_are_listed_both_ways_in_pages(client: Client) -> None:
    tag = str(uuid4())
    agents = [await new_agent(client, name=f"agent {number}", tags=[tag]) for number in range(5)]
    ids = [agent.id for agent in agents]
    ascending = sort_order_pb2.SORT_ORDER_ASC
    assert await names(client, tags=[tag]) == [f"agent {number}" for number in (4, 3, 2, 1, 0)]
    assert await names(client, tags=[tag], order=ascending, limit=2) == ["agent 0", "agent 1"]
    assert await names(client, tags=[tag], order=ascending, limit=2, after=ids[1]) == ["agent 2", "agent 3"]
    assert await names(client, tags=[tag], order=ascending, limit=2, before=ids[4]) == ["agent 2", "agent 3"]
    assert await names(client, tags=[tag], limit=2, before=ids[0]) == ["agent 2", "agent 1"]
    assert await names(client, tags=[tag], after=ids[1], before=ids[0]) == []
    assert await names(client, tags=[tag], after=ids[3], before=ids[0]) == ["agent 2", "agent 1"]
    assert await names(client, tags=[tag], after=ids[0]) == []


async def test_agents_are_listed_by_their_last_change_where_asked(client: Client) -> None:
    tag = str(uuid4())
    first = await new_agent(client, name="first", tags=[tag])
    await new_agent(client, name="second", tags=[tag])
    await update_agent(client, first.id, ["description"], description="changed")
    by = agent_service_pb2.AGENT_ORDER_BY_UPDATED_AT
    assert await names(client, tags=[tag], order_by=by) == ["first", "second"]


async def test_agents_are_found_by_name_part_of_the_name_and_tags(client: Client) -> None:
    one, other = str(uuid4()), str(uuid4())
    await new_agent(client, name=f"Ärger 100%_{one}", tags=[one, "both"])
    await new_agent(client, name=f"plain {one}", tags=[one, other])
    assert await names(client, name=f"plain {one}") == [f"plain {one}"]
    assert await names(client, name="plain") == []
    assert await names(client, query_text=f"ÄRGER 100%_{one[:8]}") == [f"Ärger 100%_{one}"]
    assert await names(client, query_text=f"1000_{one}") == []
    assert len(await names(client, tags=[one, other])) == 2
    assert await names(client, tags=[one, other], match_all_tags=True) == [f"plain {one}"]


async def test_pages_of_agents_whose_metadata_is_many_small_values_leave_none_out(client: Client) -> None:
    tag = str(uuid4())
    # 1.0 MB as a proto, a fifth of it as JSON.
    metadata = {"values": [[0] * 10 for _ in range(8_500)]}
    agents = [await new_agent(client, name=name, tags=[tag], metadata=metadata) for name in "abcde"]
    assert 4 * agents[0].ByteSize() > 3 * 1024 * 1024
    assert await names(client, tags=[tag], order=1, limit=5) == ["a", "b", "c"]
    assert await names(client, tags=[tag], order=1, limit=5, before=agents[4].id) == ["b", "c", "d"]


async def tools_tokens(client: Client, conversation_id: str) -> int:
    """What the context of an empty conversation has beside the system message."""
    context = await context_of(client, conversation_id)
    return context.context_tokens - context.sources[0].token_count


async def test_an_update_of_the_tools_is_one_change(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    client, store = server.client, server.service.store
    agent = await new_agent(client, tool_schemas=[TOOL])
    larger = struct_pb2.Struct()
    larger.update({"type": "function", "function": {"name": "look", "description": "words " * 500}})
    changes: list[str] = []
    written = store.update_agent

    async def once(*given: Any) -> Any:
        changes.append("update")
        assert len(changes) == 1, "what fails here leaves the agent between two states"
        return await written(*given)

    monkeypatch.setattr(store, "update_agent", once)
    await update_agent(client, agent.id, ["tool_schemas", "model"], tool_schemas=[larger], model="openai/gpt-4")
    conversation_id = await new_conversation(client, agent_id=agent.id)
    fresh = await new_agent(client, tool_schemas=[larger], model="openai/gpt-4")
    other_id = await new_conversation(client, agent_id=fresh.id)
    here, there = await tools_tokens(client, conversation_id), await tools_tokens(client, other_id)
    assert here == there > 500


async def test_tools_that_changed_while_they_were_counted_are_counted_when_needed(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, store = server.client, server.service.store
    agent = await new_agent(client, tool_schemas=[TOOL])
    larger = struct_pb2.Struct()
    larger.update({"type": "function", "function": {"name": "look", "description": "words " * 500}})
    written = store.update_agent

    async def late(*given: Any) -> Any:
        monkeypatch.setattr(store, "update_agent", written)
        await update_agent(client, agent.id, ["tool_schemas"], tool_schemas=[larger])
        return await written(*given)

    monkeypatch.setattr(store, "update_agent", late)
    await update_agent(client, agent.id, ["model"], model="openai/gpt-4")
    conversation_id = await new_conversation(client, agent_id=agent.id)
    fresh = await new_agent(client, tool_schemas=[larger], model="openai/gpt-4")
    other_id = await new_conversation(client, agent_id=fresh.id)
    here, there = await tools_tokens(client, conversation_id), await tools_tokens(client, other_id)
    assert here == there > 500


@pytest.mark.parametrize("model", ["openai/", "openai", "/", "/gpt-5", "openai/" + "x" * 300, "x" * 300])
async def test_a_malformed_model_is_rejected_by_an_update_too(client: Client, model: str) -> None:
    stored = {"openai": {"temperature": 0.5}}
    settings = {"model": "openai/gpt-4.1", "model_settings": stored}
    agent = await new_agent(client, model="openai/gpt-4.1", model_settings=stored, compaction_settings=settings)
    failed = await failure_of(update_agent(client, agent.id, ["model"], model=model))
    assert failed.fields == ("agent.model",)
    given = {"model": model}
    failed = await failure_of(update_agent(client, agent.id, ["compaction_settings.model"], compaction_settings=given))
    assert failed.fields == ("agent.compaction_settings.model",)
    assert await get(client, agent.id) == agent


async def test_nulls_of_a_schema_are_kept(client: Client) -> None:
    schema = {"a": None, "b": {"default": None, "enum": ["x", None]}}
    form = {"openai": {"response_format": {"json_schema": {"json_schema": schema}}}}
    agent = await new_agent(client, model_settings=form, compaction_settings={"model_settings": form})
    given = make(agent_pb2.Agent, model_settings=form)
    assert agent.model_settings == given.model_settings
    assert agent.compaction_settings.model_settings == given.model_settings
    assert await get(client, agent.id) == agent
