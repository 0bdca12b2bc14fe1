"""agents.create, retrieve, update, delete, list and recompile, and agents.blocks, by the official Python clients."""

from typing import Any
from uuid import uuid4

import pytest
from letta_client import AsyncLetta, BadRequestError, NotFoundError
from letta_client.types import AgentState, BlockResponse

from tests.builders.rest_resources import talk
from tests.letta.clients import every
from tests.letta.stored_data import append, new_agent, prompt_of

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="session")]

BLOCKS: list[Any] = [
    {"label": "human", "value": "Ines, in finance.", "description": "Who asks.", "limit": 5000},
    {"label": "persona", "value": "Rook, who answers briefly."},
]
FIELDS: dict[str, Any] = {
    "name": "rook",
    "description": "Answers what finance asks.",
    "system": "You are Rook.\n{CORE_MEMORY}",
    "model": "anthropic/claude-haiku-4-5",
    "context_window_limit": 32_000,
    "memory_blocks": BLOCKS,
    "tags": ["finance", "eu"],
    "metadata": {"team": "settlement", "since": 2024},
    "compaction_settings": {
        "mode": "sliding_window",
        "model": "openai/gpt-4.1-mini",
        "model_settings": {"provider_type": "openai", "temperature": 0.25, "max_output_tokens": 700},
        "sliding_window_percentage": 0.4,
        "clip_chars": None,
    },
}


async def test_an_agent_is_created_with_memory_blocks_and_compaction_settings(letta: AsyncLetta) -> None:
    agent = await letta.agents.create(**FIELDS)
    assert type(agent) is AgentState
    assert (agent.name, agent.description, agent.system) == (FIELDS["name"], FIELDS["description"], FIELDS["system"])
    assert (agent.model, agent.context_window_limit) == (FIELDS["model"], FIELDS["context_window_limit"])  # type: ignore[attr-defined]
    assert (agent.tags, agent.metadata) == (FIELDS["tags"], FIELDS["metadata"])
    assert [(block.label, block.value) for block in agent.blocks] == [(b["label"], b["value"]) for b in BLOCKS]
    assert (agent.blocks[0].description, agent.blocks[0].limit) == ("Who asks.", 5000)
    assert agent.created_at is not None


async def test_an_agent_with_a_policy_of_its_own_is_an_agent_as_others(letta: AsyncLetta) -> None:
    given = {"trigger": {"context_share": 0.8}, "priority": "normal"}
    created = await letta.agents.create(**FIELDS, extra_body={"auto_compaction": given})
    found = await letta.agents.update(created.id, description="Answers nobody.")
    assert (type(found), found.description) == (AgentState, "Answers nobody.")
    kept = found.auto_compaction  # type: ignore[attr-defined]
    assert (kept["trigger"]["context_share"], kept["priority"]) == (0.8, "normal")
    assert created.id in [agent.id for agent in await every(await letta.agents.list(name=created.name))]


async def test_compaction_settings_come_back_as_they_were_given(letta: AsyncLetta) -> None:
    agent = await letta.agents.create(**FIELDS)
    settings = agent.compaction_settings
    assert settings is not None
    assert (settings.mode, settings.model, settings.sliding_window_percentage) == (
        "sliding_window",
        "openai/gpt-4.1-mini",
        0.4,
    )
    member = settings.api_model_settings
    assert type(member).__name__ == "OpenAIModelSettings"
    assert member.model_dump(exclude_none=True) == FIELDS["compaction_settings"]["model_settings"]  # type: ignore[union-attr]
    assert settings.clip_chars == 0


async def test_what_the_clients_model_expects_beside_an_agents_fields_is_there(letta: AsyncLetta) -> None:
    agent = await letta.agents.create(**FIELDS)
    assert agent.agent_type == "letta_v1_agent"
    assert agent.llm_config.handle == "anthropic/claude-haiku-4-5"
    assert (agent.llm_config.model, agent.llm_config.api_model_endpoint_type) == ("claude-haiku-4-5", "anthropic")
    assert agent.llm_config.context_window == 32_000
    assert [block.label for block in agent.memory.blocks] == ["human", "persona"]
    assert (agent.tools, agent.sources) == ([], [])


async def test_tool_schemas_are_the_agents_tools(letta: AsyncLetta) -> None:
    schema = {"name": "find_invoice", "parameters": {"type": "object", "properties": {"number": {"type": "string"}}}}
    agent = await letta.agents.create(
        name="rook", tools=["ignored"], extra_body={"tool_schemas": [{"type": "function", "function": schema}]}
    )
    [tool] = agent.tools
    assert (tool.name, tool.json_schema) == ("find_invoice", schema)


async def test_fields_that_compactd_has_no_use_for_are_ignored(letta: AsyncLetta) -> None:
    ignored: Any = {"embedding": "openai/text-embedding-3-small", "include_base_tools": True, "tool_ids": ["tool-1"]}
    agent = await letta.agents.create(name="rook", hidden=True, timezone="Europe/Paris", **ignored)
    assert (agent.name, agent.tools) == ("rook", [])
    assert await letta.agents.update(agent.id, hidden=False, tool_ids=["tool-2"]) == agent


async def test_an_agent_that_says_nothing_about_itself_is_an_agent(letta: AsyncLetta) -> None:
    agent = await letta.agents.create()
    assert agent.name
    assert (agent.system, agent.blocks, agent.tags) == ("{CORE_MEMORY}", [], [])
    assert (agent.llm_config.model, agent.llm_config.handle) == ("", None)


async def test_an_agent_is_retrieved_as_it_was_created(letta: AsyncLetta) -> None:
    agent = await letta.agents.create(**FIELDS)
    assert await letta.agents.retrieve(agent.id) == agent


async def test_an_update_changes_the_fields_that_it_names_and_no_other(letta: AsyncLetta) -> None:
    agent = await letta.agents.create(**FIELDS)
    updated = await letta.agents.update(agent.id, name="bishop", tags=["finance"], description=None)
    assert (updated.name, updated.tags) == ("bishop", ["finance"])
    kept = {"system", "model", "metadata", "description", "compaction_settings", "memory"}
    assert updated.model_dump(include=kept) == agent.model_dump(include=kept)
    assert await letta.agents.retrieve(agent.id) == updated


async def test_an_update_of_compaction_settings_merges(letta: AsyncLetta) -> None:
    agent = await letta.agents.create(**FIELDS)
    updated = await letta.agents.update(agent.id, compaction_settings={"sliding_window_percentage": 0.6})
    settings = updated.compaction_settings
    assert settings is not None
    assert (settings.sliding_window_percentage, settings.model) == (0.6, "openai/gpt-4.1-mini")


async def test_a_deleted_agent_is_not_found(letta: AsyncLetta) -> None:
    agent = await new_agent(letta)
    assert await letta.agents.delete(agent.id) == {}
    with pytest.raises(NotFoundError):
        await letta.agents.retrieve(agent.id)


@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_agents_are_listed_page_by_page_in_both_orders(letta: AsyncLetta, order: Any) -> None:
    tag = str(uuid4())
    made = [(await new_agent(letta, tags=[tag])).id for _ in range(5)]
    page = await letta.agents.list(tags=[tag], limit=2, order=order)
    assert len(page.items) == 2
    listed = await every(page)
    assert all(type(agent) is AgentState for agent in listed)
    assert [agent.id for agent in listed] == (made if order == "asc" else made[::-1])


async def test_agents_are_found_by_name_by_a_part_of_it_and_by_tags(letta: AsyncLetta) -> None:
    word, east, west = str(uuid4()), str(uuid4()), str(uuid4())
    both = await new_agent(letta, name=f"rook {word}", tags=[east, west])
    one = await new_agent(letta, name=f"bishop {word}", tags=[east])

    async def found(**query: Any) -> list[str]:
        return [agent.id for agent in await every(await letta.agents.list(order="asc", **query))]

    assert await found(name=f"rook {word}") == [both.id]
    assert await found(query_text=word) == [both.id, one.id]
    assert await found(tags=[east, west]) == [both.id, one.id]
    assert await found(tags=[east, west], match_all_tags=True) == [both.id]


async def test_agents_are_listed_by_the_time_of_their_update(letta: AsyncLetta) -> None:
    tag = str(uuid4())
    first, second = [await new_agent(letta, tags=[tag]) for _ in range(2)]
    await letta.agents.update(first.id, description="changed")
    listed = await every(await letta.agents.list(tags=[tag], order_by="updated_at", order="desc"))
    assert [agent.id for agent in listed] == [first.id, second.id]


async def test_blocks_are_listed_and_retrieved_by_label(letta: AsyncLetta) -> None:
    agent = await letta.agents.create(memory_blocks=BLOCKS)
    listed = await every(await letta.agents.blocks.list(agent.id, order="asc", limit=1))
    assert [(type(block), block.label) for block in listed] == [(BlockResponse, "human"), (BlockResponse, "persona")]
    assert await letta.agents.blocks.retrieve("human", agent_id=agent.id) == listed[0]


async def test_a_changed_block_is_in_the_prompt_once_it_is_recompiled(letta: AsyncLetta) -> None:
    agent = await letta.agents.create(**FIELDS)
    conversation = await letta.conversations.create(agent_id=agent.id)
    block = await letta.agents.blocks.update("human", agent_id=agent.id, value="Mara, in audit.", description="Asks.")
    assert (block.value, block.description, block.limit) == ("Mara, in audit.", "Asks.", 5000)
    assert "Ines" in await prompt_of(letta, conversation.id)
    assert "Mara" in await letta.conversations.recompile(conversation.id)
    assert "Mara" in await prompt_of(letta, conversation.id)


async def test_a_label_may_have_any_character(letta: AsyncLetta) -> None:
    label = "notes/2026 März: 50%?"
    agent = await letta.agents.create(memory_blocks=[{"label": label, "value": "none"}])
    assert (await letta.agents.blocks.update(label, agent_id=agent.id, value="one")).value == "one"
    assert (await letta.agents.blocks.retrieve(label, agent_id=agent.id)).label == label


async def test_a_block_takes_no_value_beyond_its_limit(letta: AsyncLetta) -> None:
    agent = await letta.agents.create(memory_blocks=[{"label": "human", "value": "x", "limit": 10}])
    with pytest.raises(BadRequestError, match="limit"):
        await letta.agents.blocks.update("human", agent_id=agent.id, value="eleven char")


@pytest.mark.parametrize("dry_run", [True, False])
async def test_recompile_of_an_agent_is_of_its_default_conversation(letta: AsyncLetta, dry_run: bool) -> None:
    agent = await letta.agents.create(**FIELDS)
    await append(letta, agent.id, talk(1))
    await letta.agents.blocks.update("human", agent_id=agent.id, value="Mara, in audit.")
    prompt = await letta.agents.recompile(agent.id, dry_run=dry_run, update_timestamp=True)
    assert "Mara" in prompt
    assert ("Mara" in await prompt_of(letta, agent.id)) is not dry_run
