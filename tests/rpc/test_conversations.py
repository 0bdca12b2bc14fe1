"""Conversations as resources, and the forms in which they are named, through the real server."""

import re
from collections.abc import Awaitable, Callable
from typing import Any, cast
from uuid import uuid4

import pytest

from compaction.v1 import (
    compaction_service_pb2,
    compaction_settings_pb2,
    conversation_pb2,
    conversation_service_pb2,
    model_settings_pb2,
    sort_order_pb2,
)
from tests.builders.chat import append, history_of, make, new_agent, new_conversation, talk, user
from tests.rpc.failures import failure_of
from tests.server import Client, LocalServer

pytestmark = pytest.mark.asyncio(loop_scope="session")


def full_conversation() -> conversation_pb2.Conversation:
    conversation = conversation_pb2.Conversation(
        summary="Late carriers", description="of March", model="anthropic/claude-haiku-4-5", context_window_limit=32_000
    )
    conversation.model_settings.anthropic.effort = model_settings_pb2.ANTHROPIC_EFFORT_LOW
    conversation.compaction_settings.mode = compaction_settings_pb2.COMPACTION_MODE_SELF_COMPACT_ALL
    conversation.compaction_settings.prompt = "Keep the sums."
    return conversation


async def create(client: Client, **fields: Any) -> conversation_pb2.Conversation:
    fields.setdefault("conversation", full_conversation())
    agent = await new_agent(client)
    request = make(conversation_service_pb2.CreateConversationRequest, agent_id=agent.id, **fields)
    return await client.conversations.CreateConversation(request)


async def get(client: Client, conversation_id: str) -> conversation_pb2.Conversation:
    request = make(conversation_service_pb2.GetConversationRequest, conversation_id=conversation_id)
    return await client.conversations.GetConversation(request)


async def update(
    client: Client, conversation_id: str, paths: list[str], **fields: Any
) -> conversation_pb2.Conversation:
    request = make(
        conversation_service_pb2.UpdateConversationRequest,
        conversation_id=conversation_id,
        conversation=conversation_pb2.Conversation(**fields),
    )
    request.update_mask.paths.extend(paths)
    return await client.conversations.UpdateConversation(request)


async def delete(client: Client, conversation_id: str) -> None:
    request = make(conversation_service_pb2.DeleteConversationRequest, conversation_id=conversation_id)
    await client.conversations.DeleteConversation(request)


async def titles(client: Client, **fields: Any) -> list[str]:
    request = make(conversation_service_pb2.ListConversationsRequest, **fields)
    return [found.summary for found in (await client.conversations.ListConversations(request)).conversations]


async def test_a_conversation_is_answered_as_it_was_given(client: Client) -> None:
    created = await create(client, request_id=str(uuid4()))
    assert re.fullmatch(r"conv-[0-9a-f-]{36}", created.id)
    assert not created.HasField("last_message_at")
    assert not created.in_context_message_ids
    read = await get(client, created.id)
    assert len(read.in_context_message_ids) == 1
    read.ClearField("in_context_message_ids")
    assert read == created
    for field in ("id", "agent_id", "created_at", "updated_at"):
        read.ClearField(field)
    assert read == full_conversation()


async def test_a_conversation_may_have_nothing_of_its_own(client: Client) -> None:
    created = await create(client, conversation=None)
    assert [field.name for field, _ in created.ListFields()] == ["id", "agent_id", "created_at", "updated_at"]


async def test_it_starts_with_the_agents_template_rendered(client: Client) -> None:
    agent = await new_agent(client, system="You are Rook.", memory_blocks=[{"label": "team", "value": "Ines signs."}])
    [first] = await history_of(client, await new_conversation(client, agent_id=agent.id))
    assert first.position == 0
    assert first.message.content.startswith("You are Rook.\n\n<memory_blocks>")
    assert "Ines signs." in first.message.content


CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("summary", {"summary": "new"}),
    ("description", {"description": "new"}),
    ("model", {"model": "anthropic/claude-opus-4-5"}),
    ("model_settings", {"model_settings": {"anthropic": {"temperature": 1.0}}}),
    ("context_window_limit", {"context_window_limit": 9_000}),
    ("compaction_settings", {"compaction_settings": {"clip_chars": 7}}),
]


@pytest.mark.parametrize(("path", "fields"), CHANGES, ids=[path for path, _ in CHANGES])
async def test_an_update_changes_the_masked_field_and_no_other(
    client: Client, path: str, fields: dict[str, Any]
) -> None:
    before = await create(client)
    after = await update(client, before.id, [path], **({"summary": "noise", "description": "noise"} | fields))
    expected = conversation_pb2.Conversation()
    expected.CopyFrom(before)
    expected.ClearField(cast("Any", path))
    expected.MergeFrom(conversation_pb2.Conversation(**fields))
    expected.updated_at.CopyFrom(after.updated_at)
    assert after == expected
    cleared = await update(client, before.id, [path])
    assert path not in [field.name for field, _ in cleared.ListFields()]


async def test_an_empty_mask_changes_nothing(client: Client) -> None:
    before = await create(client)
    assert await update(client, before.id, [], summary="new") == before


async def test_another_mode_without_its_prompt_clears_the_stored_one(client: Client) -> None:
    before = await create(client)
    after = await update(client, before.id, ["compaction_settings.mode"], compaction_settings={"mode": 1})
    assert after.compaction_settings == make(compaction_settings_pb2.CompactionSettings, mode=1)


async def test_another_providers_model_drops_the_stored_settings(client: Client) -> None:
    before = await create(client)
    after = await update(client, before.id, ["model"], model="openai/gpt-5")
    assert not after.HasField("model_settings")


@pytest.mark.parametrize(
    "path", ["id", "agent_id", "in_context_message_ids", "created_at", "last_message_at", "nothing"]
)
async def test_a_mask_with_a_path_that_is_none_is_rejected(client: Client, path: str) -> None:
    before = await create(client)
    assert (await failure_of(update(client, before.id, [path]))).fields == ("update_mask",)


async def test_last_message_at_is_the_time_of_the_last_append(client: Client) -> None:
    created = await create(client)
    await append(client, created.id, [user("hello")])
    read = await get(client, created.id)
    assert read.last_message_at.ToNanoseconds() >= created.created_at.ToNanoseconds()
    assert read.updated_at == created.updated_at


async def test_a_deleted_conversation_is_gone(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(1))
    await delete(client, conversation_id)
    assert (await failure_of(get(client, conversation_id))).reason == "CONVERSATION_NOT_FOUND"


async def test_conversations_are_listed_both_ways_without_the_default_one(client: Client) -> None:
    agent = await new_agent(client)
    ids = [await new_conversation(client, agent_id=agent.id, summary=f"{number}") for number in range(4)]
    ascending = sort_order_pb2.SORT_ORDER_ASC
    assert await titles(client, agent_id=agent.id) == ["3", "2", "1", "0"]
    assert await titles(client, agent_id=agent.id, order=ascending, limit=2) == ["0", "1"]
    assert await titles(client, agent_id=agent.id, order=ascending, after=ids[1], limit=1) == ["2"]
    assert await titles(client, agent_id=agent.id, order=ascending, before=ids[3], limit=2) == ["1", "2"]
    assert await titles(client, agent_id=agent.id, before=ids[0], limit=2) == ["2", "1"]


async def test_conversations_are_ordered_by_the_time_asked_for(client: Client) -> None:
    agent = await new_agent(client)
    ids = [await new_conversation(client, agent_id=agent.id, summary=name) for name in ("a", "b", "c")]
    await append(client, ids[1], [user("hello")])
    await update(client, ids[0], ["description"], description="new")
    by = conversation_service_pb2.ConversationOrderBy
    assert await titles(client, agent_id=agent.id, order_by=by.Value("CONVERSATION_ORDER_BY_CREATED_AT")) == [*"cba"]
    assert await titles(client, agent_id=agent.id, order_by=by.Value("CONVERSATION_ORDER_BY_UPDATED_AT")) == [*"acb"]
    for name in ("LAST_MESSAGE_AT", "LAST_RUN_COMPLETION"):
        order_by = by.Value(f"CONVERSATION_ORDER_BY_{name}")
        assert (await titles(client, agent_id=agent.id, order_by=order_by))[0] == "b"


async def test_conversations_without_a_message_count_as_the_oldest(client: Client) -> None:
    agent = await new_agent(client)
    spoken = await new_conversation(client, agent_id=agent.id, summary="spoken")
    await append(client, spoken, [user("hello")])
    await new_conversation(client, agent_id=agent.id, summary="silent")
    by = conversation_service_pb2.CONVERSATION_ORDER_BY_LAST_MESSAGE_AT
    assert await titles(client, agent_id=agent.id, order_by=by) == ["spoken", "silent"]


async def test_conversations_are_found_by_part_of_their_title(client: Client) -> None:
    agent = await new_agent(client)
    for title in ("Späte Frachten", "100% paid", "other"):
        await new_conversation(client, agent_id=agent.id, summary=title)
    assert await titles(client, agent_id=agent.id, summary_search="SPÄTE") == ["Späte Frachten"]
    assert await titles(client, agent_id=agent.id, summary_search="0% p") == ["100% paid"]


@pytest.mark.parametrize("rpc", [get, delete, lambda client, name: update(client, name, ["summary"])])
async def test_the_resource_itself_is_named_by_its_own_id_only(
    client: Client, rpc: Callable[[Client, str], Awaitable[Any]]
) -> None:
    agent = await new_agent(client)
    for name in ("default", agent.id, ""):
        assert (await failure_of(rpc(client, name))).fields == ("conversation_id",)
    with_default = await failure_of(delete(client, agent.default_conversation_id))
    assert with_default.reason == "DEFAULT_CONVERSATION"
    assert with_default.preconditions == ("DEFAULT_CONVERSATION",)
    assert (await get(client, agent.default_conversation_id)).agent_id == agent.id


async def test_summarize_compacts_the_default_conversation(client: Client) -> None:
    agent = await new_agent(client)
    await append(client, agent.default_conversation_id, talk(10))
    request = make(compaction_service_pb2.SummarizeRequest, agent_id=agent.id, compaction_settings={"mode": 1})
    done = await client.compactions.Summarize(request)
    assert done.compaction.conversation_id == agent.default_conversation_id
    assert done.num_messages_after == 2


async def test_an_empty_mask_changes_nothing_and_reads_no_context(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    created = await create(server.client)

    async def unread(*_: Any) -> None:
        raise AssertionError("the ids of the context are not asked for")

    monkeypatch.setattr(server.service.store, "get_conversation", unread)
    assert await update(server.client, created.id, [], summary="new") == created
