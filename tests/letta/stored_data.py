"""Stored data made with the official client; what Letta's API has no call for goes through its own raw ones."""

from collections.abc import Sequence
from typing import Any, cast

from letta_client import AsyncLetta
from letta_client.types import AgentState, Conversation
from letta_client.types.agents import SystemMessage

from tests.builders.rest_resources import Json, talk
from tests.letta.clients import every


async def new_agent(letta: AsyncLetta, **fields: Any) -> AgentState:
    return await letta.agents.create(**fields)


async def new_conversation(letta: AsyncLetta, messages: Sequence[Json] = (), **agent: Any) -> Conversation:
    """With an agent of its own, which has these fields."""
    created = await new_agent(letta, **agent)
    conversation = await letta.conversations.create(agent_id=created.id)
    if messages:
        await append(letta, conversation.id, messages)
    return conversation


async def append(letta: AsyncLetta, conversation_id: str, messages: Sequence[Json]) -> Json:
    path = f"/v1/conversations/{conversation_id}/messages:append"
    appended: Any = await letta.post(path, cast_to=object, body={"messages": [*messages]})
    return cast(Json, appended)


async def in_default_conversation(letta: AsyncLetta, turns: int = 12, **agent: Any) -> AgentState:
    """An agent in whose default conversation something was said."""
    created = await new_agent(letta, **agent)
    await append(letta, created.id, talk(turns))
    return created


async def last_compaction(letta: AsyncLetta, conversation_id: str) -> Json:
    """compactd's own record of it."""
    compactions: Any = await letta.get(f"/v1/conversations/{conversation_id}/compactions", cast_to=object)
    return cast(Json, compactions[0])


async def prompt_of(letta: AsyncLetta, conversation_id: str) -> str:
    """The system message as it is stored now; of the default conversation if an agent is named."""
    listed = await letta.conversations.messages.list(conversation_id, include_return_message_types=["system_message"])
    [system] = await every(listed)
    assert type(system) is SystemMessage
    return system.content
