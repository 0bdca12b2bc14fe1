"""Conversations as resources."""

from datetime import UTC, datetime, timedelta

import pytest

from compactd.domain.conversations import Conversation
from compactd.domain.errors import AgentNotFound, ConversationNotFound, DefaultConversation, InvalidField
from compactd.domain.paging import Page
from compactd.domain.settings import CompactionSettings
from compactd.ports.conversations import ConversationFilter
from compactd.ports.store import Store
from tests.builders.stored_values import (
    NAMESPACE,
    SYSTEM,
    agent_key,
    append,
    compact,
    default_of,
    new_conversation,
    put_agent,
    put_conversation,
    ref_to,
    user,
)

ASCENDING = Page(50, descending=False)
EVERY = ConversationFilter()


async def test_a_conversation_comes_back_as_it_was_put_in(store: Store) -> None:
    agent = await put_agent(store)
    conversation = await put_conversation(
        store,
        agent.id,
        summary="Título \0 💡",
        description="d",
        model="google_ai/gemini-2.5-flash",
        model_settings={"google_ai": {"thinking_config": {"thinking_budget": -1}, "temperature": 0}},
        context_window_limit=5_000,
        compaction_settings={"sliding_window_percentage": 0.5},
        created_at=datetime(1, 1, 1, microsecond=1, tzinfo=UTC),
        updated_at=datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    )

    stored, ids = await store.get_conversation(ref_to(conversation.id))

    assert stored == conversation
    assert stored.compaction_settings is not None
    assert stored.compaction_settings.as_plain() == {"sliding_window_percentage": 0.5}
    [system] = await store.list_messages(ref_to(conversation.id), ASCENDING)
    assert ids == [system.id]
    assert await store.list_conversations(NAMESPACE, EVERY, ASCENDING) == [conversation]


async def test_a_conversation_needs_its_agent(store: Store) -> None:
    agent = await put_agent(store)
    conversation = new_conversation(agent.id)
    with pytest.raises(AgentNotFound, match=agent.id):
        await store.create_conversation("other", conversation, SYSTEM)
    await store.delete_agent(agent_key(agent.id))
    with pytest.raises(AgentNotFound, match=agent.id):
        await store.create_conversation(NAMESPACE, conversation, SYSTEM)


@pytest.mark.parametrize("namespace", [NAMESPACE, "other"])
async def test_a_missing_conversation_is_not_found(store: Store, namespace: str) -> None:
    agent = await put_agent(store, "third")
    conversation = await put_conversation(store, agent.id, "third")
    with pytest.raises(ConversationNotFound, match=conversation.id):
        await store.get_conversation(ref_to(conversation.id, namespace))
    with pytest.raises(ConversationNotFound):
        await store.update_conversation(ref_to(conversation.id, namespace), lambda found: found)
    with pytest.raises(ConversationNotFound):
        await store.delete_conversation(ref_to(conversation.id, namespace))
    with pytest.raises(ConversationNotFound):
        await store.state(ref_to(conversation.id, namespace))
    assert await store.list_conversations(namespace, EVERY, ASCENDING) == []
    assert await store.list_conversations("third", EVERY, ASCENDING) == [conversation]


async def test_the_ids_of_the_context_are_system_summary_and_entries(store: Store) -> None:
    agent = await put_agent(store)
    conversation = await put_conversation(store, agent.id)
    ref = ref_to(conversation.id)
    appended = await append(store, ref, user("one"), user("two"), user("three"))
    record = await compact(store, ref, 3)
    later = await append(store, ref, user("four"))

    _, ids = await store.get_conversation(ref_to(conversation.id))

    by_position = {found.position: found.id for found in await store.list_messages(ref, ASCENDING)}
    assert record.summary_position == 4
    assert ids == [by_position[0], by_position[4], appended.ids[2], later.ids[0]]


async def test_an_update_leaves_the_context_alone(store: Store) -> None:
    agent = await put_agent(store)
    conversation = await put_conversation(store, agent.id, summary="old")
    ref = ref_to(conversation.id)
    appended = await append(store, ref, user("one"))
    later = datetime.now(UTC)

    def change(found: Conversation) -> Conversation:
        assert found.last_message_at is not None
        settings = CompactionSettings(mode="all")  # type: ignore[arg-type]
        return found.model_copy(update={"summary": "new", "compaction_settings": settings, "updated_at": later})

    updated = await store.update_conversation(ref_to(conversation.id), change)

    state = await store.state(ref)
    assert (updated.summary, updated.updated_at) == ("new", later)
    assert state.conversation.compaction_settings == updated.compaction_settings
    assert (await store.get_conversation(ref_to(conversation.id)))[0] == updated
    assert (state.version, state.last_position) == (appended.state.version, 1)


async def test_an_error_in_a_change_passes_through_and_writes_nothing(store: Store) -> None:
    agent = await put_agent(store)
    conversation = await put_conversation(store, agent.id)

    def fail(_: Conversation) -> Conversation:
        raise InvalidField("summary", "no")

    with pytest.raises(InvalidField):
        await store.update_conversation(ref_to(conversation.id), fail)
    assert (await store.get_conversation(ref_to(conversation.id)))[0] == conversation


async def test_a_default_conversation_is_deleted_only_with_its_agent(store: Store) -> None:
    agent = await put_agent(store)
    with pytest.raises(DefaultConversation, match=agent.default_conversation_id):
        await store.delete_conversation(ref_to(agent.default_conversation_id))
    found, _ = await store.get_conversation(ref_to(agent.default_conversation_id))
    assert found == default_of(agent)


async def test_deleting_a_conversation_deletes_its_messages_and_records(store: Store) -> None:
    agent = await put_agent(store)
    conversation = await put_conversation(store, agent.id)
    kept = await put_conversation(store, agent.id)
    for ref in (ref_to(conversation.id), ref_to(kept.id)):
        await append(store, ref, user("one"), user("two"), user("three"))
        await compact(store, ref, 3)

    await store.delete_conversation(ref_to(conversation.id))

    with pytest.raises(ConversationNotFound):
        await store.snapshot(ref_to(conversation.id))
    with pytest.raises(ConversationNotFound):
        await store.load_messages(ref_to(conversation.id), 0, 99)
    assert [message.position for message in await store.load_messages(ref_to(kept.id), 0, 99)] == [0, 1, 2, 3]
    await store.create_conversation(NAMESPACE, conversation, SYSTEM)
    assert await store.list_compactions(ref_to(conversation.id), ASCENDING) == []


async def test_conversations_are_found_by_agent_and_part_of_the_title(store: Store) -> None:
    ada, grace = await put_agent(store), await put_agent(store)
    one = await put_conversation(store, ada.id, summary="Straße 1%")
    two = await put_conversation(store, ada.id, summary="two")
    three = await put_conversation(store, grace.id, summary="STRASSE")

    async def found(**where: str) -> list[Conversation]:
        return await store.list_conversations(NAMESPACE, ConversationFilter(**where), ASCENDING)

    assert await found() == [one, two, three]
    assert await found(agent_id=ada.id) == [one, two]
    assert await found(agent_id="agent-unknown") == []
    assert await found(summary_search="strasse") == [one, three]
    assert await found(summary_search="%", agent_id=ada.id) == [one]
    assert await found(summary_search="tWo", agent_id=grace.id) == []


async def test_conversations_are_ordered_as_asked(store: Store) -> None:
    agent = await put_agent(store)
    start = datetime(2020, 1, 1, tzinfo=UTC)
    first, second, third = [
        await put_conversation(
            store,
            agent.id,
            created_at=start + timedelta(microseconds=number),
            updated_at=start - timedelta(microseconds=number),
        )
        for number in range(3)
    ]
    await append(store, ref_to(second.id), user("one"))
    await append(store, ref_to(first.id), user("one"))

    async def ids(order_by: str, *, descending: bool) -> list[str]:
        where = ConversationFilter(order_by=order_by)
        found = await store.list_conversations(NAMESPACE, where, Page(9, descending=descending))
        return [conversation.id for conversation in found]

    assert await ids("created_at", descending=True) == [third.id, second.id, first.id]
    assert await ids("updated_at", descending=True) == [first.id, second.id, third.id]
    # The third has no message: it stands where it was created.
    assert await ids("last_message_at", descending=True) == [first.id, second.id, third.id]
    assert await ids("last_message_at", descending=False) == [third.id, second.id, first.id]
    with pytest.raises(InvalidField, match="order_by"):
        await ids("summary", descending=True)


async def test_equal_moments_are_told_apart_by_id(store: Store) -> None:
    agent = await put_agent(store)
    moment = datetime(2020, 1, 1, 12, 30, 15, 123_456, tzinfo=UTC)
    made = [await put_conversation(store, agent.id, created_at=moment, updated_at=moment) for _ in range(7)]
    seen: list[str] = []
    while True:
        page = Page(2, descending=False, after=seen[-1] if seen else None)
        found = await store.list_conversations(NAMESPACE, EVERY, page)
        if not found:
            break
        seen += [conversation.id for conversation in found]
    assert len(seen) == len(made)
    assert set(seen) == {conversation.id for conversation in made}
