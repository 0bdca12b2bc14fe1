"""What the official Python clients read, sent back: their objects call a field otherwise than Letta's API does."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from letta_client import AsyncLetta
from letta_client.types.agent_state import CompactionSettings
from pydantic import BaseModel

from tests.builders.documented_settings import LETTA_SETTINGS
from tests.letta.stored_data import new_agent, new_conversation

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="session")]


def settings_of(provider_type: str) -> Any:
    """Compaction settings in which every field has a value."""
    documented = LETTA_SETTINGS[provider_type]
    return {
        "clip_chars": 900,
        "mode": "sliding_window",
        "model": documented.model,
        "model_settings": {"provider_type": provider_type, **documented.sent},
        "prompt": "As a ledger.",
        "prompt_acknowledgement": True,
        "sliding_window_percentage": 0.4,
    }


async def settled(letta: AsyncLetta, provider_type: str) -> tuple[str, CompactionSettings]:
    """An agent with such settings, by its id, and the settings as the client's own object."""
    agent = await new_agent(letta, compaction_settings=settings_of(provider_type))
    assert agent.compaction_settings is not None
    assert agent.compaction_settings.api_model_settings is not None
    return agent.id, agent.compaction_settings


def _names_in(annotation: Any) -> Iterator[str]:
    """What the models of a union allow as `provider_type`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        annotation = annotation.model_fields["provider_type"].annotation
    for inner in get_args(annotation):
        if isinstance(inner, str):
            yield inner
        else:
            yield from _names_in(inner)


async def test_the_providers_that_the_clients_have_a_type_for_are_those_that_are_tried() -> None:
    union = CompactionSettings.model_fields["api_model_settings"].annotation
    assert set(_names_in(union)) == set(LETTA_SETTINGS)


@pytest.mark.parametrize("provider_type", LETTA_SETTINGS)
async def test_settings_that_are_dumped_and_sent_back_stay_as_they_are(letta: AsyncLetta, provider_type: str) -> None:
    agent_id, settings = await settled(letta, provider_type)
    dumped: Any = settings.model_dump()
    assert "api_model_settings" in dumped
    assert (await letta.agents.update(agent_id, compaction_settings=dumped)).compaction_settings == settings
    assert (await letta.agents.retrieve(agent_id)).compaction_settings == settings


@pytest.mark.parametrize("provider_type", LETTA_SETTINGS)
async def test_an_agent_is_created_with_the_settings_of_another(letta: AsyncLetta, provider_type: str) -> None:
    _, settings = await settled(letta, provider_type)
    for dumped in (settings.model_dump(), settings.model_dump(by_alias=True), settings.to_dict(), settings):
        made = await new_agent(letta, compaction_settings=dumped)
        assert made.compaction_settings == settings


@pytest.mark.parametrize("provider_type", LETTA_SETTINGS)
async def test_settings_that_are_edited_and_sent_back_are_stored(letta: AsyncLetta, provider_type: str) -> None:
    agent_id, settings = await settled(letta, provider_type)
    before = settings.model_copy(deep=True)
    edited: Any = settings
    edited.api_model_settings.temperature = 0.5
    edited.prompt = "As a list."
    stored = (await letta.agents.update(agent_id, compaction_settings=edited)).compaction_settings
    assert stored == settings != before
    assert (await letta.agents.retrieve(agent_id)).compaction_settings == settings


async def test_model_settings_of_an_agent_and_of_a_conversation_can_be_sent_back(letta: AsyncLetta) -> None:
    settings: Any = {"provider_type": "openai", "temperature": 0.25, "max_output_tokens": 700}
    agent: Any = await new_agent(letta, model="openai/gpt-4.1", model_settings=settings)
    conversation: Any = await new_conversation(letta)
    agent.api_model_settings.temperature = 0.75
    updated: Any = await letta.agents.update(agent.id, model_settings=agent.api_model_settings)
    assert updated.api_model_settings == agent.api_model_settings
    lent: Any = await letta.conversations.update(
        conversation.id, model="openai/gpt-4.1", model_settings=agent.api_model_settings.model_dump()
    )
    assert lent.api_model_settings == agent.api_model_settings


async def test_settings_of_an_agent_compact_a_conversation(letta: AsyncLetta) -> None:
    _, settings = await settled(letta, "openai")
    conversation = await new_conversation(letta)
    dumped: Any = settings.model_dump()
    assert await letta.conversations.recompile(conversation.id, dry_run=True, compaction_settings=dumped)
