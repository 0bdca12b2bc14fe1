"""Every method of every store, tried with the ids of another namespace: they are those of nothing at all."""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_type_hints
from uuid import uuid4

import pytest
import pytest_asyncio

from compactd.domain.error_shape import CompactdError
from compactd.domain.errors import AgentNotFound
from compactd.domain.keys import AgentKey, ConversationKey, ConversationRef, DefaultConversationOf
from compactd.domain.operations import Operation
from compactd.domain.paging import Page
from compactd.ports.agents import AgentFilter
from compactd.ports.contexts import SystemText
from compactd.ports.conversations import ConversationFilter
from compactd.ports.operations import Claim
from compactd.ports.quotas import Reservation, SpendLimit
from compactd.ports.search import Unindexed
from compactd.ports.store import Store
from compactd.storage.store import open_store
from tests.builders.stored_operations import operation
from tests.builders.stored_values import (
    NAMESPACE,
    SYSTEM,
    TOKENIZER,
    append,
    batch_of,
    commit_of,
    compact,
    default_of,
    new_agent,
    new_conversation,
    put_agent,
    put_conversation,
    restore_of,
    sums_of,
    user,
)

FOREIGN = "another namespace"
PAGE = Page(9)
KEYS = (AgentKey, ConversationKey, ConversationRef, Operation, Claim, SpendLimit, Reservation, Unindexed)
"""What holds a namespace."""


@dataclass(frozen=True)
class Ids:
    """An agent, a conversation of its own, and a compaction of that, as a caller of `namespace` names them."""

    namespace: str
    agent_name: str
    agent_id: str
    conversation_id: str
    compaction_id: str

    @property
    def agent(self) -> AgentKey:
        return AgentKey(self.namespace, self.agent_id)

    @property
    def conversation(self) -> ConversationKey:
        return ConversationKey(self.namespace, self.conversation_id)

    @property
    def refs(self) -> Sequence[ConversationRef]:
        return self.conversation, DefaultConversationOf(self.namespace, self.agent_id)


Attempt = Callable[[Store, Ids], Awaitable[object]]


def by_each_reference(attempt: Callable[[Store, ConversationRef, Ids], Awaitable[object]]) -> list[Attempt]:
    """By the conversation's own id, and as its agent's default one."""
    return [lambda store, ids, at=at: attempt(store, ids.refs[at], ids) for at in (0, 1)]  # type: ignore[misc]


async def index(store: Store, ids: Ids, messages_of: ConversationKey) -> None:
    unindexed = await store.unindexed(messages_of)
    await store.index(replace(unindexed, key=ids.conversation), bytes(16), [])


async def commit(store: Store, ids: Ids, state_of: ConversationKey) -> object:
    return await store.commit_compaction(ids.conversation, commit_of(await store.state(state_of), 4, [3]))


async def commit_restored(store: Store, ids: Ids, mine: Ids) -> object:
    return await store.commit_restore(ids.conversation, await restore_of(store, mine.conversation, mine.compaction_id))


def attempts_on(mine: Ids) -> dict[str, list[Attempt]]:
    """What is tried, by the method's name. A new method of a store has to have an entry."""
    return {
        "get_agent": [lambda store, ids: store.get_agent(ids.agent)],
        "list_agents": [lambda store, ids: store.list_agents(ids.namespace, AgentFilter(ids.agent_name), PAGE)],
        "update_agent": [lambda store, ids: store.update_agent(ids.agent, lambda agent: agent)],
        "delete_agent": [lambda store, ids: store.delete_agent(ids.agent)],
        "create_conversation": [
            lambda store, ids: store.create_conversation(ids.namespace, new_conversation(ids.agent_id), SYSTEM)
        ],
        "get_conversation": [lambda store, ids: store.get_conversation(ids.conversation)],
        "list_conversations": [
            lambda store, ids: store.list_conversations(ids.namespace, ConversationFilter(ids.agent_id), PAGE)
        ],
        "update_conversation": [lambda store, ids: store.update_conversation(ids.conversation, lambda found: found)],
        "delete_conversation": [lambda store, ids: store.delete_conversation(ids.conversation)],
        "state": by_each_reference(lambda store, ref, _: store.state(ref)),
        "snapshot": by_each_reference(lambda store, ref, _: store.snapshot(ref, bodies=True)),
        "read_context": by_each_reference(
            lambda store, ref, _: store.read_context(
                ref,
                lambda reading: (
                    reading.digests(0, 99),
                    reading.mentions(0, 99, 50),
                    reading.transcript_and_mentions(1, 99, 50),
                ),
            )
        ),
        "load_digests": [lambda store, ids: store.load_digests(ids.conversation, 0, 99)],
        "load_transcript": [lambda store, ids: store.load_transcript(ids.conversation, 0, 99)],
        "load_rendered": [lambda store, ids: store.load_rendered(ids.conversation, 0, 99)],
        "load_entries": [lambda store, ids: store.load_entries(ids.conversation, 0, 99)],
        "load_ids": [lambda store, ids: store.load_ids(ids.conversation, 0, 99)],
        "load_messages": [lambda store, ids: store.load_messages(ids.conversation, 0, 99)],
        "store_counts": [
            lambda store, ids: store.store_counts(ids.conversation, "cl100k_base", [(1, 1)]),
            lambda store, ids: store.store_counts(ids.conversation, "cl100k_base", []),
        ],
        "put_system": [
            lambda store, ids: store.put_system(ids.conversation, SystemText("stolen", 1, TOKENIZER), 1, None)
        ],
        "append": by_each_reference(lambda store, ref, _: store.append(ref, batch_of(user("stolen")))),
        "results_without_call": by_each_reference(
            lambda store, ref, _: store.results_without_call(ref, [user("stolen")])
        ),
        "list_messages": by_each_reference(lambda store, ref, _: store.list_messages(ref, PAGE)),
        "unindexed": by_each_reference(lambda store, ref, _: store.unindexed(ref)),
        "index": [lambda store, ids: index(store, ids, mine.conversation)],
        "search": [lambda store, ids: store.search(ids.conversation, None, PAGE, evicted_only=False)],
        "commit_compaction": [lambda store, ids: commit(store, ids, mine.conversation)],
        "get_compaction": by_each_reference(
            lambda store, ref, ids: store.get_compaction(ref, ids.compaction_id, message_ids=True)
        ),
        "restoration": by_each_reference(lambda store, ref, ids: store.restoration(ref, ids.compaction_id)),
        "snapshot_before": by_each_reference(lambda store, ref, ids: store.snapshot_before(ref, ids.compaction_id)),
        "commit_restore": [lambda store, ids: commit_restored(store, ids, mine)],
        "claim": by_each_reference(lambda store, ref, _: store.claim(ref, operation())),
        "list_compactions": by_each_reference(lambda store, ref, _: store.list_compactions(ref, PAGE)),
    }


METHODS = {name: method for name, method in inspect.getmembers(Store, inspect.isfunction) if not name.startswith("_")}
OF_NOBODY = {
    "ping",
    "close",
    "remove_expired",
    "remove_rest",
    "scrub",
    "next_namespace",
    "credential_secret",
    "take_permits",
}
"""Methods that are about nobody's data."""
CREATING = {"create_agent"}
"""Methods that name nothing that is there already: they have tests of their own below."""
OF_OPERATIONS = {"find_reply", "renew", "fail", "give_back"}
"""Methods that take an operation or a claim, as tests of their own make them: test_once and test_claims."""
OF_RATIOS = {"token_ratios", "add_observations"}
"""Methods about all models of a namespace and what its server has seen itself: test_token_ratios."""
OF_QUOTAS = {"reserve_spend", "settle_spend", "stored"}
"""Methods about what a namespace has used up: test_quotas."""
OF_RETENTION = {"idle_conversations", "expire_conversation", "replace_default"}
"""Methods that look for what is old: test_retention."""
LATER = {"keep_digests"}
"""Methods that nobody waits for: test_digests looks at what became of it."""
NOBODY = Ids(NAMESPACE, "none", "agent-none", "conv-none", "compaction-none")


def test_every_method_of_every_store_is_tried() -> None:
    assert attempts_on(NOBODY).keys() == METHODS.keys() - OF_NOBODY - (
        CREATING | OF_OPERATIONS | OF_RATIOS | OF_QUOTAS | OF_RETENTION | LATER
    )


@pytest.mark.parametrize("method", sorted(METHODS.keys() - OF_NOBODY))
def test_every_method_is_told_the_namespace_before_anything_else(method: str) -> None:
    _, first, *_ = inspect.signature(METHODS[method]).parameters
    kind = get_type_hints(METHODS[method])[first]
    assert (first, kind) == ("namespace", str) or kind in KEYS


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(module_database_url: str) -> AsyncIterator[tuple[Store, Ids]]:
    """A store and what is in it, for all attempts: none of them is to change it."""
    store = open_store(module_database_url, connections=4, durable=False)
    yield store, await stored(store)
    await store.close()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("method", sorted(attempts_on(NOBODY)))
async def test_ids_of_another_namespace_are_those_of_nothing(shared: tuple[Store, Ids], method: str) -> None:
    store, mine = shared
    before = await everything(store, mine)
    foreign, unknown = replace(mine, namespace=FOREIGN), NOBODY
    for attempt in attempts_on(mine)[method]:
        of_foreign = await outcome(attempt(store, foreign), foreign)
        assert of_foreign == await outcome(attempt(store, unknown), unknown)
        # It is not that the attempt fails whoever makes it.
        if not method.startswith(("delete", "commit", "get_compaction", "restoration", "snapshot_before")):
            assert of_foreign != await outcome(attempt(store, mine), mine)
            before = await everything(store, mine)
    assert await everything(store, mine) == before


@pytest.mark.asyncio(loop_scope="module")
async def test_what_another_namespace_creates_is_its_own(shared: tuple[Store, Ids]) -> None:
    store, mine = shared
    before = await everything(store, mine)
    agent = new_agent(name=mine.agent_name)
    await store.create_agent("a third namespace", agent, default_of(agent), SYSTEM)
    assert await everything(store, mine) == before
    with pytest.raises(AgentNotFound):
        await store.get_agent(AgentKey(NAMESPACE, agent.id))


async def stored(store: Store) -> Ids:
    """An agent whose default conversation and another one hold five messages and a compaction each."""
    agent = await put_agent(store, name=f"Ada {uuid4()}")
    conversation = await put_conversation(store, agent.id)
    records = []
    for conversation_id in (agent.default_conversation_id, conversation.id):
        key = ConversationKey(NAMESPACE, conversation_id)
        await append(store, key, *(user(f"message {number}") for number in range(1, 6)))
        records.append(await compact(store, key, 3))
    return Ids(NAMESPACE, agent.name, agent.id, conversation.id, records[-1].id)


async def everything(store: Store, ids: Ids) -> list[object]:
    """All that is stored of it."""
    found: list[object] = [
        await store.get_agent(ids.agent),
        await store.list_agents(NAMESPACE, AgentFilter(ids.agent_name), PAGE),
        await store.list_conversations(NAMESPACE, ConversationFilter(ids.agent_id), PAGE),
        await store.get_conversation(ids.conversation),
    ]
    for ref in ids.refs:
        found += [await store.snapshot(ref, bodies=True), await store.list_messages(ref, Page(99))]
        found += [await sums_of(store, ref), await store.list_compactions(ref, PAGE)]
    return found


async def outcome(attempt: Awaitable[object], ids: Ids) -> Any:
    """What it gives, or the error it raises, with placeholders for the ids that it was given."""
    try:
        return await attempt
    except CompactdError as error:
        told = f"{error} {sorted(error.metadata.items())}"
        for name in ("agent_id", "conversation_id", "compaction_id"):
            told = told.replace(getattr(ids, name), f"<{name}>")
        return type(error), told
