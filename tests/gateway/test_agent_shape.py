"""Agents with what Letta's clients expect beside their fields; what a deletion answers."""

import httpx
import pytest

from tests.builders.rest_resources import json_of, new_agent, new_conversation

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_agent_has_what_lettas_clients_expect_beside_its_fields(rest: httpx.AsyncClient) -> None:
    function = {"name": "look", "description": "Looks.", "parameters": {"type": "object", "properties": {}}}
    agent = await new_agent(
        rest,
        model="openai/gpt-5-mini",
        context_window_limit=9000,
        memory_blocks=[{"label": "human", "value": "Bob."}],
        tool_schemas=[{"type": "function", "function": function}],
    )
    assert agent["agent_type"] == "letta_v1_agent"
    assert agent["llm_config"] == {
        "model": "gpt-5-mini",
        "model_endpoint_type": "openai",
        "context_window": 9000,
        "handle": "openai/gpt-5-mini",
    }
    [block] = agent["memory_blocks"]
    assert (block["label"], block["value"], block["limit"], block["read_only"]) == ("human", "Bob.", 100_000, False)
    assert agent["blocks"] == agent["memory"]["blocks"] == [block]
    assert agent["tools"] == [{"id": "tool-look", "name": "look", "json_schema": function}]
    assert agent["sources"] == []


async def test_an_agent_without_a_model_has_an_empty_one_and_no_handle(rest: httpx.AsyncClient) -> None:
    agent = await new_agent(rest)
    assert agent["llm_config"] == {
        "model": "",
        "model_endpoint_type": None,
        "context_window": 128_000,
        "handle": None,
    }


async def test_a_listed_agent_is_the_same_as_a_read_one(rest: httpx.AsyncClient) -> None:
    agent = await new_agent(rest, name="Listed alike", memory_blocks=[{"label": "a"}])
    assert json_of(await rest.get("/v1/agents", params={"name": "Listed alike"})) == [agent]


@pytest.mark.parametrize("kind", ["agents", "conversations"])
async def test_a_deletion_answers_an_empty_object(rest: httpx.AsyncClient, kind: str) -> None:
    made = await new_agent(rest) if kind == "agents" else await new_conversation(rest)
    answer = await rest.delete(f"/v1/{kind}/{made['id']}")
    assert (answer.status_code, answer.content) == (200, b"{}")
