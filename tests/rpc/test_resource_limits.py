"""Limits of agents and conversations: over one is INVALID_ARGUMENT, at it is accepted."""

from typing import Any

import pytest

from compaction.v1 import (
    agent_service_pb2,
    conversation_service_pb2,
)
from tests.builders.chat import make, new_agent
from tests.rpc.failures import failure_of
from tests.rpc.limits import AGENT, KIB, MIB, assert_names
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")


BAD_AGENTS: list[tuple[str, dict[str, Any], str]] = [
    ("name", {"name": "x" * 257}, "name"),
    ("system", {"system": "x" * (MIB + 1)}, "system"),
    ("model", {"model": "gpt-5"}, "model"),
    ("pair", {"model": "openai/gpt-5", "model_settings": {"groq": {}}}, "model_settings"),
    ("window", {"context_window_limit": 999}, "context_window_limit"),
    ("tag", {"tags": ["ok", "x" * 257]}, "tags[1]"),
    ("empty tag", {"tags": [""]}, "tags[0]"),
    ("blocks", {"memory_blocks": [{"label": f"{number}"} for number in range(101)]}, "memory_blocks"),
    ("block without label", {"memory_blocks": [{"value": "x"}]}, "memory_blocks[0].label"),
    ("label", {"memory_blocks": [{"label": "a"}, {"label": "x" * 257}]}, "memory_blocks[1].label"),
    ("labels", {"memory_blocks": [{"label": "a"}, {"label": "a"}]}, "memory_blocks"),
    ("block limit", {"memory_blocks": [{"label": "a", "limit": 0}]}, "memory_blocks[0].limit"),
    ("value", {"memory_blocks": [{"label": "a", "limit": 2, "value": "日本語"}]}, "memory_blocks[0].value"),
    ("default limit", {"memory_blocks": [{"label": "a", "value": "x" * 100_001}]}, "memory_blocks[0].value"),
    ("empty tool", {"tool_schemas": [{}]}, "tool_schemas[0]"),
    ("tool without type", {"tool_schemas": [{"function": {"name": "f"}}]}, "tool_schemas[0]"),
    ("tool of another type", {"tool_schemas": [{"type": "x", "function": {"name": "f"}}]}, "tool_schemas[0]"),
    ("tool without function", {"tool_schemas": [{"type": "function"}]}, "tool_schemas[0]"),
    ("tool without name", {"tool_schemas": [{"type": "function", "function": {"name": ""}}]}, "tool_schemas[0]"),
    (
        "tool with a long name",
        {"tool_schemas": [{"type": "function", "function": {"name": "x" * 257}}]},
        "tool_schemas[0]",
    ),
    (
        "tool whose name is no text",
        {"tool_schemas": [{"type": "function", "function": {"name": 7}}]},
        "tool_schemas[0]",
    ),
]


@pytest.mark.parametrize(("_name", "given", "field"), BAD_AGENTS, ids=[row[0] for row in BAD_AGENTS])
async def test_an_agent_over_a_limit_is_rejected(client: Client, _name: str, given: dict[str, Any], field: str) -> None:
    assert_names(await failure_of(new_agent(client, **given)), f"agent.{field}")


async def test_an_update_that_would_break_a_limit_changes_nothing(client: Client) -> None:
    agent = await new_agent(client, name="rook")
    request = make(agent_service_pb2.UpdateAgentRequest, agent_id=agent.id, agent={"name": "x" * 257})
    request.update_mask.paths.append("name")
    assert_names(await failure_of(client.agents.UpdateAgent(request)), "agent.name")
    assert await client.agents.GetAgent(make(agent_service_pb2.GetAgentRequest, agent_id=agent.id)) == agent


async def test_a_stored_model_and_new_settings_of_another_provider_do_not_go_together(client: Client) -> None:
    agent = await new_agent(client, model="openai/gpt-5")
    request = make(agent_service_pb2.UpdateAgentRequest, agent_id=agent.id, agent={"model_settings": {"groq": {}}})
    request.update_mask.paths.append("model_settings")
    failed = await failure_of(client.agents.UpdateAgent(request))
    assert_names(failed, "agent.model_settings")
    assert "openai/gpt-5" in failed.sentence
    assert "groq" in failed.sentence


async def test_an_agent_at_its_limits_is_accepted(client: Client) -> None:
    await new_agent(
        client,
        name="x" * 256,
        system="x" * (MIB - 25_000),
        description="x" * (64 * KIB),
        context_window_limit=1_000,
        tags=[f"{number:0256}" for number in range(1_000)],
        model="acme/some/model",
        metadata={"a": "x" * (MIB // 2)},
        tool_schemas=[{"type": "function", "function": {"name": "x" * 256}}],
        memory_blocks=[{"label": f"{number}", "limit": 3, "value": "日本語"} for number in range(100)],
    )


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"summary": "x" * 257}, "summary"),
        ({"model": "/"}, "model"),
        ({"model": "openai/gpt-5", "model_settings": {"groq": {}}}, "model_settings"),
        ({"context_window_limit": 999}, "context_window_limit"),
    ],
)
async def test_a_conversation_over_a_limit_is_rejected(client: Client, given: dict[str, Any], field: str) -> None:
    request = make(conversation_service_pb2.CreateConversationRequest, agent_id=AGENT, conversation=given)
    assert_names(await failure_of(client.conversations.CreateConversation(request)), f"conversation.{field}")
