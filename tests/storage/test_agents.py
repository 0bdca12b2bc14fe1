"""Agents and memory blocks."""

from datetime import UTC, datetime

import pytest

from compactd.domain.agents import Agent
from compactd.domain.compactions import Compaction
from compactd.domain.error_shape import CompactdError
from compactd.domain.errors import AgentNotFound, ConversationNotFound, InvalidField
from compactd.domain.model_settings import AnthropicModelSettings
from compactd.domain.paging import Page
from compactd.domain.settings import CompactionMode, CompactionSettings
from compactd.ports.agents import AgentFilter
from compactd.ports.store import Store
from tests.builders.stored_values import (
    NAMESPACE,
    SYSTEM,
    agent_key,
    append,
    compact,
    default_of,
    default_ref,
    new_agent,
    new_block,
    put_agent,
    put_conversation,
    ref_to,
    user,
)

ASCENDING = Page(50, descending=False)


async def test_an_agent_comes_back_as_it_was_put_in(store: Store) -> None:
    agent = await put_agent(
        store,
        name="Ада \0 💡",
        description="d",
        system="Say {CORE_MEMORY}",
        model="anthropic/claude-haiku-4-5",
        model_settings={"anthropic": {"effort": "low", "max_output_tokens": 9}},
        context_window_limit=9_000,
        compaction_settings={"mode": "all", "prompt": "Summarize.", "clip_chars": 5},
        tool_schemas=({"type": "function", "function": {"name": "f", "parameters": {"a": [1, 2.5, None, "\0"]}}},),
        tags=("b", "a", "b"),
        metadata={"whole": 1, "broken": 1.5, "deep": {"list": [True, None]}},
        memory_blocks=(new_block("human", "likes\0 tea"), new_block("persona", "kind 💡")),
        tools_tokens=12,
        tools_tokenizer="o200k_base",
    )

    stored = await store.get_agent(agent_key(agent.id))

    assert stored == agent
    assert isinstance(stored.model_settings, AnthropicModelSettings)
    assert stored.compaction_settings is not None
    assert stored.compaction_settings.as_plain() == {"mode": "all", "prompt": "Summarize.", "clip_chars": 5}
    assert stored.compaction_settings.mode is CompactionMode.ALL


async def test_an_agent_begins_with_a_default_conversation_and_its_system_message(store: Store) -> None:
    agent = await put_agent(store)
    state = await store.state(default_ref(agent.id))
    assert (state.namespace, state.agent_id, state.conversation_id) == (
        NAMESPACE,
        agent.id,
        agent.default_conversation_id,
    )
    found, _ = await store.get_conversation(ref_to(agent.default_conversation_id))
    assert found == default_of(agent)
    assert (state.version, state.context_start, state.last_position, state.evicted_count) == ("0.1", 1, 0, 0)
    assert state.summary_position is None
    assert (await store.snapshot(default_ref(agent.id))).last_compaction is None
    [message] = await store.list_messages(default_ref(agent.id), ASCENDING)
    assert (message.position, message.message.text, message.token_count) == (0, SYSTEM.text, SYSTEM.token_count)
    assert message.created_at == agent.created_at


@pytest.mark.parametrize("namespace", [NAMESPACE, "other"])
async def test_a_missing_agent_is_not_found(store: Store, namespace: str) -> None:
    agent = await put_agent(store, "third", memory_blocks=(new_block("human"),))
    with pytest.raises(AgentNotFound, match=agent.id):
        await store.get_agent(agent_key(agent.id, namespace))
    with pytest.raises(AgentNotFound):
        await store.update_agent(agent_key(agent.id, namespace), lambda found: found)
    with pytest.raises(AgentNotFound):
        await store.delete_agent(agent_key(agent.id, namespace))
    with pytest.raises(AgentNotFound):
        await store.state(default_ref(agent.id, namespace))
    assert await store.list_agents(namespace, AgentFilter(), ASCENDING) == []
    assert await store.get_agent(agent_key(agent.id, "third")) == agent


async def test_an_update_writes_what_the_change_gives(store: Store) -> None:
    agent = await put_agent(store, name="old", tags=("a",), model="openai/gpt-5")
    later = datetime.now(UTC)

    def change(found: Agent) -> Agent:
        assert found == agent
        settings = CompactionSettings(clip_chars=3)
        update = {"name": "new", "tags": ("b",), "compaction_settings": settings, "model": None, "updated_at": later}
        return found.model_copy(update=update)

    updated = await store.update_agent(agent_key(agent.id), change)

    assert await store.get_agent(agent_key(agent.id)) == updated
    assert (updated.name, updated.model, updated.updated_at) == ("new", None, later)
    assert await store.list_agents(NAMESPACE, AgentFilter(name="new", tags=("b",)), ASCENDING) == [updated]
    assert await store.list_agents(NAMESPACE, AgentFilter(tags=("a",)), ASCENDING) == []


async def test_an_error_in_a_change_passes_through_and_writes_nothing(store: Store) -> None:
    agent = await put_agent(store, memory_blocks=(new_block("human", "tea"),))

    def fail(_: object) -> Agent:
        raise InvalidField("name", "no")

    with pytest.raises(InvalidField):
        await store.update_agent(agent_key(agent.id), fail)
    assert await store.get_agent(agent_key(agent.id)) == agent


async def test_blocks_are_compared_by_label_and_keep_their_order(store: Store) -> None:
    human, persona, old = new_block("human", "tea"), new_block("persona", "kind"), new_block("old", "gone")
    agent = await put_agent(store, memory_blocks=(human, persona, old))
    changed, added = persona.model_copy(update={"value": "strict"}), new_block("added\0", "new")

    await store.update_agent(
        agent_key(agent.id), lambda found: found.model_copy(update={"memory_blocks": (added, changed, human)})
    )

    assert (await store.get_agent(agent_key(agent.id))).memory_blocks == (added, changed, human)
    [listed] = await store.list_agents(NAMESPACE, AgentFilter(), ASCENDING)
    assert listed.memory_blocks == (added, changed, human)


async def test_deleting_an_agent_deletes_all_that_is_its_own(store: Store) -> None:
    agent = await put_agent(store, memory_blocks=(new_block("human"),), tags=("t",))
    other = await put_agent(store, memory_blocks=(new_block("human"),))
    conversation = await put_conversation(store, agent.id)
    ref = ref_to(conversation.id)
    await append(store, ref, user("one"), user("two"), user("three"))
    record: Compaction = await compact(store, ref, 3)
    await store.put_system(ref_to(conversation.id), SYSTEM, 1, None)

    await store.delete_agent(agent_key(agent.id))

    with pytest.raises(AgentNotFound):
        await store.get_agent(agent_key(agent.id))
    for gone in (conversation.id, agent.default_conversation_id):
        with pytest.raises(ConversationNotFound):
            await store.get_conversation(ref_to(gone))
    with pytest.raises(CompactdError):
        await store.get_compaction(ref, record.id, message_ids=False)
    with pytest.raises(ConversationNotFound):
        await store.load_messages(ref_to(conversation.id), 0, 99)
    assert await store.get_agent(agent_key(other.id)) == other
    # Nothing of it is left behind: the same ids can be taken again.
    await store.create_agent(NAMESPACE, agent, default_of(agent), SYSTEM)
    await store.create_conversation(NAMESPACE, conversation, SYSTEM)


async def test_agents_are_found_by_name_part_of_the_name_and_tags(store: Store) -> None:
    ada = await put_agent(store, name="Ada 100%", tags=("x", "y"))
    grace = await put_agent(store, name="GRÄCE_b", tags=("y", "z\0"))
    plain = await put_agent(store, name="plain")
    await put_agent(store, "other", name="Ada 100%", tags=("x", "y"))

    async def found(where: AgentFilter) -> list[Agent]:
        return await store.list_agents(NAMESPACE, where, ASCENDING)

    assert await found(AgentFilter()) == [ada, grace, plain]
    assert await found(AgentFilter(name="Ada 100%")) == [ada]
    assert await found(AgentFilter(name="ada 100%")) == []
    assert await found(AgentFilter(query_text="a")) == [ada, plain]
    assert await found(AgentFilter(query_text="grä")) == [grace]
    assert await found(AgentFilter(query_text="%")) == [ada]
    assert await found(AgentFilter(query_text="_")) == [grace]
    assert await found(AgentFilter(query_text="\0")) == []
    assert await found(AgentFilter(query_text="n" * 5_000)) == []
    assert await found(AgentFilter(tags=("y",))) == [ada, grace]
    assert await found(AgentFilter(tags=("x", "z\0"))) == [ada, grace]
    assert await found(AgentFilter(tags=("y", "z\0", "y"), match_all_tags=True)) == [grace]
    assert await found(AgentFilter(tags=("x", "z\0"), match_all_tags=True)) == []


async def test_agents_are_ordered_as_asked(store: Store) -> None:
    early, late = (datetime(2020, 1, 1, microsecond=number, tzinfo=UTC) for number in (1, 2))
    first = await put_agent(store, created_at=early, updated_at=late)
    second = await put_agent(store, created_at=late, updated_at=early)
    assert await store.list_agents(NAMESPACE, AgentFilter(), Page(9)) == [second, first]
    assert await store.list_agents(NAMESPACE, AgentFilter(order_by="updated_at"), Page(9)) == [first, second]
    with pytest.raises(InvalidField, match="order_by"):
        await store.list_agents(NAMESPACE, AgentFilter(order_by="name"), Page(9))


async def test_an_agent_can_hold_a_hundred_large_blocks(store: Store) -> None:
    blocks = tuple(new_block(f"block {number}", "é" * 20_000) for number in range(100))
    agent = new_agent(memory_blocks=blocks)
    await store.create_agent(NAMESPACE, agent, default_of(agent), SYSTEM)
    small = await put_agent(store)
    assert (await store.get_agent(agent_key(agent.id))).memory_blocks == blocks
    # Four megabytes: its page ends with it.
    assert await store.list_agents(NAMESPACE, AgentFilter(), ASCENDING) == [agent]
    assert await store.list_agents(NAMESPACE, AgentFilter(), Page(9, descending=False, after=agent.id)) == [small]
