"""conversations.create, retrieve, update, delete, list and recompile, by the official Python clients."""

import json
from typing import Any

import pytest
from letta_client import AsyncLetta, BadRequestError, NotFoundError
from letta_client.types import Conversation

from tests.builders.documented_settings import LETTA_SETTINGS
from tests.builders.rest_resources import EXTRACTIVE, talk
from tests.letta.stored_data import append, new_agent, new_conversation, prompt_of

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="session")]


async def test_a_conversation_is_created_for_an_agent(letta: AsyncLetta) -> None:
    agent = await new_agent(letta)
    conversation = await letta.conversations.create(
        agent_id=agent.id,
        summary="March invoices",
        description="What became of them.",
        model="openai/gpt-4.1",
        context_window_limit=16_000,
    )
    assert type(conversation) is Conversation
    assert conversation.id.startswith("conv-")
    assert conversation.agent_id == agent.id
    assert (conversation.summary, conversation.description) == ("March invoices", "What became of them.")
    assert (conversation.model, conversation.context_window_limit) == ("openai/gpt-4.1", 16_000)


@pytest.mark.parametrize("provider_type", LETTA_SETTINGS)
async def test_a_conversation_keeps_the_settings_of_every_provider(letta: AsyncLetta, provider_type: str) -> None:
    documented = LETTA_SETTINGS[provider_type]
    settings: Any = {"provider_type": provider_type, **documented.sent}
    agent = await new_agent(letta)
    made = await letta.conversations.create(agent_id=agent.id, model=documented.model, model_settings=settings)
    member = made.api_model_settings
    assert member is not None
    assert member.model_dump(exclude_none=True, by_alias=True) == settings
    assert (await letta.conversations.retrieve(made.id)).api_model_settings == member


async def test_a_retrieved_conversation_names_the_messages_of_its_context(letta: AsyncLetta) -> None:
    conversation = await new_conversation(letta)
    appended = await append(letta, conversation.id, talk(1))
    retrieved = await letta.conversations.retrieve(conversation.id)
    assert retrieved.in_context_message_ids is not None
    assert retrieved.in_context_message_ids[1:] == [message["id"] for message in appended["messages"]]
    assert retrieved.last_message_at is not None


async def test_an_update_changes_the_fields_that_it_names_and_no_other(letta: AsyncLetta) -> None:
    agent = await new_agent(letta)
    made = await letta.conversations.create(agent_id=agent.id, summary="March", description="Invoices.")
    updated = await letta.conversations.update(made.id, summary="April", model="openai/gpt-4.1")
    assert (updated.summary, updated.description, updated.model) == ("April", "Invoices.", "openai/gpt-4.1")
    assert (await letta.conversations.retrieve(made.id)).summary == "April"


async def test_fields_that_compactd_has_no_use_for_are_ignored(letta: AsyncLetta) -> None:
    agent = await new_agent(letta)
    made = await letta.conversations.create(agent_id=agent.id, hidden=True, summary="March")
    updated = await letta.conversations.update(made.id, archived=True, last_message_at="2020-01-01T00:00:00Z")
    assert (updated.summary, updated.archived, updated.last_message_at) == ("March", None, None)


async def test_a_deleted_conversation_is_not_found(letta: AsyncLetta) -> None:
    conversation = await new_conversation(letta, talk(1))
    assert await letta.conversations.delete(conversation.id) == {}
    with pytest.raises(NotFoundError):
        await letta.conversations.retrieve(conversation.id)


@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_the_conversations_of_an_agent_are_listed_in_both_orders(letta: AsyncLetta, order: Any) -> None:
    agent = await new_agent(letta)
    made = [(await letta.conversations.create(agent_id=agent.id)).id for _ in range(3)]
    expected = made if order == "asc" else made[::-1]
    listed = await letta.conversations.list(agent_id=agent.id, order=order)
    assert all(type(conversation) is Conversation for conversation in listed)
    assert [conversation.id for conversation in listed] == expected
    rest = await letta.conversations.list(agent_id=agent.id, order=order, limit=1, after=expected[0])
    assert [conversation.id for conversation in rest] == expected[1:2]


@pytest.mark.parametrize("order_by", ["created_at", "last_message_at", "last_run_completion"])
async def test_conversations_are_listed_by_every_time_that_the_client_knows(letta: AsyncLetta, order_by: Any) -> None:
    agent = await new_agent(letta)
    first, second = [(await letta.conversations.create(agent_id=agent.id)).id for _ in range(2)]
    await append(letta, second, talk(1))
    await append(letta, first, talk(1))
    listed = await letta.conversations.list(agent_id=agent.id, order_by=order_by, order="asc")
    expected = [first, second] if order_by == "created_at" else [second, first]
    assert [conversation.id for conversation in listed] == expected


async def test_conversations_are_found_by_their_summary(letta: AsyncLetta) -> None:
    agent = await new_agent(letta)
    await letta.conversations.create(agent_id=agent.id, summary="April invoices")
    march = await letta.conversations.create(agent_id=agent.id, summary="March invoices")
    [found] = await letta.conversations.list(agent_id=agent.id, summary_search="march")
    assert found.id == march.id


async def test_another_order_is_rejected_by_name(letta: AsyncLetta) -> None:
    order_by: Any = "alphabet"
    with pytest.raises(BadRequestError, match="order_by"):
        await letta.conversations.list(order_by=order_by)


async def test_recompile_answers_the_prompt_as_json_text(letta: AsyncLetta) -> None:
    conversation = await new_conversation(letta, memory_blocks=[{"label": "human", "value": 'Ines, "in" finance'}])
    answered = await letta.conversations.recompile(conversation.id)
    prompt = json.loads(answered)
    assert 'Ines, "in" finance' in prompt
    assert await prompt_of(letta, conversation.id) == prompt


async def test_a_dry_run_of_recompile_stores_nothing(letta: AsyncLetta) -> None:
    agent = await letta.agents.create(memory_blocks=[{"label": "human", "value": "Ines"}])
    conversation = await letta.conversations.create(agent_id=agent.id)
    await letta.agents.blocks.update("human", agent_id=agent.id, value="Mara")
    before = await prompt_of(letta, conversation.id)
    assert "Mara" in await letta.conversations.recompile(conversation.id, dry_run=True)
    assert await prompt_of(letta, conversation.id) == before


async def test_recompile_takes_the_default_conversation_with_an_agent_and_settings_that_change_nothing(
    letta: AsyncLetta,
) -> None:
    agent = await letta.agents.create(memory_blocks=[{"label": "human", "value": "Ines"}])
    settings: Any = EXTRACTIVE
    answered = await letta.conversations.recompile("default", agent_id=agent.id, compaction_settings=settings)
    assert "Ines" in answered
    assert "Ines" in await letta.conversations.recompile(agent.id)
