"""What is large is gone for everybody at once, and its rows are removed in batches, whoever does it."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection, func, select

from compactd.domain.errors import AgentNotFound, ConversationNotFound
from compactd.domain.keys import AgentKey, ConversationKey, DefaultConversationOf
from compactd.domain.paging import Page
from compactd.ports.agents import AgentFilter
from compactd.ports.conversations import ConversationFilter
from compactd.storage.erasures import ROWS_AT_ONCE
from compactd.storage.store import SqlStore, open_store
from compactd.storage.table_base import metadata
from tests.builders.stored_operations import claimed, count_operations, once, operation
from tests.builders.stored_values import (
    NAMESPACE,
    append,
    batch_of,
    commit_of,
    put_agent,
    put_conversation,
    ref_to,
    user,
)

HALF = ROWS_AT_ONCE // 2 + 1


@pytest.fixture
async def another_process(database_url: str) -> AsyncIterator[SqlStore]:
    store = open_store(database_url, connections=2, durable=False)
    yield store
    await store.close()


async def test_the_rest_of_a_conversation_is_removed_by_any_process(
    sql_store: SqlStore, another_process: SqlStore
) -> None:
    store = sql_store
    agent = await put_agent(store)
    kept = await put_conversation(store, agent.id)
    before = await rows(store)
    ref = await large(store, agent.id)

    erasure = await store.delete_conversation(ref)

    assert (erasure.messages, erasure.has_rest) == (2 * HALF + 1, True)
    assert (await rows(store))["messages"] > ROWS_AT_ONCE
    for attempt in (store.get_conversation(ref), store.state(ref), another_process.list_messages(ref, Page(1))):
        with pytest.raises(ConversationNotFound):
            await attempt
    listed = await store.list_conversations(NAMESPACE, ConversationFilter(agent.id), Page(9))
    assert [found.id for found in listed] == [kept.id]
    assert ref not in await store.audited_keys("", 99)
    assert await store.audited_key(ref.conversation_id) is None
    assert (await store.stored(NAMESPACE)).messages == 2
    await remove_all(another_process)
    assert await rows(store) == before


async def test_the_rest_of_an_agent_goes_with_its_conversations(sql_store: SqlStore) -> None:
    store = sql_store
    other = await put_agent(store)
    before = await rows(store)
    agent = await put_agent(store, tags=("t",))
    ref = await large(store, agent.id)
    small = await put_conversation(store, agent.id)
    key, default = AgentKey(NAMESPACE, agent.id), DefaultConversationOf(NAMESPACE, agent.id)

    erasure = await store.delete_agent(key)

    assert (erasure.conversations, erasure.messages, erasure.has_rest) == (3, 2 * HALF + 3, True)
    for of_agent in (
        store.get_agent(key),
        store.delete_agent(key),
        store.append(default, batch_of(user("x"))),
        store.claim(default, operation()),
    ):
        with pytest.raises(AgentNotFound):
            await of_agent
    for of_conversation in (store.get_conversation(ref_to(small.id)), store.append(ref, batch_of(user("x")))):
        with pytest.raises(ConversationNotFound):
            await of_conversation
    assert [found.id for found in await store.list_agents(NAMESPACE, AgentFilter(), Page(9))] == [other.id]
    while await store.remove_rest(erasure):
        assert (await rows(store))["agents"] in (1, 2)
    assert await rows(store) == before


async def test_a_compaction_that_runs_commits_nothing(sql_store: SqlStore) -> None:
    store = sql_store
    agent = await put_agent(store)
    ref = await large(store, agent.id)
    state = await store.state(ref)
    claim = await claimed(store, ref, operation())
    await store.delete_conversation(ref)
    with pytest.raises(ConversationNotFound):
        await store.renew(claim)
    with pytest.raises(ConversationNotFound):
        await store.commit_compaction(ref, commit_of(state, 4, [1, 2, 3]))
    await store.fail(claim, b"failed")
    await remove_all(store)
    assert await count_operations(store) == 0


async def test_few_rows_are_removed_with_the_call(sql_store: SqlStore) -> None:
    store = sql_store
    agent = await put_agent(store)
    before = await rows(store)
    conversation = await put_conversation(store, agent.id)
    await store.append(ref_to(conversation.id), batch_of(user("x")), once(operation()))
    erasure = await store.delete_conversation(ref_to(conversation.id))
    assert (erasure.messages, erasure.has_rest) == (2, False)
    assert await rows(store) == before
    assert not await store.remove_rest(None)


async def large(store: SqlStore, agent_id: str) -> ConversationKey:
    """A conversation of more messages than one transaction removes."""
    conversation = await put_conversation(store, agent_id)
    for _ in range(2):
        await append(store, ref_to(conversation.id), *(user("x") for _ in range(HALF)))
    return ref_to(conversation.id)


async def remove_all(store: SqlStore) -> None:
    while await store.remove_rest(None):
        assert await rows(store)


async def rows(store: SqlStore) -> dict[str, int]:
    """How many there are, by table."""

    def read(connection: Connection) -> dict[str, int]:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }

    return await store._database.read(read)
